// The examples of the minimal document (JWT), spoken by the official client to any server of the minimal dialect.
//
// Environment: see client.mjs. The server is expected to know conversation 1 of users 1 and 2, and 2 of users 2 and 3, as
// the reference server does by default. Every wait is bounded.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as client from './client.mjs';
import { CONTENT, assertRestRefused, connected, next, open, quiet } from './client.mjs';

const ANA = 1;
const BO = 2;
const CY = 3; // in conversation 2, a stranger to conversation 1
const convId = 1;

const mint = (userId, options) => client.mint({ sub: String(userId) }, options);
const rest = (userId, method, path, body) => client.rest(method, path, { body, token: mint(userId) });
const connect = (userId, options) => connected(open('/chat', { auth: { token: mint(userId) }, ...options }));
const refused = (socket) => client.refused(socket, 'error', 'exception');

afterEach(() => client.closeAll());

async function join(...sockets) {
  for (const socket of sockets) {
    socket.emit('joinConversation', { convId });
    assert.deepEqual(await next(socket, 'joinedConversation'), { convId });
  }
}

/** `{message, sender}`, with the text in a row that has an id. */
async function assertNewMessage(socket, text) {
  const { message, sender, ...more } = await next(socket, 'newMessage');
  assert.ok(Number.isInteger(message.id), `id ${message.id}`);
  assert.equal(message.message, text);
  assert.notEqual(sender, undefined);
  assert.deepEqual(more, {});
  return message;
}

async function assertCreated(...sockets) {
  const [first, ...others] = await Promise.all(sockets.map((socket) => next(socket, 'conversationCreated')));
  assert.ok(Number.isInteger(first.conversation.id) && first.conversation.id > 2, `id ${first.conversation.id}`);
  assert.equal(first.participants.length, 2);
  for (const other of others) assert.deepEqual(other, first);
  return first.conversation.id;
}

// ---------------------------------------------------------------- Connection, Authentication

for (const transports of client.TRANSPORTS) {
  test(`a conversation over ${client.nameOf(transports)}`, async () => {
    const options = client.overTransports(transports);
    const [ana, bo] = [await connect(ANA, options), await connect(BO, options)];
    await client.assertTransport(ana, transports);
    await join(ana, bo);
    ana.emit('sendMessage', { convId, message: { message: CONTENT } });
    for (const socket of [ana, bo]) await assertNewMessage(socket, CONTENT);
    await quiet(ana, bo);
  });
}

const nobodies = {
  'no token': {},
  'a token of another key': { token: mint(ANA, { key: 'another secret' }) },
  'an expired token': { token: mint(ANA, { expiresIn: -1 }) },
};

for (const [what, auth] of Object.entries(nobodies)) {
  test(`with ${what}, the connection or else each event is refused`, async () => {
    const ana = await connect(ANA);
    await join(ana);
    const thief = open('/chat', { auth });
    const error = await connected(thief).then(() => undefined, (reason) => reason);
    if (error) {
      assert.ok(error.message && !error.message.includes('within'), error.message); // refused, not left waiting
    } else {
      thief.emit('sendMessage', { convId, message: { message: 'not mine' } });
      await refused(thief);
    }
    await quiet(ana);
  });
}

// ---------------------------------------------------------------- Events, Room Management

test('createConversation is told to both users, whose sockets are in the room at once', async () => {
  const [ana, desk, phone, cy] = [await connect(ANA), await connect(BO), await connect(BO), await connect(CY)];
  ana.emit('createConversation', { user2_id: BO });
  const created = await assertCreated(ana, desk, phone);
  ana.emit('sendMessage', { convId: created, message: { message: 'Hello, how are you?' } });
  for (const socket of [ana, desk, phone]) await assertNewMessage(socket, 'Hello, how are you?');
  await quiet(ana, desk, phone, cy);
});

test('joinConversation and leaveConversation are confirmed, and decide who hears', async () => {
  const [ana, bo] = [await connect(ANA), await connect(BO)];
  await join(ana);
  ana.emit('sendMessage', { convId, message: { message: 'before' } });
  await assertNewMessage(ana, 'before');
  await quiet(bo);
  await join(bo);
  ana.emit('sendMessage', { convId, message: { message: 'between' } });
  for (const socket of [ana, bo]) await assertNewMessage(socket, 'between');
  bo.emit('leaveConversation', { convId });
  assert.deepEqual(await next(bo, 'leftConversation'), { convId });
  ana.emit('sendMessage', { convId, message: { message: 'after' } });
  await assertNewMessage(ana, 'after');
  await quiet(ana, bo);
});

test('what cannot be is an error that says why', async () => {
  const [ana, cy] = [await connect(ANA), await connect(CY)];
  await join(ana);
  ana.emit('joinConversation', { convId: 999_999_999 });
  assert.match(await refused(ana), /not found/);
  for (const payload of [{ convId }, { convId, message: {} }, { convId, message: { message: '' } }, {}]) {
    ana.emit('sendMessage', payload);
    await refused(ana);
  }
  cy.emit('joinConversation', { convId });
  await refused(cy);
  cy.emit('sendMessage', { convId, message: { message: 'let me in' } });
  await refused(cy);
  ana.emit('sendMessage', { convId, message: { message: 'a secret' } });
  await assertNewMessage(ana, 'a secret');
  await quiet(ana, cy);
});

// ---------------------------------------------------------------- REST API Integration

test('POST /chats creates a conversation, and both hear of it', async () => {
  const [ana, bo] = [await connect(ANA), await connect(BO)];
  const { status, body } = await rest(ANA, 'POST', '/chats', { user2_id: BO });
  assert.equal(status, 201);
  assert.equal(await assertCreated(ana, bo), body.id);
  await quiet(ana, bo);
});

test('POST /chats/:id/message sends a message, and the room hears it', async () => {
  const [ana, bo] = [await connect(ANA), await connect(BO)];
  await join(ana, bo);
  const { status, body } = await rest(BO, 'POST', `/chats/${convId}/message`, { message: 'posted' });
  assert.equal(status, 201);
  for (const socket of [ana, bo]) assert.deepEqual(await assertNewMessage(socket, 'posted'), body);
  await quiet(ana, bo);
});

test('REST refusals say what is wrong', async () => {
  const path = `/chats/${convId}/message`;
  assertRestRefused(await client.rest('POST', path, { body: { message: 'whose?' } }), 401);
  assertRestRefused(await rest(ANA, 'POST', path, {}), 400);
  assertRestRefused(await rest(CY, 'POST', path, { message: 'let me in' }), 403);
  assertRestRefused(await rest(ANA, 'POST', '/chats/999999999/message', { message: 'where?' }), 404);
});
