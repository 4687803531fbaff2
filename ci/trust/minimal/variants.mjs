// Sound servers that differ from the one of ci/interop only where the `minimal` document is silent, or that answer in another
// of the forms of Socket.IO backends.

import { longerHmacAccepted, stateRecovery } from '../shared.mjs';
import { changesOf } from '../text.mjs';

const server = changesOf('minimal/server.mjs');
const backend = changesOf('shared/backend.mjs');
const refusal = changesOf('shared/refusal.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server
const ROW = 'const row = { id, message: text, senderId: userId, conversationId: convId, createdAt: timestamp() };';
const TELL = "gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });";
const CREATED = "both.emit('conversationCreated', { conversation, participants: [{ id: userId }, { id: otherId }] });";
const BOTH_JOIN = 'both.socketsJoin(roomOf(conversation.id));';
const REFUSE = "socket.emit('exception', { status: 'error', message, cause: { pattern: event, data: payload } }),";
const CONNECTION = "gateway.on('connection', (socket) => {\n";
const NO_GUARD = '} catch {\n    // The guard refuses the events of this socket, one by one.\n  }';

const AUTHENTICATION = '## Authentication: connections require JWT; how one is refused is not said';
const ERROR = '#### `error`: Emitted when an error occurs; no ack is mentioned';
const REST = '## REST API Integration: neither statuses nor bodies are described';
const ROOMS = '## Room Management: users are automatically joined when creating; which of their sockets, and whether the other one, is not said';
const NEW_MESSAGE = '#### `newMessage`: what `message` and `sender` hold is not said';
const CREATED_CLAUSE = '#### `conversationCreated`: what `conversation` and `participants` hold is not said';

export default [
  {
    name: 'rest-answers-200', kind: 'REST', clause: REST, level, why: 'What creates answers 200, as most frameworks but NestJS do.',
    patch: [server('/^\\/chats$/, 201,', '/^\\/chats$/, 200,'), server('\\/message$/, 201,', '\\/message$/, 200,')],
  },
  {
    name: 'rest-error-key', kind: 'REST', clause: REST, level, why: 'A refusal has the body {error: text}.',
    patch: [refusal("return { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' };", 'return { error: message };')],
  },
  {
    name: 'rest-wraps-in-data', kind: 'REST', clause: REST, level, why: 'A body is {success: true, data: row}, as an interceptor makes it.',
    patch: [server('(request) => createConversation(callerOf(request), validated(request.body, newConversation))],',
      '(request) => ({ success: true, data: createConversation(callerOf(request), validated(request.body, newConversation)) })],'),
    server('return createMessage(userId, idIn(request.id), validated(request.body, { message: rules.text }).message);',
      'return { success: true, data: createMessage(userId, idIn(request.id), validated(request.body, { message: rules.text }).message) };')],
  },
  {
    name: 'refused-at-connect', kind: 'connect refusal', clause: AUTHENTICATION, level, why: 'A bad token is answered by `connect_error`.',
    patch: [server(CONNECTION, `gateway.use((socket, next) => {
  try {
    userFrom(socket.handshake.auth.token);
  } catch ({ message }) {
    return next(new Error(message));
  }
  return next();
});

${CONNECTION}`)],
  },
  {
    name: 'disconnected-after-an-error', kind: 'connect refusal', clause: AUTHENTICATION, level,
    why: 'A bad token is answered by the event `error`, then the server disconnects.',
    patch: [server(NO_GUARD, `} catch ({ message }) {
    socket.emit('error', { message });
    return socket.disconnect(true);
  }`)],
  },
  {
    name: 'token-checked-once', kind: 'credentials', clause: AUTHENTICATION, level,
    why: 'The token is checked at the connection, and one that expires later is still good.',
    patch: [server(': userFrom(socket.handshake.auth.token);', ': socket.data.userId ?? userFrom(socket.handshake.auth.token);')],
  },
  longerHmacAccepted(AUTHENTICATION),
  {
    name: 'refused-by-error', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the documented event `error`, with its message.',
    patch: [server(REFUSE, "socket.emit('error', { message }),")],
  },
  {
    name: 'refused-by-error-and-ack', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the event `error`, and the ack says it as well.',
    patch: [server(REFUSE, "(ack?.({ success: false, message }), socket.emit('error', { message })),"), server('{ event, payload }', '{ ack }')],
  },
  {
    name: 'success-is-acked', kind: 'ack', clause: '## WebSocket Events: no ack is mentioned', level, why: 'Every success is acked with {success: true}.',
    patch: [backend('if (answer !== undefined) ack?.(answer);', 'ack?.(answer ?? { success: true });')],
  },
  {
    name: 'acked-with-nothing', kind: 'ack', clause: '## WebSocket Events: no ack is mentioned', level, why: 'Every success is acked without an argument.',
    patch: [backend('if (answer !== undefined) ack?.(answer);', 'ack?.(...(answer === undefined ? [] : [answer]));')],
  },
  {
    name: 'anybody-joins-and-sends', kind: 'membership', clause: '#### `joinConversation`, `sendMessage`: no membership is named', level,
    why: 'Every user with a token may join and send.',
    patch: [server("conversation.users.has(userId) ? conversation : refuse(403, 'You are not part of this conversation')", 'conversation')],
  },
  {
    name: 'text-sanitised', kind: 'content', clause: '#### `sendMessage`: what is done with the text is not said', level,
    why: 'A text is trimmed and its markup escaped.',
    patch: [server(ROW, ROW.replace('message: text', "message: text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')"))],
  },
  {
    name: 'empty-text-accepted', kind: 'content', clause: '#### `sendMessage`: what a text has to be is not said', level,
    why: 'A text may be empty.',
    patch: [server('message: rules.nested({ message: rules.text })', "message: rules.nested({ message: (name, value) => [typeof value !== 'string' && `${name} must be a string`] })")],
  },
  {
    name: 'only-the-creator-joined', kind: 'room', clause: ROOMS, level, why: 'The creator is in the room, the other one joins when told of it.',
    patch: [server(BOTH_JOIN, BOTH_JOIN.replace('both', 'gateway.in(socketsOf(userId))'))],
  },
  {
    name: 'only-the-creating-socket-joined', kind: 'room', clause: ROOMS, level,
    why: 'The socket that creates is in the room; of a creation by REST, the sockets of the two.',
    patch: [server(BOTH_JOIN, `(socket ? gateway.in(socket.id) : both).socketsJoin(roomOf(conversation.id));`),
      server('{ user2_id: otherId }) {', '{ user2_id: otherId }, socket) {'),
      server('createConversation(userId, payload) {', 'createConversation(userId, payload, socket) {'),
      server('        : validated(payload, newConversation),\n', '        : validated(payload, newConversation),\n      socket,\n')],
  },
  {
    name: 'sender-as-object', kind: 'payload', clause: NEW_MESSAGE, level, why: '`sender` is {id}.',
    patch: [server(TELL, TELL.replace('sender: userId', 'sender: { id: userId }'))],
  },
  {
    name: 'message-is-its-text', kind: 'payload', clause: NEW_MESSAGE, level, why: '`message` is the text itself.',
    patch: [server(TELL, TELL.replace('message: row', 'message: text'))],
  },
  {
    name: 'row-with-other-names', kind: 'payload', clause: NEW_MESSAGE, level, why: 'A row has the columns content, sender_id, conversation_id and created_at.',
    patch: [server(ROW, 'const row = { id, content: text, sender_id: userId, conversation_id: convId, created_at: timestamp() };')],
  },
  {
    name: 'conversation-lists-its-users', kind: 'payload', clause: CREATED_CLAUSE, level, why: 'A conversation has {id, users}, not two columns.',
    patch: [server('user1: { id: user1 }, user2: { id: user2 },', 'users: [{ id: user1 }, { id: user2 }],')],
  },
  {
    name: 'participants-as-ids', kind: 'payload', clause: CREATED_CLAUSE, level, why: '`participants` is a list of ids.',
    patch: [server(CREATED, CREATED.replace('[{ id: userId }, { id: otherId }]', '[userId, otherId]'))],
  },
  {
    name: 'with-oneself', kind: 'refused creation', clause: '#### `createConversation`: between two users; that they differ is not said', level,
    why: 'A conversation with oneself is a place for notes.',
    patch: [server("  if (otherId === userId) refuse(400, 'user2_id must not be your own');\n")],
  },
  stateRecovery('## Connection: no option of Socket.IO is named'),
];
