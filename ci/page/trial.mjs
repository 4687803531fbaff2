// The page of every dialect in a browser, as two people use it: one of them, ana, is user 1, the other, bo, is user 2.
// Usage: TABLE=FILE SHOTS=FOLDER node --test-reporter=spec trial.mjs; TABLE holds what the reference server prints on start.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const { TABLE, SHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const PATIENCE = 8000; // ms for anything to show; a typing that nobody renews is ended after 4 s
const DESKTOP = { width: 1000, height: 900 };
const PHONE = { width: 360, height: 740 };

// What each document calls what ana and bo see of each other.
const WORDS = {
  'minimal': { joined: 'joinedConversation', message: 'newMessage' },
  'minimal-open': { joined: 'joinedConversation', message: 'newMessage' },
  'gateway': { joined: 'joined-conversation', message: 'receive-message', typing: true, presence: true },
  'whatsapp': { joined: 'conversation:joined', message: 'message:received', typing: true, presence: true },
  'crm': { joined: 'joinChat acknowledged', message: 'newMessage', typing: true, entering: 'userJoined' },
};

/** The page of each dialect in the table that the server prints. */
async function pages() {
  const table = await readFile(TABLE, 'utf8');
  const found = table.matchAll(/^ +dialect +(\S+)$[^]*?^ +page +(\S+)$/gm);
  return Object.fromEntries([...found].map(([, dialect, url]) => [dialect, url]));
}

let browser;
before(async () => {
  await mkdir(SHOTS, { recursive: true });
  // The profile is a fresh one in a temporary folder, which is Playwright's own way.
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: 30_000,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

/** Two people, each with a browser of their own, and a list of whatever no page should do. */
async function cast(url, colorScheme) {
  const { host } = new URL(url);
  const complaints = [];
  const calls = (kind, called) => new URL(called).host === host || complaints.push(`${kind} to ${called}`);
  const person = async (user) => {
    const context = await browser.newContext({ colorScheme, viewport: DESKTOP });
    context.setDefaultTimeout(PATIENCE);
    context.on('request', (request) => calls('a request', request.url()));
    context.on('weberror', (error) => complaints.push(String(error.error())));
    context.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
    const page = await context.newPage();
    page.on('websocket', (socket) => calls('a socket', socket.url()));
    await page.goto(`${url}?user=${user}`);
    return page;
  };
  return { complaints, ana: await person(1), bo: await person(2) };
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
/** Waits for a line in the log of the page. */
const logged = (page, kind, ...texts) => texts
  .reduce((lines, hasText) => lines.filter({ hasText }), page.locator(`#log li.${kind}`))
  .first().waitFor();
/** Waits until the text of an element is this. */
const shows = (page, selector, text) => page.locator(selector).filter({ hasText: new RegExp(`^${text}$`) }).waitFor();

async function connect(page) {
  await press(page, 'Connect');
  await shows(page, '#state', 'connected');
}

async function join(page, words) {
  await press(page, 'Join');
  await logged(page, 'in', words.joined);
}

async function shot(page, name) {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= viewport.width, `${size}: the page is ${wide} px wide`);
    await page.screenshot({ path: `${SHOTS}/${name}-${size}.png`, fullPage: true });
  }
  await page.setViewportSize(DESKTOP);
}

/** Every button but one once. */
async function everyButton(page) {
  const names = await page.locator('#actions button').allTextContents();
  assert.ok(names.length > 3, `buttons: ${names}`);
  for (const name of names.filter((name) => name !== 'Leave')) {
    await press(page, name);
    await page.waitForTimeout(100); // what is created is the conversation that the next one goes to
  }
}

async function describes(page, dialect) {
  const link = page.getByRole('link', { name: 'AsyncAPI' });
  const address = new URL(await link.getAttribute('href'), page.url());
  const document = await (await page.request.get(address.href)).json();
  assert.equal(document['x-socketio'].dialect, dialect);
  assert.equal(document.servers.socketio.host, address.host);
}

async function trial(dialect, url, scheme) {
  const words = WORDS[dialect];
  const { complaints, ana, bo } = await cast(url, scheme);
  try {
    await connect(ana);
    await connect(bo);
    if (words.presence) await shows(ana, '#online', '2');
    await join(bo, words);
    await join(ana, words);
    if (words.entering) await logged(bo, 'in', words.entering);

    const text = `Hello from a ${scheme} page`;
    await ana.locator('#text').fill('');
    await ana.locator('#text').pressSequentially(text, { delay: 20 });
    if (words.typing) {
      await shows(bo, '#typing', '1');
      await shot(bo, `${dialect}-${scheme}-typing`);
    }
    await press(ana, 'Send Message');
    for (const page of [ana, bo]) await logged(page, 'in', words.message, text);
    if (words.typing) await shows(bo, '#typing', 'nobody');

    await everyButton(ana);
    await describes(ana, dialect);
    await shot(ana, `${dialect}-${scheme}`);
    await press(bo, 'Leave');
    await logged(bo, 'in', /left|leave/i);
    await press(bo, 'Disconnect');
    await shows(bo, '#state', 'not connected');
    if (words.presence) await shows(ana, '#online', 'nobody else');
    for (const page of [ana, bo]) assert.deepEqual(await page.locator('#log li.bad').allTextContents(), []);
    assert.deepEqual(complaints, []);
  } catch (error) {
    await ana.screenshot({ path: `${SHOTS}/${dialect}-${scheme}-FAILED.png`, fullPage: true });
    throw error;
  } finally {
    await Promise.all([ana, bo].map((page) => page.context().close()));
  }
}

const served = await pages();
test('every dialect has a page', () => assert.deepEqual(Object.keys(served).sort(), Object.keys(WORDS).sort()));
for (const [dialect, url] of Object.entries(served)) {
  for (const scheme of ['light', 'dark']) {
    test(`${dialect}, ${scheme}`, { timeout: 60_000 }, () => trial(dialect, url, scheme));
  }
}
