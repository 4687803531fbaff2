#!/usr/bin/env bash
# Does what docs/tutorial.md says, as a new user would: in an empty folder with an empty home, from the packed npm files, and compares
# every output. Usage: bash ci/tutorial/run.sh; DIST names the folder of a release (ci/release/package.sh), whose files are taken
# then; otherwise they are packed of the debug binary. --update writes what is printed into the document. Needs Node 20 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
scratch=$(mktemp -d)
finish() {
  local status=$?
  rm -rf "$scratch"
  ((status == 0)) || printf '\nFAILED: tutorial (exit status %d)\n' "$status" >&2
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# It is the harness's own that a reader starts on port 3000.
if (exec 3<>/dev/tcp/127.0.0.1/3000) 2>/dev/null; then
  echo 'something listens at port 3000, which the tutorial needs' >&2
  exit 1
fi
if [[ -z ${DIST:-} ]]; then
  source ci/built.sh
  strip -o "$scratch/harness" "$BUILT/harness"
  DIST=$scratch/dist
  bash ci/release/package.sh "$(rustc -vV | sed -n 's/^host: //p')" "$scratch/harness" "$DIST"
fi
mkdir -p "$scratch/home" "$scratch/folder"
# Where packages come from is the machine's affair.
[[ ! -f $HOME/.npmrc ]] || cp "$HOME/.npmrc" "$scratch/home/"
cp "$DIST"/socketio-harness-*.tgz "$scratch/folder/"
begun=$SECONDS
HOME=$scratch/home GITHUB_ACTIONS='' node ci/tutorial/run.mjs "$root/docs/tutorial.md" "$scratch/folder" "$@"
printf '\nthe tutorial holds, after %d s\n' $((SECONDS - begun))
