// The chat of the `whatsapp` document on the official Socket.IO server, written without a look at the reference server.
//
// Where the document leaves a choice, it takes the one that the reference server does not: a join or leave is answered by
// its ack, and by an event only where none was asked for; whoever connects without a user is told by `error` and
// disconnected; nothing optional is sent, but for the `data` of an error; presence is told to everybody, its user too.
//
// Environment: JWT_SECRET (required), and what shared/backend.mjs and shared/typing.mjs name.

import { MAX_MESSAGES, answerEvents, backend, log, timestamp } from '../shared/backend.mjs';
import { presence } from '../shared/presence.mjs';
import { readable, refuse } from '../shared/refusal.mjs';
import { claimsOf, namedUser } from '../shared/tokens.mjs';
import { typingStates } from '../shared/typing.mjs';
import { rules, validated } from '../shared/validation.mjs';

const MAX_PARTICIPANTS = 64;
const TYPES = ['text', 'image', 'video', 'audio', 'document', 'location'];

const roomOf = (conversationId) => `conversation:${conversationId}`;
const socketsOf = (userId) => `user:${userId}`;

// ---------------------------------------------------------------- conversations

const conversations = new Map(); // id -> {row, messages: []}
let lastMessageId = 0;

function createConversation(participants) {
  const row = { id: String(conversations.size + 1), participants, createdAt: timestamp() };
  conversations.set(row.id, { row, messages: [] });
  return row;
}

const existing = (conversationId) => conversations.get(conversationId) ?? refuse(404, 'Conversation not found');

function conversationFor(userId, conversationId) {
  const conversation = existing(conversationId);
  return conversation.row.participants.includes(userId) ? conversation : refuse(403, 'Not a member of this conversation');
}

const messageRules = {
  senderId: rules.name,
  type: rules.oneOf(...TYPES),
  content: (name, value, { type }) => {
    if (type === 'text') return rules.text(name, value);
    return [(value === undefined || value === null) && `${name} should not be empty`];
  },
};

/** A message is `sent` once it is stored, and `delivered` once it went out to a socket of another member. */
function createMessage(conversationId, body) {
  const { senderId, type, content } = validated({ type: 'text', ...body }, messageRules);
  const { messages } = conversationFor(senderId, conversationId);
  const messageId = String(++lastMessageId);
  const message = { messageId, conversationId, senderId, type, content, status: 'sent', timestamp: timestamp() };
  messages.push(message);
  if (messages.length > MAX_MESSAGES) messages.shift();
  log('message', messageId, 'of user', senderId, 'in conversation', conversationId);
  const stored = { ...message };
  gateway.to(roomOf(conversationId)).emit('message:received', stored);
  if (othersListen(senderId, conversationId)) setStatus(message, 'delivered');
  return stored;
}

function setStatus(message, status) {
  const { messageId, conversationId } = message;
  message.status = status;
  gateway
    .to(roomOf(conversationId))
    .emit('message:status', { messageId, conversationId, status, updatedAt: timestamp() });
}

function markAsRead(userId, conversationId) {
  const { messages } = conversationFor(userId, conversationId);
  for (const message of messages) {
    if (message.senderId !== userId && message.status !== 'read') setStatus(message, 'read');
  }
}

/** The history, oldest first; whoever says who asks must be a member. */
function historyOf(conversationId, { userId }) {
  const { messages } = userId === undefined ? existing(conversationId) : conversationFor(userId, conversationId);
  return { messages };
}

// ---------------------------------------------------------------- sockets and REST

const online = presence();

const { gateway, listen } = backend({
  namespace: '/messages',
  health: () => ({ online: online.count() }),
  routes: [
    ['POST', /^\/api\/conversations$/, 201, ({ body }) =>
      createConversation(validated(body, { participants: rules.members(rules.name, MAX_PARTICIPANTS) }).participants)],
    ['GET', /^\/api\/conversations\/([^/]+)\/messages$/, 200, ({ id, query }) => historyOf(id, query)],
    ['POST', /^\/api\/conversations\/([^/]+)\/messages$/, 201, ({ id, body }) => createMessage(id, body)],
    ['POST', /^\/api\/conversations\/([^/]+)\/messages\/read$/, 204, ({ id, body }) =>
      markAsRead(validated(body, { userId: rules.name }).userId, id)],
  ],
});

/** Whether a socket of anybody but this user is in the room. */
function othersListen(userId, conversationId) {
  const { rooms } = gateway.adapter;
  const mine = rooms.get(socketsOf(userId));
  return [...(rooms.get(roomOf(conversationId)) ?? [])].some((device) => !mine?.has(device));
}

const typing = typingStates((userId, conversationId, isTyping) =>
  gateway
    .to(roomOf(conversationId))
    .except(socketsOf(userId))
    .emit(isTyping ? 'typing:start' : 'typing:stop', { conversationId, userId, isTyping }),
);

/** Ends what the user types where none of the user's sockets is in any more. */
function stopTypingOutside(userId) {
  const { rooms } = gateway.adapter;
  const devices = [...(rooms.get(socketsOf(userId)) ?? [])];
  for (const conversationId of typing.where(userId)) {
    if (!devices.some((device) => rooms.get(roomOf(conversationId))?.has(device))) typing.stop(userId, conversationId);
  }
}

/** The answer of a join or leave: to the ack, or as the event it names. */
function confirm(socket, ack, event, conversationId) {
  const data = { conversationId, success: true };
  if (!ack) socket.emit(event, data);
  return { event, data };
}

const typingRules = (isTyping) => ({
  conversationId: rules.name,
  userId: rules.name,
  isTyping: (name, value) => [value !== isTyping && `${name} must be ${isTyping}`],
});

function checkTyping(userId, payload, isTyping) {
  const { conversationId } = validated(payload, typingRules(isTyping));
  conversationFor(userId, conversationId); // the user of the connection, whomever the payload names
  return conversationId;
}

const events = {
  'conversation:join'(userId, payload, socket, ack) {
    const { conversationId } = validated(payload, { conversationId: rules.name });
    conversationFor(userId, conversationId);
    socket.join(roomOf(conversationId));
    log('user', userId, 'joined conversation', conversationId);
    return confirm(socket, ack, 'conversation:joined', conversationId);
  },
  'conversation:leave'(userId, payload, socket, ack) {
    const { conversationId } = validated(payload, { conversationId: rules.name });
    conversationFor(userId, conversationId);
    socket.leave(roomOf(conversationId));
    stopTypingOutside(userId);
    log('user', userId, 'left conversation', conversationId);
    return confirm(socket, ack, 'conversation:left', conversationId);
  },
  'typing:start'(userId, payload) {
    typing.start(userId, checkTyping(userId, payload, true));
  },
  'typing:stop'(userId, payload) {
    typing.stop(userId, checkTyping(userId, payload, false));
  },
};

/** The user of a connection: whom its token proves, or else, as in development, whom its query names. */
function userOf({ auth, query }) {
  if (auth.token !== undefined) return namedUser(claimsOf(auth.token));
  const { userId } = query;
  return typeof userId === 'string' && userId ? userId : refuse(401, 'Neither a token nor a userId was provided');
}

const refused = (socket, message, data) => socket.emit('error', { status: 'error', message, data });

gateway.on('connection', (socket) => {
  let userId;
  try {
    userId = userOf(socket.handshake);
  } catch (error) {
    refused(socket, readable(error).message, { event: 'connection' });
    socket.disconnect();
    return;
  }
  socket.join(socketsOf(userId));
  log('connected', socket.id, 'user', userId);
  if (online.arrive(userId, socket)) gateway.emit('user:online', { userId });

  answerEvents(socket, events, {
    caller: () => userId,
    refused: (message, { event }) => refused(socket, message, { event }),
  });

  socket.on('disconnect', () => {
    log('disconnected', socket.id);
    stopTypingOutside(userId);
    if (online.leave(userId, socket)) gateway.emit('user:offline', { userId });
  });
});

// ---------------------------------------------------------------- start

createConversation(['1', '2']);
createConversation(['2', '3']);
listen();
