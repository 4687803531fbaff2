#!/usr/bin/env bash
# The examples of docs/reach, as they stand there, against servers on the official Socket.IO package: each passes where the server
# is right, and finds what is wrong with one that is not.
# Usage: bash ci/interop/reach/run.sh. Needs node 20 or newer with npm. REACH_PORT: the first of ten free ports (3950).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
readonly HERE=ci/interop/reach EXAMPLES=docs/reach
port=${REACH_PORT:-3950}
logs=$(mktemp -d)
server=
stop_server() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
finish() {
  local status=$?
  stop_server
  ((status == 0)) || tail -n 40 "$logs"/*.log >&2 2>/dev/null || true
  rm -rf "$logs"
  ((status == 0)) || printf '\nFAILED: reach (exit status %d)\n' "$status" >&2
}
trap finish EXIT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

# serve SCRIPT [NAME=VALUE...]: a server on a port of its own, back when it listens.
serve() {
  stop_server
  port=$((port + 1))
  env PORT="$port" "${@:2}" timeout 120 node "$HERE/$1" >"$logs/$1.log" 2>&1 &
  server=$!
  local deadline=$((SECONDS + 20))
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
      echo "nothing listens at port $port" >&2
      return 1
    fi
    sleep 0.1
  done
}

# run STATUS PATTERN ARGUMENT...: the harness ends with this status, and says so.
run() {
  local status=0
  timeout 120 "$BUILT/harness" --reports "$logs/reports" "${@:3}" >"$logs/said" 2>&1 || status=$?
  cat "$logs/said"
  if ((status != $1)) || ! grep -qE "$2" "$logs/said"; then
    echo "expected exit status $1 and \`$2\`, and got $status" >&2
    return 1
  fi
}

without_a_contract() {
  say 'without a contract: a chat with rooms by name'
  serve chat.mjs
  run 0 'passed' --target "http://127.0.0.1:$port" --scenario "$EXAMPLES/chat.yaml"
  # A busy machine may be late itself (status 5), which is no verdict on the server: the budget is another here.
  sed 's/^load:/load:\n  lateness: 2s/' "$EXAMPLES/chat-load.yaml" >"$logs/chat-load.yaml"
  run 0 'nothing lost' --target "http://127.0.0.1:$port" --scenario "$logs/chat-load.yaml" --for 3s
  serve chat.mjs WAY=leaks
  run 1 'said was heard by a stranger: cy is not in that room' --target "http://127.0.0.1:$port" --scenario "$EXAMPLES/chat.yaml"
  run 1 'leaked [0-9]+ events' --target "http://127.0.0.1:$port" --scenario "$logs/chat-load.yaml" --for 2s
  serve chat.mjs WAY=loses
  run 1 'bo did not receive said' --target "http://127.0.0.1:$port" --scenario "$EXAMPLES/chat.yaml"
  run 1 'lost [0-9]+ of' --target "http://127.0.0.1:$port" --scenario "$logs/chat-load.yaml" --for 2s
}

[[ -d ci/interop/node_modules ]] || (cd ci/interop && npm ci --ignore-scripts --loglevel=error)
source ci/built.sh
without_a_contract
say "all of docs/reach: ok after $SECONDS s"
