// A small CRM chat backend on the official Socket.IO server: the system that the `crm` dialect documents, written
// without a look at the reference server, so that harness and reference server cannot share a misreading unnoticed.
//
// Environment: JWT_SECRET (required), what shared/backend.mjs and shared/typing.mjs name. Everything lives in memory and is
// gone when the process ends.

import { MAX_MESSAGES, answerEvents, backend, log, timestamp } from '../shared/backend.mjs';
import { presence } from '../shared/presence.mjs';
import { refuse } from '../shared/refusal.mjs';
import { bearer, claimsOf, numberedUser } from '../shared/tokens.mjs';
import { typingStates } from '../shared/typing.mjs';
import { idIn, rules, validated } from '../shared/validation.mjs';

const roomOf = (chatId) => `chat_${chatId}`;
const socketsOf = (userId) => `user_${userId}`;

// ---------------------------------------------------------------- authentication

function userFrom(token) {
  const claims = claimsOf(token);
  const { role, type, department, permissions } = claims;
  return { id: numberedUser(claims), role, type, department, permissions };
}

const online = presence();

/** Checks the token of a socket anew; the first success makes the socket one of its user's. */
function userOf(socket) {
  const { auth, headers, query } = socket.handshake;
  const user = userFrom(auth.token ?? bearer(headers) ?? query.token);
  if (!socket.data.user) {
    socket.data.user = user;
    socket.join(socketsOf(user.id));
    online.arrive(user.id, socket);
  }
  return user;
}

// ---------------------------------------------------------------- chats

const chats = new Map(); // id -> {id, participants: Set, createdAt, messages: [], entered: Map(userId -> Set(socket id))}
const messages = new Map(); // id -> {row, readers: Set}
let lastMessageId = 0;

function createChat(participants) {
  const chat = { id: chats.size + 1, participants: new Set(participants), createdAt: timestamp() };
  chats.set(chat.id, Object.assign(chat, { messages: [], entered: new Map() }));
  return { id: chat.id, participants: [...chat.participants], createdAt: chat.createdAt };
}

function chatFor(user, chatId) {
  const chat = chats.get(chatId) ?? refuse(404, `Chat ${chatId} not found`);
  return chat.participants.has(user.id) ? chat : refuse(403, 'You are not a participant in this chat');
}

function ownMessage(user, id) {
  const { row } = messages.get(id) ?? refuse(404, `Message ${id} not found`);
  return row.senderId === user.id ? row : refuse(403, 'You can only change your own messages');
}

function createMessage(user, { chatId, content }) {
  const chat = chatFor(user, chatId);
  const row = { id: ++lastMessageId, chatId, senderId: user.id, message: content, createdAt: timestamp() };
  chat.messages.push(row);
  messages.set(row.id, { row, readers: new Set() });
  if (chat.messages.length > MAX_MESSAGES) messages.delete(chat.messages.shift().id);
  log('message', row.id, 'of user', user.id, 'in chat', chatId);
  toRoom(chatId, 'newMessage', { message: row, chatId });
  return row;
}

function updateMessage(user, id, { content }) {
  const row = ownMessage(user, id);
  row.message = content;
  toRoom(row.chatId, 'messageUpdated', { message: row, chatId: row.chatId });
  return row;
}

function deleteMessage(user, id) {
  const { chatId } = ownMessage(user, id);
  const history = chats.get(chatId).messages;
  history.splice(history.findIndex((row) => row.id === id), 1);
  messages.delete(id);
  toRoom(chatId, 'messageDeleted', { messageId: id, chatId });
  return { success: true, message: `Message ${id} deleted` };
}

// ---------------------------------------------------------------- sockets

const { gateway, listen } = backend({
  namespace: '/chat',
  caller: (headers) => userFrom(bearer(headers)),
  health: () => ({ activeUsers: online.count() }),
  routes: [
    ['POST', /^\/chat-messages$/, 201, ({ user, body }) =>
      createMessage(user, validated(body, { chatId: rules.id, content: rules.text }))],
    ['PUT', /^\/chat-messages\/([^/]+)$/, 200, ({ user, id, body }) =>
      updateMessage(user, idIn(id), validated(body, { content: rules.text }))],
    ['DELETE', /^\/chat-messages\/([^/]+)$/, 200, ({ user, id }) => deleteMessage(user, idIn(id))],
    ['GET', /^\/chat-messages\/chat\/([^/]+)$/, 200, ({ user, id }) => chatFor(user, idIn(id)).messages],
    ['POST', /^\/project-chats$/, 201, ({ body }) =>
      createChat(validated(body, { participants: rules.members(rules.id, 100) }).participants)],
  ],
});

const toRoom = (chatId, event, data) => gateway.to(roomOf(chatId)).emit(event, { ...data, timestamp: timestamp() });

/** To the room without any device of the user who caused the event. */
const toOthers = (userId, chatId, event, data) =>
  gateway
    .to(roomOf(chatId))
    .except(socketsOf(userId))
    .emit(event, { chatId, ...data, userId, timestamp: timestamp() });

const typing = typingStates((userId, chatId, isTyping) => toOthers(userId, chatId, 'userTyping', { isTyping }));

function enter(socket, user, chat) {
  const devices = chat.entered.get(user.id) ?? new Set();
  const wasHere = devices.size > 0;
  chat.entered.set(user.id, devices.add(socket.id));
  socket.join(roomOf(chat.id));
  socket.data.chats.add(chat);
  if (!wasHere) toOthers(user.id, chat.id, 'userJoined');
}

function leave(socket, user, chat) {
  socket.leave(roomOf(chat.id));
  socket.data.chats.delete(chat);
  const devices = chat.entered.get(user.id);
  const wasHere = devices?.delete(socket.id);
  if (devices?.size) return; // another device of the user is still in
  chat.entered.delete(user.id);
  typing.stop(user.id, chat.id);
  if (wasHere) toOthers(user.id, chat.id, 'userLeft');
}

// ---- events

const events = {
  authenticate(user, _, socket) {
    return { success: true, message: 'Authenticated successfully', userId: user.id, socketId: socket.id };
  },
  joinChat(user, payload, socket) {
    const { chatId } = validated(payload, { chatId: rules.id });
    enter(socket, user, chatFor(user, chatId));
    log('user', user.id, 'joined chat', chatId);
    return { success: true, message: `Joined chat ${chatId}` };
  },
  leaveChat(user, payload, socket) {
    const { chatId } = validated(payload, { chatId: rules.id });
    leave(socket, user, chatFor(user, chatId));
    log('user', user.id, 'left chat', chatId);
    return { success: true, message: `Left chat ${chatId}` };
  },
  sendMessage(user, payload) {
    return { success: true, data: createMessage(user, validated(payload, { chatId: rules.id, content: rules.text })) };
  },
  typing(user, payload) {
    const { chatId, isTyping } = validated(payload, { chatId: rules.id, isTyping: rules.flag });
    chatFor(user, chatId);
    (isTyping ? typing.start : typing.stop)(user.id, chatId);
    return { success: true };
  },
  markAsRead(user, payload) {
    const { chatId, messageId } = validated(payload, { chatId: rules.id, messageId: rules.id });
    chatFor(user, chatId);
    const message = messages.get(messageId);
    if (message?.row.chatId !== chatId) refuse(404, `Message ${messageId} not found`);
    if (!message.readers.has(user.id)) {
      message.readers.add(user.id);
      toOthers(user.id, chatId, 'messageRead', { messageId });
    }
    return { success: true };
  },
  ping() {
    return { pong: Date.now() };
  },
};

gateway.on('connection', (socket) => {
  socket.data.chats = new Set();
  try {
    userOf(socket);
  } catch {
    // Every event checks the token for itself; connecting asks for none.
  }
  log('connected', socket.id, 'user', socket.data.user?.id);

  answerEvents(socket, events, {
    caller: () => userOf(socket),
    refused(message, { ack }) {
      if (ack) ack({ success: false, message });
      else socket.emit('exception', { status: 'error', message });
    },
  });

  socket.on('disconnect', () => {
    const { user, chats: joined } = socket.data;
    log('disconnected', socket.id);
    if (!user) return;
    for (const chat of [...joined]) leave(socket, user, chat);
    if (!online.leave(user.id, socket)) return;
    for (const chatId of typing.where(user.id)) typing.stop(user.id, chatId);
  });
});

// ---------------------------------------------------------------- start

createChat([1, 2]);
createChat([2, 3]);
listen();
