// The harness in a bad environment, against a sound server: stopped, killed, without an output, without room for its reports.
// Usage: node ci/hostile/environment.mjs [--only NAME]... [--port P]
// BUILT: the folder of the binaries (target/debug). Ports from --port (4660) on are used. Exit status 1 if anything is not as
// expected. What an attempt printed and reported lies in reports/hostile/environment-NAME/.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ATTEMPTS } from './attempts.mjs';
import { seconds } from './expected.mjs';
import { BUILT, HARNESS, endAll, folder } from './trial.mjs';

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true }, port: { type: 'string', default: '4660' } },
});

/** A sound server on a port, once it answers. */
async function sound(port) {
  const server = spawn(path.join(BUILT, 'reference-server'), ['--dialect', 'crm', '--port', `${port}`, '--jwt-secret', 'hostile-secret'], {
    stdio: 'ignore',
  });
  const answers = () => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false);
  for (let tries = 0; !(await answers()); tries += 1) {
    if (tries > 100 || server.exitCode !== null) throw new Error(`no reference server at port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return server;
}

/** A target file that starts a reference server of its own. */
function started(reports, port) {
  const file = path.join(reports, 'target.yaml');
  const command = `${path.resolve(BUILT, 'reference-server')} --dialect crm --port ${port} --jwt-secret hostile-secret`;
  const lines = [`url: http://127.0.0.1:${port}`, 'dialect: crm', `start: ${command}`, 'ready: /healthz', 'token: {secret: hostile-secret}'];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function attempt({ name, act, needs }, port) {
  const reports = folder(`environment-${name}`);
  const server = needs === 'nothing' ? null : await sound(port);
  const began = performance.now();
  const arena = {
    reports,
    port,
    url: `http://127.0.0.1:${port}`,
    target: started(reports, port + 1),
    args: ['--target', `http://127.0.0.1:${port}`, '--dialect', 'crm', '--reports', reports],
    report: () => readReport(reports),
  };
  try {
    const { faults, result, left = [] } = await act(arena);
    const ran = result ?? {};
    endAll([...(ran.left ?? []), ...left]);
    mkdirSync(reports, { recursive: true });
    writeFileSync(path.join(reports, 'output.txt'), ran.output ?? '');
    return { name, faults, end: ran.signal ?? (ran.status === undefined ? '–' : `status ${ran.status}`), ms: performance.now() - began };
  } finally {
    server?.kill('SIGKILL');
  }
}

/** The report of a run; null where there is none, a text where it cannot be read. */
function readReport(reports) {
  const file = path.join(reports, 'report.json');
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return `${error.message}`;
  }
}

if (!existsSync(HARNESS)) throw new Error(`there is no ${HARNESS}: build it, or say in BUILT where it is`);
const chosen = ATTEMPTS.filter(({ name }) => !options.only || options.only.includes(name));
let bad = 0;
for (const [at, what] of chosen.entries()) {
  const { name, faults, end, ms } = await attempt(what, Number(options.port) + 2 * (at % 20));
  if (faults.length > 0) bad += 1;
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${name.padEnd(24)} ${end.padEnd(10)} ${seconds(ms).padStart(7)}  ${what.what}`);
  for (const fault of faults) console.log(`    ${fault}`);
}
console.log(`\n${chosen.length} attempts: ${chosen.length - bad} as expected, ${bad} not`);
process.exitCode = bad > 0 ? 1 : 0;
