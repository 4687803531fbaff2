// The examples of the whatsapp document, spoken by the official client to any server of the whatsapp dialect.
//
// Environment: see client.mjs. The server is expected to know conversation 1 of users 1 and 2, and 2 of users 2 and 3 (ids
// are strings), as the reference server does by default, and to take any user id. Every wait is bounded.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as client from './client.mjs';
import { CONTENT, RFC3339_MS, ask, assertRestRefused, connected, heardOf, next, open, quiet, takeAll } from './client.mjs';

const ANA = '1';
const BO = '2';
const CY = '3'; // in conversation 2, a stranger to conversation 1
const conversationId = '1';

const mint = (userId, options) => client.mint({ userId }, options);
const connect = (userId, options) => connected(open('/messages', { query: { userId }, ...options }));
const rest = (method, path, body) => client.rest(method, `/api/conversations${path}`, { body });
const post = (senderId, content, more = {}) =>
  rest('POST', `/${conversationId}/messages`, { senderId, type: 'text', content, ...more });

afterEach(() => client.closeAll());

const answer = (event) => ({ event, data: { conversationId, success: true } });

/** Asks, and gets the documented response by ack; a server may add the event that it names. */
async function confirmed(socket, event, response) {
  assert.deepEqual(await ask(socket, event, { conversationId }), answer(response));
  for (const [name, data] of await takeAll(socket)) assert.deepEqual({ event: name, data }, answer(response));
}

/** Sockets of these users, in the conversation. */
async function joined(userIds, options) {
  const sockets = [];
  for (const userId of userIds) {
    const socket = await connect(userId, options);
    await confirmed(socket, 'conversation:join', 'conversation:joined');
    sockets.push(socket);
  }
  return sockets;
}

/** The documented fields, and the sender where the server sends one. */
function assertMessage({ messageId, timestamp, sender, ...more }, senderId, content, status = 'sent') {
  assert.ok(typeof messageId === 'string' && messageId, `messageId ${messageId}`);
  assert.match(timestamp, RFC3339_MS);
  if (sender) assert.equal(sender.id, senderId);
  assert.deepEqual(more, { conversationId, senderId, type: 'text', content, status });
}

async function assertReceived(socket, senderId, content) {
  const message = await next(socket, 'message:received');
  assertMessage(message, senderId, content);
  return message;
}

async function assertStatus(socket, messageId, status) {
  const { updatedAt, ...more } = await next(socket, 'message:status');
  assert.match(updatedAt, RFC3339_MS);
  assert.deepEqual(more, { messageId, conversationId, status });
}

async function assertError(socket) {
  const { status, message, statusCode, data, ...more } = await next(socket, 'error');
  assert.equal(status, 'error');
  assert.ok(typeof message === 'string' && message);
  assert.ok(statusCode === undefined || Number.isInteger(statusCode), `statusCode ${statusCode}`);
  assert.deepEqual(more, {});
  return { message, data };
}

// ---------------------------------------------------------------- Connection, Authentication

const ways = {
  'by query, as in development': (userId) => ({ query: { userId } }),
  'by token, as in production': (userId) => ({ auth: { token: mint(userId) } }),
};

for (const [way, as] of Object.entries(ways)) {
  test(`a user connects ${way}`, async () => {
    const ana = await connected(open('/messages', as(ANA)));
    await confirmed(ana, 'conversation:join', 'conversation:joined');
    const cy = await connected(open('/messages', as(CY)));
    cy.emit('conversation:join', { conversationId });
    await assertError(cy);
    await quiet(ana, cy);
  });
}

const nobodies = {
  'neither token nor userId': {},
  'a token that is none': { auth: { token: 'jwt-token-here' } },
  'a token of another key': { auth: { token: mint(ANA, { key: 'another secret' }) } },
  'an expired token': { auth: { token: mint(ANA, { expiresIn: -1 }) } },
};

for (const [what, options] of Object.entries(nobodies)) {
  test(`a connection with ${what} is refused`, async () => {
    const socket = open('/messages', options);
    const error = await connected(socket).then(() => undefined, (reason) => reason);
    if (error) assert.ok(error.message && !error.message.includes('within'), error.message);
    else {
      await assertError(socket);
      if (socket.connected) await client.within(new Promise((resolve) => socket.once('disconnect', resolve)), 'disconnect');
    }
  });
}

for (const transports of client.TRANSPORTS) {
  test(`a conversation over ${client.nameOf(transports)}`, async () => {
    const [ana] = await joined([ANA], client.overTransports(transports));
    await client.assertTransport(ana, transports);
    const { status, body } = await post(ANA, CONTENT);
    assert.equal(status, 201);
    assertMessage(body, ANA, CONTENT);
    assert.deepEqual(await assertReceived(ana, ANA, CONTENT), body);
    await quiet(ana);
  });
}

// ---------------------------------------------------------------- Client to Server Events

test('conversation:join and conversation:leave without an ack are answered by their events', async () => {
  const ana = await connect(ANA);
  for (const [event, response] of [
    ['conversation:join', 'conversation:joined'],
    ['conversation:leave', 'conversation:left'],
  ]) {
    ana.emit(event, { conversationId });
    assert.deepEqual(await next(ana, response), { conversationId, success: true });
  }
  await quiet(ana);
});

test('who has left hears nothing more', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  await confirmed(bo, 'conversation:leave', 'conversation:left');
  const { body } = await post(ANA, 'for myself');
  assert.deepEqual(await assertReceived(ana, ANA, 'for myself'), body);
  await quiet(ana, bo);
});

test('typing:start and typing:stop reach the others', async () => {
  const [ana, phone, bo] = await joined([ANA, ANA, BO]);
  for (const [event, isTyping] of [['typing:start', true], ['typing:stop', false]]) {
    ana.emit(event, { conversationId, userId: ANA, isTyping });
    const { user, ...more } = await next(bo, event);
    if (user) assert.equal(user.id, ANA);
    assert.deepEqual(more, { conversationId, userId: ANA, isTyping });
  }
  await quiet(ana, phone, bo);
});

test('a stranger and a nonsense are answered by error', async () => {
  const [ana] = await joined([ANA]);
  const cy = await connect(CY);
  for (const payload of [{ conversationId }, { conversationId: 'no-such-conversation' }, { conversationId: 7 }, {}]) {
    cy.emit('conversation:join', payload);
    await assertError(cy);
  }
  cy.emit('typing:start', { conversationId, userId: ANA, isTyping: true }); // in the name of another, too
  await assertError(cy);
  await post(ANA, 'a secret');
  await assertReceived(ana, ANA, 'a secret');
  await quiet(ana, cy);
});

// ---------------------------------------------------------------- Integration with Services

test('a message is sent, delivered and read, and its status moves once each', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  const { body: first } = await post(ANA, 'first');
  for (const socket of [ana, bo]) {
    assert.deepEqual(await assertReceived(socket, ANA, 'first'), first);
    await assertStatus(socket, first.messageId, 'delivered');
  }
  await rest('POST', `/${conversationId}/messages/read`, { userId: ANA }); // one's own: nothing moves
  const read = () => rest('POST', `/${conversationId}/messages/read`, { userId: BO });
  assert.ok([200, 201, 204].includes((await read()).status));
  for (const socket of [ana, bo]) {
    // Whatever the tests before have left unread is told too: one message:status each.
    const heard = await takeAll(socket);
    assert.ok(heard.every(([event, { status }]) => event === 'message:status' && status === 'read'));
    assert.equal(heard.filter(([, { messageId }]) => messageId === first.messageId).length, 1);
  }
  await read(); // again: heard by nobody
  await quiet(ana, bo);
  const history = await rest('GET', `/${conversationId}/messages`);
  assert.equal(history.status, 200);
  assertMessage(history.body.messages.at(-1), ANA, 'first', 'read');
});

test('POST /api/conversations opens a conversation for its participants', async () => {
  const participants = ['user-123', 'test-user'];
  const { status, body } = await rest('POST', '', { participants });
  assert.equal(status, 201);
  assert.equal(typeof body.id, 'string');
  const user = await connect('user-123');
  assert.deepEqual(await ask(user, 'conversation:join', { conversationId: body.id }), {
    event: 'conversation:joined',
    data: { conversationId: body.id, success: true },
  });
});

test('REST refusals say what is wrong', async () => {
  assertRestRefused(await post(CY, 'let me in'), 403);
  assertRestRefused(await post(ANA, ''), 400);
  assertRestRefused(await rest('POST', `/${conversationId}/messages/read`, { userId: CY }), 403);
  assertRestRefused(await rest('GET', '/no-such-conversation/messages'), 404);
});

// ---------------------------------------------------------------- Presence

test('a user is online from the first socket to the last', async () => {
  const [friend, user] = [0, 1].map(() => `user-${Math.floor(Math.random() * 1e9)}`);
  await rest('POST', '', { participants: [friend, user] });
  const watcher = await connect(friend);
  const desk = await connect(user);
  await heardOf(watcher, 'user:online', user);
  const phone = await connect(user);
  desk.disconnect();
  await quiet(phone);
  await quiet(watcher);
  phone.disconnect();
  await heardOf(watcher, 'user:offline', user);
  const about = watcher.presence.filter(([, data]) => data.userId === user);
  assert.deepEqual(about, [['user:online', { userId: user }], ['user:offline', { userId: user }]]);
});
