// Faults that are typical of NestJS backends. `DEFECT=name` puts one of them in; ../../../README.md says what each is.

const NAMES = [
  'stacked-decorators',
  'global-pipe',
  'told-twice',
  'presence-per-socket',
  'http-exception',
  'unguarded-handler',
  'joined-before-checked',
  'told-to-everyone',
  'payload-names-the-user',
  'rooms-gone-at-disconnect',
  'no-return',
  'whole-entity',
  'not-awaited',
  'rest-is-silent',
  'cors-is-no-gate',
  'to-own-devices',
];

const asked = process.env.DEFECT ?? '';
if (asked && !NAMES.includes(asked)) throw new Error(`there is no DEFECT=${asked}; there are ${NAMES.join(', ')}`);

export const hasDefect = (name: string): boolean => {
  if (!NAMES.includes(name)) throw new Error(`the defect ${name} is not listed`);
  return asked === name;
};
