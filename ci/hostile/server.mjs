// A server that is bad in one way, or a sound one (`--way sound`), on 127.0.0.1.
// Usage: node server.mjs --way NAME --port P; node server.mjs --list

import { parseArgs } from 'node:util';

import { Hostile } from './base.mjs';
import { WAYS, wayOf } from './ways.mjs';

const { values } = parseArgs({
  options: { way: { type: 'string', default: 'sound' }, port: { type: 'string', default: '4500' }, list: { type: 'boolean' } },
});

if (values.list) {
  for (const { name, what } of WAYS) console.log(`${name.padEnd(26)} ${what}`);
} else {
  await new Hostile(wayOf(values.way).make()).listen(Number(values.port));
  console.log(`listening on ${values.port}: ${values.way}`);
}
