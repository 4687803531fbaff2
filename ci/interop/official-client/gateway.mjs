// The examples of the gateway document, spoken by the official client to any server of the gateway dialect.
//
// Environment: see client.mjs; no token is needed. The server is expected to know conversation 1 of users 1 and 2, and 2 of
// users 2 and 3, as the reference server does by default, and to take any user id. Every wait is bounded.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import * as client from './client.mjs';
import { CONTENT, RFC3339_MS, ask, assertRestRefused, connected, heardOf, next } from './client.mjs';
import { open, quiet, rest, takeAll } from './client.mjs';

const ANA = 1;
const BO = 2;
const CY = 3; // in conversation 2, a stranger to conversation 1
const conversationId = 1;

const connect = (userId, options) => connected(open('/chat', { query: { userId }, ...options }));

function say(socket, userId, content, more = {}) {
  const message = { sender_id: userId, conversation_id: conversationId, message_type: 'text', content };
  socket.emit('send-message', { ...message, ...more });
}

const type = (socket, userId, isTyping) => socket.emit('typing', { conversationId, userId, isTyping });

afterEach(() => client.closeAll());

/** Sockets of these users, in the conversation; a join is answered by its ack, and a server may add the event. */
async function joined(userIds, options) {
  const sockets = [];
  for (const userId of userIds) {
    const socket = await connect(userId, options);
    assert.deepEqual(await ask(socket, 'join-conversation', { conversationId, userId }), { success: true, conversationId });
    for (const heard of await takeAll(socket)) {
      assert.deepEqual(heard, ['joined-conversation', { conversationId, success: true }]);
    }
    sockets.push(socket);
  }
  return sockets;
}

function assertMessage(message, expected) {
  const { id, timestamp, conversation, ...more } = message;
  assert.ok(Number.isInteger(id), `id ${id}`);
  assert.match(timestamp, RFC3339_MS);
  assert.deepEqual(conversation, { id: conversationId, sender_id: ANA, receiver_id: BO });
  assert.deepEqual(more, { conversation_id: conversationId, message_type: 'text', ...expected });
}

async function assertReceived(socket, expected) {
  const message = await next(socket, 'receive-message');
  assertMessage(message, expected);
  return message;
}

/** The sender hears both: that it was saved, and the message itself. */
async function assertSent(socket, expected) {
  const [sent, received] = await client.nextOfEach(socket, 'message-sent', 'receive-message');
  assertMessage(sent, expected);
  assert.deepEqual(received, sent);
  return sent;
}

// ---------------------------------------------------------------- Connection

for (const transports of client.TRANSPORTS) {
  test(`a conversation over ${client.nameOf(transports)}`, async () => {
    const [ana, bo] = await joined([ANA, BO], client.overTransports(transports));
    await client.assertTransport(ana, transports);
    say(ana, ANA, CONTENT);
    await assertSent(ana, { sender_id: ANA, content: CONTENT });
    await assertReceived(bo, { sender_id: ANA, content: CONTENT });
    await quiet(ana, bo);
  });
}

for (const query of [{}, { userId: '' }, { userId: 'nobody' }, { userId: -1 }]) {
  test(`a connection with ${JSON.stringify(query)} is refused, and told why`, async () => {
    const socket = open('/chat', { query });
    const error = await connected(socket).then(() => undefined, (reason) => reason);
    if (error) assert.ok(error.message && !error.message.includes('within'), error.message);
    else {
      await client.refused(socket, 'error');
      if (socket.connected) await client.within(new Promise((resolve) => socket.once('disconnect', resolve)), 'disconnect');
    }
  });
}

// ---------------------------------------------------------------- Client to Server Events

test('join-conversation without an ack is answered by joined-conversation', async () => {
  const ana = await connect(ANA);
  ana.emit('join-conversation', { conversationId, userId: ANA });
  assert.deepEqual(await next(ana, 'joined-conversation'), { conversationId, success: true });
  await quiet(ana);
});

test('send-message of each documented type is confirmed, received and in the history', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  const sent = [];
  for (const message_type of ['text', 'image', 'file']) {
    say(bo, BO, `a ${message_type}`, { message_type });
    sent.unshift(await assertSent(bo, { sender_id: BO, content: `a ${message_type}`, message_type }));
    assert.deepEqual(await next(ana, 'receive-message'), sent[0]);
  }
  const path = `/api/chats/conversations/${conversationId}/messages`;
  const { status, body } = await rest('GET', `${path}?page=1&limit=2`);
  assert.equal(status, 200);
  assert.deepEqual(body.messages, sent.slice(0, 2)); // newest first
  assert.deepEqual([body.page, body.limit, body.totalPages], [1, 2, Math.ceil(body.total / 2)]);
  const second = await rest('GET', `${path}?page=2&limit=2`);
  assert.deepEqual(second.body.messages[0], sent[2]);
  await quiet(ana, bo);
});

test('leave-conversation ends the typing of others; back in, it is heard again', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  bo.emit('leave-conversation', { conversationId });
  await quiet(bo);
  type(ana, ANA, true);
  await quiet(ana, bo);
  await ask(bo, 'join-conversation', { conversationId, userId: BO });
  await takeAll(bo); // perhaps joined-conversation
  type(ana, ANA, false);
  assert.deepEqual(await next(bo, 'user-typing'), { conversationId, userId: ANA, isTyping: false });
});

test('typing reaches the others, and its stop', async () => {
  const [ana, phone, bo] = await joined([ANA, ANA, BO]);
  for (const isTyping of [true, false]) {
    type(ana, ANA, isTyping);
    assert.deepEqual(await next(bo, 'user-typing'), { conversationId, userId: ANA, isTyping });
  }
  await quiet(ana, phone, bo);
});

// ---------------------------------------------------------------- Error Handling

test('an invalid message is a message-error in the documented words', async () => {
  const [ana, bo] = await joined([ANA, BO]);
  say(ana, undefined, 'whose?');
  const { error } = await next(ana, 'message-error');
  assert.equal(error, 'sender_id should not be empty, sender_id must be an integer number');
  for (const more of [{ sender_id: '1' }, { message_type: 'song' }, { content: '' }, { sender_id: BO }]) {
    say(ana, ANA, 'wrong', more);
    assert.ok((await next(ana, 'message-error')).error);
  }
  say(ana, ANA, 'where?', { conversation_id: 999_999_999 });
  assert.deepEqual(await next(ana, 'message-error'), { error: 'Conversation not found' });
  await quiet(ana, bo);
});

test('a stranger is told that it may not join, and neither speaks, types nor hears', async () => {
  const [ana] = await joined([ANA]);
  const cy = await connect(CY);
  const refusal = { success: false, conversationId, message: 'Unauthorized to join this conversation' };
  assert.deepEqual(await ask(cy, 'join-conversation', { conversationId, userId: CY }), refusal);
  await takeAll(cy); // perhaps an error that says the same
  say(cy, CY, 'let me in');
  assert.ok((await next(cy, 'message-error')).error);
  type(cy, CY, true);
  await client.refused(cy, 'error', 'exception');
  say(ana, ANA, 'a secret');
  await assertSent(ana, { sender_id: ANA, content: 'a secret' });
  await quiet(ana, cy);
});

// ---------------------------------------------------------------- Presence

test('a user is online from the first socket to the last', async () => {
  const [friend, user] = [0, 1].map(() => 1_000_000 + Math.floor(Math.random() * 1e9));
  await rest('POST', '/api/chats/conversations', { body: { sender_id: friend, receiver_id: user } });
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

// ---------------------------------------------------------------- Integration with REST API

test('POST /api/chats/conversations opens a conversation, and the same two have one only', async () => {
  const [sender_id, receiver_id] = [0, 1].map(() => 1_000_000 + Math.floor(Math.random() * 1e9));
  const open = (body) => rest('POST', '/api/chats/conversations', { body });
  const { status, body } = await open({ sender_id, receiver_id });
  assert.equal(status, 201);
  assert.deepEqual([body.sender_id, body.receiver_id], [sender_id, receiver_id]);
  assert.equal((await open({ sender_id: receiver_id, receiver_id: sender_id })).body.id, body.id);
  assertRestRefused(await open({ sender_id }), 400);
  const user = await connect(receiver_id);
  const join = { conversationId: body.id, userId: receiver_id };
  assert.equal((await ask(user, 'join-conversation', join)).success, true);
});

test('REST refusals say what is wrong', async () => {
  const path = (id, query) => `/api/chats/conversations/${id}/messages?${query}`;
  assertRestRefused(await rest('GET', path(999_999_999, 'page=1&limit=20')), 404);
  assertRestRefused(await rest('GET', path(conversationId, 'page=1&limit=101')), 400);
  assertRestRefused(await rest('GET', path(conversationId, 'page=0&limit=20')), 400);
});
