// Hooks of the module loader: a changed file is loaded with its changed text. See patched.mjs.

let texts = new Map();

export function initialize(data) {
  texts = data;
}

export function load(url, context, nextLoad) {
  const source = texts.get(url);
  return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true };
}
