// The HTML reports of three runs in a browser: what a reader, a keyboard and a screen reader need of them, and whether every
// number is that of report.json. Usage: REPORTS=FOLDER node --test-reporter=spec trial.mjs
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const { REPORTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const DESKTOP = { width: 1200, height: 900 };
const PHONE = { width: 360, height: 740 };
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: 30_000,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

const file = (run) => pathToFileURL(resolve(REPORTS, run, 'report.html')).href;
const record = async (run) => JSON.parse(await readFile(resolve(REPORTS, run, 'report.json'), 'utf8'));

/** Opens a report, tries it, and then nothing may have been said to the console or asked of anybody. */
async function reading(run, tries, options = {}) {
  const context = await browser.newContext({ colorScheme: 'light', viewport: DESKTOP, ...options });
  context.setDefaultTimeout(8000);
  const complaints = [];
  context.on('request', (request) => request.url().split('#')[0] === file(run) || complaints.push(`a request to ${request.url()}`));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (line) => complaints.push(`${line.type()}: ${line.text()}`));
  try {
    const page = await context.newPage();
    page.on('websocket', (socket) => complaints.push(`a socket to ${socket.url()}`));
    await page.goto(file(run));
    await tries(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** Goes to the page of a case as a link does. */
async function open(page, id) {
  await page.evaluate((id) => { location.hash = `#${encodeURIComponent(`case/${id}`)}`; }, id);
  await page.locator('#page h1').filter({ hasText: id }).waitFor();
}

const everythingOpen = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));

const UNITS = { 'µs': 1, 'ms': 1e3, 's': 1e6 };
/** What a number on the page says, and how far it may be from the truth: half of its last digit. */
function parsed(text) {
  const [, digits, decimals = '', unit] = /^([\d\u00a0]+)(\.\d+)?(?: (µs|ms|s))?$/.exec(text) ?? assert.fail(`not a number: ${text}`);
  const scale = UNITS[unit] ?? 1;
  const last = 10 ** -Math.max(decimals.length - 1, 0);
  return { value: Number(digits.replaceAll('\u00a0', '') + decimals) * scale, within: last * scale * 0.5001 };
}

/** The value at a JSON pointer. */
const at = (value, pointer) => pointer.slice(1).split('/')
  .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  .reduce((value, key) => value?.[key], value);

/** Every number that says where it comes from; answers their pointers. */
async function numbers(page, report) {
  const shown = await page.locator('[data-of]').evaluateAll((all) =>
    all.map(({ dataset, textContent }) => ({ of: dataset.of, unit: dataset.unit, text: textContent })));
  for (const { of, unit, text } of shown) {
    const { value, within } = parsed(text);
    const truth = at(report, of) * (unit === 's' ? 1e6 : 1);
    assert.ok(Math.abs(value - truth) <= within, `${of}: the page says ${text}, the record ${truth}`);
  }
  return new Set(shown.map(({ of }) => of));
}

const tally = (items) => items.reduce((counts, item) => ({ ...counts, [item]: (counts[item] ?? 0) + 1 }), {});

/** The totals, and the cases of the table by their outcome. */
async function totals(page, report, seen) {
  for (const [outcome, count] of Object.entries(report.totals)) {
    assert.equal(seen.has(`/totals/${outcome}`), count > 0, outcome);
  }
  const outcomes = await page.locator('a.case').evaluateAll((all) => all.map(({ dataset }) => dataset.outcome));
  assert.deepEqual(tally(outcomes), tally(report.cases.map(({ outcome }) => outcome)));
}

for (const run of ['failing', 'suite']) {
  test(`${run}: the numbers are those of the record`, () => reading(run, async (page) => {
    const report = await record(run);
    const seen = await numbers(page, report);
    await totals(page, report, seen);
    const forms = report.forms.flatMap(({ seen }, index) => Object.keys(seen).map((name) => `/forms/${index}/seen/${name}`));
    for (const form of forms) assert.ok(seen.has(form), form);
    const clauses = report.coverage.map(({ clauses }) =>
      `${clauses.filter(({ cases }) => cases.length > 0).length} of ${clauses.length} clauses judged`);
    for (const words of clauses) await page.locator('#clauses summary').filter({ hasText: words }).first().waitFor();
    const word = { passed: 'Passed', failed: 'Failed' }[report.verdict];
    assert.match(await page.locator('h1').first().textContent(), new RegExp(word));
  }));
}

test('load: the numbers are those of the record', () => reading('load', async (page) => {
  const report = await record('load');
  const seen = await numbers(page, report);
  const [load] = report.loads;
  const places = (value, at) => typeof value === 'object' ? Object.keys(value).flatMap((name) => places(value[name], `${at}/${name}`)) : [at];
  const needed = places(load.ledger, '/loads/0/ledger');
  needed.push(...load.slo.map((_, index) => `/loads/0/slo/${index}/reached`));
  for (const [index, phase] of load.phases.entries()) {
    needed.push(...['due', 'sent', 'sent_per_s', 'delivered_per_s'].map((name) => `/loads/0/phases/${index}/${name}`));
    if (phase.timings.delivery.count === 0) continue;
    needed.push(...['p50_us', 'p99_us', 'max_us'].map((name) => `/loads/0/phases/${index}/timings/delivery/${name}`));
  }
  for (const [name, { count }] of Object.entries(load.total)) {
    if (count > 0) needed.push(...['count', 'p50_us', 'p90_us', 'p99_us', 'p999_us', 'max_us'].map((of) => `/loads/0/total/${name}/${of}`));
  }
  needed.push(...load.seconds.map((_, index) => `/loads/0/seconds/${index}/delivered`));
  assert.deepEqual(needed.filter((place) => !seen.has(place)), []);
  for (const second of load.seconds) {
    const spread = Object.values(second.within_us).reduce((sum, count) => sum + count, 0);
    assert.equal(spread, second.delivered, `the distribution of second ${second.at_s} counts every delivery`);
  }
  assert.ok(load.ledger.lost > 0, 'the fault loses deliveries');
  await page.locator('.ledger a').filter({ hasText: 'lost' }).click();
  await page.locator('.samples li').filter({ hasText: 'room' }).first().waitFor();
  assert.equal(await page.locator('.samples li').count(), load.samples.length);
  assert.equal(await page.locator('.chart svg').count(), 6);
}));

test('every case has a page that opens', { timeout: 60_000 }, () => reading('suite', async (page) => {
  const { cases } = await record('suite');
  const wrong = await page.evaluate(async (cases) => {
    const pause = () => new Promise((done) => setTimeout(done, 1));
    const wrong = [];
    for (const { id, entries, steps } of cases) {
      location.hash = `#${encodeURIComponent(`case/${id}`)}`;
      const heading = () => document.querySelector('#page h1')?.textContent;
      for (let tries = 0; heading() !== id && tries < 2000; tries += 1) await pause();
      const found = [heading(), document.querySelectorAll('#page .steps li').length, document.querySelectorAll('#page .sequence circle').length];
      if (found[0] !== id || found[1] !== steps || found[2] !== Math.min(entries, 300)) wrong.push([id, ...found]);
    }
    return wrong;
  }, cases.map(({ id, transcript, steps }) => ({ id, entries: transcript.length, steps: steps.length })));
  assert.deepEqual(wrong, []);
  await page.evaluate(() => { location.hash = '#case/nobody/knows-it'; });
  await page.getByRole('heading', { name: 'No such case' }).waitFor();
}));

test('a failing case explains itself', () => reading('failing', async (page) => {
  const { cases } = await record('failing');
  const failed = cases.find(({ outcome, findings }) => outcome === 'failed' && findings.some(({ kind }) => kind === 'leak'));
  await everythingOpen(page);
  await page.locator('#wrong').getByRole('link', { name: failed.id, exact: true }).click();
  await page.locator('#page h1').filter({ hasText: failed.id }).waitFor();
  assert.ok((await page.title()).startsWith(failed.id));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'a screen reader is where the page begins');
  assert.equal(await page.locator('#page .finding').count(), failed.findings.length);
  for (const { message, clause } of failed.findings) {
    const finding = page.locator('#page .finding').filter({ hasText: message }).first();
    await finding.waitFor();
    if (clause) for (const said of [clause.document, clause.at, clause.text]) await finding.getByText(said).first().waitFor();
  }
  assert.equal(await page.locator('#page .sequence .wrong').count() > 0, true);
  await page.getByText(/^\d+ frames$/).click();
  assert.equal(await page.locator('pre.frames .line').count(), failed.frames.length);
  await page.goBack();
  await page.locator('#overview').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), failed.id, 'back at the link');
}));

test('the filters work by keyboard', () => reading('suite', async (page) => {
  const { cases } = await record('suite');
  const said = (text) => page.locator('output').filter({ hasText: text }).waitFor();
  const visible = () => page.locator('a.case:not([hidden])').count();
  await page.locator('#cases').getByRole('checkbox').first().focus();
  await page.keyboard.press('Tab'); // the second outcome
  const outcome = await page.evaluate(() => document.activeElement.value);
  await page.keyboard.press('Space');
  const ofOutcome = cases.filter((one) => one.outcome === outcome);
  await said(`${ofOutcome.length} of ${cases.length} cases`);
  assert.equal(await visible(), ofOutcome.length);
  await page.keyboard.press('Space');
  await said(`${cases.length} cases`);
  await page.getByRole('checkbox', { name: 'should' }).focus();
  await page.keyboard.press('Space');
  const shoulds = cases.filter(({ level }) => level === 'should');
  await said(`${shoulds.length} of ${cases.length} cases`);
  await page.getByRole('searchbox', { name: 'Text' }).focus();
  await page.keyboard.type('Typing crm');
  const both = shoulds.filter(({ id, title }) => ['typing', 'crm'].every((word) => `${id} ${title}`.toLowerCase().includes(word)));
  assert.ok(both.length > 0);
  await said(`${both.length} of ${cases.length} cases`);
  assert.equal(await page.locator('.matrix tbody tr:visible').count(), new Set(both.map(({ scenario }) => scenario)).size);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // Clear
  await said(`${cases.length} cases`);
}));

test('the theme is the system’s until somebody chooses', () => reading('failing', async (page) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  for (const [name, same] of [['light', false], ['dark', true], ['system', true]]) {
    await page.locator('#theme').focus();
    await page.keyboard.press('Enter');
    await page.locator('#theme').filter({ hasText: name }).waitFor();
    assert.equal((await paper()) === dark, same, name);
  }
}, { colorScheme: 'dark' }));

test('without a script the verdict, the findings and the table are read', () => reading('failing', async (page) => {
  const { cases } = await record('failing');
  await page.getByRole('heading', { name: 'Failed', level: 1 }).waitFor();
  for (const { findings } of cases) for (const { message } of findings.slice(0, 1)) await page.getByText(message).first().waitFor();
  assert.equal(await page.locator('a.case:visible').count(), cases.length);
  assert.equal(await page.locator('.filters').isVisible(), false);
}, { javaScriptEnabled: false }));

/** Nothing that keeps a person from reading, however slight. */
async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [where, id, nodes.slice(0, 3).map(({ html, failureSummary }) => [html, failureSummary])]), []);
}

/** Looks at a view on a desk and on a phone, closed as it comes and with everything open. */
async function looked(page, name) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${REPORTS}/${name}-${size}.png`, fullPage: name !== 'suite' });
  }
  await everythingOpen(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= PHONE.width, `${name}: the page is ${wide} px wide on a phone`);
  await page.setViewportSize(DESKTOP);
}

for (const colorScheme of ['light', 'dark']) {
  for (const run of ['failing', 'suite', 'load']) {
    test(`${run}, ${colorScheme}: looks, access, print`, { timeout: 60_000 }, () => reading(run, async (page) => {
      await looked(page, `${run}-${colorScheme}`);
      // The suite is long, and has no colour that the others do not have.
      if (run !== 'suite' || colorScheme === 'light') await accessible(page, run);
      const pdf = await page.pdf({ format: 'A4' });
      assert.ok(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 20_000, `a PDF of ${pdf.length} bytes`);
      if (run !== 'failing') return;
      const { cases } = await record(run);
      await open(page, cases.find(({ outcome }) => outcome === 'failed').id);
      await looked(page, `case-${colorScheme}`);
      await accessible(page, 'case');
    }, { colorScheme }));
  }
}
