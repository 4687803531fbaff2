// Compiles src/ to dist/, with the types that NestJS reads at run time. swc does it in half a second, and checks no types.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

const options = {
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  sourceMaps: 'inline',
};

rmSync('dist', { recursive: true, force: true });
for (const file of readdirSync('src', { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const out = join('dist', file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, transformFileSync(join('src', file), options).code);
}
