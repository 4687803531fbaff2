// A small CRM chat backend on the official Socket.IO server: the system that the `crm` dialect documents, written
// without a look at the reference server, so that harness and reference server cannot share a misreading unnoticed.
//
// Environment: JWT_SECRET (required), PORT, HOST, ALLOWED_ORIGINS (comma separated), TYPING_DEBOUNCE_MS,
// TYPING_EXPIRY_MS, LOG=1 for one line per event. Everything lives in memory and is gone when the process ends.

import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const { HOST = '127.0.0.1', JWT_SECRET, LOG } = process.env;
const PORT = Number(process.env.PORT ?? 3000);
const TYPING_DEBOUNCE_MS = Number(process.env.TYPING_DEBOUNCE_MS ?? 500);
const TYPING_EXPIRY_MS = Number(process.env.TYPING_EXPIRY_MS ?? 4000);
const ALLOWED_ORIGINS = (process.env.ALLOWED_ORIGINS ?? 'http://localhost:3000,http://localhost:5173').split(',');
const MAX_CONTENT_CHARS = 10_000;
const MAX_BODY_BYTES = 1_000_000;
const MAX_MESSAGES_PER_CHAT = 10_000; // the oldest go first, so that a long load run does not grow without end

if (!JWT_SECRET) {
  console.error('JWT_SECRET is not set');
  process.exit(2);
}

const log = LOG ? (...words) => console.log(...words) : () => {};
const timestamp = () => new Date().toISOString();
const roomOf = (chatId) => `chat_${chatId}`;
const socketsOf = (userId) => `user_${userId}`;

// ---------------------------------------------------------------- refusals

const REASONS = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 413: 'Payload Too Large' };

/** A refusal that its receiver may read; anything else thrown is a bug and is answered without its text. */
class Refusal extends Error {
  constructor(statusCode, message) {
    super(message);
    this.statusCode = statusCode;
  }
}

const refuse = (statusCode, message) => {
  throw new Refusal(statusCode, message);
};

function readable(error) {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal(500, 'Internal server error');
}

// ---------------------------------------------------------------- payloads

/** Each rule names what is wrong with a value in class-validator's words. */
const rules = {
  id: (name, value) => [
    !Number.isSafeInteger(value) && `${name} must be an integer number`,
    !(value > 0) && `${name} must be a positive number`,
  ],
  text: (name, value) => [
    typeof value !== 'string' && `${name} must be a string`,
    !(typeof value === 'string' && value.trim()) && `${name} should not be empty`,
    typeof value === 'string' &&
      [...value].length > MAX_CONTENT_CHARS &&
      `${name} must be shorter than or equal to ${MAX_CONTENT_CHARS} characters`,
  ],
  flag: (name, value) => [typeof value !== 'boolean' && `${name} must be a boolean value`],
  members: (name, value) => {
    if (!Array.isArray(value)) return [`${name} must be an array`];
    return [
      value.length < 2 && `${name} must contain at least 2 elements`,
      value.length > 100 && `${name} must contain no more than 100 elements`,
      new Set(value).size !== value.length && `All ${name}'s elements must be unique`,
      !value.every((id) => Number.isSafeInteger(id) && id > 0) && `each value in ${name} must be a positive number`,
    ];
  },
};

function validated(payload, shape) {
  const body = payload !== null && typeof payload === 'object' ? payload : {};
  const wrong = Object.entries(shape).flatMap(([name, rule]) => rule(name, body[name]).filter(Boolean));
  return wrong.length ? refuse(400, wrong.join(', ')) : body;
}

// ---------------------------------------------------------------- authentication

/** The token of an `Authorization: Bearer …` header. */
function bearer(headers) {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : undefined;
}

/** The user a token stands for. Whoever holds a valid token is a user: the CRM keeps its accounts elsewhere. */
function userFrom(token) {
  if (typeof token !== 'string' || !token) refuse(401, 'No token provided');
  let claims;
  try {
    claims = jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });
  } catch (error) {
    refuse(401, error instanceof jwt.TokenExpiredError ? 'Token expired' : 'Invalid token');
  }
  const id = Number(claims.sub ?? claims.userId ?? claims.id);
  if (!Number.isSafeInteger(id) || id <= 0) refuse(401, 'Invalid token');
  const { role, type, department, permissions } = claims;
  return { id, role, type, department, permissions };
}

const activeUsers = new Map(); // user id -> Set(socket id)

/** Checks the token of a socket anew; the first success makes the socket one of its user's. */
function userOf(socket) {
  const { auth, headers, query } = socket.handshake;
  const user = userFrom(auth.token ?? bearer(headers) ?? query.token);
  if (!socket.data.user) {
    socket.data.user = user;
    socket.join(socketsOf(user.id));
    activeUsers.set(user.id, (activeUsers.get(user.id) ?? new Set()).add(socket.id));
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
  if (chat.messages.length > MAX_MESSAGES_PER_CHAT) messages.delete(chat.messages.shift().id);
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

const http = createServer(answerRest);
const originAllowed = (origin) => origin === undefined || ALLOWED_ORIGINS.includes(origin);
const io = new Server(http, {
  cors: { origin: ALLOWED_ORIGINS, credentials: true },
  // CORS alone stops a browser from reading a polling answer, not from opening a WebSocket.
  allowRequest: (request, decide) => decide('Origin not allowed', originAllowed(request.headers.origin)),
});
const gateway = io.of('/chat');

const toRoom = (chatId, event, data) => gateway.to(roomOf(chatId)).emit(event, { ...data, timestamp: timestamp() });

/** To the room without any device of the user who caused the event. */
const toOthers = (user, chatId, event, data) =>
  gateway
    .to(roomOf(chatId))
    .except(socketsOf(user.id))
    .emit(event, { chatId, ...data, userId: user.id, timestamp: timestamp() });

function enter(socket, user, chat) {
  const devices = chat.entered.get(user.id) ?? new Set();
  const wasHere = devices.size > 0;
  chat.entered.set(user.id, devices.add(socket.id));
  socket.join(roomOf(chat.id));
  socket.data.chats.add(chat);
  if (!wasHere) toOthers(user, chat.id, 'userJoined');
}

function leave(socket, user, chat) {
  socket.leave(roomOf(chat.id));
  socket.data.chats.delete(chat);
  const devices = chat.entered.get(user.id);
  const wasHere = devices?.delete(socket.id);
  if (devices?.size) return; // another device of the user is still in
  chat.entered.delete(user.id);
  stopTyping(user, chat.id);
  if (wasHere) toOthers(user, chat.id, 'userLeft');
}

// ---- typing: one state per user and chat, whatever the device

const typing = new Map(); // user id -> Map(chat id -> {announcedAt, expiry})

function startTyping(user, chatId) {
  const perChat = typing.get(user.id) ?? typing.set(user.id, new Map()).get(user.id);
  const state = perChat.get(chatId) ?? perChat.set(chatId, { announcedAt: -Infinity }).get(chatId);
  clearTimeout(state.expiry);
  state.expiry = setTimeout(stopTyping, TYPING_EXPIRY_MS, user, chatId);
  const now = performance.now();
  if (now - state.announcedAt < TYPING_DEBOUNCE_MS) return;
  state.announcedAt = now;
  toOthers(user, chatId, 'userTyping', { isTyping: true });
}

function stopTyping(user, chatId) {
  const perChat = typing.get(user.id);
  const state = perChat?.get(chatId);
  if (!state) return; // a stop without a start is heard by nobody
  clearTimeout(state.expiry);
  perChat.delete(chatId);
  if (!perChat.size) typing.delete(user.id);
  toOthers(user, chatId, 'userTyping', { isTyping: false });
}

// ---- events

const events = {
  authenticate(user, socket) {
    return { success: true, message: 'Authenticated successfully', userId: user.id, socketId: socket.id };
  },
  joinChat(user, socket, payload) {
    const { chatId } = validated(payload, { chatId: rules.id });
    enter(socket, user, chatFor(user, chatId));
    log('user', user.id, 'joined chat', chatId);
    return { success: true, message: `Joined chat ${chatId}` };
  },
  leaveChat(user, socket, payload) {
    const { chatId } = validated(payload, { chatId: rules.id });
    leave(socket, user, chatFor(user, chatId));
    log('user', user.id, 'left chat', chatId);
    return { success: true, message: `Left chat ${chatId}` };
  },
  sendMessage(user, _socket, payload) {
    return { success: true, data: createMessage(user, validated(payload, { chatId: rules.id, content: rules.text })) };
  },
  typing(user, _socket, payload) {
    const { chatId, isTyping } = validated(payload, { chatId: rules.id, isTyping: rules.flag });
    chatFor(user, chatId);
    (isTyping ? startTyping : stopTyping)(user, chatId);
    return { success: true };
  },
  markAsRead(user, _socket, payload) {
    const { chatId, messageId } = validated(payload, { chatId: rules.id, messageId: rules.id });
    chatFor(user, chatId);
    const message = messages.get(messageId);
    if (message?.row.chatId !== chatId) refuse(404, `Message ${messageId} not found`);
    if (!message.readers.has(user.id)) {
      message.readers.add(user.id);
      toOthers(user, chatId, 'messageRead', { messageId });
    }
    return { success: true };
  },
  ping() {
    return { pong: Date.now() };
  },
};

/** Answers one event: by ack where the client asked for one; a refusal without ack is an `exception`. */
function answerEvent(socket, handler, args) {
  const ack = typeof args.at(-1) === 'function' ? args.pop() : undefined;
  try {
    const answer = handler(userOf(socket), socket, args[0]);
    ack?.(answer);
  } catch (error) {
    const { message } = readable(error);
    log('refused', socket.id, message);
    if (ack) ack({ success: false, message });
    else socket.emit('exception', { status: 'error', message });
  }
}

gateway.on('connection', (socket) => {
  socket.data.chats = new Set();
  try {
    userOf(socket);
  } catch {
    // Every event checks the token for itself; connecting asks for none.
  }
  log('connected', socket.id, 'user', socket.data.user?.id);

  for (const [event, handler] of Object.entries(events)) {
    socket.on(event, (...args) => answerEvent(socket, handler, args));
  }

  socket.on('disconnect', () => {
    const { user, chats: joined } = socket.data;
    log('disconnected', socket.id);
    if (!user) return;
    for (const chat of [...joined]) leave(socket, user, chat);
    const devices = activeUsers.get(user.id);
    devices.delete(socket.id);
    if (devices.size) return;
    activeUsers.delete(user.id);
    for (const chatId of [...(typing.get(user.id)?.keys() ?? [])]) stopTyping(user, chatId);
  });
});

// ---------------------------------------------------------------- REST

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    if (body.length <= MAX_BODY_BYTES) body += chunk; // the rest is read and dropped, so that the answer is heard
  }
  if (body.length > MAX_BODY_BYTES) refuse(413, 'request entity too large');
  try {
    return JSON.parse(body || '{}');
  } catch {
    return refuse(400, 'The request body is not valid JSON');
  }
}

function idIn(path) {
  return /^\d+$/.test(path) ? Number(path) : refuse(400, 'Validation failed (numeric string is expected)');
}

const routes = [
  ['POST', /^\/chat-messages$/, 201, (user, _, body) =>
    createMessage(user, validated(body, { chatId: rules.id, content: rules.text }))],
  ['PUT', /^\/chat-messages\/([^/]+)$/, 200, (user, id, body) =>
    updateMessage(user, idIn(id), validated(body, { content: rules.text }))],
  ['DELETE', /^\/chat-messages\/([^/]+)$/, 200, (user, id) => deleteMessage(user, idIn(id))],
  ['GET', /^\/chat-messages\/chat\/([^/]+)$/, 200, (user, id) => chatFor(user, idIn(id)).messages],
  ['POST', /^\/project-chats$/, 201, (_user, _, body) =>
    createChat(validated(body, { participants: rules.members }).participants)],
];

async function dispatch(request) {
  const [path] = request.url.split('?');
  if (request.method === 'GET' && path === '/healthz') return [200, { status: 'ok', activeUsers: activeUsers.size }];
  for (const [method, pattern, status, handler] of routes) {
    const match = request.method === method && pattern.exec(path);
    if (!match) continue;
    const user = userFrom(bearer(request.headers));
    const body = method === 'POST' || method === 'PUT' ? await bodyOf(request) : undefined;
    return [status, handler(user, match[1], body)];
  }
  return refuse(404, `Cannot ${request.method} ${path}`);
}

async function answerRest(request, response) {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin !== undefined && originAllowed(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Allow-Methods', 'GET,POST,PUT,DELETE');
    response.setHeader('Access-Control-Allow-Headers', 'authorization,content-type');
  }
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  let status, body;
  try {
    [status, body] = await dispatch(request);
  } catch (error) {
    const { statusCode, message } = readable(error);
    [status, body] = [statusCode, { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' }];
  }
  return response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

// ---------------------------------------------------------------- start

createChat([1, 2]);
createChat([2, 3]);

http.listen(PORT, HOST, () => console.log(`listening on http://${HOST}:${http.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(0));
}
