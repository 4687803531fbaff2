// Sound servers that differ from the one of ci/interop only where the `whatsapp` document is silent, or that answer in another
// of the forms of Socket.IO backends.

import { longerHmacAccepted, slowBy30Ms, stateRecovery } from '../shared.mjs';
import { changesOf } from '../text.mjs';

const server = changesOf('whatsapp/server.mjs');
const backend = changesOf('shared/backend.mjs');
const refusal = changesOf('shared/refusal.mjs');
const typing = changesOf('shared/typing.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server
const MESSAGE = "{ messageId, conversationId, senderId, type, content, status: 'sent', timestamp: timestamp() };";
const TELL = "gateway.to(roomOf(conversationId)).emit('message:received', stored);";
const DELIVERED = "if (othersListen(senderId, conversationId)) setStatus(message, 'delivered');";
const CONFIRM = '  if (!ack) socket.emit(event, data);\n  return { event, data };';
const CONNECTION = "gateway.on('connection', (socket) => {\n";
const ONLINE = "gateway.emit('user:online', { userId });";
const OFFLINE = "gateway.emit('user:offline', { userId });";
const REFUSED_BY_EVENT = "refused: (message, { event }) => refused(socket, message, { event }),";
const REFUSED = "const refused = (socket, message, data) => socket.emit('error', { status: 'error', message, data });";
const EMIT_TYPING = "{ conversationId, userId, isTyping }),";

const REST = '## Integration with Services: no route is described';
const RESPONSE = "#### `conversation:join`: Response {event, data}; whether by event or by ack is not said";
const REFUSED_CONNECTION = '## Features: WebSocket authentication middleware; how a connection is refused is not said';
const MEMBERS = '#### `conversation:join`: that only a participant may join is not said';
const STATUS = '#### `message:status`: when a message is delivered, and that it is told of `sent`, is not said';
const RECEIVED = '#### `message:received`: whether the sender hears their own message is not said';
const PRESENCE = '#### `user:online`, `user:offline`: who is told is not said';
const OPTIONAL = '#### `message:received`, `typing:start`, `error`: fields with a question mark are optional';
const TYPING = '#### `typing:start`: no state, no debounce and no expiry of the server is described';
const IDS = '#### `message:received`: messageId: string, conversationId: string; what is in them is not said';
const ERROR = '#### `error`: that an ack says nothing of it is not said';

export default [
  // ---------------------------------------------------------------- REST
  {
    name: 'rest-answers-200', kind: 'REST', clause: REST, level, why: 'Every success answers 200, and to mark as read has a body.',
    patch: [server('conversations$/, 201,', 'conversations$/, 200,'), server('\\/messages$/, 201,', '\\/messages$/, 200,'),
      server('read$/, 204, ({ id, body }) =>\n      markAsRead(validated(body, { userId: rules.name }).userId, id)],',
        'read$/, 200, ({ id, body }) =>\n      (markAsRead(validated(body, { userId: rules.name }).userId, id), { success: true })],')],
  },
  {
    name: 'rest-error-key', kind: 'REST', clause: REST, level, why: 'A refusal has the body {error: text}.',
    patch: [refusal("return { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' };", 'return { error: message };')],
  },
  {
    name: 'rest-wraps-in-data', kind: 'REST', clause: REST, level, why: 'A body is {success: true, data: row}, as an interceptor makes it.',
    patch: [backend('return response.writeHead(status, {', `if (status < 400 && request.url !== '/healthz') body = { success: true, data: body };
  return response.writeHead(status, {`)],
  },
  {
    name: 'no-history-route', kind: 'REST', clause: REST, level, why: 'There is no route for the history of a conversation.',
    patch: [server("    ['GET', /^\\/api\\/conversations\\/([^/]+)\\/messages$/, 200, ({ id, query }) => historyOf(id, query)],\n")],
  },
  {
    name: 'one-conversation-of-a-pair', kind: 'creation', clause: REST, level,
    why: 'To create a conversation of two who have one answers the one they have.',
    patch: [server('function createConversation(participants) {\n', `function createConversation(participants) {
  const same = [...conversations.values()].find(({ row }) => [...row.participants].sort().join() === [...participants].sort().join());
  if (same) return same.row;
`)],
  },
  // ---------------------------------------------------------------- joining
  {
    name: 'joined-by-event-only', kind: 'answer by event', clause: RESPONSE, level,
    why: 'A join is answered by its event, never by the ack, as NestJS does with {event, data}.',
    patch: [server(CONFIRM, '  socket.emit(event, data);\n  return undefined;')],
  },
  {
    name: 'joined-by-both', kind: 'answer by event', clause: RESPONSE, level, why: 'A join is answered by its event, and by the ack.',
    patch: [server(CONFIRM, CONFIRM.replace('if (!ack) ', ''))],
  },
  {
    name: 'ack-has-the-data-alone', kind: 'answer by event', clause: RESPONSE, level,
    why: 'A join is answered by its event, and the ack has the same data without the name of the event.',
    patch: [server(CONFIRM, '  socket.emit(event, data);\n  return data;')],
  },
  {
    name: 'anybody-is-a-member', kind: 'membership', clause: MEMBERS, level,
    why: 'Everybody may join, type and write in a conversation that exists.',
    patch: [server("conversation.row.participants.includes(userId) ? conversation : refuse(403, 'Not a member of this conversation')", 'conversation')],
  },
  {
    name: 'rooms-for-any-id', kind: 'membership', clause: `${MEMBERS}; the example joins 'test-conv'`, level,
    why: 'Everybody may join, leave and type in a room of any id, whether there is a conversation or not.',
    patch: [server('    conversationFor(userId, conversationId);\n    socket.join(', '    socket.join('),
      server('    conversationFor(userId, conversationId);\n    socket.leave(', '    socket.leave('),
      server('  conversationFor(userId, conversationId); // the user of the connection, whomever the payload names\n')],
  },
  // ---------------------------------------------------------------- connecting
  {
    name: 'refused-at-connect', kind: 'connect refusal', clause: REFUSED_CONNECTION, level,
    why: 'A connection without a user is answered by `connect_error`.',
    patch: [server(CONNECTION, `gateway.use((socket, next) => {
  try {
    userOf(socket.handshake);
  } catch ({ message }) {
    return next(new Error(message));
  }
  return next();
});

${CONNECTION}`)],
  },
  {
    name: 'disconnected-without-a-word', kind: 'connect refusal', clause: REFUSED_CONNECTION, level,
    why: 'A connection without a user is ended at once, and nothing is said.',
    patch: [server("    refused(socket, readable(error).message, { event: 'connection' });\n", '    readable(error);\n')],
  },
  {
    name: 'no-jwt-yet', kind: 'credentials', clause: '## Future Enhancements: JWT authentication', level,
    why: 'Only the `userId` of the query is looked at.',
    patch: [server('  if (auth.token !== undefined) return namedUser(claimsOf(auth.token));\n')],
  },
  longerHmacAccepted('### Production Mode: no algorithm is named'),
  {
    name: 'websocket-from-anywhere', kind: 'CORS', clause: '## Environment Variables: CORS configuration; that others may not connect is not said', level,
    why: 'CORS headers name the frontend, and no other check of the origin is made.',
    patch: [backend(`    // CORS alone stops a browser from reading a polling answer, not from opening a WebSocket.
    allowRequest: (request, decide) => decide('Origin not allowed', originAllowed(request.headers.origin)),\n`)],
  },
  {
    name: 'welcome-event', kind: 'more than asked', clause: '## Events: that nothing else is emitted is not said', level,
    why: 'Who connects is greeted by an event `connected` with their id.',
    patch: [server("  log('connected', socket.id, 'user', userId);\n", "  socket.emit('connected', { userId });\n")],
  },
  stateRecovery('## Client Integration: no option of Socket.IO is named'),
  slowBy30Ms,
  // ---------------------------------------------------------------- refusals and acks
  {
    name: 'refusal-acked-too', kind: 'refusal', clause: ERROR, level, why: 'A refusal is told by `error`, and the ack says it as well.',
    patch: [server(REFUSED_BY_EVENT, "refused: (message, { event, ack }) => (ack?.({ status: 'error', message }), refused(socket, message, { event })),")],
  },
  {
    name: 'error-with-status-code', kind: 'refusal', clause: OPTIONAL, level, why: 'An error has `statusCode`, and no `data`.',
    patch: [backend('const { message } = readable(error);', 'const { message, statusCode } = readable(error);'),
      backend('refused(message, { event, payload, ack });', 'refused(message, { event, payload, ack, statusCode });'),
      server(REFUSED_BY_EVENT, 'refused: (message, { statusCode }) => refused(socket, message, statusCode),'),
      server(REFUSED, `const refused = (socket, message, code) =>
  socket.emit('error', { status: 'error', message, statusCode: Number.isInteger(code) ? code : 401 });`)],
  },
  {
    name: 'error-with-two-fields', kind: 'refusal', clause: OPTIONAL, level, why: 'An error is {status, message} alone.',
    patch: [server(REFUSED, REFUSED.replace('message, data }', 'message }'))],
  },
  {
    name: 'typing-is-acked', kind: 'ack', clause: '#### `typing:start`: no response is described', level,
    why: 'Typing is acked with {success: true}.',
    patch: [backend('if (answer !== undefined) ack?.(answer);', 'ack?.(answer ?? { success: true });')],
  },
  // ---------------------------------------------------------------- messages and their status
  {
    name: 'sender-not-told', kind: 'sender', clause: RECEIVED, level,
    why: 'No socket of the sender hears the message, since they have it from REST.',
    patch: [server(TELL, TELL.replace('.emit', '.except(socketsOf(senderId)).emit'))],
  },
  {
    name: 'sender-described', kind: 'optional fields', clause: OPTIONAL, level,
    why: 'A message has its `sender` with all that is listed, and `typing:start` its `user`.',
    patch: [server(TELL, TELL.replace('stored', "{ ...stored, sender: { id: senderId, name: `User ${senderId}`, phoneNumber: '+390000000' } }")),
      server(EMIT_TYPING, '{ conversationId, userId, isTyping, ...(isTyping && { user: { id: userId, name: `User ${userId}` } }) }),')],
  },
  {
    name: 'content-sanitised', kind: 'content', clause: '#### `message:received`: content: any; what is done with it is not said', level,
    why: 'A text is trimmed and its markup escaped.',
    patch: [server(MESSAGE, MESSAGE.replace('content,',
      "content: type === 'text' ? content.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : content,"))],
  },
  {
    name: 'never-delivered', kind: 'status', clause: '## Future Enhancements: Message delivery receipts', level,
    why: 'A message goes from `sent` to `read`.', patch: [server(DELIVERED)],
  },
  {
    name: 'sent-told', kind: 'status', clause: STATUS, level, why: 'That a message is `sent` is told by `message:status` as well.',
    patch: [server(DELIVERED, `setStatus(message, 'sent');\n  ${DELIVERED}`)],
  },
  {
    name: 'delivered-when-online', kind: 'status', clause: STATUS, level,
    why: 'A message is `delivered` when another participant is online, in the room or not.',
    patch: [server('othersListen(senderId, conversationId))',
      'conversations.get(conversationId).row.participants.some((one) => one !== senderId && gateway.adapter.rooms.has(socketsOf(one))))')],
  },
  {
    name: 'read-told-again', kind: 'status', clause: '### MessagesService: emits when a conversation is marked as read (multiple `message:status` events)', level,
    why: 'To mark a conversation as read again tells all its messages again.', patch: [server(" && message.status !== 'read'")],
  },
  {
    name: 'messages-with-uuids', kind: 'ids', clause: IDS, level,
    why: 'The id of a message is a UUID.', patch: [server('String(++lastMessageId)', 'crypto.randomUUID()')],
  },
  {
    name: 'conversations-with-uuids', kind: 'ids', clause: IDS, level,
    why: 'The id of a conversation is a UUID.', patch: [server('String(conversations.size + 1)', 'crypto.randomUUID()')],
  },
  {
    name: 'times-in-whole-seconds', kind: 'times', clause: '#### `message:status`: updatedAt: string; how exact is not said', level,
    why: 'A time has no milliseconds.',
    patch: [backend('new Date().toISOString()', "new Date().toISOString().replace(/\\.\\d+/, '')")],
  },
  // ---------------------------------------------------------------- typing and presence
  {
    name: 'typing-only-relayed', kind: 'typing', clause: TYPING, level,
    why: 'Each start and each stop is relayed, and nothing else happens.',
    patch: [typing('    const mine = typing.get(userId) ??', '    return announce(userId, conversationId, true);\n    const mine = typing.get(userId) ??'),
      typing('    const state = mine?.get(', '    return announce(userId, conversationId, false);\n    const state = mine?.get(')],
  },
  {
    name: 'presence-not-to-oneself', kind: 'presence', clause: PRESENCE, level, why: 'No device of a user is told that they are online.',
    patch: [server(ONLINE, ONLINE.replace('gateway', 'gateway.except(socketsOf(userId))')),
      server(OFFLINE, OFFLINE.replace('gateway', 'gateway.except(socketsOf(userId))'))],
  },
  {
    name: 'presence-to-contacts', kind: 'presence', clause: PRESENCE, level,
    why: 'Only those who share a conversation with a user are told of them.',
    patch: [server(ONLINE, ONLINE.replace('gateway', 'contactsOf(userId)')), server(OFFLINE, OFFLINE.replace('gateway', 'contactsOf(userId)')),
      server(CONNECTION, `const contactsOf = (userId) =>
  gateway.to(['nobody', ...[...conversations.values()].map(({ row }) => row.participants).filter((those) => those.includes(userId)).flat().map(socketsOf)]);

${CONNECTION}`)],
  },
];
