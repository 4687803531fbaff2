# To be sourced in the root of the repository: the debug binaries are in $BUILT then. Who has built them already says where
# they are, and nothing is built.
if [[ -z ${BUILT:-} ]]; then
  # Both at once: a build of one package alone has other features, and compiles what both stand on once more.
  cargo build --quiet --locked --workspace
  BUILT=${CARGO_TARGET_DIR:-target}/debug
fi
