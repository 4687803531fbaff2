// The harness against each way of being bad, and the table of what came of it.
// Usage: node ci/hostile/run.mjs [--way NAME]... [--mode case|load|interrupt] [--sample] [--jobs N] [--port P]
// BUILT: the folder of the binaries (target/debug). Ports from --port (4500) on are used, one for each trial.
// Exit status 1 if anything is not as expected. What a trial printed and reported lies in reports/hostile/NAME-MODE/.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { faultsOf, seconds } from './expected.mjs';
import { HARNESS, ROOT, endAll, filesOf, folder, run } from './trial.mjs';
import { WAYS, wayOf } from './ways.mjs';

const { values: options } = parseArgs({
  options: {
    way: { type: 'string', multiple: true },
    mode: { type: 'string' },
    sample: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
    port: { type: 'string', default: '4500' },
  },
});
const PORTS = 150;
/** How much longer than expected a run may go on, so that one sees how long it takes. */
const GRACE = 15;
const KILLED_AFTER = 45;
/** In a sample, which must end soon, nothing goes on for longer. */
const SAMPLE_KILLED_AFTER = 12;

const SCENARIO = { case: 'unauthorized-join.yaml', load: path.join(ROOT, 'ci/hostile/short-load.yaml') };
/** A load is void where this machine was too busy, which says nothing about the server: it is tried so often. */
const ATTEMPTS = 3;

/** What there is to try: one trial for each mode of each way, and one more where a run is interrupted. */
function trials() {
  const ways = options.way ? options.way.map(wayOf) : WAYS.filter((way) => !options.sample || way.sample);
  const all = ways.flatMap((way) => {
    const modes = way.mode === 'both' && !options.sample ? ['case', 'load'] : [way.mode === 'load' ? 'load' : 'case'];
    if (way.interrupt && !options.sample) modes.push('interrupt');
    return modes.map((mode) => ({ way, mode }));
  });
  return all.filter(({ mode }) => !options.mode || mode === options.mode);
}

/** Starts the server of a way; `secrets` fills with what it says that nobody may say. */
async function serve(name, port) {
  const server = spawn(process.execPath, [path.join(ROOT, 'ci/hostile/server.mjs'), '--way', name, '--port', port]);
  const secrets = [];
  let said = '';
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (bytes) => {
      said += bytes;
      secrets.push(...[...String(bytes).matchAll(/^secret (.+)$/gm)].map(([, secret]) => secret));
      if (said.includes('listening')) resolve();
    });
    server.stderr.on('data', (bytes) => (said += bytes));
    server.on('exit', () => reject(new Error(`the server of \`${name}\` has ended: ${said}`)));
  });
  return { server, secrets, said: () => said };
}

const ended = (server) =>
  new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) resolve();
    else server.once('exit', resolve);
    server.kill('SIGKILL');
  });

/** What is expected in this mode. */
function expectedIn(way, mode) {
  const { load, ...common } = way.expected;
  if (mode === 'load') return { ...common, ...load };
  return mode === 'interrupt' ? { ...common, status: [1, 4], words: [] } : common;
}

async function trial(what, port) {
  let result;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    result = await attemptOf(what, port);
    if (what.mode !== 'load' || result.status !== 5) break;
  }
  return result;
}

async function attemptOf({ way, mode }, port) {
  const expected = expectedIn(way, mode);
  const reports = folder(`${way.name}-${mode}`);
  const { server, secrets, said } = await serve(way.name, String(port));
  const scenario = mode === 'load' ? SCENARIO.load : (way.scenario ?? SCENARIO.case);
  const target = ['--target', `http://127.0.0.1:${port}`, '--dialect', 'crm', '--reports', reports];
  const interrupt = mode === 'interrupt' ? way.interrupt : undefined;
  const limit = options.sample ? SAMPLE_KILLED_AFTER : Math.max(expected.seconds + GRACE, KILLED_AFTER);
  const args = ['--scenario', scenario, ...target, ...(way.args ?? [])];
  let result;
  try {
    result = await run({ args, env: way.env, seconds: limit, interrupt });
  } finally {
    await ended(server);
  }
  const faults = faultsOf(expected, result, filesOf(reports), secrets);
  if (interrupt) faults.push(...ofInterrupt(interrupt, result));
  if (/Error: |node:internal/.test(said())) faults.push(`the hostile server itself has failed: ${said().slice(0, 300)}`);
  endAll(result.left);
  mkdirSync(reports, { recursive: true });
  writeFileSync(path.join(reports, 'output.txt'), result.output);
  return { name: way.name, mode, what: way.what, why: way.why, faults, ...result, output: undefined, expected: expected.status };
}

function ofInterrupt({ within }, { stopped }) {
  if (stopped === null) return ['it had ended before Ctrl-C came'];
  return stopped > within * 1000 ? [`ended ${seconds(stopped)} after Ctrl-C, at most ${within} s`] : [];
}

function line({ name, mode, status, signal, ms, mb, faults }) {
  const mark = faults.length === 0 ? '✓' : '✗';
  const end = signal ?? `status ${status}`;
  const head = `${mark} ${`${name} (${mode})`.padEnd(36)} ${end.padEnd(9)} ${seconds(ms).padStart(7)} ${`${Math.round(mb)} MB`.padStart(8)}`;
  return [head, ...faults.map((fault) => `    ${fault}`)].join('\n');
}

/** Runs all trials, so many at a time, each on a port of its own. */
async function all(list) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const at = next++;
      const result = await trial(list[at], Number(options.port) + (at % PORTS));
      results[at] = result;
      console.log(line(result));
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
  return results;
}

if (!existsSync(HARNESS)) throw new Error(`there is no ${HARNESS}: build it, or say in BUILT where it is`);
const began = performance.now();
const results = await all(trials());
const bad = results.filter(({ faults }) => faults.length > 0);
const slowest = results.reduce((worst, result) => (result.ms > worst.ms ? result : worst));
const largest = results.reduce((worst, result) => (result.mb > worst.mb ? result : worst));
writeFileSync(path.join(ROOT, 'reports/hostile/results.json'), JSON.stringify(results, null, 1));
console.log(`
${results.length} trials in ${seconds(performance.now() - began)}: ${results.length - bad.length} as expected, ${bad.length} not
slowest ${slowest.name} (${slowest.mode}) ${seconds(slowest.ms)}, largest ${largest.name} (${largest.mode}) ${Math.round(largest.mb)} MB`);
if (bad.length > 0) console.log(`\nnot as expected\n${bad.map(line).join('\n')}`);
process.exitCode = bad.length > 0 ? 1 : 0;
