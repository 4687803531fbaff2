#!/usr/bin/env bash
# Makes an image (OCI, a folder) of a built binary, without a daemon and without a base: the binary, and of the C library what it
# needs. Usage: bash ci/release/image.sh BINARY OUT; needs umoci, which Debian has.
set -euo pipefail
readonly BINARY=$1 OUT=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/root/usr/local/bin" "$scratch/root/tmp" "$scratch/root/reports"
chmod 1777 "$scratch/root/tmp" "$scratch/root/reports"
install -m 755 "$BINARY" "$scratch/root/usr/local/bin/harness"
# A static binary needs none of them.
ldd "$BINARY" 2>/dev/null | grep -oE '/[^ ]+' | while read -r library; do
  install -D -m 755 "$library" "$scratch/root$library"
done
umoci init --layout "$OUT"
umoci new --image "$OUT:harness"
for folder in "$scratch"/root/*; do
  umoci insert --rootless --image "$OUT:harness" "$folder" "/$(basename "$folder")"
done
# Reports belong to whoever starts the container. The scenarios are laid out in /tmp.
umoci config --image "$OUT:harness" --config.user 65534 --config.workingdir / --config.env XDG_CACHE_HOME=/tmp \
  --config.entrypoint harness --config.entrypoint --reports --config.entrypoint /reports
