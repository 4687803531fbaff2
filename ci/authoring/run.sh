#!/usr/bin/env bash
# What an author sees in an editor: the published schemas in yaml-language-server, on good files and on bad ones.
# Usage: bash ci/authoring/run.sh; needs node 20 or newer with npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

finish() {
  local status=$?
  if ((status != 0)); then
    printf '\nFAILED: authoring (exit status %d)\n' "$status" >&2
  fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

say 'installing the language server'
npm ci --ignore-scripts --loglevel=error

say 'writing, with help'
root=$(cd ../.. && pwd)
# Every file that names a schema; what packages have brought is not ours.
mapfile -t files < <(grep -rl --include='*.yaml' --exclude-dir={node_modules,compatible,import} 'yaml-language-server: \$schema=' "$root/scenarios" "$root/ci" "$root/harness/tests")
timeout 300 node trial.mjs "$root" "${files[@]}"
