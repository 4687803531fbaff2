#!/usr/bin/env bash
# Compares the harness and the reference server with what one would take instead, in one run on this machine, and prints
# one table of ratios; README.md in this folder says what its rows mean. Peers that cannot be installed are skipped.
# Usage: bash ci/bench/run.sh [--short] [--only ROW]
# BENCH_PORT: the first of a few hundred free ports (3700).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly HERE=ci/bench
readonly TARGET=${CARGO_TARGET_DIR:-target}
export BENCH_HERE=$HERE BENCH_BIN=$TARGET/release BENCH_OUT=reports/bench BENCH_VENV=$TARGET/bench-venv

say() { printf '\n==> %s\n' "$*"; }

# install NAME COMMAND...: at most five minutes; what fails is skipped, and the table says so.
install() {
  local name=$1
  shift
  timeout 300 "$@" >"$BENCH_OUT/install-$name.log" 2>&1 || echo "$name cannot be installed here: see $BENCH_OUT/install-$name.log"
}
packages() { (cd "$1" && npm ci --ignore-scripts --loglevel=error); }
locust() {
  [[ -x $BENCH_VENV/bin/locust ]] && return
  python3 -m venv "$BENCH_VENV" && "$BENCH_VENV/bin/pip" install --quiet --requirement "$HERE/requirements.txt"
}
export -f packages locust
export HERE

if ! command -v taskset >/dev/null || (($(nproc) < 2)); then
  echo 'SKIPPED: the comparison needs Linux with taskset and two cores'
  exit 0
fi
mkdir -p "$BENCH_OUT"
say 'installing the peers'
install official-packages bash -c "packages $HERE"
install interop-packages bash -c 'packages ci/interop'
if [[ " $* " != *' --short '* ]]; then
  install artillery bash -c "packages $HERE/artillery"
  install locust bash -c locust
fi

say 'building'
cargo build --quiet --release --locked --package harness --package reference-server
cargo build --quiet --release --locked --manifest-path "$HERE/Cargo.toml" --target-dir "$TARGET"

say "measuring on $(nproc) cores"
"$TARGET/release/bench" compare "$@" 2> >(tee "$BENCH_OUT/rounds.log" >&2)
say "ok after $SECONDS s; the table is $BENCH_OUT/table.md"
