// The examples of the minimal-open document, which knows no token, spoken by the official client to any server of that
// dialect: whoever acts says so by `userId` in the payload.
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

const rest = (userId, method, path, body) => client.rest(method, path, { body: { ...body, userId } });
const connect = (options) => connected(open('/chat', options));
const refused = (socket) => client.refused(socket, 'error', 'exception');

afterEach(() => client.closeAll());

/** Sockets of these users, in the conversation. */
async function joined(userIds, options) {
  const sockets = [];
  for (const userId of userIds) {
    const socket = await connect(options);
    socket.emit('joinConversation', { convId, userId });
    assert.deepEqual(await next(socket, 'joinedConversation'), { convId });
    sockets.push(socket);
  }
  return sockets;
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

// ---------------------------------------------------------------- Frontend connection

for (const transports of client.TRANSPORTS) {
  test(`a conversation over ${client.nameOf(transports)}`, async () => {
    const [ana, bo] = await joined([ANA, BO], client.overTransports(transports));
    await client.assertTransport(ana, transports);
    ana.emit('sendMessage', { convId, message: { message: CONTENT }, userId: ANA });
    for (const socket of [ana, bo]) await assertNewMessage(socket, CONTENT);
    await quiet(ana, bo);
  });
}

// ---------------------------------------------------------------- Usage Examples

for (const [form, payload] of Object.entries({
  'as documented': { createConvDto: { user2_id: BO }, userId: ANA },
  'in the flat form of the other document': { user2_id: BO, userId: ANA },
})) {
  test(`createConversation ${form} is told to both users, whose sockets are in the room at once`, async () => {
    const [ana, bo, cy] = [...(await joined([ANA, BO])), await connect()];
    ana.emit('createConversation', payload);
    const created = await assertCreated(ana, bo);
    ana.emit('sendMessage', { convId: created, message: { message: 'Hello!' }, userId: ANA });
    for (const socket of [ana, bo]) await assertNewMessage(socket, 'Hello!');
    await quiet(ana, bo, cy);
  });
}

test('leaveConversation is confirmed, and ends the hearing', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  bo.emit('leaveConversation', { convId, userId: BO });
  assert.deepEqual(await next(bo, 'leftConversation'), { convId });
  ana.emit('sendMessage', { convId, message: { message: 'after' }, userId: ANA });
  await assertNewMessage(ana, 'after');
  await quiet(ana, bo);
});

test('what cannot be is an error that says why', async () => {
  const [ana, cy] = [...(await joined([ANA])), await connect()];
  ana.emit('joinConversation', { convId: 999_999_999, userId: ANA });
  assert.match(await refused(ana), /not found/);
  const userId = ANA;
  for (const payload of [{ convId, userId }, { convId, userId, message: {} }, { convId, message: { message: 'whose?' } }]) {
    ana.emit('sendMessage', payload);
    await refused(ana);
  }
  cy.emit('joinConversation', { convId, userId: CY });
  await refused(cy);
  cy.emit('sendMessage', { convId, message: { message: 'let me in' }, userId: CY });
  await refused(cy);
  ana.emit('sendMessage', { convId, message: { message: 'a secret' }, userId: ANA });
  await assertNewMessage(ana, 'a secret');
  await quiet(ana, cy);
});

// ---------------------------------------------------------------- Integration with existing REST API

test('POST /chats creates a conversation, and both hear of it', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  const { status, body } = await rest(ANA, 'POST', '/chats', { user2_id: BO });
  assert.equal(status, 201);
  assert.equal(await assertCreated(ana, bo), body.id);
  await quiet(ana, bo);
});

test('POST /chats/:id/message sends a message, and the room hears it', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  const { status, body } = await rest(BO, 'POST', `/chats/${convId}/message`, { message: 'posted' });
  assert.equal(status, 201);
  for (const socket of [ana, bo]) assert.deepEqual(await assertNewMessage(socket, 'posted'), body);
  await quiet(ana, bo);
});

test('REST refusals say what is wrong', async () => {
  const path = `/chats/${convId}/message`;
  assertRestRefused(await client.rest('POST', path, { body: { message: 'whose?' } }), 400);
  assertRestRefused(await rest(ANA, 'POST', path, {}), 400);
  assertRestRefused(await rest(CY, 'POST', path, { message: 'let me in' }), 403);
  assertRestRefused(await rest(ANA, 'POST', '/chats/999999999/message', { message: 'where?' }), 404);
});
