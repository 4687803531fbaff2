// The trust score: how many sound servers the harness passes, and how many broken ones it catches. See README.md.
//
//     node ci/trust/run.mjs [--dialect D]... [--only NAME]... [--jobs N] [--sample] [--out FILE]
//       [--keep FOLDER]
//
// Environment: BUILT, the folder of the harness (target/debug); TRUST_PORT, the first of 100 ports to choose from (4100).

import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dialects, entriesOf } from './entries.mjs';
import { endAll } from '../judged.mjs';
import { confirmed, decideBroken, decideSound, isThin, judged, knownOf } from './judge.mjs';
import { printedScores, scoresOf, spread } from './score.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PORTS = 100;
const JOBS = 4;
const SAMPLE_JOBS = 6;
const SAMPLE_SERVERS = 12; // beside the unmodified ones; meant for 60 s

function options() {
  const { values } = parseArgs({
    options: {
      dialect: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string' },
      sample: { type: 'boolean', default: false },
      out: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const jobs = Number(values.jobs ?? (values.sample ? SAMPLE_JOBS : JOBS));
  if (!Number.isSafeInteger(jobs) || jobs < 1) throw new Error('--jobs must be a positive number');
  const known = dialects();
  const unknown = (values.dialect ?? []).filter((dialect) => !known.includes(dialect));
  if (unknown.length) throw new Error(`there is no dialect ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return { ...values, jobs, dialects: values.dialect ?? known };
}

/** What is to be judged of each dialect, without the unmodified server. */
async function chosen({ dialects: names, only, sample }) {
  const lists = new Map();
  for (const dialect of names) {
    const { variants, mutants } = await entriesOf(dialect);
    const servers = [
      ...variants.map((entry) => ({ ...entry, dialect, list: 'variants' })),
      ...mutants.map((entry) => ({ ...entry, dialect, list: 'mutants' })),
    ];
    const wanted = servers.filter(({ name }) => !only || only.includes(name));
    if (wanted.length || !only) lists.set(dialect, sample ? spread(wanted, Math.round(SAMPLE_SERVERS / names.length)) : wanted);
  }
  const found = new Set([...lists.values()].flat().map(({ name }) => name));
  const missing = sample ? [] : (only ?? []).filter((name) => !found.has(name));
  if (missing.length) throw new Error(`no entry has the name ${missing.join(', ')}`);
  return lists;
}

function print({ outcome, dialect, list, name, level, seconds, cause }) {
  const what = list === 'mutants' ? `${name} (${level})` : list ? name : 'the unmodified server';
  console.log(`${outcome.padEnd(13)} ${dialect.padEnd(12)} ${what.padEnd(44)} ${seconds.toFixed(1).padStart(5)} s  ${cause}`);
}

/** Runs `tasks` of `work(task)`, `jobs` at a time, in their order. */
async function inTurns(tasks, jobs, work) {
  const waiting = [...tasks];
  const worker = async () => {
    while (waiting.length) await work(waiting.shift());
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

/** Judges every server. A dialect whose unmodified server does not pass says nothing of the others. */
async function judgeAll(lists, jobs, how) {
  const records = [];
  const judge = async (server, decide) => {
    const result = await judged(server, how);
    const { patch, ...entry } = server;
    let decision = await decide(result);
    if (server.list && isThin(decision)) decision = confirmed(decision, await decide(await judged(server, how)));
    const record = { ...entry, ...decision, seconds: result.seconds, status: result.status };
    print(record);
    records.push(record);
    return { outcome: record.outcome, known: knownOf(result) };
  };
  const unmodified = new Map(); // dialect -> the promise of its outcome
  const judgeChanged = (server) =>
    judge(server, async (result) => {
      const { outcome, known } = await unmodified.get(server.dialect);
      if (outcome !== 'passed') return { outcome: 'could not run', cause: 'the unmodified server does not pass' };
      return server.list === 'variants' ? decideSound(result) : decideBroken(result, server, known);
    });
  const servers = [...[...lists.keys()].map((dialect) => ({ dialect })), ...[...lists.values()].flat()];
  await inTurns(servers, jobs, (server) => {
    if (server.list) return judgeChanged(server);
    unmodified.set(server.dialect, judge(server, decideSound));
    return unmodified.get(server.dialect);
  });
  return records;
}

async function main() {
  const asked = options();
  const binary = resolve(process.env.BUILT ?? join(ROOT, 'target/debug'), 'harness');
  accessSync(binary, constants.X_OK);
  const lists = await chosen(asked);
  const folder = asked.keep ? resolve(asked.keep) : mkdtempSync(join(tmpdir(), 'trust-'));
  mkdirSync(folder, { recursive: true });
  const end = () => {
    endAll();
    if (!asked.keep) rmSync(folder, { recursive: true, force: true });
  };
  for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      end();
      process.exit(status);
    });
  }
  try {
    const started = new Date().toISOString();
    const ports = { first: Number(process.env.TRUST_PORT ?? 4100), count: PORTS };
    const servers = await judgeAll(lists, asked.jobs, { binary, folder, ports });
    const scores = scoresOf(servers);
    console.log(printedScores(scores));
    if (asked.out) writeFileSync(asked.out, `${JSON.stringify({ started, sample: asked.sample, scores, servers }, undefined, 1)}\n`);
    const unjudged = ({ list, outcome }) => outcome === 'could not run' || (!list && outcome !== 'passed');
    if (servers.some(unjudged)) process.exitCode = 2;
  } finally {
    end();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(2);
});
