// What an author sees in an editor: the language server of YAML over stdio, with the schemas that the first line of each file
// names. Completion of keys, verbs and words; a diagnostic on each typo; none on any committed file.
// Usage: node trial.mjs ROOT FILE...
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import rpc from 'vscode-jsonrpc/node.js';

const [root, ...files] = process.argv.slice(2);
const server = spawn(process.execPath, [createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server'), '--stdio'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const connection = rpc.createMessageConnection(
  new rpc.StreamMessageReader(server.stdout),
  new rpc.StreamMessageWriter(server.stdin),
);
const settings = { yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } } };
const waiting = new Map();
// The server keeps what it has parsed of a version, and clears a file when it is closed: each text is a file of its own.
let count = 0;

connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => waiting.get(uri)?.(diagnostics));
connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) => settings[section] ?? null));
connection.onRequest('client/registerCapability', () => null);
connection.listen();

async function start() {
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'harness' }],
    capabilities: {
      textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } }, hover: { contentFormat: ['markdown'] } },
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: false } },
    },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings });
}

// Opens a text, as if it lay at this path; answers its diagnostics.
async function open(path, text) {
  count += 1;
  const uri = pathToFileURL(resolve(path.replace('unsaved', `unsaved-${count}`))).href;
  const heard = new Promise((done, failed) => {
    waiting.set(uri, done);
    setTimeout(() => failed(new Error(`no diagnostics of ${path} within 20 s`)), 20_000).unref();
  });
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: count, text } });
  const diagnostics = await heard;
  return { uri, diagnostics, close: () => connection.sendNotification('textDocument/didClose', { textDocument: { uri } }) };
}

// What is offered at the `|` of a text.
async function offered(path, marked) {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const file = await open(path, marked.replace('|', ''));
  const position = { line: before.length - 1, character: before.at(-1).length };
  const { items } = await connection.sendRequest('textDocument/completion', { textDocument: { uri: file.uri }, position });
  await file.close();
  return items;
}

const HEAD = '# yaml-language-server: $schema=schema/scenario.json\nscenario: a test\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n';
const CONTRACT = '# yaml-language-server: $schema=../schema/contract.json\nextends: crm\ndialect: ours\n';
const TARGET = '# yaml-language-server: $schema=schema/target.json\nurl: http://127.0.0.1:3000\n';
const scenario = join(root, 'scenarios/unsaved.yaml');
const target = join(root, 'scenarios/unsaved.yaml');
const contract = join(root, 'scenarios/dialects/unsaved.yaml');

async function completions() {
  const cases = [
    ['the keys of a scenario', scenario, `${HEAD}inv|`, ['invariants']],
    ['the words of a step', scenario, `${HEAD}  - rep|`, ['repeat']],
    ['verbs and what more there is to say', scenario, `${HEAD}  - ana:\n      send: hello\n      eff|`, ['effect']],
    ['the verbs of the contracts', scenario, `${HEAD}  - ana:\n      rea|`, ['react', 'read']],
    ['kinds of refusal', scenario, `${HEAD}  - ana:\n      send: hello\n      refused: |`, ['stranger', 'maybe limited']],
    ['what an actor does without arguments', scenario, `${HEAD}  - ana: |`, ['hears nothing', 'sever', 'join']],
    ['levels', scenario, HEAD.replace('must', '|'), ['must', 'should', 'may']],
    ['the keys of a phase', scenario, '# yaml-language-server: $schema=schema/scenario.json\nscenario: x\nlevel: may\nload:\n  phases:\n    - name: x\n      rec|', ['reconnect']],
    ['the metrics of a threshold', scenario, '# yaml-language-server: $schema=schema/scenario.json\nscenario: x\nlevel: may\nload:\n  slo:\n    deliv|', ['delivery.p99', 'delivery.rate']],
    ['audiences', contract, `${CONTRACT}when:\n  sent:\n    part|`, ['participants']],
    ['the keys of a verb', contract, `${CONTRACT}verbs:\n  wave:\n    cap|`, ['capability']],
    ['the keys of a target', target, `${TARGET}set|`, ['settle']],
  ];
  for (const [what, path, text, wanted] of cases) {
    const items = await offered(path, text);
    const labels = items.map(({ label }) => label);
    for (const label of wanted) {
      assert(labels.includes(label), `${what}: ${label} is not among ${labels.join(', ')}`);
    }
    console.log(`completes ${what}: ${wanted.join(', ')}`);
  }
  const [effect] = (await offered(scenario, `${HEAD}  - ana:\n      send: hello\n      eff|`)).filter(({ label }) => label === 'effect');
  const told = effect.documentation?.value ?? effect.documentation;
  assert.match(told, /nobody hears of it/, 'a completion tells what the key means');
}

async function typos() {
  const cases = [
    ['a key of a scenario', scenario, `${HEAD}invariant: [no_loss]\n`, 'invariant'],
    ['a key beside a verb', scenario, `${HEAD}  - ana: {send: hello, efect: none}\n`, 'efect'],
    ['a kind of refusal', scenario, `${HEAD}  - ana: {send: hello, refused: strangers}\n`, 'strangers'],
    ['a word of a step', scenario, `${HEAD}  - {repeat: 3, ower: 1s, do: {ana: join}}\n`, 'ower'],
    ['an invariant', scenario, `${HEAD}invariants: [no_los]\n`, 'no_los'],
    ['a second actor', scenario, `${HEAD}  - ana: join\n    bo: join\n`, ''],
    ['a rate without its unit', scenario, '# yaml-language-server: $schema=schema/scenario.json\nscenario: x\nlevel: may\nload:\n  phases: [{name: x, connect: 500}]\n  flow: [{any member: {send: x}}]\n', '500'],
    ['a key of a verb', contract, `${CONTRACT}verbs: {wave: {emit: wave, claus: c1}}\n`, 'claus'],
    ['an audience', contract, `${CONTRACT}when: {sent: {otters: newMessage}}\n`, 'otters'],
    ['a key of a target', target, `${TARGET}setle: 50ms\n`, 'setle'],
  ];
  for (const [what, path, text, word] of cases) {
    const { diagnostics, close } = await open(path, text);
    await close();
    assert(diagnostics.length > 0, `${what}: nothing is shown`);
    const lines = text.split('\n');
    const under = ({ range: { start, end } }) => (start.line === end.line ? lines[start.line].slice(start.character, end.character) : lines[start.line]);
    assert(diagnostics.some((one) => under(one).includes(word)), `${what}: ${JSON.stringify(diagnostics)}`);
    console.log(`shows a mistake in ${what}: ${diagnostics[0].message.split('\n')[0]}`);
  }
}

async function committed() {
  for (const path of files) {
    const { diagnostics, close } = await open(path, await readFile(path, 'utf8'));
    await close();
    const told = diagnostics.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
    assert.deepEqual(told, [], path);
  }
  assert(files.length > 70, `only ${files.length} files`);
  console.log(`shows nothing in ${files.length} committed files`);
}

try {
  await start();
  await completions();
  await typos();
  await committed();
} catch (error) {
  console.error(error.message ?? error);
  process.exitCode = 1;
} finally {
  connection.dispose();
  server.kill();
}
