// The trust score: how many sound servers the harness passes, and how many broken ones it catches. See README.md.
//
//     node ci/trust/run.mjs [--dialect D]... [--only NAME]... [--jobs N] [--sample] [--out FILE]
//       [--keep FOLDER]
//
// Environment: BUILT, the folder of the harness (target/debug); TRUST_PORT, the first of 100 ports to choose from (4100).

import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dialects, entriesOf } from './entries.mjs';
import { decideBroken, decideSound, endAll, freePort, judged, knownOf, returnPort } from './judge.mjs';
import { printedScores, scoresOf, spread } from './score.mjs';

const PORTS = 100;
const SAMPLE_SERVERS = 12; // beside the unmodified ones; as many as 60 s are enough for

function options() {
  const { values } = parseArgs({
    options: {
      dialect: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string', default: '4' },
      sample: { type: 'boolean', default: false },
      out: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const jobs = Number(values.jobs);
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
    if (wanted.length || !only) lists.set(dialect, sample ? spread(wanted, Math.ceil(SAMPLE_SERVERS / names.length)) : wanted);
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

/** Judges every server; the unmodified ones first, since a dialect whose own server fails says nothing of others. */
async function judgeAll(lists, { jobs, binary, folder, first }) {
  const known = new Map();
  const judgedServers = [];
  const judge = async (server, decide) => {
    const port = await freePort(first, PORTS);
    const result = await judged(server, { binary, folder, port }).finally(() => returnPort(port));
    const { patch, ...entry } = server;
    const record = { ...entry, ...decide(result), seconds: result.seconds, status: result.status };
    print(record);
    judgedServers.push(record);
    return [record, result];
  };
  await inTurns([...lists.keys()], jobs, async (dialect) => {
    const [{ outcome, cause }, result] = await judge({ dialect }, decideSound);
    if (outcome === 'passed') known.set(dialect, knownOf(result));
    else console.error(`the unmodified server of ${dialect} does not pass, so that nothing else can be judged: ${cause}`);
  });
  const servers = [...lists.values()].flat().filter(({ dialect }) => known.has(dialect));
  await inTurns(servers, jobs, (server) =>
    judge(server, server.list === 'variants'
      ? decideSound
      : (result) => decideBroken(result, server, known.get(server.dialect))));
  return judgedServers;
}

async function main() {
  const asked = options();
  const binary = resolve(process.env.BUILT ?? 'target/debug', 'harness');
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
    const first = Number(process.env.TRUST_PORT ?? 4100);
    const servers = await judgeAll(lists, { jobs: asked.jobs, binary, folder, first });
    const scores = scoresOf(servers);
    console.log(printedScores(scores));
    if (asked.out) writeFileSync(asked.out, `${JSON.stringify({ started, sample: asked.sample, scores, servers }, undefined, 1)}\n`);
    const all = [...lists.values()].flat().length + lists.size;
    if (servers.length < all || servers.some(({ outcome }) => outcome === 'could not run')) process.exitCode = 2;
  } finally {
    end();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(2);
});
