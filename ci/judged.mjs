// The harness as a process that leads a group: bounded in time, and never outlived by the server that it has started.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** How long the harness may take to end once it is asked to; it still writes its report. */
export const ENDS_WITHIN_MS = 8_000;

const running = new Set(); // the processes that lead a group

function signalGroup(leader, signal) {
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Ends every harness that still runs, and its server with it. */
export const endAll = () => running.forEach((leader) => signalGroup(leader, 'SIGKILL'));

/** Runs the harness, its output into a file, and asks it to end after `atMostMs`: `{status, late}`. */
export function runHarness(binary, args, log, atMostMs) {
  const output = openSync(log, 'w');
  const leader = spawn(binary, args, { cwd: ROOT, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  running.add(leader);
  let late = false;
  const soft = setTimeout(() => {
    late = true;
    leader.kill('SIGINT');
  }, atMostMs);
  const hard = setTimeout(() => signalGroup(leader, 'SIGKILL'), atMostMs + ENDS_WITHIN_MS);
  return new Promise((resolve, reject) => {
    leader.once('error', reject);
    leader.once('exit', (status) => {
      clearTimeout(soft);
      clearTimeout(hard);
      signalGroup(leader, 'SIGKILL');
      running.delete(leader);
      resolve({ status, late });
    });
  });
}

/** The text of a target file for a server at another port; `start` says how it is started there. */
export const targetAt = (text, port, start) =>
  text
    .replace(/^# yaml-language-server.*\n/, '')
    .replace(/^url: .*$/m, `url: http://127.0.0.1:${port}`)
    .replace(/^start: .*$/m, start);
