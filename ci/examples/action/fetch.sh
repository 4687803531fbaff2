#!/usr/bin/env bash
# Downloads a release of the harness, holds it to its checksum, and puts the binary into a folder. Usage: bash fetch.sh FOLDER, with
# BASE (the address under which releases are, `https://github.com/OWNER/NAME/releases/download`), VERSION and TARGET in the environment.
set -euo pipefail
folder=$1
name=harness-$VERSION-${TARGET:-$(uname -m)-unknown-linux-gnu}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
for file in "$name.tar.gz" "$name.tar.gz.sha256"; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$BASE/v$VERSION/$file" ||
    { echo "error: there is no $BASE/v$VERSION/$file" >&2 && exit 1; }
done
sha256sum --check "$name.tar.gz.sha256"
tar -xzf "$name.tar.gz"
cd "$OLDPWD"
mkdir -p "$folder"
install -m 755 "$scratch/$name/harness" "$folder/harness"
"$folder/harness" --version
