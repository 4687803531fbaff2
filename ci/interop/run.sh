#!/usr/bin/env bash
# Both sides against software that is not ours: the official client against the reference server (and against the official
# Node server, to know that its examples are right), then the harness against the official Node server.
# Usage: bash ci/interop/run.sh; needs node 20 or newer with npm. INTEROP_PORT: of the reference server (3900).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly HERE=$PWD
readonly ROOT=$HERE/../..
readonly PORT=${INTEROP_PORT:-3900}
readonly BASE=http://127.0.0.1:$PORT
export JWT_SECRET=interop-secret

logs=$(mktemp -d)
server=
stop_server() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    for _ in {1..25}; do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.2
    done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
finish() {
  local status=$?
  stop_server
  if ((status != 0)); then
    tail -n 40 "$logs"/*.log >&2 2>/dev/null || true
    printf '\nFAILED: interop (exit status %d)\n' "$status" >&2
  fi
  rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

answers() { # URL: with a 2xx, within a second
  node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(1000) })
    .then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))' "$1"
}

# start NAME COMMAND...: in the background, and back when /healthz answers, after 20 s at the latest.
start() {
  local name=$1
  shift
  if answers "$BASE/healthz"; then
    echo "something else answers at $BASE already; choose another INTEROP_PORT" >&2
    return 1
  fi
  "$@" >"$logs/$name.log" 2>&1 &
  server=$!
  local deadline=$((SECONDS + 20))
  until answers "$BASE/healthz"; do
    if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
      echo "$name does not answer at $BASE/healthz" >&2
      return 1
    fi
    sleep 0.2
  done
}

documented_examples() {
  URL=$BASE timeout 120 node --test-reporter=spec official-client/documented-examples.mjs
}

say 'installing the official packages'
npm ci --ignore-scripts --loglevel=error
say 'building the reference server and the harness'
cargo build --quiet --locked --package reference-server --package harness

say 'the official client against the official Node server'
start node env PORT="$PORT" node crm/server.mjs
documented_examples
stop_server

say 'the official client against the reference server'
start reference-server cargo run --quiet --locked --package reference-server -- --dialect crm --port "$PORT"
documented_examples
stop_server

say 'the harness against the official Node server'
cd "$ROOT"
timeout 900 cargo run --quiet --locked --package harness -- \
  --dialect crm --target ci/interop/crm/target.yaml --level should
