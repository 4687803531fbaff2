// One trial: a server of a stack, judged by the harness; and what of its verdict is pinned.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runHarness, targetAt } from '../judged.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const AT_MOST_MS = 150_000; // for one trial
const STATUS = { 0: 'passed', 1: 'failed', 3: 'out of reach', 4: 'could not run' };

export const nameOf = ({ stack, dialect, defect, transport }) =>
  [stack, dialect, defect, transport === 'websocket' ? undefined : transport].filter(Boolean).join(' ');

/** The target file of the server, with another port and perhaps a defect; it can lie anywhere. */
function targetText({ stack, dialect, defect }, port) {
  const folder = join(HERE, stack);
  const env = [`PORT: "${port}"`, ...(defect ? [`DEFECT: ${defect}`] : [])].join(', ');
  const text = readFileSync(join(folder, 'targets', `${dialect}.yaml`), 'utf8');
  return targetAt(text, port, (line) => line.replaceAll('../', `${folder}/`))
    .replace(/^env: \{PORT: "\d+"/m, `env: {${env}`);
}

/** Who has heard what nothing accounts for differs from run to run, and the key of the cause with it: that is not pinned. */
const pinnedForm = ({ level, key }) => `${level} ${key.replace(/^(heard:[^:]+):\w+$/, '$1')}`;

/** `{status, causes, titles, seconds, log}`; causes as they are pinned: `must twice:newMessage`. */
export async function verdictOf(trial, { binary, folder, port }) {
  const own = join(folder, nameOf(trial).replaceAll(' ', '.'));
  mkdirSync(own, { recursive: true });
  const [target, log, report] = ['target.yaml', 'harness.log', 'report.json'].map((name) => join(own, name));
  writeFileSync(target, targetText(trial, port));
  const started = performance.now();
  const args = ['--target', target, '--transport', trial.transport, '--level', 'should', '--reports', own, '--quiet'];
  const { status } = await runHarness(binary, args, log, AT_MOST_MS);
  const causes = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).causes : [];
  const counted = causes.filter(({ level }) => level !== 'may');
  return {
    status: STATUS[status] ?? `exit status ${status}`,
    causes: [...new Set(counted.map(pinnedForm))].sort(),
    titles: new Map(counted.map((cause) => [pinnedForm(cause), cause.title])),
    seconds: (performance.now() - started) / 1000,
    log: readFileSync(log, 'utf8'),
  };
}

const eitherOf = (cause) => cause.split(' | ');

/**
 * What differs from the pinned verdict, in words; nothing where it is the same. `sometimes` may come or not, and of
 * `one | another` at least one has to.
 */
export function difference({ sometimes = [], ...pinned }, { status, causes, titles }) {
  const allowed = [...pinned.causes.flatMap(eitherOf), ...sometimes];
  const news = causes.filter((cause) => !allowed.includes(cause));
  const gone = pinned.causes.filter((cause) => !eitherOf(cause).some((one) => causes.includes(one)));
  return [
    ...(pinned.status === status ? [] : [`it ${status}, and had ${pinned.status}`]),
    ...news.map((cause) => `new:  ${cause} (${titles.get(cause)})`),
    ...gone.map((cause) => `gone: ${cause}`),
  ];
}
