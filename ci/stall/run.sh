#!/usr/bin/env bash
# A server on the official package that stalls for one second of fifteen, measured twice: by a loop that waits for each answer, as most
# load scripts do, and by the harness. Fails where the loop's p99 shows the second, or the harness's does not.
# Usage: bash ci/stall/run.sh; needs Node 20 or newer with npm. STALL_PORT: the first of two free ports (3970).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
port=${STALL_PORT:-3970}
scratch=$(mktemp -d)
server=
stop_server() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  [[ -z $server ]] || wait "$server" 2>/dev/null || true
  server=
}
finish() {
  local status=$?
  stop_server
  rm -rf "$scratch"
  ((status == 0)) || printf '\nFAILED: stall (exit status %d)\n' "$status" >&2
}
trap finish EXIT
trap 'exit 143' TERM

serve() {
  stop_server
  port=$((port + 1))
  PORT=$port timeout 120 node "$scratch/server.mjs" &
  server=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
}

[[ -d ci/interop/node_modules ]] || (cd ci/interop && npm ci --ignore-scripts --loglevel=error)
source ci/built.sh
# Node looks for packages above a file.
ln -s "$PWD/ci/interop/node_modules" "$scratch/node_modules"
cp ci/stall/*.mjs "$scratch/"

serve
URL=http://127.0.0.1:$port timeout 60 node "$scratch/loop.mjs" 10 15 >"$scratch/loop.json"
serve
status=0
timeout 120 "$BUILT/harness" --quiet --target "http://127.0.0.1:$port" --scenario ci/stall/stall.yaml --reports "$scratch/reports" >"$scratch/said" || status=$?
if ((status != 0)); then
  cat "$scratch/said"
  exit "$status"
fi
node - "$scratch/loop.json" "$scratch/reports/report.json" <<'NODE'
const { readFileSync } = require('node:fs');
const [loop, report] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const { ack } = report.loads[0].total;
const ms = (us) => (us / 1000).toFixed(1);
const rows = [['', 'answers', 'p50 ms', 'p99 ms', 'max ms'], ['a loop that waits', loop.count, loop.p50, loop.p99, loop.max],
  ['the harness', ack.count, ms(ack.p50_us), ms(ack.p99_us), ms(ack.max_us)]];
for (const row of rows) console.log(row.map((cell, index) => (index ? String(cell).padStart(9) : cell.padEnd(18))).join(' '));
const hidden = Number(loop.p99) < 200;
const shown = ack.p99_us > 500_000;
process.exit(hidden && shown ? 0 : 1);
NODE
