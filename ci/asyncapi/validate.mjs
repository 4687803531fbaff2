// Reads AsyncAPI documents with the official parser and tells what it finds; fails on any error.
// Usage: node validate.mjs FILE...
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Parser } from '@asyncapi/parser';

// Severities of a diagnostic; information and hints (no licence, no contact) are left out.
const ERROR = 0;
const WARNING = 1;

async function validate(path) {
  const { document, diagnostics } = await new Parser().parse(await readFile(path, 'utf8'), { source: path });
  for (const { severity, code, message, path: place } of diagnostics) {
    if (severity <= WARNING) {
      console.error(`${path}: ${severity === ERROR ? 'error' : 'warning'}: ${code}: ${message} (at ${place.join('.') || 'the root'})`);
    }
  }
  if (!document || diagnostics.some(({ severity }) => severity === ERROR)) {
    return false;
  }
  const counts = [document.channels(), document.operations(), document.messages()].map((all) => all.all().length);
  console.log(`${basename(path)}: valid; ${counts[0]} channels, ${counts[1]} operations, ${counts[2]} messages`);
  return counts.every((count) => count > 0);
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('no files to validate');
  process.exit(2);
}
const valid = await Promise.all(files.map(validate));
process.exit(valid.every(Boolean) ? 0 : 1);
