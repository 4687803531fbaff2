// A conversation of two users in the default chat of the reference server, for a recording: the official client over each
// transport, every wait bounded.
//
// Environment: see client.mjs.

import assert from 'node:assert/strict';
import * as client from './client.mjs';
import { ask, connected, next } from './client.mjs';

const ANA = 1;
const BO = 2;
const chatId = 1;

const mint = (userId) => client.mint({ sub: String(userId), role: 'admin', type: 'employee' });
const connect = (userId, transports) =>
  connected(client.open('/chat', { auth: { token: mint(userId) }, ...client.overTransports(transports) }));

/** What both say and hear: an ack, a broadcast, a keystroke, a receipt, a message over REST, a farewell. */
async function conversation(transports) {
  const ana = await connect(ANA, transports);
  const bo = await connect(BO, transports);
  await client.assertTransport(bo, transports);
  await ask(ana, 'joinChat', { chatId });
  await ask(bo, 'joinChat', { chatId });
  await next(ana, 'userJoined');
  const { data: hello } = await ask(ana, 'sendMessage', { chatId, content: `hello over ${client.nameOf(transports)}` });
  for (const socket of [ana, bo]) assert.equal((await next(socket, 'newMessage')).message.id, hello.id);
  await ask(bo, 'markAsRead', { chatId, messageId: hello.id });
  assert.equal((await next(ana, 'messageRead')).messageId, hello.id);
  for (const isTyping of [true, false]) {
    bo.emit('typing', { chatId, isTyping });
    assert.equal((await next(ana, 'userTyping')).isTyping, isTyping);
  }
  const { status, body } = await client.rest('POST', '/chat-messages', { body: { chatId, content: 'and by REST' }, token: mint(BO) });
  assert.equal(status, 201);
  for (const socket of [ana, bo]) assert.equal((await next(socket, 'newMessage')).message.id, body.id);
  await client.rest('PUT', `/chat-messages/${body.id}`, { body: { content: 'better' }, token: mint(BO) });
  for (const socket of [ana, bo]) assert.equal((await next(socket, 'messageUpdated')).message.id, body.id);
  await ask(bo, 'leaveChat', { chatId });
  await next(ana, 'userLeft');
  await ask(ana, 'leaveChat', { chatId });
  await client.closeAll();
}

for (const transports of [['websocket'], ['polling'], undefined]) await conversation(transports);
console.log('a conversation over websocket, polling, and polling that becomes a websocket');
