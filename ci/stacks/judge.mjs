// Judges the servers of the stacks by the harness, and compares each verdict with the pinned one. See README.md.
//
//     node ci/stacks/judge.mjs [--sample] [--accept] [--sound | --defects] [--only TEXT] STACK...
//
// Environment: BUILT, the folder of the harness (target/debug); STACKS_PORT, the first of ten ports (4700).

import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endAll } from '../judged.mjs';
import { difference, nameOf, verdictOf } from './verdict.mjs';

const PORTS = 10;

const fileOf = (stack) => fileURLToPath(new URL(`${stack}/verdicts.json`, import.meta.url));

/** `{why, trials}` of a stack. Each cause that is pinned for a sound server has a reason in `why`. */
function pinnedOf(stack) {
  const { why, trials } = JSON.parse(readFileSync(fileOf(stack), 'utf8'));
  return { stack, why, trials: trials.map((trial) => ({ transport: 'websocket', ...trial, stack })) };
}

/** What is found on the sound server already, and is no news of one with a defect. */
function knownOf({ dialect, transport, defect }, { trials }) {
  if (!defect) return [];
  const sound = trials.find((one) => one.dialect === dialect && one.transport === transport && !one.defect);
  return [...sound.causes, ...(sound.sometimes ?? [])];
}

function write({ stack, why, trials }) {
  const bare = trials.map(({ stack: _, transport, ...trial }) => (transport === 'websocket' ? trial : { ...trial, transport }));
  writeFileSync(fileOf(stack), `${JSON.stringify({ why, trials: bare }, undefined, 1)}\n`);
}

const unexplained = ({ why, trials }) =>
  [...new Set(trials.filter(({ defect }) => !defect).flatMap(({ causes, sometimes = [] }) => [...causes, ...sometimes]))].filter((cause) => !why[cause]);

function options() {
  const flag = { type: 'boolean', default: false };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sample: flag, accept: flag, sound: flag, defects: flag, only: { type: 'string', default: '' } },
  });
  return { ...values, stacks: positionals.map(pinnedOf) };
}

const isAsked = ({ sample, sound, defects, only }) => (trial) =>
  (!sample || trial.sample) && (!sound || !trial.defect) && (!defects || trial.defect) && nameOf(trial).includes(only);

async function judge(trial, known, { binary, folder, port, accept }) {
  const verdict = await verdictOf(trial, { binary, folder, port });
  verdict.causes = verdict.causes.filter((cause) => !known.includes(cause));
  const lines = difference(trial, verdict);
  const outcome = lines.length === 0 ? 'as pinned' : accept ? 'accepted' : 'differs';
  const { status, causes, seconds } = verdict;
  console.log(`${outcome.padEnd(9)} ${nameOf(trial).padEnd(44)} ${seconds.toFixed(1).padStart(5)} s  ${status}, ${causes.length} ${trial.defect ? 'new causes' : 'causes'}`);
  for (const line of lines) console.log(`          ${line}`);
  if (lines.length && !['passed', 'failed'].includes(status)) console.log(verdict.log.split('\n').slice(-15).join('\n'));
  if (accept && lines.length) Object.assign(trial, { status, causes: causes.filter((cause) => !trial.sometimes?.includes(cause)) });
  return lines.length === 0 || accept;
}

async function main() {
  const asked = options();
  const binary = resolve(process.env.BUILT ?? 'target/debug', 'harness');
  accessSync(binary, constants.X_OK);
  const first = Number(process.env.STACKS_PORT ?? 4700);
  const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  const end = () => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      end();
      process.exit(status);
    });
  }
  try {
    const of = Object.fromEntries(asked.stacks.map((stack) => [stack.stack, stack]));
    const trials = asked.stacks.flatMap((stack) => stack.trials).filter(isAsked(asked));
    if (trials.length === 0) throw new Error('no trial is asked for');
    let fine = 0;
    for (const [index, trial] of trials.entries()) {
      const how = { binary, folder, port: first + (index % PORTS), accept: asked.accept };
      if (await judge(trial, knownOf(trial, of[trial.stack]), how)) fine += 1;
    }
    if (asked.accept) asked.stacks.forEach(write);
    const bare = asked.stacks.flatMap((stack) => unexplained(stack).map((cause) => `${stack.stack}: ${cause}`));
    bare.forEach((cause) => console.log(`no reason is given in verdicts.json for ${cause}`));
    console.log(`${fine} of ${trials.length} verdicts are as pinned`);
    if (fine < trials.length || bare.length) process.exitCode = 1;
  } finally {
    end();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(2);
});
