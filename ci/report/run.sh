#!/usr/bin/env bash
# The HTML report in a headless browser: of a run that fails, of the whole suite, and of a load that loses deliveries. Its
# numbers are held against report.json. Reports and screenshots go to reports/html/. Usage: bash ci/report/run.sh; needs
# node 20 or newer with npm, and chromium at /usr/bin/chromium or where CHROMIUM says.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly TRIAL=ci/report
export REPORTS=reports/html
export JWT_SECRET=trial-of-the-report

scratch=$(mktemp -d)
finish() {
  local status=$?
  trap '' INT TERM # a second one must not cut the first short
  local running
  running=$(jobs -rp)
  # shellcheck disable=SC2086 # one word for each process
  [[ -z $running ]] || kill $running 2>/dev/null || true
  wait
  if ((status != 0)); then
    tail -n 20 "$scratch"/* >&2 2>/dev/null || true
    printf '\nFAILED: report (exit status %d); reports and screenshots are in %s\n' "$status" "$REPORTS" >&2
  fi
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

# serve FAULT: a reference server that breaks its document; its address is then in $url.
serve() {
  local table=$scratch/$1
  env -u PORT timeout --kill-after=5 200 "$BUILT/reference-server" --dialect crm --port 0 --fault "$1" >"$table" 2>&1 &
  local deadline=$((SECONDS + 20))
  until url=$(grep -oE -m1 'http://[0-9.:]+' "$table"); do
    if ((SECONDS > deadline)); then
      echo "the server with --fault $1 has not started" >&2
      exit 1
    fi
    sleep 0.1
  done
}

# run NAME STATUSES ARGUMENTS...: a run of the harness that ends with one of these statuses.
run() {
  local name=$1 expected=$2 status=0
  shift 2
  timeout --kill-after=5 120 "$BUILT/harness" --reports "$REPORTS/$name" "$@" >"$scratch/run-$name" 2>&1 || status=$?
  if [[ " $expected " != *" $status "* ]]; then
    echo "the run $name ended with status $status, not one of: $expected" >&2
    exit 1
  fi
}

say 'installing what drives the browser'
(cd "$TRIAL" && npm ci --ignore-scripts --loglevel=error)
say 'building the harness and the reference server'
source ci/built.sh

say 'making three reports'
rm -rf "$REPORTS"
serve leak-to-stranger
run failing 1 --target "$url" --dialect crm --scenario unauthorized-join --scenario typing --scenario typing-stop --trace &
failing=$!
serve drop-every-nth
# A debug build on a busy machine may be late itself (5); what is lost is lost all the same.
run load '1 5' --target "$url" --dialect crm --scenario thousand-rooms --rooms 40 --rate 100/s --for 4s &
load=$!
wait $failing
wait $load
run suite 0

say 'trying every page'
timeout --kill-after=10 150 node --test-reporter=spec "$TRIAL/trial.mjs" &
wait $! # in the background, so that the end of the run ends it too
say "report: ok after $SECONDS s; reports and screenshots in $REPORTS"
