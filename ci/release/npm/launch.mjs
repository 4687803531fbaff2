#!/usr/bin/env node
// Starts the binary that npm has installed for this machine, and ends as it ends.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

const require = createRequire(import.meta.url);
const { optionalDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

function binary() {
  for (const name of Object.keys(optionalDependencies)) {
    try {
      return require.resolve(`${name}/bin/harness`);
    } catch {
      // Made for another machine, so it was not installed.
    }
  }
  return undefined;
}

const path = binary();
if (path === undefined) {
  const { platform, arch } = process;
  console.error(`error: there is no binary of the harness for ${platform} on ${arch}, or npm was told to leave optional packages out`);
  process.exit(70);
}
const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
// Ctrl-C reaches both; the harness decides what it means, and this waits for its reports.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`error: cannot start ${path}: ${error.message}`);
  process.exit(70);
});
child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
