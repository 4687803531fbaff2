// One server, judged by the harness: what it found, and whether that is right.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENDS_WITHIN_MS, runHarness, targetAt } from '../judged.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const LEVELS = ['may', 'should', 'must'];
const AT_MOST_MS = 60_000; // for one server
const EXIT = { passed: 0, failed: 1, unreached: 3, undecided: 4 };

const atLeast = (level, least) => LEVELS.indexOf(level) >= LEVELS.indexOf(least);

// ---------------------------------------------------------------- ports

const taken = new Set();

const isFree = (port) =>
  new Promise((resolve) => {
    const trial = createServer().once('error', () => resolve(false));
    trial.listen(port, '127.0.0.1', () => trial.close(() => resolve(true)));
  });

/** A port that nobody has, of `count` from `first` on. Two runs at once begin at different ones. */
async function freePort({ first, count }) {
  for (let tried = 0; tried < count; tried++) {
    const port = first + ((process.pid + tried) % count);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
  }
  throw new Error(`none of the ports from ${first} to ${first + count - 1} is free`);
}

// ---------------------------------------------------------------- running the harness

/** The target file of the dialect in ci/interop, with another port, and a server that is changed. */
function targetText({ dialect, list, name }, port) {
  const text = readFileSync(path(`../interop/${dialect}/target.yaml`), 'utf8');
  const server = /^start: node (\S+)/m.exec(text)?.[1];
  if (!server) throw new Error(`${dialect}/target.yaml does not say how its server starts`);
  const start = ['node', '--import', path('patched.mjs'), path(`../interop/${dialect}/${server}`)].join(' ');
  const env = { PORT: port, LIFE_S: (AT_MOST_MS + ENDS_WITHIN_MS) / 1000 + 10 };
  if (list === 'variants') env.VARIANT = name;
  if (list === 'mutants') env.MUTANT = name;
  const lines = Object.entries(env).map(([key, value]) => `  ${key}: ${JSON.stringify(String(value))}`);
  return targetAt(text, port, `start: ${start}`)
    .replace(/^  PORT: .*$/m, lines.join('\n'));
}

const TRIES = 3;

/** What the harness says of a server; neither causes nor cases where it wrote no report. */
export async function judged(server, { ports, ...how }, tries = TRIES) {
  const port = await freePort(ports);
  const result = await judgedAt(port, server, how).finally(() => taken.delete(port));
  // Somebody took the port between our look at it and the start of the server.
  return result.log.includes('EADDRINUSE') && tries > 1 ? judged(server, { ports, ...how }, tries - 1) : result;
}

async function judgedAt(port, server, { binary, folder }) {
  const own = join(folder, [server.dialect, server.list, server.name].filter(Boolean).join('.'));
  mkdirSync(own, { recursive: true });
  const target = join(own, 'target.yaml');
  const log = join(own, 'harness.log');
  writeFileSync(target, targetText(server, port));
  const started = performance.now();
  const { status, late } = await runHarness(binary, ['--target', target, '--level', 'may', '--reports', own, '--quiet'], log, AT_MOST_MS);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const report = join(own, 'report.json');
  const { causes, cases, totals } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  return { status, late, seconds, causes, cases, unjudged: totals?.could_not_run ?? 0, log: readFileSync(log, 'utf8') };
}

// ---------------------------------------------------------------- deciding

const MOST_CASES = 5; // that are named

const short = ({ title, level, key, clauses, cases, findings }) =>
  ({ level, title, key, clauses, cases: cases.length, in: cases.slice(0, MOST_CASES), findings });

const lastLine = (text) => text.trimEnd().split('\n').at(-1) ?? '';

/** Why a server was not judged at all: its entry does not fit, it did not start, or the harness wrote no report. */
function notRun({ log, cases }) {
  const misfit = /^.*trust: (.*)$/m.exec(log)?.[1];
  const cause = misfit ?? (cases?.length ? undefined : lastLine(log));
  return cause === undefined ? undefined : { outcome: 'could not run', cause };
}

/** A sound server passes when nothing is found that stands in its document, and every case could be judged. */
export function decideSound(result) {
  const not = notRun(result);
  if (not) return not;
  const causes = result.causes.filter(({ level }) => atLeast(level, 'should'));
  const why = causes[0]?.title
    ?? (result.late ? 'it was not done in time' : undefined)
    ?? (result.status === EXIT.unreached ? lastLine(result.log) : undefined)
    ?? (result.unjudged ? `${result.unjudged} cases could not run` : undefined)
    ?? ([EXIT.passed, EXIT.failed].includes(result.status) ? undefined : `the harness ended with status ${result.status}`);
  return { outcome: why === undefined ? 'passed' : 'failed', cause: why ?? '', causes: causes.map(short) };
}

/** A broken server is caught by a finding of its level that the unmodified server does not have as well. */
export function decideBroken(result, { level }, known) {
  const not = notRun(result);
  if (not) return not;
  const news = result.causes.filter((one) => !known.has(`${one.level} ${one.key}`));
  const enough = news.filter((one) => atLeast(one.level, level));
  const below = news[0] && `only at the level ${news[0].level}: ${news[0].title}`;
  if (enough.length) return { outcome: 'caught', cause: enough[0].title, causes: enough.map(short) };
  if (result.status === EXIT.unreached) return { outcome: 'caught', cause: lastLine(result.log), causes: [] };
  return { outcome: 'missed', cause: below ?? (result.late ? 'it was not done in time' : ''), causes: news.map(short) };
}

/** What is found on the unmodified server already. */
export const knownOf = ({ causes = [] }) => new Set(causes.map(({ level, key }) => `${level} ${key}`));

/** Whether all of it shows in one case, so that it may be the machine, and not the server. */
export const isThin = ({ outcome, causes = [] }) =>
  ['caught', 'failed'].includes(outcome) && causes.length > 0 && new Set(causes.flatMap(({ in: cases }) => cases)).size === 1;

/** Two runs of one server: what was not found a second time catches nothing, but a sound server has failed all the same. */
export function confirmed(first, second) {
  const again = new Set((second.causes ?? []).map(({ level, key }) => `${level} ${key}`));
  const causes = first.causes.filter(({ level, key }) => again.has(`${level} ${key}`));
  if (causes.length) return { ...first, cause: causes[0].title, causes };
  const cause = `in one run of two: ${first.cause}`;
  return first.outcome === 'failed' ? { ...first, cause } : { outcome: 'missed', cause, causes: first.causes };
}
