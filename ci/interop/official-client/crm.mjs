// The examples of the crm document, spoken by the official client to any server of the crm dialect.
//
// Environment: see client.mjs. The server is expected to know chat 1 of users 1 and 2, and chat 2 of users 2 and 3, as the
// reference server does by default. Every wait is bounded.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as client from './client.mjs';
import { CONTENT, RFC3339_MS, ask, assertRestRefused, connected, next } from './client.mjs';

const ANA = 1;
const BO = 2;
const CY = 3; // in chat 2, a stranger to chat 1
const chatId = 1;

const mint = (userId, options) => client.mint({ sub: String(userId), role: 'admin', type: 'employee' }, options);
const rest = (userId, method, path, body) => client.rest(method, path, { body, token: mint(userId) });
const open = (options, query = '') => client.open(`/chat${query}`, options);
const connect = (userId, options = {}) => connected(open({ auth: { token: mint(userId) }, ...options }));

// A leave is answered, a disconnect is not: without it the next test could meet the sockets of this one in the chat.
afterEach(() => client.closeAll((socket) => ask(socket, 'leaveChat', { chatId })));

/** Sockets of these users in chat 1, with nothing left to hear. */
async function inChat(...userIds) {
  const joined = [];
  for (const userId of userIds) {
    const socket = await connect(userId);
    assert.deepEqual(await ask(socket, 'joinChat', { chatId }), { success: true, message: `Joined chat ${chatId}` });
    for (const earlier of joined) about(userId, await next(earlier, 'userJoined'));
    joined.push(socket);
  }
  return joined;
}

/** Nothing but what was asked for has reached these sockets; each proves it by one more round trip. */
async function quiet(...silent) {
  for (const socket of silent) {
    await ask(socket, 'ping');
    assert.deepEqual(socket.heard, []);
  }
}

/** The payload is `{chatId, userId, timestamp}` and whatever else the document gives it. */
function about(userId, payload, more = {}) {
  assert.deepEqual({ ...payload, timestamp: '' }, { chatId, userId, timestamp: '', ...more });
  assert.match(payload.timestamp, RFC3339_MS);
}

function assertRow(row, expected) {
  assert.ok(Number.isInteger(row.id), `id ${row.id} is not an integer`);
  assert.match(row.createdAt, RFC3339_MS);
  for (const [name, value] of Object.entries({ chatId, ...expected })) assert.deepEqual(row[name], value, name);
}

async function assertNewMessage(socket, expected) {
  const { message, chatId: where, timestamp, ...rest } = await next(socket, 'newMessage');
  assertRow(message, expected);
  assert.equal(where, chatId);
  assert.match(timestamp, RFC3339_MS);
  assert.deepEqual(rest, {});
  return message;
}

function assertRefused(answer) {
  assert.equal(answer.success, false);
  assert.equal(typeof answer.message, 'string');
  assert.notEqual(answer.message, '');
}

// ---------------------------------------------------------------- Authentication

const places = {
  'the auth object': (token) => open({ auth: { token } }),
  'the Authorization header': (token) => open({ extraHeaders: { authorization: `Bearer ${token}` } }),
  'the query parameter': (token) => open({}, `?token=${token}`),
};

for (const [place, withToken] of Object.entries(places)) {
  test(`authenticate with the token in ${place}`, async () => {
    const socket = await connected(withToken(mint(ANA)));
    assert.deepEqual(await ask(socket, 'authenticate'), {
      success: true,
      message: 'Authenticated successfully',
      userId: ANA,
      socketId: socket.id,
    });
  });

  test(`a token of another key in ${place} is refused by ack and by event`, async () => {
    const socket = await connected(withToken(mint(ANA, { key: 'another secret' })));
    assertRefused(await ask(socket, 'joinChat', { chatId }));
    socket.emit('joinChat', { chatId });
    await client.refused(socket, 'error', 'exception');
  });
}

test('no token and an expired one are refused', async () => {
  const [nobody, late] = await Promise.all([
    connected(open({})),
    connected(open({ auth: { token: mint(ANA, { expiresIn: -1 }) } })),
  ]);
  for (const socket of [nobody, late]) {
    assertRefused(await ask(socket, 'authenticate'));
    assertRefused(await ask(socket, 'sendMessage', { chatId, content: 'unheard' }));
  }
});

test('a token that expires in mid-session starts to fail', async () => {
  const socket = await connected(open({ auth: { token: mint(ANA, { expiresIn: 3 }) } }));
  assert.equal((await ask(socket, 'authenticate')).success, true);
  await new Promise((resolve) => setTimeout(resolve, 3100));
  assertRefused(await ask(socket, 'authenticate'));
});

for (const transport of ['websocket', 'polling']) {
  test(`a page of another origin gets no connection over ${transport}`, async () => {
    const extraHeaders = { origin: 'https://elsewhere.example' };
    const socket = open({ auth: { token: mint(ANA) }, extraHeaders, transports: [transport] });
    await assert.rejects(connected(socket), ({ message }) => !message.includes('within')); // refused, not left waiting
  });
}

// ---------------------------------------------------------------- Transports

for (const transports of client.TRANSPORTS) {
  test(`a conversation over ${client.nameOf(transports)}`, async () => {
    const options = client.overTransports(transports);
    const [ana, bo] = [await connect(ANA, options), await connect(BO, options)];
    await client.assertTransport(ana, transports);
    await ask(ana, 'joinChat', { chatId });
    await ask(bo, 'joinChat', { chatId });
    about(BO, await next(ana, 'userJoined'));
    assertRow((await ask(ana, 'sendMessage', { chatId, content: CONTENT })).data, { senderId: ANA, message: CONTENT });
    for (const socket of [ana, bo]) await assertNewMessage(socket, { senderId: ANA, message: CONTENT });
  });
}

// ---------------------------------------------------------------- Events

test('joinChat is told to the others once, leaveChat too', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  assert.equal((await ask(bo, 'joinChat', { chatId })).success, true); // again: harmless
  assert.deepEqual(await ask(bo, 'leaveChat', { chatId }), { success: true, message: `Left chat ${chatId}` });
  about(BO, await next(ana, 'userLeft'));
  await ask(ana, 'sendMessage', { chatId, content: 'after the leave' });
  await next(ana, 'newMessage');
  await quiet(ana, bo);
});

test('a disconnect is told as userLeft', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  bo.disconnect();
  about(BO, await next(ana, 'userLeft'));
});

test('sendMessage with an ack: the stored message is answered and everyone in the room hears it', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  const { success, data } = await ask(ana, 'sendMessage', { chatId, content: 'Hello, world!' });
  assert.equal(success, true);
  assertRow(data, { senderId: ANA, message: 'Hello, world!' });
  for (const socket of [ana, bo]) assert.deepEqual(await assertNewMessage(socket, {}), data);
  const { status, body } = await rest(BO, 'GET', `/chat-messages/chat/${chatId}`);
  assert.equal(status, 200);
  assert.deepEqual(body.at(-1), data);
});

test('sendMessage without an ack is heard all the same', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  bo.emit('sendMessage', { chatId, content: 'no answer wanted' });
  for (const socket of [ana, bo]) await assertNewMessage(socket, { senderId: BO, message: 'no answer wanted' });
  await quiet(ana, bo);
});

test('typing reaches the others, and its stop', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  ana.emit('typing', { chatId, isTyping: true });
  about(ANA, await next(bo, 'userTyping'), { isTyping: true });
  ana.emit('typing', { chatId, isTyping: false });
  about(ANA, await next(bo, 'userTyping'), { isTyping: false });
  await quiet(ana, bo);
});

test('markAsRead is told to the others', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  const { data } = await ask(ana, 'sendMessage', { chatId, content: 'seen?' });
  for (const socket of [ana, bo]) await next(socket, 'newMessage');
  bo.emit('markAsRead', { chatId, messageId: data.id });
  about(BO, await next(ana, 'messageRead'), { messageId: data.id });
  bo.emit('markAsRead', { chatId, messageId: data.id }); // again: heard by nobody
  await quiet(bo, ana);
});

test('ping answers with the time of the server', async () => {
  const socket = await connect(ANA);
  const { pong, ...more } = await ask(socket, 'ping');
  assert.ok(Math.abs(pong - Date.now()) < 60_000, `pong ${pong} is not milliseconds since the epoch`);
  assert.deepEqual(more, {});
});

test('a stranger can neither join, send nor read', async () => {
  const [ana] = await inChat(ANA);
  const cy = await connect(CY);
  assertRefused(await ask(cy, 'joinChat', { chatId }));
  assertRefused(await ask(cy, 'sendMessage', { chatId, content: 'let me in' }));
  await ask(ana, 'sendMessage', { chatId, content: 'a secret' });
  await next(ana, 'newMessage');
  await quiet(ana, cy);
  assert.equal((await rest(CY, 'GET', `/chat-messages/chat/${chatId}`)).status, 403);
});

test('a payload that is wrong is refused', async () => {
  const [ana] = await inChat(ANA);
  for (const payload of [{ chatId }, { chatId, content: '' }, { chatId, content: 7 }, { content: 'where?' }]) {
    assertRefused(await ask(ana, 'sendMessage', payload));
  }
  await quiet(ana);
});

// ---------------------------------------------------------------- REST

test('REST creates, updates and deletes, and the sockets hear each', async () => {
  const [ana, bo] = await inChat(ANA, BO);
  const created = await rest(ANA, 'POST', '/chat-messages', { chatId, content: 'Hello!' });
  assert.equal(created.status, 201);
  assertRow(created.body, { senderId: ANA, message: 'Hello!' });
  const { id } = created.body;
  for (const socket of [ana, bo]) assert.deepEqual(await assertNewMessage(socket, {}), created.body);

  const path = `/chat-messages/${id}`;
  assert.equal((await rest(BO, 'PUT', path, { content: 'not mine' })).status, 403);
  assert.equal((await rest(ANA, 'PUT', path, { content: 'Hello again!' })).status, 200);
  for (const socket of [ana, bo]) {
    const { message, chatId: where, timestamp } = await next(socket, 'messageUpdated');
    assertRow(message, { id, message: 'Hello again!' });
    assert.equal(where, chatId);
    assert.match(timestamp, RFC3339_MS);
  }

  assert.equal((await rest(BO, 'DELETE', path)).status, 403);
  assert.ok([200, 204].includes((await rest(ANA, 'DELETE', path)).status));
  for (const socket of [ana, bo]) {
    const { timestamp, ...rest } = await next(socket, 'messageDeleted');
    assert.deepEqual(rest, { messageId: id, chatId });
    assert.match(timestamp, RFC3339_MS);
  }
  assert.equal((await rest(ANA, 'PUT', path, { content: 'too late' })).status, 404);
  await quiet(ana, bo);
});

test('REST refusals say what is wrong', async () => {
  assertRestRefused(await client.rest('GET', `/chat-messages/chat/${chatId}`), 401);
  assertRestRefused(await rest(ANA, 'POST', '/chat-messages', { chatId }), 400);
});

test('POST /project-chats opens a chat for its participants', async () => {
  const { status, body } = await rest(ANA, 'POST', '/project-chats', { participants: [ANA, CY] });
  assert.equal(status, 201);
  assert.ok(Number.isInteger(body.id) && body.id > 2, `id ${body.id}`);
  assert.deepEqual(body.participants, [ANA, CY]);
  const cy = await connect(CY);
  assert.deepEqual(await ask(cy, 'joinChat', { chatId: body.id }), { success: true, message: `Joined chat ${body.id}` });
});
