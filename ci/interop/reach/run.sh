#!/usr/bin/env bash
# The examples of docs/reach, as they stand there, against servers on the official Socket.IO package: each passes where the server
# is right, and finds what is wrong with one that is not.
# Usage: bash ci/interop/reach/run.sh. Needs openssl, and node 20 or newer with npm. REACH_PORT: the first of ten free ports (3950).
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

# An authority, a certificate of it for localhost, and one for a client; another authority that nobody has heard of.
certificates() {
  local authority
  for authority in ca other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$authority" \
      -addext 'keyUsage=critical,keyCertSign' -keyout "$logs/$authority.key" -out "$logs/$authority.pem" 2>>"$logs/openssl.log"
  done
  certify server ca 'subjectAltName=DNS:localhost'
  certify stranger other 'subjectAltName=DNS:localhost'
  certify client ca 'extendedKeyUsage=clientAuth'
}

certify() { # NAME AUTHORITY EXTENSION
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$logs/$1.key" -out "$logs/$1.csr" 2>>"$logs/openssl.log"
  openssl x509 -req -in "$logs/$1.csr" -CA "$logs/$2.pem" -CAkey "$logs/$2.key" -CAcreateserial -days 2 \
    -extfile <(echo "$3") -out "$logs/$1.pem" 2>>"$logs/openssl.log"
}

# The target of the page, at the port of the server that runs; what more is to be changed, as sed says it.
target() {
  sed -e "s/3443/$port/" "$@" "$EXAMPLES/staging.yaml" >"$logs/staging.yaml"
}

over_tls() {
  say 'over TLS: an authority of its own, paths, and what every connection has to say'
  certificates
  local case=(--target "$logs/staging.yaml" --scenario "$EXAMPLES/behind-tls.yaml")
  serve tls.mjs CERT="$logs/server.pem" KEY="$logs/server.key"
  target
  run 0 '1 passed' "${case[@]}"
  run 0 '1 passed' "${case[@]}" --transport polling
  run 0 '1 passed' "${case[@]}" --transport upgrade
  run 0 'nothing lost' --target "$logs/staging.yaml" --scenario "$logs/chat-load.yaml" --for 3s
  run 0 'nothing lost' --target "$logs/staging.yaml" --scenario "$logs/chat-load.yaml" --for 2s --transport polling
  target -e '/^tls:/d'
  run 3 'from nobody who is trusted here' "${case[@]}"
  target -e 's/localhost/127.0.0.1/'
  run 3 'for another name' "${case[@]}"
  target -e 's/x-tenant: acme/x-tenant: other/'
  run 1 'connect_error' "${case[@]}"
  target -e '/^path:/d'
  run 4 '3[0-9]+/socket.io/: ' "${case[@]}"
  serve tls.mjs CERT="$logs/stranger.pem" KEY="$logs/stranger.key"
  target -e 's/ca: ca.pem/insecure: true/'
  run 0 'certificate is not checked' "${case[@]}"
  serve tls.mjs CERT="$logs/server.pem" KEY="$logs/server.key" CLIENTS="$logs/ca.pem"
  target
  run 3 'no TLS with localhost:[0-9]+: it wants a certificate' "${case[@]}"
  target -e 's/ca: ca.pem/ca: ca.pem, cert: client.pem, key: client.key/'
  run 0 '1 passed' "${case[@]}"
  run 0 'nothing lost' --target "$logs/staging.yaml" --scenario "$logs/chat-load.yaml" --for 2s
}

logged_in() {
  say 'users who log in: a token, a cookie, and who they are'
  cp "$EXAMPLES/users.csv" "$logs/"
  local case=(--target "$logs/login.yaml" --scenario "$EXAMPLES/logged-in.yaml")
  serve login.mjs
  sed "s/3000/$port/" "$EXAMPLES/login.yaml" >"$logs/login.yaml"
  run 0 '1 passed' "${case[@]}"
  run 0 '1 passed' "${case[@]}" --transport polling
  if grep -rqE '[a-z]+-password' "$logs/reports"; then
    echo 'a password stands in a report' >&2
    return 1
  fi
  sed 's/^load:/connect: {auth: {token: $token}}\nload:/; s/count: 20/count: 2/' "$logs/chat-load.yaml" >"$logs/login-load.yaml"
  run 0 'nothing lost' --target "$logs/login.yaml" --scenario "$logs/login-load.yaml" --for 2s
  sed -i 's/^eve@example.org,eve-password/eve@example.org,guessed/' "$logs/users.csv"
  run 4 'row 5 could not log in: POST /auth/login was answered with 401' --target "$logs/login.yaml" --scenario "$logs/login-load.yaml" --for 2s
  serve login.mjs WAY=careless
  sed "s/3000/$port/" "$EXAMPLES/login.yaml" >"$logs/login.yaml"
  run 1 'mallory' "${case[@]}"
}

[[ -d ci/interop/node_modules ]] || (cd ci/interop && npm ci --ignore-scripts --loglevel=error)
source ci/built.sh
without_a_contract
over_tls
logged_in
say "all of docs/reach: ok after $SECONDS s"
