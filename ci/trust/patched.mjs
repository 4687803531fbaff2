// Loads a server of ci/interop with one of its listed changes, so that the servers themselves stay as they are:
//
//     MUTANT=name node --import ../../trust/patched.mjs server.mjs      (in ci/interop/<dialect>)
//
// Environment: VARIANT and MUTANT, each the name of an entry; LIFE_S, after how many seconds the server ends by itself.

import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { Server } from 'node:net';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entriesOf } from './entries.mjs';
import { patchedText } from './text.mjs';

const { VARIANT, MUTANT, MODE, LIFE_S } = process.env;
const SERVERS = new URL('../interop/', import.meta.url);

function giveUp(reason) {
  console.error(`trust: ${reason}`);
  process.exit(1);
}

/** The folder of the server, but the open chat is the server of `minimal` in another mode. */
function dialectOfThis() {
  const [folder] = relative(fileURLToPath(SERVERS), process.argv[1]).split('/');
  return folder === 'minimal' && MODE === 'open' ? 'minimal-open' : folder;
}

async function chosen(dialect) {
  const lists = await entriesOf(dialect);
  return [['variants', VARIANT], ['mutants', MUTANT]]
    .filter(([, name]) => name)
    .flatMap(([list, name]) => {
      const entry = lists[list].find((one) => one.name === name);
      if (!entry) giveUp(`${dialect} has none of the name ${name} among its ${list}`);
      return entry.patch;
    });
}

const texts = new Map(); // the URL of a file -> its changed text
for (const one of await chosen(dialectOfThis())) {
  const { href } = new URL(one.file, SERVERS);
  try {
    texts.set(href, patchedText(texts.get(href) ?? readFileSync(new URL(href), 'utf8'), one));
  } catch ({ message }) {
    giveUp(message);
  }
}

// Each changed file says that it was loaded. A change of one that is not, when the server listens, would change nothing.
const loaded = Symbol.for('trust.loaded');
globalThis[loaded] = new Set();
for (const [href, text] of texts) {
  texts.set(href, `${text}\nglobalThis[Symbol.for('trust.loaded')].add(${JSON.stringify(href)});\n`);
}
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  const missing = [...texts.keys()].filter((href) => !globalThis[loaded].has(href));
  if (missing.length) giveUp(`changed, but not loaded: ${missing.join(', ')}`);
  return listen.apply(this, args);
};

if (LIFE_S) setTimeout(() => process.exit(0), 1000 * Number(LIFE_S)).unref();
register('./hooks.mjs', { parentURL: import.meta.url, data: texts });
