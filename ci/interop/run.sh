#!/usr/bin/env bash
# Both sides against software that is not ours, for each dialect: the official client against the official Node server (to
# know that its examples are right), then against the reference server, then the same through `harness record`, whose file has
# to replay, then the harness against the official Node server.
# Usage: bash ci/interop/run.sh [DIALECT...]; all of them without any. Needs node 20 or newer with npm.
# INTEROP_PORT: the first of ten free ports (3910); those of the target files come on top.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly INTEROP=ci/interop
readonly FIRST_PORT=${INTEROP_PORT:-3910}
readonly ALL=(crm whatsapp gateway minimal minimal-open) # the longest first, since three run at a time
readonly AT_ONCE=3
export JWT_SECRET=interop-secret

logs=$(mktemp -d)
finish() {
  local status=$?
  trap '' INT TERM # a second one must not cut the first short
  local legs
  legs=$(jobs -rp)
  # shellcheck disable=SC2086 # one word for each process
  [[ -z $legs ]] || kill $legs 2>/dev/null || true
  wait
  rm -rf "$logs"
  ((status == 0)) || printf '\nFAILED: interop (exit status %d)\n' "$status" >&2
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

# ---------------------------------------------------------------- one dialect

server= # the one that runs, and the command that is tried against it
trial=
recorder=
stop() { # PID: timeout passes the signal on, and kills what does not listen to it
  [[ -n $1 ]] || return 0
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
stop_server() {
  stop "$server"
  server=
}

# try SECONDS COMMAND...: in the background and waited for, so that the end of the run ends it too.
try() {
  timeout --kill-after=5 "$@" &
  trial=$!
  wait "$trial"
  trial=
}

answers() { # URL: with a 2xx, within a second
  node -e 'fetch(process.argv[1], { signal: AbortSignal.timeout(1000) })
    .then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))' "$1"
}

# start LOG PORT COMMAND...: in the background, and back when /healthz answers, after 20 s at the latest.
start() {
  local log=$1 port=$2
  shift 2
  if answers "http://127.0.0.1:$port/healthz"; then
    echo "something else answers at port $port already; choose another INTEROP_PORT" >&2
    return 1
  fi
  timeout --kill-after=5 150 "$@" >"$log" 2>&1 &
  server=$!
  local deadline=$((SECONDS + 20))
  until answers "http://127.0.0.1:$port/healthz"; do
    if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
      echo "nothing answers at http://127.0.0.1:$port/healthz" >&2
      return 1
    fi
    sleep 0.2
  done
}

documented_examples() { # DIALECT URL
  try 120 env URL="$2" node --test-reporter=spec "$INTEROP/official-client/$1.mjs"
}

node_server() { # DIALECT PORT LOG
  case $1 in
    minimal-open) start "$3" "$2" env MODE=open PORT="$2" node "$INTEROP/minimal/server.mjs" ;;
    *) start "$3" "$2" env PORT="$2" node "$INTEROP/$1/server.mjs" ;;
  esac
}

reference_server() { # DIALECT PORT FLAGS...
  local dialect=$1 port=$2
  shift 2
  start "$logs/$dialect.reference.log" "$port" "$BUILT/reference-server" --dialect "$dialect" --port "$port" "$@"
}

# The examples once more, through the recorder: what it writes is green against the server that it has seen, whose state is
# another one by now, and against a fresh one; and it finds a server that breaks a promise.
recording() { # DIALECT PORT
  local dialect=$1 url=http://127.0.0.1:$2 new=$logs/$1.yaml log=$logs/$1.record.log
  local replay=("$BUILT/harness" --scenario "$new" --target "$url" --dialect "$dialect" --reports "reports/interop-$dialect-record")
  say "$dialect: the official client against the reference server, recorded"
  reference_server "$dialect" "$2"
  "$BUILT/harness" record --target "$url" --out "$new" --dialect "$dialect" --for 150s >"$log" 2>&1 &
  recorder=$!
  local through= deadline=$((SECONDS + 20))
  until [[ -n $through ]]; do
    if ! kill -0 "$recorder" 2>/dev/null || ((SECONDS > deadline)); then
      echo "harness record does not say where it listens" >&2
      return 1
    fi
    sleep 0.2
    through=$(sed -n 's/^recording .* connect to \(http[^ ]*\) instead.*/\1/p' "$log")
  done
  documented_examples "$dialect" "$through"
  kill -INT "$recorder"
  wait "$recorder"
  recorder=
  tail -n 5 "$log"

  say "$dialect: the recording, replayed"
  try 60 "${replay[@]}" --level may
  stop_server
  reference_server "$dialect" "$2"
  try 60 "${replay[@]}" --level may
  stop_server

  say "$dialect: the recording finds a broadcast with the wrong sender"
  reference_server "$dialect" "$2" --fault wrong-sender
  local status=0
  "${replay[@]}" >"$logs/$dialect.fault.log" || status=$?
  stop_server
  if ((status != 1)); then
    echo "the recording did not find it (exit status $status)" >&2
    return 1
  fi
}

end_of_leg() { # DIALECT
  local status=$?
  trap '' TERM # a second one must not cut the first short
  stop "$trial"
  stop "$recorder"
  stop_server
  echo "$status" >"$logs/$1.status"
}

leg() { # DIALECT PORT: in a shell of its own
  local dialect=$1 port=$2
  # shellcheck disable=SC2064 # the dialect of now
  trap "end_of_leg $dialect" EXIT
  trap 'exit 143' TERM

  say "$dialect: the official client against the official Node server"
  node_server "$dialect" "$port" "$logs/$dialect.node.log"
  documented_examples "$dialect" "http://127.0.0.1:$port"
  stop_server

  say "$dialect: the official client against the reference server"
  reference_server "$dialect" $((port + 1))
  documented_examples "$dialect" "http://127.0.0.1:$((port + 1))"
  stop_server
  recording "$dialect" $((port + 1))

  say "$dialect: the harness against the official Node server"
  if [[ -e scenarios/dialects/$dialect.yaml ]]; then
    try 150 "$BUILT/harness" --dialect "$dialect" --target "$INTEROP/$dialect/target.yaml" \
      --level should --reports "reports/interop-$dialect"
    local transport
    for transport in polling upgrade; do
      say "$dialect: the same, by $transport, in what does not cut a connection"
      try 60 "$BUILT/harness" --dialect "$dialect" --target "$INTEROP/$dialect/target.yaml" --transport "$transport" \
        --scenario second-device.yaml --scenario one-order.yaml --scenario leave-means-silence.yaml \
        --level should --reports "reports/interop-$dialect-$transport"
    done
  else
    echo "SKIPPED: there is no contract scenarios/dialects/$dialect.yaml"
  fi
}

# ---------------------------------------------------------------- all of them

report() { # every leg that has ended since the last time
  local ended dialect status
  for ended in "$logs"/*.status; do
    [[ -e $ended ]] || continue
    dialect=$(basename "$ended" .status)
    status=$(<"$ended")
    rm "$ended"
    cat "$logs/$dialect.out"
    if ((status == 0)); then continue; fi
    failed+=("$dialect")
    tail -n 40 "$logs/$dialect".*.log >&2 2>/dev/null || true
    printf '\nFAILED: %s (exit status %d)\n' "$dialect" "$status" >&2
  done
}

say 'installing the official packages'
(cd "$INTEROP" && npm ci --ignore-scripts --loglevel=error)
say 'building the reference server and the harness'
source ci/built.sh

dialects=("$@")
(($# > 0)) || dialects=("${ALL[@]}")
failed=()
port=$FIRST_PORT
for dialect in "${dialects[@]}"; do
  while (($(jobs -rp | wc -l) >= AT_ONCE)); do
    wait -n || true
    report
  done
  leg "$dialect" "$port" >"$logs/$dialect.out" 2>&1 &
  port=$((port + 2))
done
while [[ -n $(jobs -rp) ]]; do
  wait -n || true
  report
done
report
if ((${#failed[@]} > 0)); then
  printf '\nfailed: %s\n' "${failed[*]}" >&2
  exit 1
fi
say "all of ${dialects[*]}: ok after $SECONDS s"
