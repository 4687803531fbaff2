#!/usr/bin/env bash
# What is off by default, in one build: the second opinion (rust_socketio instead of our own client must come to the same
# verdicts, on a sound server and on broken ones), and the users of goose.
# Its lints are in ci/nightly.sh. Usage: bash ci/features.sh [--no-run]. Beside Rust it needs a C compiler, pkg-config and the development files of OpenSSL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly FEATURES=rust_socketio,goose

# By the names of their modules, but for what every build tries already.
cargo test -p harness --features "$FEATURES" --locked --lib --test integration "$@" -- second:: goose
