#!/usr/bin/env bash
# Keeps what this version writes and takes, so that every later one has to read it: harness/tests/compatible/VERSION/. To be run once
# for each release, before its tag. The scenarios are copied from the version before; add what is new in the language.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
readonly KEPT=harness/tests/compatible
last=$(find "$KEPT" -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
to=$KEPT/$version
if [[ -e $to ]]; then
  echo "$to is there already, and what was kept is not changed" >&2
  exit 1
fi
source ci/built.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$to"
cp -r "$last/scenarios" "$last/target.yaml" "$to/"
both=(--quiet --dialect crm --scenario unauthorized-join --scenario typing)
"$BUILT/harness" "${both[@]}" --fault leak-to-stranger --reports "$scratch/cases" || (($? == 1))
"$BUILT/harness" "${both[@]}" --reports "$scratch/sound" --save-baseline "$to/baseline.json"
"$BUILT/harness" --quiet --scenario thousand-rooms.yaml --rooms 4 --rate 20/s --for 1s --reports "$scratch/load"
cp "$scratch/cases/report.json" "$to/cases.json"
cp "$scratch/load/report.json" "$to/load.json"
"$BUILT/harness" --help | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u >"$to/flags.txt"
echo "kept in $to"
