#!/usr/bin/env bash
# Makes of a built binary what a release holds: the archive, its checksum, the bill of materials, and the npm packages.
# Usage: bash ci/release/package.sh TARGET BINARY [OUT]; OUT is dist/ unless said. Needs Node 20 or newer with npm, and cargo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly TARGET=$1 BINARY=$2
out=${3:-dist}
mkdir -p "$out"
out=$(cd "$out" && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=harness-$version-$TARGET
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What npm calls the machine: os, cpu, and which C library where that matters.
case $TARGET in
  x86_64-unknown-linux-gnu) npm=(linux x64 glibc) suffix=linux-x64-gnu ;;
  x86_64-unknown-linux-musl) npm=(linux x64 musl) suffix=linux-x64-musl ;;
  aarch64-unknown-linux-gnu) npm=(linux arm64 glibc) suffix=linux-arm64-gnu ;;
  aarch64-unknown-linux-musl) npm=(linux arm64 musl) suffix=linux-arm64-musl ;;
  *) echo "no release is made for $TARGET" >&2 && exit 2 ;;
esac

# Equal input gives an equal archive.
archive() {
  mkdir "$scratch/$name"
  install -m 755 "$BINARY" "$scratch/$name/harness"
  install -m 644 LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$scratch/$name/"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
    -C "$scratch" -cf - "$name" | gzip -n9 >"$out/$name.tar.gz"
  node ci/release/sbom.mjs "$TARGET" >"$out/$name.cdx.json"
  (cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256" && sha256sum "$name.cdx.json" >"$name.cdx.json.sha256")
}

npm_packages() {
  mkdir "$scratch/machine" "$scratch/main"
  node ci/release/npm/manifest.mjs machine "$version" "$suffix" "${npm[@]}" >"$scratch/machine/package.json"
  install -D -m 755 "$BINARY" "$scratch/machine/bin/harness"
  node ci/release/npm/manifest.mjs main "$version" >"$scratch/main/package.json"
  install -D -m 755 ci/release/npm/launch.mjs "$scratch/main/launch.mjs"
  install -m 644 ci/release/npm/README.md "$scratch/main/README.md"
  install -m 644 LICENSE-APACHE LICENSE-MIT "$scratch/machine/"
  install -m 644 LICENSE-APACHE LICENSE-MIT "$scratch/main/"
  npm pack --silent --pack-destination "$out" "$scratch/machine" "$scratch/main"
}

archive
npm_packages
