// The lists of each dialect: sound servers in <dialect>/variants.mjs, broken ones in <dialect>/mutants.mjs.

import { existsSync, readdirSync } from 'node:fs';

const HERE = new URL('./', import.meta.url);
const KEYS = ['name', 'kind', 'clause', 'level', 'why', 'patch'];
const LEVELS = ['must', 'should', 'may'];

const listOf = (dialect, list) => new URL(`${dialect}/${list}.mjs`, HERE);

/** The dialects that have a list. */
export const dialects = () =>
  readdirSync(HERE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(listOf(entry.name, 'mutants')))
    .map((entry) => entry.name)
    .sort();

function wrongWith(entry) {
  const missing = KEYS.filter((key) => !entry[key]?.length);
  if (missing.length) return `has no ${missing.join(', ')}`;
  if (!LEVELS.includes(entry.level)) return `has the level ${entry.level}`;
  if (entry.ground !== undefined && entry.ground !== 'sense') return `has the ground ${entry.ground}`;
  if (entry.ground === 'sense' && entry.level !== 'may') return 'is of sense alone, and above the level may';
  return undefined;
}

async function read(dialect, list) {
  const entries = (await import(listOf(dialect, list))).default;
  const names = new Set();
  for (const entry of entries) {
    const wrong = names.has(entry.name) ? 'is there twice' : wrongWith(entry);
    if (wrong) throw new Error(`${dialect}/${list}.mjs: ${entry.name} ${wrong}`);
    names.add(entry.name);
  }
  return entries;
}

/** `{variants, mutants}` of a dialect, each entry with all that it needs. */
export async function entriesOf(dialect) {
  if (!dialects().includes(dialect)) throw new Error(`there is no list for ${dialect}`);
  return { variants: await read(dialect, 'variants'), mutants: await read(dialect, 'mutants') };
}
