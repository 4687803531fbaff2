#!/usr/bin/env bash
# The page that the reference server serves, tried in a headless browser by two people, for each dialect, light and dark.
# Screenshots go to reports/page/. Usage: bash ci/page/run.sh; needs node 20 or newer with npm, and chromium at
# /usr/bin/chromium or where CHROMIUM says.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly PAGE=ci/page
export SHOTS=reports/page

scratch=$(mktemp -d)
export TABLE=$scratch/table
finish() {
  local status=$?
  trap '' INT TERM # a second one must not cut the first short
  local running
  running=$(jobs -rp)
  # shellcheck disable=SC2086 # one word for each process
  [[ -z $running ]] || kill $running 2>/dev/null || true
  wait
  if ((status != 0)); then
    tail -n 20 "$scratch/log" >&2 2>/dev/null || true
    printf '\nFAILED: page (exit status %d); screenshots are in %s\n' "$status" "$SHOTS" >&2
  fi
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

say 'installing what drives the browser'
(cd "$PAGE" && npm ci --ignore-scripts --loglevel=error)
say 'building the reference server'
source ci/built.sh

say 'starting every dialect'
rm -rf "$SHOTS"
env -u JWT_SECRET -u PORT timeout --kill-after=5 400 "$BUILT/reference-server" --port 0 >"$TABLE" 2>"$scratch/log" &
server=$!
# The table of a dialect ends with a call to try.
deadline=$((SECONDS + 20))
until (($(grep -c '^  try ' "$TABLE") == $(find reference-server/asyncapi -name '*.json' | wc -l))); do
  if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
    echo 'not every dialect has started' >&2
    exit 1
  fi
  sleep 0.2
done

say 'trying every page'
timeout --kill-after=10 360 node --test-reporter=spec "$PAGE/trial.mjs" &
wait $! # in the background, so that the end of the run ends it too
say "all pages: ok after $SECONDS s; screenshots in $SHOTS"
