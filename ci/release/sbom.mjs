// Prints a CycloneDX 1.5 bill of materials: every crate that is linked into the binary for a target, with licence and checksum.
// Usage: node sbom.mjs TARGET
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [target] = process.argv.slice(2);
const root = new URL('../../', import.meta.url);
const cargo = (...options) => execFileSync('cargo', options, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
const metadata = JSON.parse(cargo('metadata', '--format-version', '1', '--locked', '--filter-platform', target));
const packages = new Map(metadata.packages.map((each) => [each.id, each]));
const nodes = new Map(metadata.resolve.nodes.map((each) => [each.id, each]));
const sums = new Map();
for (const block of readFileSync(new URL('Cargo.lock', root), 'utf8').split('[[package]]')) {
  const field = (name) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(block)?.[1];
  if (field('checksum')) sums.set(`${field('name')}@${field('version')}`, field('checksum'));
}

// What only tests need is not in the binary. What only builds it, macros among that, is told apart by its scope.
const isMacro = (id) => packages.get(id).targets.some(({ kind }) => kind.includes('proc-macro'));
const linked = (dependency) => dependency.dep_kinds.some(({ kind }) => kind === null);
const builds = (dependency) => dependency.dep_kinds.some(({ kind }) => kind === 'build');
const top = metadata.packages.find((each) => each.name === 'harness' && metadata.workspace_members.includes(each.id));
const scopes = new Map();
const queue = [[top.id, 'required']];
while (queue.length > 0) {
  const [id, scope] = queue.pop();
  if (scopes.get(id) === 'required' || scopes.get(id) === scope) continue;
  scopes.set(id, scope);
  for (const dependency of nodes.get(id).deps) {
    if (linked(dependency)) queue.push([dependency.pkg, isMacro(dependency.pkg) ? 'excluded' : scope]);
    else if (builds(dependency)) queue.push([dependency.pkg, 'excluded']);
  }
}

const purl = ({ name, version }) => `pkg:cargo/${name}@${version}`;
function component(id) {
  const { name, version, license, source } = packages.get(id);
  const sum = sums.get(`${name}@${version}`);
  return {
    type: 'library', 'bom-ref': purl({ name, version }), name, version, scope: scopes.get(id),
    ...(source ? { purl: purl({ name, version }) } : {}),
    ...(sum ? { hashes: [{ alg: 'SHA-256', content: sum }] } : {}),
    // `MIT/Apache-2.0` is how it was written once.
    ...(license ? { licenses: [{ expression: license.replaceAll('/', ' OR ') }] } : {}),
  };
}
const ids = [...scopes.keys()].filter((id) => id !== top.id).sort();
const refers = (id) => ({
  ref: purl(packages.get(id)),
  dependsOn: nodes.get(id).deps.map(({ pkg }) => pkg).filter((pkg) => scopes.has(pkg)).map((pkg) => purl(packages.get(pkg))),
});
console.log(JSON.stringify({
  bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  metadata: {
    component: { ...component(top.id), type: 'application' },
    properties: [{ name: 'cargo:target', value: target }],
  },
  components: ids.map(component),
  dependencies: [top.id, ...ids].map(refers),
}, null, 1));
