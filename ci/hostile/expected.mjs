// What is held against the expectation of a trial. Each function returns what is wrong, in words; nothing where all is well.

/** More output than this is no message. */
const OUTPUT_KB = 64;
const REPORTS_MB = 20;
/** What a terminal obeys: controls but for tab and line break, and marks that turn the direction of a text. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
/** What XML 1.0 cannot hold. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** All that is wrong with a run: `expected` is that of a way, `secrets` what no output may hold. */
export function faultsOf(expected, result, files, secrets = []) {
  return [
    ...ofEnd(expected, result),
    ...ofWords(expected, result.output),
    ...ofSize(expected, result, files),
    ...ofReports(result, files),
    ...ofSecrets(result.output, files, secrets),
    ...result.left.map(({ line }) => `left running: ${line.slice(0, 80)}`),
  ];
}

function ofEnd(expected, { status, signal, killed, ms }) {
  if (killed) return [`${killed}`];
  const wrong = [];
  const wanted = [expected.status].flat();
  if (signal) wrong.push(`ended by ${signal}`);
  else if (!wanted.includes(status)) wrong.push(`status ${status}, expected ${wanted.join(' or ')}`);
  if (ms > expected.seconds * 1000) wrong.push(`took ${seconds(ms)}, at most ${expected.seconds} s`);
  return wrong;
}

function ofWords(expected, output) {
  const unwrapped = output.replace(/\s+/g, ' '); // a text may be broken anywhere between two words
  const wrong = expected.words.filter((word) => !word.test(unwrapped)).map((word) => `does not say ${word}`);
  for (const word of expected.absent ?? []) if (word.test(output)) wrong.push(`says ${word}`);
  const panic = output.match(/panicked at[^\n]*|internal error[^\n]*|stack overflow[^\n]*/);
  if (panic) wrong.push(`panic: ${panic[0].slice(0, 160)}`);
  const obeyed = output.match(OBEYED);
  if (obeyed) wrong.push(`prints U+${obeyed[0].codePointAt(0).toString(16).padStart(4, '0')} as it came`);
  return wrong;
}

function ofSize(expected, { mb, bytes }, files) {
  const wrong = [];
  if (mb > expected.rss_mb) wrong.push(`${Math.round(mb)} MB of memory, at most ${expected.rss_mb}`);
  const most = expected.output_kb ?? OUTPUT_KB;
  if (bytes > most * 1024) wrong.push(`${Math.round(bytes / 1024)} kB of output, at most ${most}`);
  const total = files.reduce((sum, [, , size]) => sum + size, 0) / 1e6;
  if (total > REPORTS_MB) wrong.push(`${Math.round(total)} MB of reports, at most ${REPORTS_MB}`);
  return wrong;
}

function ofReports({ status, killed }, files) {
  if (killed) return [];
  const texts = new Map(files.map(([name, text]) => [name, text]));
  const wrong = [];
  const json = texts.get('report.json');
  if (json === undefined) return ['no report.json'];
  try {
    const said = JSON.parse(json).exit_status;
    if (said !== status) wrong.push(`report.json says status ${said}, the process ${status}`);
  } catch (error) {
    wrong.push(`report.json cannot be read: ${error.message}`);
  }
  for (const name of ['junit.xml', 'report.html', 'results.tap', 'summary.md']) {
    if (!texts.has(name)) wrong.push(`no ${name}`);
  }
  if (texts.get('report.html')?.includes('<script>alert(1)')) wrong.push('report.html holds a tag of the server');
  if (NOT_XML.test(texts.get('junit.xml') ?? '')) wrong.push('junit.xml holds characters that XML forbids');
  for (const name of ['results.tap', 'summary.md', 'report.html']) {
    if (/\u001b/.test(texts.get(name) ?? '')) wrong.push(`${name} holds an escape as it came`);
  }
  return wrong;
}

function ofSecrets(output, files, secrets) {
  const wrong = [];
  for (const [name, text] of [['the output', output], ...files]) {
    if (secrets.some((secret) => secret && text?.includes(secret))) wrong.push(`${name} holds the token`);
  }
  return wrong;
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
