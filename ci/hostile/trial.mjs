// One run of the harness from outside: started, measured, interrupted or killed in time, and what it left behind.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const BUILT = process.env.BUILT ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'debug');
export const HARNESS = path.join(BUILT, 'harness');

/** Beyond this a run is killed, whatever is expected of it. */
const MOST_MB = 1500;
const MARK = 'HOSTILE_TRIAL';
const KEPT = 4_000_000; // bytes of output

/** An empty folder for the reports of a trial. */
export function folder(name) {
  const reports = path.join(ROOT, 'reports/hostile', name);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  return reports;
}

/** The environment of a run: nothing of GitHub's unless it is asked for, a secret for tokens, and a mark for what it starts. */
const environment = (mark, more) => ({
  ...process.env,
  GITHUB_ACTIONS: '',
  GITHUB_STEP_SUMMARY: '',
  JWT_SECRET: 'hostile-secret',
  [MARK]: mark,
  ...more,
});

/**
 * Runs a command, the harness unless it says otherwise, and returns {status, signal, output, ms, mb, killed, stopped, left}:
 * `killed` says why it was killed, `stopped` how long it took to end after the signal of `interrupt`, `left` the processes
 * that it has left. `during(child)` may do something to it.
 */
export async function run({ command = HARNESS, args, env = {}, seconds, interrupt, during, cwd = ROOT, stdio }) {
  const mark = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  const began = performance.now();
  const child = spawn(command, args, { cwd, env: environment(mark, env), stdio: stdio ?? ['ignore', 'pipe', 'pipe'] });
  const told = { output: '', bytes: 0, mb: 0, killed: null, stopped: null };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes) => {
      told.bytes += bytes.length;
      if (told.output.length < KEPT) told.output += bytes.toString('utf8');
    });
  }
  const kill = (why) => {
    told.killed ??= why;
    child.kill('SIGKILL');
  };
  const limit = setTimeout(() => kill(`killed after ${seconds} s`), seconds * 1000);
  const watch = setInterval(() => {
    told.mb = Math.max(told.mb, peak(child.pid));
    if (told.mb > MOST_MB) kill(`killed at ${MOST_MB} MB`);
  }, 20);
  let asked = null;
  const signal = interrupt && setTimeout(() => {
    asked = performance.now();
    child.kill(interrupt.signal ?? 'SIGINT');
  }, interrupt.after * 1000);
  during?.(child);
  const [status, by] = await new Promise((resolve) => child.on('close', (...ended) => resolve(ended)));
  const ended = performance.now();
  clearTimeout(limit);
  clearTimeout(signal);
  clearInterval(watch);
  if (asked !== null) told.stopped = ended - asked;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...told, status, signal: by, ms: ended - began, left: marked(mark) };
}

/** The most memory that a process has had, in MB; 0 when it is gone. */
function peak(pid) {
  try {
    const [, kb] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s*(\d+) kB/m) ?? [];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The processes that bear the mark of a trial: `pid command`. */
export function marked(mark) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}\0`)) continue;
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (line) found.push({ pid: Number(pid), line });
    } catch {
      // it has ended meanwhile
    }
  }
  return found;
}

/** Ends what a trial has left. */
export function endAll(left) {
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
}

/** The files in a folder of reports as [name, text], those of more than 40 MB without their text. */
export function filesOf(reports) {
  if (!existsSync(reports)) return [];
  return readdirSync(reports)
    .map((name) => path.join(reports, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => [path.basename(file), statSync(file).size > 40e6 ? null : readFileSync(file, 'utf8'), statSync(file).size]);
}
