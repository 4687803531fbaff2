// Prints the package.json of an npm package. Usage: node manifest.mjs main VERSION, or machine VERSION SUFFIX OS CPU LIBC
import { readFileSync } from 'node:fs';

export const MACHINES = ['linux-x64-gnu', 'linux-x64-musl', 'linux-arm64-gnu', 'linux-arm64-musl'];
const NAME = 'socketio-harness';
const [which, version, suffix, os, cpu, libc] = process.argv.slice(2);
const licence = /^license = "(.*)"$/m.exec(readFileSync(new URL('../../../Cargo.toml', import.meta.url), 'utf8'))[1];
const manifest = {
  name: NAME,
  version,
  description: 'Load tests and conformance checks for Socket.IO chat backends: every payload on every socket',
  license: `(${licence})`,
  keywords: ['socket.io', 'load-test', 'conformance', 'testing'],
};
if (which === 'main') {
  // npm takes the one that fits the machine, and passes over the others.
  const optionalDependencies = Object.fromEntries(MACHINES.map((machine) => [`${NAME}-${machine}`, version]));
  // Not `harness`: npm has another package of that name, and `npx` would fetch it where this one is missing.
  const bin = { [NAME]: 'launch.mjs' };
  Object.assign(manifest, { bin, optionalDependencies, engines: { node: '>=18' } });
} else {
  // It can be used by itself, too: `npx` takes it from a file.
  const bin = { [`${NAME}-${suffix}`]: 'bin/harness' };
  Object.assign(manifest, { name: `${NAME}-${suffix}`, bin, os: [os], cpu: [cpu], libc: [libc], preferUnplugged: true });
}
console.log(JSON.stringify(manifest, null, 2));
