// The chat of the `minimal` document on the official Socket.IO server, and with MODE=open that of `minimal-open`, which is
// the same system before it had authentication. Written from the two documents, without a look at the reference server.
//
// It answers as the NestJS gateway it describes does: nothing is ever acked; a success is an event to the caller, and the
// guard that lets nobody act without a token looks at each event, not at the connection, and throws an `exception`.
//
// Environment: MODE (jwt or open), JWT_SECRET (required but for MODE=open), and what shared/backend.mjs names.

import { MAX_MESSAGES, answerEvents, backend, log, timestamp } from '../shared/backend.mjs';
import { refuse } from '../shared/refusal.mjs';
import { idIn, rules, validated } from '../shared/validation.mjs';

const { MODE = 'jwt' } = process.env;
const OPEN = MODE === 'open';
const tokens = OPEN ? undefined : await import('../shared/tokens.mjs');

const roomOf = (convId) => `conversation_${convId}`;
const socketsOf = (userId) => `user_${userId}`;

// ---------------------------------------------------------------- who is speaking

const userFrom = (token) => tokens.numberedUser(tokens.claimsOf(token));
const userIn = (payload) => validated(payload, { userId: rules.id }).userId;

/** A socket is one of its user's: in the open chat of the user whom its payloads name, and the last one counts. */
function become(socket, userId) {
  if (socket.data.userId === userId) return;
  if (socket.data.userId) socket.leave(socketsOf(socket.data.userId));
  socket.data.userId = userId;
  socket.join(socketsOf(userId));
}

/** The user of an event, whom the token of the socket proves, or whom an open payload just names. */
function userOf(socket, payload) {
  const userId = OPEN ? userIn(payload) : userFrom(socket.handshake.auth.token);
  become(socket, userId);
  return userId;
}

/** The same for a REST call. */
const callerOf = ({ user, body }) => user ?? userIn(body);

// ---------------------------------------------------------------- conversations

const conversations = new Map(); // id -> {row, users: Set, messages: []}
let lastMessageId = 0;

function addConversation(user1, user2) {
  const row = { id: conversations.size + 1, user1: { id: user1 }, user2: { id: user2 }, createdAt: timestamp() };
  conversations.set(row.id, { row, users: new Set([user1, user2]), messages: [] });
  return row;
}

function conversationFor(userId, convId) {
  const conversation = conversations.get(convId) ?? refuse(404, 'Conversation not found');
  return conversation.users.has(userId) ? conversation : refuse(403, 'You are not part of this conversation');
}

function createConversation(userId, { user2_id: otherId }) {
  if (otherId === userId) refuse(400, 'user2_id must not be your own');
  const conversation = addConversation(userId, otherId);
  const both = gateway.in([socketsOf(userId), socketsOf(otherId)]);
  both.socketsJoin(roomOf(conversation.id));
  both.emit('conversationCreated', { conversation, participants: [{ id: userId }, { id: otherId }] });
  log('conversation', conversation.id, 'of users', userId, otherId);
  return conversation;
}

function createMessage(userId, convId, text) {
  const { messages } = conversationFor(userId, convId);
  const id = ++lastMessageId;
  const row = { id, message: text, senderId: userId, conversationId: convId, createdAt: timestamp() };
  messages.push(row);
  if (messages.length > MAX_MESSAGES) messages.shift();
  gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });
  log('message', row.id, 'of user', userId, 'in conversation', convId);
  return row;
}

// ---------------------------------------------------------------- sockets and REST

const newConversation = { user2_id: rules.id };

const { gateway, listen } = backend({
  namespace: '/chat',
  caller: OPEN ? undefined : (headers) => userFrom(tokens.bearer(headers)),
  routes: [
    ['POST', /^\/chats$/, 201, (request) => createConversation(callerOf(request), validated(request.body, newConversation))],
    ['POST', /^\/chats\/([^/]+)\/message$/, 201, (request) => {
      const userId = callerOf(request);
      return createMessage(userId, idIn(request.id), validated(request.body, { message: rules.text }).message);
    }],
  ],
});

const events = {
  createConversation(userId, payload) {
    // The open document wraps it, the other one does not.
    const wrapped = OPEN && payload.createConvDto !== undefined;
    createConversation(
      userId,
      wrapped
        ? validated(payload, { createConvDto: rules.nested(newConversation) }).createConvDto
        : validated(payload, newConversation),
    );
  },
  sendMessage(userId, payload) {
    const { convId, message } = validated(payload, { convId: rules.id, message: rules.nested({ message: rules.text }) });
    createMessage(userId, convId, message.message);
  },
  joinConversation(userId, payload, socket) {
    const { convId } = validated(payload, { convId: rules.id });
    conversationFor(userId, convId);
    socket.join(roomOf(convId));
    socket.emit('joinedConversation', { convId });
  },
  leaveConversation(userId, payload, socket) {
    const { convId } = validated(payload, { convId: rules.id });
    conversationFor(userId, convId);
    socket.leave(roomOf(convId));
    socket.emit('leftConversation', { convId });
  },
};

gateway.on('connection', (socket) => {
  try {
    if (!OPEN) userOf(socket);
  } catch {
    // The guard refuses the events of this socket, one by one.
  }
  log('connected', socket.id, 'user', socket.data.userId);
  socket.on('disconnect', () => log('disconnected', socket.id));
  answerEvents(socket, events, {
    caller: (payload) => userOf(socket, payload),
    refused: (message, { event, payload }) =>
      socket.emit('exception', { status: 'error', message, cause: { pattern: event, data: payload } }),
  });
});

// ---------------------------------------------------------------- start

addConversation(1, 2);
addConversation(2, 3);
listen();
