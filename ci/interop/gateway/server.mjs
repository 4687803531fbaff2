// The chat of the `gateway` document on the official Socket.IO server, written without a look at the reference server.
//
// Where the document leaves a choice, it takes the one that the reference server does not: a message is heard by who has
// joined; a join is answered by its ack, and by `joined-conversation` only where none was asked for; whoever connects
// without a user meets a middleware; presence is told to those who share a conversation.
//
// Environment: what shared/backend.mjs and shared/typing.mjs name.

import { MAX_MESSAGES, answerEvents, backend, log, timestamp } from '../shared/backend.mjs';
import { presence } from '../shared/presence.mjs';
import { refuse } from '../shared/refusal.mjs';
import { typingStates } from '../shared/typing.mjs';
import { idIn, rules, validated } from '../shared/validation.mjs';

const MAX_PAGE = 100;

const roomOf = (conversationId) => `conversation:${conversationId}`;
const socketsOf = (userId) => `user:${userId}`;

// ---------------------------------------------------------------- conversations

const conversations = new Map(); // id -> {row, messages: []}
const conversationOf = new Map(); // the two users, smaller first -> its id
const contactsOf = new Map(); // user id -> Set(user id), who share a conversation
let lastMessageId = 0;

/** The conversation of two users; there is never a second one. */
function openConversation({ sender_id, receiver_id }) {
  if (sender_id === receiver_id) refuse(400, 'receiver_id must not be equal to sender_id');
  const pair = `${Math.min(sender_id, receiver_id)}:${Math.max(sender_id, receiver_id)}`;
  if (conversationOf.has(pair)) return conversations.get(conversationOf.get(pair)).row;
  const row = { id: conversations.size + 1, sender_id, receiver_id };
  conversations.set(row.id, { row, messages: [] });
  conversationOf.set(pair, row.id);
  for (const [one, other] of [[sender_id, receiver_id], [receiver_id, sender_id]]) {
    contactsOf.set(one, (contactsOf.get(one) ?? new Set()).add(other));
  }
  return row;
}

const existing = (conversationId) => conversations.get(conversationId) ?? refuse(404, 'Conversation not found');

function conversationFor(userId, conversationId, action) {
  const conversation = existing(conversationId);
  const { sender_id, receiver_id } = conversation.row;
  if (userId !== sender_id && userId !== receiver_id) refuse(403, `Unauthorized to ${action} this conversation`);
  return conversation;
}

/** A payload may name nobody but the user of its connection. */
function onlyAs(userId, named, field) {
  if (named !== userId) refuse(403, `${field} must be the connected user`);
}

const messageRules = {
  sender_id: rules.id,
  conversation_id: rules.id,
  message_type: rules.oneOf('text', 'image', 'file'),
  content: rules.text,
};

function createMessage(userId, payload) {
  const { sender_id, conversation_id, message_type, content } = validated(payload, messageRules);
  onlyAs(userId, sender_id, 'sender_id');
  const { row: conversation, messages } = conversationFor(userId, conversation_id, 'send to');
  const id = ++lastMessageId;
  const message = { id, sender_id, conversation_id, timestamp: timestamp(), message_type, content, conversation };
  messages.push(message);
  if (messages.length > MAX_MESSAGES) messages.shift();
  log('message', id, 'of user', userId, 'in conversation', conversation_id);
  return message;
}

/** One page of a conversation, the newest message first. */
function pageOf(conversationId, { page = '1', limit = '20' }) {
  const { messages } = existing(conversationId);
  const [number, size] = [idIn(page), idIn(limit)];
  if (size > MAX_PAGE) refuse(400, `limit must not be greater than ${MAX_PAGE}`);
  const end = messages.length - (number - 1) * size;
  return {
    messages: end > 0 ? messages.slice(Math.max(0, end - size), end).reverse() : [],
    total: messages.length,
    page: number,
    limit: size,
    totalPages: Math.ceil(messages.length / size),
  };
}

// ---------------------------------------------------------------- sockets and REST

const online = presence();

const { gateway, listen } = backend({
  namespace: '/chat',
  health: () => ({ online: online.count() }),
  routes: [
    ['POST', /^\/api\/chats\/conversations$/, 201, ({ body }) =>
      openConversation(validated(body, { sender_id: rules.id, receiver_id: rules.id }))],
    ['GET', /^\/api\/chats\/conversations\/([^/]+)\/messages$/, 200, ({ id, query }) => pageOf(idIn(id), query)],
  ],
});

const typing = typingStates((userId, conversationId, isTyping) =>
  gateway
    .to(roomOf(conversationId))
    .except(socketsOf(userId))
    .emit('user-typing', { conversationId, userId, isTyping }),
);

function tellContacts(userId, event) {
  const contacts = [...(contactsOf.get(userId) ?? [])];
  if (contacts.length) gateway.to(contacts.map(socketsOf)).emit(event, { userId });
}

/** Ends what the user types where none of the user's sockets is in any more. */
function stopTypingOutside(userId) {
  const { rooms } = gateway.adapter;
  const devices = [...(rooms.get(socketsOf(userId)) ?? [])];
  for (const conversationId of typing.where(userId)) {
    if (!devices.some((device) => rooms.get(roomOf(conversationId))?.has(device))) typing.stop(userId, conversationId);
  }
}

const events = {
  'send-message'(userId, payload, socket) {
    const message = createMessage(userId, payload);
    socket.emit('message-sent', message);
    gateway.to(roomOf(message.conversation_id)).emit('receive-message', message);
  },
  'join-conversation'(userId, payload, socket, ack) {
    const { conversationId, userId: named } = validated(payload, { conversationId: rules.id, userId: rules.id });
    onlyAs(userId, named, 'userId');
    conversationFor(userId, conversationId, 'join');
    socket.join(roomOf(conversationId));
    log('user', userId, 'joined conversation', conversationId);
    if (!ack) socket.emit('joined-conversation', { conversationId, success: true });
    return { success: true, conversationId };
  },
  'leave-conversation'(userId, payload, socket) {
    const { conversationId } = validated(payload, { conversationId: rules.id });
    conversationFor(userId, conversationId, 'leave');
    socket.leave(roomOf(conversationId));
    stopTypingOutside(userId);
    log('user', userId, 'left conversation', conversationId);
  },
  typing(userId, payload) {
    const shape = { conversationId: rules.id, userId: rules.id, isTyping: rules.flag };
    const { conversationId, userId: named, isTyping } = validated(payload, shape);
    onlyAs(userId, named, 'userId');
    conversationFor(userId, conversationId, 'type in');
    (isTyping ? typing.start : typing.stop)(userId, conversationId);
  },
};

/** A send that fails is a `message-error`, a join that fails says so in its ack, all else is an `exception`. */
function answerRefusal(socket, message, { event, payload, ack }) {
  if (event === 'send-message') {
    socket.emit('message-error', { error: message });
  } else if (event === 'join-conversation' && ack) {
    ack({ success: false, conversationId: payload?.conversationId ?? null, message });
  } else {
    socket.emit('exception', { status: 'error', message });
  }
}

gateway.use((socket, next) => {
  const { userId } = socket.handshake.query;
  if (!/^[1-9]\d{0,14}$/.test(userId ?? '')) return next(new Error('userId is required, and must be a positive integer'));
  socket.data.userId = Number(userId);
  return next();
});

gateway.on('connection', (socket) => {
  const { userId } = socket.data;
  socket.join(socketsOf(userId));
  log('connected', socket.id, 'user', userId);
  if (online.arrive(userId, socket)) tellContacts(userId, 'user:online');

  answerEvents(socket, events, {
    caller: () => userId,
    refused: (message, request) => answerRefusal(socket, message, request),
  });

  socket.on('disconnect', () => {
    log('disconnected', socket.id);
    stopTypingOutside(userId);
    if (online.leave(userId, socket)) tellContacts(userId, 'user:offline');
  });
});

// ---------------------------------------------------------------- start

openConversation({ sender_id: 1, receiver_id: 2 });
openConversation({ sender_id: 2, receiver_id: 3 });
listen();
