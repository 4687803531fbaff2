// The two scores, and a sample.

const GOOD = { variants: 'passed', mutants: 'caught' };

/** Each `{good, of}`, of the servers that could be judged. */
function share(servers, list) {
  const judged = servers.filter((one) => one.list === list && one.outcome !== 'could not run');
  return { good: judged.filter(({ outcome }) => outcome === GOOD[list]).length, of: judged.length };
}

function grouped(servers, list, key) {
  const groups = {};
  for (const one of servers) if (one.list === list) (groups[one[key]] ??= []).push(one);
  return Object.fromEntries(Object.entries(groups).map(([name, those]) => [name, share(those, list)]));
}

export function scoresOf(servers) {
  const of = (list) => ({ ...share(servers, list), dialects: grouped(servers, list, 'dialect') });
  return {
    variants: of('variants'),
    mutants: { ...of('mutants'), levels: grouped(servers, 'mutants', 'level'), kinds: grouped(servers, 'mutants', 'kind') },
  };
}

const part = ({ good, of }) => `${good} of ${of}`;
const parts = (groups) => Object.entries(groups).map(([name, one]) => `${name} ${part(one)}`).join(', ');

export function printedScores({ variants, mutants }) {
  return [
    '',
    `sound servers passed:  ${part(variants)} (${parts(variants.dialects)})`,
    `broken servers caught: ${part(mutants)} (${parts(mutants.dialects)}; ${parts(mutants.levels)})`,
  ].join('\n');
}

/** `count` of all, always the same ones, from everywhere in the list. */
export function spread(all, count) {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)]);
}
