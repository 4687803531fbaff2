#!/usr/bin/env bash
# Exports every contract under scenarios/dialects as an AsyncAPI document and holds it to the official parser.
# Usage: bash ci/asyncapi/run.sh; needs node 20 or newer with npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly HERE=$PWD

documents=$(mktemp -d)
finish() {
  local status=$?
  rm -rf "$documents"
  if ((status != 0)); then
    printf '\nFAILED: asyncapi (exit status %d)\n' "$status" >&2
  fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

say 'installing the official parser'
npm ci --ignore-scripts --loglevel=error

say 'exporting every dialect'
cd "$HERE/../.."
source ci/built.sh
for contract in scenarios/dialects/*.yaml; do
  dialect=$(basename "$contract" .yaml)
  "$BUILT/harness" export asyncapi --dialect "$dialect" --out "$documents/$dialect.json"
done

say 'validating'
cd "$HERE"
timeout 300 node validate.mjs "$documents"/*.json
