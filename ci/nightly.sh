#!/usr/bin/env bash
# What is too long for every change, in parts that can be chosen.
# Usage: bash ci/nightly.sh [PART...]; all of them without any.
#   clean  the whole suite twenty times on a sound server, with the same verdicts
#   delay  the suite on a server that is a few milliseconds late
#   variations  the suite on servers that differ by what no document forbids, one difference at a time
#   honest servers that are wrong from the ground up, in every dialect
#   faults what load makes of each fault of the reference server: caught, not to be seen, or not looked at
#   causes how many causes each fault of the reference server is, over the whole suite
#   matchers 300 000 patterns and payloads, others every night, of which both matchers have to say the same
#   lints  clippy with the features that are off by default
#   bench  the comparison with others: its lints, then bench/run.sh --short (Node 20 and Python 3 for the peers)
#   size   the release binary: stripped, and at most 20 MB
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly ALL=(clean delay variations honest faults causes matchers lints size bench)
readonly TARGET=${CARGO_TARGET_DIR:-target}

clean() {
  cargo test -p harness --locked --test integration twenty_times -- --ignored
}

delay() {
  cargo test -p harness --locked --test integration a_little_late -- --ignored
}

variations() {
  cargo test -p harness --locked --test integration each_variation -- --ignored
}

honest() {
  cargo test -p harness --locked --test integration in_any_dialect -- --ignored --nocapture
}

faults() {
  cargo test -p harness --locked --test integration load::faults -- --ignored
}

causes() {
  cargo test -p harness --locked --test integration judged::causes -- --ignored --nocapture
}

matchers() {
  local seed=${PROPTEST_RNG_SEED:-$RANDOM$RANDOM}
  echo "PROPTEST_RNG_SEED=$seed"
  PROPTEST_CASES=300000 PROPTEST_RNG_SEED=$seed \
    cargo test -p harness-load --locked --lib both_matchers_say_yes_or_both_say_no
}

lints() {
  cargo clippy -p harness --all-targets --features rust_socketio,goose --locked -- -D warnings
}

size() {
  cargo build --release --locked --package harness
  local bytes
  bytes=$(stat -c %s "$TARGET/release/harness")
  echo "the release binary has $bytes bytes"
  ((bytes <= 20 * 1000 * 1000))
}

bench() {
  cargo clippy --manifest-path ci/bench/Cargo.toml --target-dir "$TARGET" --all-targets --locked -- -D warnings
  bash ci/bench/run.sh --short
}

parts=("$@")
(($# > 0)) || parts=("${ALL[@]}")
for part in "${parts[@]}"; do
  if [[ " ${ALL[*]} " != *" $part "* ]]; then
    echo "there is no part $part; there are: ${ALL[*]}" >&2
    exit 2
  fi
done
for part in "${parts[@]}"; do
  begun=$SECONDS
  printf '\n==> nightly: %s\n' "$part"
  "$part"
  printf '<== nightly: %s ok after %d s\n' "$part" $((SECONDS - begun))
done
