#!/usr/bin/env bash
# Makes of the workspace what a registry of crates would take, in a folder of its own, and tries to publish it (dry run). The name
# `harness` is taken there, so the packages are called socketio-harness and socketio-harness-<crate>; the binary is still
# `harness`, and so is the package in this repository. Usage: bash ci/release/crates.sh OUT [OPTION OF CARGO PUBLISH...]; with
# --no-verify nothing is compiled.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly OUT=$1
shift
mkdir -p "$OUT"
git archive HEAD Cargo.toml Cargo.lock LICENSE-APACHE LICENSE-MIT harness reference-server scenarios | tar -x -C "$OUT"
python3 - "$OUT" <<'PYTHON'
import pathlib, re, shutil, sys

root = pathlib.Path(sys.argv[1])
NAME = "socketio-harness"
workspace = root / "Cargo.toml"
text = workspace.read_text()
version = re.search(r'^version = "(.*)"$', text, re.M)[1]
text = text.replace("publish = false\n", "")
text = re.sub(r'package = "harness-(\w+)", path', rf'package = "{NAME}-\1", version = "{version}", path', text)
# The profiles name packages.
text = text.replace("profile.dev.package.harness-", f"profile.dev.package.{NAME}-")
text = text.replace("profile.dev.package.reference-server", f"profile.dev.package.{NAME}-reference-server")
workspace.write_text(text)
for manifest in [*root.glob("harness/crates/*/Cargo.toml"), root / "harness/Cargo.toml", root / "reference-server/Cargo.toml"]:
    text = manifest.read_text().replace("publish.workspace = true\n", "")
    name = re.search(r'^name = "(.*)"$', text, re.M)[1]
    published = {"harness": NAME, "reference-server": f"{NAME}-reference-server"}.get(name, f"{NAME}-{name.removeprefix('harness-')}")
    text = text.replace(f'name = "{name}"', f'name = "{published}"', 1)
    # What other code calls it does not change.
    library = name.replace("-", "_")
    if re.search(r"^\[lib\]$", text, re.M):
        text = re.sub(r"^\[lib\]$", f'[lib]\nname = "{library}"', text, flags=re.M)
    else:
        text += f'\n[lib]\nname = "{library}"\n'
    if (manifest.parent / "src/main.rs").exists():
        text += f'\n[[bin]]\nname = "{name}"\npath = "src/main.rs"\n'
    text = text.replace('reference-server = { path', f'reference-server = {{ package = "{NAME}-reference-server", version = "{version}", path')
    # Tests need files of the whole project.
    text = re.sub(r"(?:^#.*\n)*^\[\[test\]\]\n(?:.+\n)+", "", text, flags=re.M)
    text = text.replace("[package]\n", "[package]\nautotests = false\n", 1) if "autotests" not in text else text
    text = text.replace("[package]\n", '[package]\nexclude = ["tests"]\n', 1)
    manifest.write_text(text)
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"]:
        shutil.copy(root / licence, manifest.parent)
# build.rs takes them from inside the package.
shutil.move(root / "scenarios", root / "harness/scenarios")
shutil.rmtree(root / "harness/scenarios/snapshots")
(root / "harness/scenarios/suite.rs").unlink()
PYTHON
cd "$OUT"
# A folder inside another repository is taken for a part of it.
git init --quiet
cargo metadata --format-version 1 --offline >/dev/null 2>&1 || true
cargo publish --workspace --dry-run --allow-dirty "$@"
