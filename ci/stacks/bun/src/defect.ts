// Faults that are typical of small Socket.IO servers. `DEFECT=name` puts one of them in; ../../README.md says what each is.

const NAMES = ['told-to-everyone', 'presence-per-socket', 'payload-names-the-user', 'status-moves-back', 'io-not-namespace'];

const asked = process.env.DEFECT ?? '';
if (asked && !NAMES.includes(asked)) throw new Error(`there is no DEFECT=${asked}; there are ${NAMES.join(', ')}`);

export const hasDefect = (name: string): boolean => {
  if (!NAMES.includes(name)) throw new Error(`the defect ${name} is not listed`);
  return asked === name;
};
