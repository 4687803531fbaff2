#!/usr/bin/env bash
# Tries what package.sh has made as a new user would, each in an empty folder with an empty home: the archive by its checksum, as
# ci/examples/action fetches it; the npm package by `npx`; both npm packages, installed; the image, where umoci is there.
# Usage: bash ci/release/try.sh DIST TARGET
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dist=$(cd "$1" && pwd)
readonly TARGET=$2
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)
case $TARGET in
  x86_64-*) cpu=x64 ;;
  *) cpu=arm64 ;;
esac
machine=$dist/socketio-harness-linux-$cpu-${TARGET##*-}-$version.tgz
main=$dist/socketio-harness-$version.tgz
scratch=$(mktemp -d)
server=
finish() {
  local status=$?
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  chmod -R u+w "$scratch" && rm -rf "$scratch"
  ((status == 0)) || printf '\nFAILED: release (exit status %d)\n' "$status" >&2
}
trap finish EXIT

# empty NAME: goes to a new folder, with a home of its own beside it. What npm is told where packages are stays.
empty() {
  printf '\n==> %s\n' "$1"
  mkdir -p "$scratch/$1/folder" "$scratch/$1/home"
  [[ ! -f ${NPM_CONFIG_USERCONFIG:-$REAL_HOME/.npmrc} ]] || cp "${NPM_CONFIG_USERCONFIG:-$REAL_HOME/.npmrc}" "$scratch/$1/home/.npmrc"
  export HOME=$scratch/$1/home
  unset XDG_CACHE_HOME
  cd "$scratch/$1/folder"
}
REAL_HOME=$HOME

# says STATUS TEXT COMMAND...: it ends so, and says so.
says() {
  local status=0
  "${@:3}" >"$scratch/said" 2>&1 || status=$?
  if ((status != $1)) || ! grep -qF -- "$2" "$scratch/said"; then
    cat "$scratch/said" >&2
    echo "expected exit status $1 and \`$2\`, and got $status: ${*:3}" >&2
    return 1
  fi
  echo "ok: ${*:3}"
}

# What a new user does first, by whatever command the harness is called.
first_steps() {
  says 0 "harness $version" "$@" --version
  says 0 'passed: 1 passed' "$@" --scenario typing.yaml --dialect crm
  says 1 '1 cause' "$@" --scenario unauthorized-join.yaml --fault leak-to-stranger
  says 0 'wrote my-chat.yaml' "$@" new --raw my-chat
  says 3 'error' "$@" --target http://127.0.0.1:9 --scenario my-chat.yaml
}

fetched() {
  empty fetched
  python3 - "$dist" "$scratch/port" <<'SERVE' &
import functools, http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path):
        return super().translate_path("/" + path.rsplit("/", 1)[-1])
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
open(sys.argv[2], "w").write(str(server.server_port))
server.serve_forever()
SERVE
  server=$!
  until [[ -s $scratch/port ]]; do sleep 0.1; done
  local base
  base=http://127.0.0.1:$(cat "$scratch/port")
  env BASE="$base" VERSION="$version" TARGET="$TARGET" bash "$here/../examples/action/fetch.sh" bin
  first_steps ./bin/harness
  says 0 'crm' ./bin/harness --list --scenario typing.yaml
  # A file that is not what the checksum says is not used.
  local bad=$scratch/bad/v$version
  mkdir -p "$bad" && cp "$dist/harness-$version-$TARGET.tar.gz.sha256" "$bad/"
  echo 'not the archive' >"$bad/harness-$version-$TARGET.tar.gz"
  says 1 'FAILED' env BASE="file://$scratch/bad" VERSION="$version" TARGET="$TARGET" bash "$here/../examples/action/fetch.sh" other
  [[ ! -e other/harness ]]
}

by_npx() {
  empty npx
  first_steps npx --yes --package "$machine" "socketio-harness-linux-$cpu-${TARGET##*-}"
  [[ $(ls) == $'my-chat-load.yaml\nmy-chat.yaml\nreports' ]]
}

installed() {
  empty npm
  # Not published yet, so npm finds only those that are named.
  npm install --silent --no-save "$machine" "$main"
  first_steps npx --no-install socketio-harness
  # Ctrl-C and an end from outside reach the harness.
  ./node_modules/.bin/socketio-harness --scenario thousand-rooms.yaml --for 60s --rooms 10 --rate 10/s >"$scratch/stopped" 2>&1 &
  local running=$!
  sleep 4
  kill -TERM "$running"
  local status=0
  wait "$running" || status=$?
  echo "ended from outside: exit status $status"
  [[ $status == 143 || $status == 4 ]]
}

image() {
  if ! command -v umoci >/dev/null; then
    echo 'SKIPPED image: umoci is not here'
    return 0
  fi
  empty image
  tar -xzf "$dist/harness-$version-$TARGET.tar.gz" --strip-components=1
  bash "$here/image.sh" "$PWD/harness" "$PWD/image" >/dev/null
  umoci unpack --rootless --image image:harness bundle >/dev/null
  du -sb image
  if ((EUID == 0)); then
    says 0 'passed: 1 passed' env -i PATH=/usr/local/bin XDG_CACHE_HOME=/tmp "$(command -v chroot)" --userspec=65534:65534 bundle/rootfs \
      harness --reports /reports --scenario typing.yaml --dialect crm
  fi
}

fetched
by_npx
installed
image
printf '\nthe release is sound\n'
