// A run that fails: its TAP is still TAP, and GitHub is told where. Usage: node broken.mjs HARNESS FOLDER
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Parser } from "tap-parser";

const [harness, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = spawn(
  join(dirname(harness), "reference-server"),
  ["--dialect", "crm", "--port", "3961", "--fault", "leak-to-stranger"],
  { stdio: "ignore", env: { ...process.env, JWT_SECRET: "broken-on-purpose" } },
);
try {
  for (let tries = 0; ; tries += 1) {
    if (await fetch("http://127.0.0.1:3961/healthz").catch(() => null)) break;
    assert.ok(tries < 100, "the server does not answer");
    await new Promise((done) => setTimeout(done, 100));
  }
  const summary = join(folder, "step-summary.md");
  const ran = spawnSync(
    harness,
    ["--scenario", "unauthorized-join.yaml", "--target", "http://127.0.0.1:3961", "--dialect", "crm", "--reports", folder],
    { encoding: "utf8", env: { ...process.env, JWT_SECRET: "broken-on-purpose", GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary }, timeout: 60_000 },
  );
  assert.equal(ran.status, 1, ran.stdout + ran.stderr);
  const told = ran.stdout.split("\n").find((line) => line.startsWith("::error "));
  assert.match(told, /^::error file=\S*scenarios\/unauthorized-join\.yaml,line=\d+,title=newMessage heard by a stranger \(1 case\)::crm\/unauthorized-join: .+/);
  assert.equal(readFileSync(summary, "utf8"), readFileSync(join(folder, "summary.md"), "utf8"));
  const results = await new Promise((done) => {
    const parser = new Parser({ strict: true }, done);
    parser.end(readFileSync(join(folder, "results.tap"), "utf8"));
  });
  assert.equal(results.failures.length, 1);
  assert.equal(results.failures[0].diag.outcome, "failed");
  assert.match(results.failures[0].diag.at.file, /unauthorized-join\.yaml$/);
} finally {
  server.kill("SIGKILL");
}
console.log("a failing run is told to GitHub with its line, and its results.tap is strict TAP");
