// What is done to the harness while it runs against a sound server, and what has to come of it. `act` gets {reports, port, url,
// target: a file that starts a server of its own, args, report()}, and returns {faults, result}.

import { mkdirSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';

import { HARNESS, ROOT, run } from './trial.mjs';

const LOAD = path.join(ROOT, 'ci/hostile/short-load.yaml');
const CASES = ['unauthorized-join', 'reconnect', 'typing', 'read-receipts', 'second-device'].flatMap((name) => [
  '--scenario',
  `${name}.yaml`,
]);
const SHORT = ['--scenario', 'unauthorized-join.yaml'];
const SECONDS = 60;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quoted = (words) => words.map((word) => `'${word}'`).join(' ');

/** What is wrong with any run. */
function common(result, report, { status, words = [], unreported = false }) {
  const faults = [];
  const wanted = [status].flat();
  if (result.killed) faults.push(result.killed);
  if (result.signal) faults.push(`ended by ${result.signal}`);
  else if (!wanted.includes(result.status)) faults.push(`status ${result.status}, expected ${wanted.join(' or ')}`);
  const panic = result.output.match(/panicked at[^\n]*|internal error[^\n]*/);
  if (panic) faults.push(`panic: ${panic[0].slice(0, 200)}`);
  const unwrapped = result.output.replace(/\s+/g, ' ');
  for (const word of words) if (!word.test(unwrapped)) faults.push(`does not say ${word}`);
  if (report === null && !unreported) faults.push('no report.json');
  if (typeof report === 'string') faults.push(`report.json cannot be read: ${report}`);
  faults.push(...result.left.map(({ line }) => `left running: ${line.slice(0, 80)}`));
  return faults;
}

/** A run of the harness as it is. */
const plain = (args, expected, more) => async (arena) => {
  const result = await run({ args: [...args, ...arena.args], seconds: SECONDS, ...more });
  return { result, faults: common(result, arena.report(), expected) };
};

/** A run by a line of bash, in which `$H` is the command with its arguments. */
const shell = (line, args, expected) => async (arena) => {
  const command = `${quoted([HARNESS, ...args, ...arena.args])}`;
  const result = await run({ command: 'bash', args: ['-c', line.replaceAll('$H', command)], seconds: SECONDS });
  return { result, faults: common(result, arena.report(), expected) };
};

/** A run that starts its own server, with a signal in the middle. */
const signalled = (signal, expected) => async (arena) => {
  const args = [...CASES, '--target', arena.target, '--reports', arena.reports];
  const result = await run({ args, seconds: SECONDS, interrupt: { after: 2, signal } });
  const faults = common(result, arena.report(), expected);
  if (result.stopped > 3000) faults.push(`ended ${(result.stopped / 1000).toFixed(1)} s after ${signal}`);
  return { result, faults };
};

/** A run that is stopped for five seconds, which must not be taken for the server's fault. */
const stopped = (args, after, status) => async (arena) => {
  const during = async (child) => {
    await sleep(after);
    child.kill('SIGSTOP');
    await sleep(5000);
    child.kill('SIGCONT');
  };
  const result = await run({ args: [...args, ...arena.args], seconds: SECONDS, during });
  const report = arena.report();
  const faults = common(result, report, { status });
  const failed = (report?.cases ?? []).filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  if (failed.length > 0) faults.push(`blamed on the server: ${failed.join(', ')}`);
  return { result, faults };
};

/** Twenty runs, each killed at another moment: the last of them while reports are written. */
async function killedAtTwenty(arena) {
  const args = [...SHORT, '--target', arena.target, '--reports', arena.reports];
  const whole = await run({ args, seconds: SECONDS });
  const faults = whole.status === 0 ? [] : [`the run before has status ${whole.status}`];
  const left = [];
  const moments = [];
  for (let at = 0; at < 10; at += 1) moments.push((whole.ms * (at + 0.5)) / 10);
  for (let at = 0; at < 10; at += 1) moments.push(whole.ms - 60 - at * 25);
  for (const moment of moments) {
    const result = await run({ args, seconds: SECONDS, during: (child) => setTimeout(() => child.kill('SIGKILL'), moment) });
    const report = arena.report();
    const told = `killed after ${Math.round(moment)} ms:`;
    if (report === null) faults.push(`${told} no report.json, though an earlier run had left one`);
    if (typeof report === 'string') faults.push(`${told} report.json cannot be read: ${report}`);
    await sleep(1000);
    const alive = result.left.filter(({ pid }) => lives(pid));
    left.push(...alive);
    faults.push(...alive.map(({ line }) => `${told} left running after 1 s: ${line.slice(0, 60)}`));
    for (const { pid } of alive) process.kill(pid, 'SIGKILL'); // the next run needs its port
  }
  return { faults, left };
}

/** Killed as soon as the report is touched: what an earlier run has left may be replaced, and must not be torn. */
async function killedWhileWriting(arena) {
  const args = [...CASES, '--trace', ...arena.args];
  const whole = await run({ args, seconds: SECONDS });
  const faults = whole.status === 0 ? [] : [`the run before has status ${whole.status}`];
  const during = (child) => {
    const watcher = watch(arena.reports, (_, name) => name?.startsWith('report.json') && child.kill('SIGKILL'));
    child.on('exit', () => watcher.close());
  };
  for (let tries = 1; tries <= 5; tries += 1) {
    await run({ args, seconds: SECONDS, during });
    const report = arena.report();
    if (report === null) faults.push(`try ${tries}: no report.json, though an earlier run had left one`);
    if (typeof report === 'string') faults.push(`try ${tries}: report.json cannot be read: ${report}`);
  }
  return { faults };
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Reports into a folder that cannot be one: the verdict is told all the same. */
async function noFolder(arena) {
  const file = path.join(arena.reports, 'a-file');
  writeFileSync(file, '');
  const args = [...SHORT, '--target', arena.url, '--dialect', 'crm', '--reports', path.join(file, 'reports')];
  const result = await run({ args, seconds: SECONDS });
  const words = [/no report can be written|cannot be written/, /unauthorized-join|passed/];
  return { result, faults: common(result, null, { status: 2, words, unreported: true }) };
}

/** One of the reports cannot be written: the others are, and it is told. */
async function noPage(arena) {
  mkdirSync(path.join(arena.reports, 'report.html'));
  const result = await run({ args: [...SHORT, ...arena.args], seconds: SECONDS });
  const words = [/report\.html/, /unauthorized-join|passed/];
  return { result, faults: common(result, arena.report(), { status: 2, words }) };
}

/** A target file whose `start` is this. */
const starting = (command, expected) => async (arena) => {
  const file = path.join(arena.reports, 'other.yaml');
  writeFileSync(file, `url: ${arena.url}\ndialect: crm\nstart: ${command}\ntoken: {secret: hostile-secret}\n`);
  const result = await run({ args: [...SHORT, '--target', file, '--reports', arena.reports], seconds: SECONDS });
  return { result, faults: common(result, arena.report(), expected) };
};

export const ATTEMPTS = [
  { name: 'sound', what: 'nothing is done to it', act: plain(CASES, { status: 0 }) },
  { name: 'stopped-early', what: 'SIGSTOP for 5 s, 1 s after its start; no finding may follow', act: stopped(CASES, 1000, 0) },
  { name: 'stopped-later', what: 'SIGSTOP for 5 s, 4 s after its start; no finding may follow', act: stopped(CASES, 4000, 0) },
  { name: 'stopped-load', what: 'SIGSTOP for 5 s in the middle of a load: void, and no finding', act: stopped(['--scenario', LOAD], 1500, [0, 5]) },
  { name: 'killed', what: 'kill -9 at twenty moments: the last report stays readable, and no server is left', needs: 'nothing', act: killedAtTwenty },
  { name: 'killed-writing', what: 'kill -9 while report.json is written, five times: it is the old one or the new one', act: killedWhileWriting },
  { name: 'sigterm', what: 'SIGTERM: reports are written, as with Ctrl-C, and no server is left', needs: 'nothing', act: signalled('SIGTERM', { status: [4, 143] }) },
  { name: 'sighup', what: 'SIGHUP, likewise', needs: 'nothing', act: signalled('SIGHUP', { status: [4, 129] }) },
  { name: 'sigint', what: 'Ctrl-C: reports are written, and no server is left', needs: 'nothing', act: signalled('SIGINT', { status: 4 }) },
  { name: 'output-closed', what: 'its output goes to `head -1`: reports are written, with the status of the verdict', act: shell('set -o pipefail; $H 2>&1 | head -1; exit ${PIPESTATUS[0]}', CASES, { status: 0 }) },
  { name: 'output-full', what: 'its output is /dev/full: reports are written, and no panic', act: shell('$H >/dev/full', SHORT, { status: [0, 70] }) },
  { name: 'both-full', what: 'its output and its errors are /dev/full', act: shell('$H >/dev/full 2>&1', SHORT, { status: [0, 70] }) },
  { name: 'no-streams', what: 'it has no input, output or errors at all', act: shell('$H <&- >&- 2>&-', SHORT, { status: [0, 70] }) },
  { name: 'no-environment', what: 'it has no environment but the secret', act: shell('env -i JWT_SECRET=hostile-secret $H', SHORT, { status: 0, words: [/passed/] }) },
  { name: 'no-secret', what: 'the secret is not in its environment: that is told, with its name', act: shell('env -u JWT_SECRET $H', SHORT, { status: [2, 4], words: [/JWT_SECRET|secret/], unreported: true }) },
  { name: 'no-folder', what: 'the folder of its reports lies below a file: a wrong setting, told with the verdict', act: noFolder },
  { name: 'no-page', what: 'report.html is a folder: the other reports are written, and it is told', act: noPage },
  { name: 'disk-full', what: 'no file may exceed 8 kB, as on a full disk: that is told, by no signal', act: shell('ulimit -f 8; $H', SHORT, { status: [2, 70], words: [/written|large|space/], unreported: true }) },
  { name: 'few-files', what: 'it may open 30 files: a case needs no more', act: shell('ulimit -n 30; $H', SHORT, { status: 0, words: [/passed/] }) },
  { name: 'fewer-files', what: 'it may open 12 files: that is told, and is no finding about the server', act: shell('ulimit -n 12; $H', SHORT, { status: [2, 4, 5], words: [/open files|descriptor/], unreported: true }) },
  { name: 'few-files-load', what: 'it may open 30 files, and a load needs 90: that is told, and is no finding about the server', act: shell('ulimit -n 30; $H', ['--scenario', LOAD, '--rooms', '30'], { status: [2, 4, 5], words: [/open files|ulimit|descriptor/], unreported: true }) },
  { name: 'little-memory', what: 'it may have 600 MB of addresses', act: shell('ulimit -v 600000; $H', SHORT, { status: 0, words: [/passed/] }) },
  { name: 'start-missing', what: '`start` names no program: that is told', act: starting('no-such-program --now', { status: [2, 3], words: [/no-such-program/], unreported: true }), needs: 'nothing' },
  { name: 'start-ends', what: '`start` ends with status 7 at once: that is told, with its status', act: starting('exit 7', { status: [2, 3], words: [/7/], unreported: true }), needs: 'nothing' },
  { name: 'start-taken', what: 'something listens at the port of the server to be started: that is told', act: starting('sleep 60', { status: [2, 3], words: [/listens/], unreported: true }) },
];
