// One replacement in the text of a server.

/** The text with `find` replaced. It must be there exactly once, so that a server that has changed is noticed. */
export function patchedText(text, { file, find, replace }) {
  const [before, after, ...more] = text.split(find);
  if (!find || after === undefined || more.length) {
    const times = find ? more.length + (after === undefined ? 0 : 1) : 'not';
    throw new Error(`${file}: to be replaced exactly once, but ${times} times there: ${find}`);
  }
  return before + replace + after;
}

/** Makes replacements in one file of ci/interop. */
export const changesOf = (file) => (find, replace = '') => ({ file, find, replace });
