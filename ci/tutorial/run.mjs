// Does what docs/tutorial.md says, in an empty folder, and compares every output. In the document
//   ```js server.js       is a file, written before what follows,
//   ```diff server.js     is a change of one, and
//   ```console            are commands (`$ …`), each with what it prints to standard output.
// A line `…` stands for any number of lines. What differs from run to run (times, seeds, ids) is made equal on both sides.
// Usage: node run.mjs DOCUMENT FOLDER [--update]; with --update the outputs in the document are replaced.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const [document, folder, update] = process.argv.slice(2);
const END = '<end of the command>';
const LIMIT = 120_000;

// One shell for all of it, so that `$?` means what it does to a reader.
const shell = spawn('bash', ['--norc'], {
  cwd: folder, stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
});
const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();

async function run(command) {
  shell.stdin.write(`${command}\nbash -c 'printf "\\n%s\\n" "${END}"; exit '$?\n`);
  const timer = setTimeout(() => { console.error(`too long: ${command}`); process.exit(1); }, LIMIT);
  const said = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the shell has ended: ${command}`);
    if (value === END) break;
    said.push(value);
  }
  clearTimeout(timer);
  // The line break before the mark.
  if (said.at(-1) === '') said.pop();
  return said;
}

const TIME = String.raw`\d+(\.\d+)? (µs|ms|s|min)\b`;

// What a line says, without what differs from run to run.
function same(line) {
  const words = line
    .replace(/"[0-9a-f]{12}"/g, '<id>')
    .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '<date>')
    .replace(/seed \d+/g, 'seed <n>')
    .replace(/^ +\d+\.\d(?= )/, '<ms>')
    .replace(/\s+/g, ' ').trimEnd();
  // Where a time is measured, so are the other numbers: rates and counts of a second.
  return new RegExp(TIME).test(words) ? words.replace(new RegExp(TIME, 'g'), '<time>').replace(/(?<![\w.<])\d+(\.\d+)?\b/g, '<n>') : words;
}

function matches(wanted, said) {
  if (wanted.length === 0) return said.length === 0;
  const [first, ...rest] = wanted;
  if (first.trim() === '…') return said.some((_, index) => matches(rest, said.slice(index))) || matches(rest, []);
  return said.length > 0 && same(first) === same(said[0]) && matches(rest, said.slice(1));
}

function changed(text, diff) {
  const side = (mark) => diff.filter((line) => line[0] !== mark).map((line) => line.slice(1)).join('\n');
  const [before, after] = [side('+'), side('-')];
  if (text.split(before).length !== 2) throw new Error(`the change fits not once:\n${before}`);
  return text.replace(before, () => after);
}

// Commands with what is printed after each, from the lines of a block.
function commands(block) {
  const all = [];
  for (const line of block) {
    if (line.startsWith('$ ')) all.push({ command: line.slice(2), wanted: [] });
    else all.at(-1).wanted.push(line);
  }
  return all;
}

async function console_(block) {
  const shown = [];
  for (const { command, wanted } of commands(block)) {
    const said = await run(command);
    if (update !== '--update' && !matches(wanted, said)) {
      console.error(`differs: ${command}\n--- the document says\n${wanted.join('\n')}\n--- and this was said\n${said.join('\n')}`);
      process.exit(1);
    }
    console.log(`ok: ${command}`);
    shown.push(`$ ${command}`, ...said);
  }
  return shown;
}

async function block(kind, name, body) {
  const path = name && join(folder, name);
  if (kind === 'console') return console_(body);
  if (kind === 'diff') writeFileSync(path, changed(readFileSync(path, 'utf8'), body));
  else if (name) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${body.join('\n')}\n`);
  }
  return body;
}

const whole = [];
let open;
let tried = 0;
for (const line of readFileSync(document, 'utf8').split('\n')) {
  const fence = /^```(\w*) ?(\S*)/.exec(line);
  if (open === undefined) {
    if (fence) open = { kind: fence[1], name: fence[2], body: [] };
    whole.push(line);
  } else if (fence) {
    whole.push(...await block(open.kind, open.name, open.body), line);
    if (open.kind === 'console') tried += 1;
    open = undefined;
  } else {
    open.body.push(line);
  }
}
shell.stdin.end();
if (tried === 0) throw new Error('there was nothing to try');
if (update === '--update') writeFileSync(document, whole.join('\n'));
