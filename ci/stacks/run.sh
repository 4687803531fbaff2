#!/usr/bin/env bash
# Servers of other stacks, each written from the documents as its community would write it: NestJS, python-socketio, Bun. Each
# is installed, started, judged by the harness, and its verdict held against ci/stacks/<stack>/verdicts.json. See README.md.
# Usage: bash ci/stacks/run.sh [--sample] [--accept] [--sound | --defects] [--only TEXT] [STACK...]; all stacks without any.
# Needs node 20 or newer with npm, and python 3.10 or newer. BUILT: the folder of the harness, which is built without it.
# STACKS_PORT: the first of ten free ports (4700).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly STACKS=ci/stacks
readonly ALL=(nestjs python bun)

finish() {
  local status=$?
  trap '' INT TERM # a second one must not cut the first short
  local running
  running=$(jobs -rp)
  # shellcheck disable=SC2086 # one word for each process
  [[ -z $running ]] || kill $running 2>/dev/null || true
  wait || true
  ((status == 0)) || printf '\nFAILED: stacks (exit status %d)\n' "$status" >&2
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n==> %s\n' "$*"; }

install_nestjs() {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  npm run --silent build
}

install_python() {
  [[ -x .venv/bin/python ]] || python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
}

install_bun() {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  node node_modules/bun/install.js # puts the binary in its place, which is all that its script does
}

flags=()
stacks=()
while (($# > 0)); do
  case $1 in
    --only) flags+=("$1" "${2:?--only needs a text}") && shift ;;
    --*) flags+=("$1") ;;
    *) stacks+=("$1") ;;
  esac
  shift
done
((${#stacks[@]} > 0)) || stacks=("${ALL[@]}")
for stack in "${stacks[@]}"; do
  if [[ " ${ALL[*]} " != *" $stack "* ]]; then
    echo "there is no stack $stack; there are: ${ALL[*]}" >&2
    exit 2
  fi
done

say "installing ${stacks[*]}, side by side"
installing=()
for stack in "${stacks[@]}"; do
  (cd "$STACKS/$stack" && "install_$stack" && echo "$stack is there after $SECONDS s") &
  installing+=($!)
done
for each in "${installing[@]}"; do wait "$each"; done
say 'building the harness'
source ci/built.sh
export BUILT

say 'the verdicts'
node "$STACKS/judge.mjs" "${flags[@]}" "${stacks[@]}" &
wait $!
say "all of ${stacks[*]}: ok after $SECONDS s"
