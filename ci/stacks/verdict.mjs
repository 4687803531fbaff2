// One trial: a server of a stack, judged by the harness; and what of its verdict is pinned.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const AT_MOST_MS = 150_000; // for one trial
const ENDS_WITHIN_MS = 8_000; // the harness, once it is asked to end
const STATUS = { 0: 'passed', 1: 'failed', 3: 'out of reach', 4: 'could not run' };

export const nameOf = ({ stack, dialect, defect, transport }) =>
  [stack, dialect, defect, transport === 'websocket' ? undefined : transport].filter(Boolean).join(' ');

/** The target file of the server, with another port and perhaps a defect; it can lie anywhere. */
function targetText({ stack, dialect, defect }, port) {
  const folder = join(HERE, stack);
  const env = [`PORT: "${port}"`, ...(defect ? [`DEFECT: ${defect}`] : [])].join(', ');
  return readFileSync(join(folder, 'targets', `${dialect}.yaml`), 'utf8')
    .replace(/^# yaml-language-server.*\n/, '')
    .replace(/^url: .*$/m, `url: http://127.0.0.1:${port}`)
    .replace(/^start: .*$/m, (line) => line.replaceAll('../', `${folder}/`))
    .replace(/^env: \{PORT: "\d+"/m, `env: {${env}`);
}

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

function run(command, args, log) {
  const output = openSync(log, 'w');
  const leader = spawn(command, args, { cwd: join(HERE, '../..'), detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  running.add(leader);
  const soft = setTimeout(() => leader.kill('SIGINT'), AT_MOST_MS);
  const hard = setTimeout(() => signalGroup(leader, 'SIGKILL'), AT_MOST_MS + ENDS_WITHIN_MS);
  return new Promise((resolve, reject) => {
    leader.once('error', reject);
    leader.once('exit', (status) => {
      clearTimeout(soft);
      clearTimeout(hard);
      signalGroup(leader, 'SIGKILL');
      running.delete(leader);
      resolve(status);
    });
  });
}

/** `{status, causes, titles, seconds, log}`; causes as they are pinned: `must twice:newMessage`. */
export async function verdictOf(trial, { binary, folder, port }) {
  const own = join(folder, nameOf(trial).replaceAll(' ', '.'));
  mkdirSync(own, { recursive: true });
  const [target, log, report] = ['target.yaml', 'harness.log', 'report.json'].map((name) => join(own, name));
  writeFileSync(target, targetText(trial, port));
  const started = performance.now();
  const args = ['--target', target, '--transport', trial.transport, '--level', 'should', '--reports', own, '--quiet'];
  const status = await run(binary, args, log);
  const causes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).causes : [];
  const counted = causes.filter(({ level }) => level !== 'may');
  return {
    status: STATUS[status] ?? `exit status ${status}`,
    causes: counted.map(({ level, key }) => `${level} ${key}`).sort(),
    titles: new Map(counted.map(({ level, key, title }) => [`${level} ${key}`, title])),
    seconds: (performance.now() - started) / 1000,
    log: readFileSync(log, 'utf8'),
  };
}

/** What differs from the pinned verdict, in words; nothing where it is the same. `sometimes`: what may come or not. */
export function difference({ sometimes = [], ...pinned }, { status, causes, titles }) {
  const lines = [];
  if (pinned.status !== status) lines.push(`it ${status}, and had ${pinned.status}`);
  for (const cause of causes) if (![...pinned.causes, ...sometimes].includes(cause)) lines.push(`new:  ${cause} (${titles.get(cause)})`);
  for (const cause of pinned.causes) if (!causes.includes(cause)) lines.push(`gone: ${cause}`);
  return lines;
}
