#!/usr/bin/env bash
# The second opinion: rust_socketio instead of our own client must come to the same verdicts, on a sound server and on broken ones.
# Usage: bash ci/second.sh. Beside Rust it needs pkg-config and the development files of OpenSSL, which that crate links.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo clippy -p harness --all-targets --features rust_socketio --locked -- -D warnings
cargo test -p harness --features rust_socketio --locked --lib --test second
