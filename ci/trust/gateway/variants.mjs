// Sound servers that differ from the one of ci/interop only where the `gateway` document is silent, or that answer in another
// of the forms of Socket.IO backends.

import { stateRecovery } from '../shared.mjs';
import { changesOf } from '../text.mjs';

const server = changesOf('gateway/server.mjs');
const backend = changesOf('shared/backend.mjs');
const refusal = changesOf('shared/refusal.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server
const ROW = 'const message = { id, sender_id, conversation_id, timestamp: timestamp(), message_type, content, conversation };';
const TELL = "gateway.to(roomOf(message.conversation_id)).emit('receive-message', message);";
const JOINED = "if (!ack) socket.emit('joined-conversation', { conversationId, success: true });";
const JOIN_ACK = '    return { success: true, conversationId };\n';
const REFUSE = "socket.emit('exception', { status: 'error', message });";
const REFUSE_JOIN = 'ack({ success: false, conversationId: payload?.conversationId ?? null, message });';
const NO_USER = "return next(new Error('userId is required, and must be a positive integer'));";
const CONNECTED = 'const { userId } = socket.data;\n';
const TYPE = '(isTyping ? typing.start : typing.stop)(userId, conversationId);';
const PAGE = `  return {
    messages: end > 0 ? messages.slice(Math.max(0, end - size), end).reverse() : [],
    total: messages.length,
    page: number,
    limit: size,
    totalPages: Math.ceil(messages.length / size),
  };`;
const LIST = 'end > 0 ? messages.slice(Math.max(0, end - size), end).reverse() : []';
const ACK = 'if (answer !== undefined) ack?.(answer);';

const REST = '## Integration with REST API: neither statuses nor bodies are described';
const HISTORY = '### 5. Fetch Message History (REST): its body and its order are not described';
const NO_ACK = '### Client → Server Events: an ack is documented for join-conversation alone';
const CONNECT = '### Common Errors 1: Connection without userId; how it is refused is not said';
const GENERAL_ERROR = '#### 8. `error`: General error message; which refusals use it is not said';
const RECEIVE = '#### 1. `send-message`: Broadcast to conversation participants; both readings are forms';
const JOIN = '#### 2. `join-conversation`: a Response, and joined-conversation; whether one, the other or both is not said';

export default [
  { name: 'rest-answers-200', kind: 'REST', clause: REST, level, why: 'What creates answers 200, as most frameworks but NestJS do.', patch: [server('conversations$/, 201,', 'conversations$/, 200,')] },
  {
    name: 'rest-error-key', kind: 'REST', clause: REST, level, why: 'A refusal has the body {error: text}.',
    patch: [refusal("return { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' };", 'return { error: message };')],
  },
  { name: 'history-oldest-first', kind: 'REST', clause: HISTORY, level, why: 'A page begins with its oldest message.', patch: [server(LIST, LIST.replace('.reverse()', ''))] },
  { name: 'history-is-a-list', kind: 'REST', clause: HISTORY, level, why: 'A page is the bare list of its messages.', patch: [server(PAGE, `  return ${LIST};`)] },
  {
    name: 'history-data-and-meta', kind: 'REST', clause: HISTORY, level, why: 'A page is {data, meta}, as paging libraries of NestJS have it.',
    patch: [server(PAGE, `  return { data: ${LIST}, meta: { totalItems: messages.length, currentPage: number, itemsPerPage: size } };`)],
  },
  {
    name: 'limit-capped', kind: 'REST', clause: HISTORY, level, why: 'A limit above 100 is taken as 100.',
    patch: [server('const [number, size] = [idIn(page), idIn(limit)];', 'const [number, size] = [idIn(page), Math.min(idIn(limit), MAX_PAGE)];')],
  },
  {
    name: 'pair-has-two-conversations', kind: 'REST', clause: '### 1. Create a Conversation (REST): what a second creation does is not said', level,
    why: 'Two users may have several conversations.', patch: [server('  if (conversationOf.has(pair)) return conversations.get(conversationOf.get(pair)).row;\n')],
  },
  {
    name: 'with-oneself', kind: 'refused creation', clause: '### 1. Create a Conversation (REST): that the two differ is not said', level,
    why: 'A conversation with oneself is a place for notes.', patch: [server("  if (sender_id === receiver_id) refuse(400, 'receiver_id must not be equal to sender_id');\n")],
  },
  {
    name: 'error-then-disconnected', kind: 'connect refusal', clause: CONNECT, level, why: 'A connection without userId gets the event `error`, then the server disconnects.',
    patch: [server(NO_USER, 'return next();'), server(CONNECTED, `${CONNECTED}  if (!userId) {
    socket.emit('error', { message: 'userId is required' });
    return socket.disconnect(true);
  }
`)],
  },
  {
    name: 'disconnected-at-once', kind: 'connect refusal', clause: CONNECT, level, why: 'A connection without userId is ended without a word.',
    patch: [server(NO_USER, 'return next();'), server(CONNECTED, `${CONNECTED}  if (!userId) return socket.disconnect(true);\n`)],
  },
  {
    name: 'up-and-refused', kind: 'connect refusal', clause: CONNECT, level, why: 'A connection without userId stays up, and each of its events is refused.',
    patch: [server(NO_USER, 'return next();'), server(CONNECTED, `${CONNECTED}  if (!userId) return socket.onAny((event) => event === 'send-message'
    ? socket.emit('message-error', { error: 'userId is required' })
    : socket.emit('error', { message: 'userId is required' }));
`)],
  },
  { name: 'join-answered-by-event', kind: 'ack', clause: JOIN, level, why: 'A join is answered by joined-conversation alone, as {event, data} of NestJS does.', patch: [server(JOINED, JOINED.replace('if (!ack) ', '')), server(JOIN_ACK)] },
  { name: 'join-answered-by-both', kind: 'ack', clause: JOIN, level, why: 'A join is answered by its ack and by joined-conversation.', patch: [server(JOINED, JOINED.replace('if (!ack) ', ''))] },
  {
    name: 'send-acked', kind: 'ack', clause: NO_ACK, level, why: 'A message is acked with {success, data} as well.',
    patch: [server(TELL, `${TELL}\n    return { success: true, data: message };`)],
  },
  { name: 'all-acked-with-nothing', kind: 'ack', clause: NO_ACK, level, why: 'What is not acked otherwise is acked without an argument.', patch: [backend(ACK, 'ack?.(...(answer === undefined ? [] : [answer]));')] },
  { name: 'all-acked-with-ok', kind: 'ack', clause: NO_ACK, level, why: "What is not acked otherwise is acked with 'ok'.", patch: [backend(ACK, "ack?.(answer ?? 'ok');")] },
  { name: 'refused-by-error', kind: 'refusal', clause: GENERAL_ERROR, level, why: 'What is no message and no join is refused by the event `error`.', patch: [server(REFUSE, "socket.emit('error', { message });")] },
  {
    name: 'join-refused-by-error', kind: 'refusal', clause: GENERAL_ERROR, level, why: 'A join is refused by the event `error`, and never acked.',
    patch: [server(REFUSE_JOIN, "socket.emit('error', { message });"), server(REFUSE, "socket.emit('error', { message });")],
  },
  { name: 'join-refused-by-exception', kind: 'refusal', clause: GENERAL_ERROR, level, why: 'A join is refused by `exception`, and never acked.', patch: [server(REFUSE_JOIN, REFUSE)] },
  {
    name: 'join-refused-by-joined', kind: 'refusal', clause: '#### 4. `joined-conversation`: success: boolean', level, why: 'A join is refused by joined-conversation with success false, and by `error`.',
    patch: [server(REFUSE_JOIN, `socket.emit('joined-conversation', { conversationId: payload?.conversationId ?? null, success: false });
    socket.emit('error', { message });`)],
  },
  { name: 'typing-refused-silently', kind: 'refusal', clause: '#### 4. `typing`: no refusal is named', level, why: 'Typing that is refused is met with silence.', patch: [server(REFUSE, `if (event !== 'typing') ${REFUSE}`)] },
  {
    name: 'typing-relayed', kind: 'typing', clause: '#### 4. `typing`, ## Best Practices 5: no state, no debounce and no end is asked of the server', level,
    why: 'Typing is passed on as it comes: no state, no debounce, no end.',
    patch: [server(TYPE, "gateway.to(roomOf(conversationId)).except(socketsOf(userId)).emit('user-typing', { conversationId, userId, isTyping });")],
  },
  {
    name: 'anybody-leaves', kind: 'membership', clause: '#### 3. `leave-conversation`: no refusal is named', level, why: 'Leaving is never refused, since it harms nobody.',
    patch: [server("    conversationFor(userId, conversationId, 'leave');\n")],
  },
  {
    name: 'participants-hear', kind: 'audience', clause: RECEIVE, level, why: 'A message is heard by every socket of both participants, joined or not.',
    patch: [server(TELL, TELL.replace('roomOf(message.conversation_id)', '[message.conversation.sender_id, message.conversation.receiver_id].map(socketsOf)'))],
  },
  { name: 'sending-socket-not-told', kind: 'audience', clause: RECEIVE, level, why: 'A broadcast leaves out the socket that sends, which has message-sent.', patch: [server(TELL, TELL.replace('gateway', 'socket'))] },
  {
    name: 'presence-to-everyone', kind: 'audience', clause: '#### 6. `user:online`: who is told is not said', level, why: 'Everybody else hears who comes and goes.',
    patch: [server('if (contacts.length) gateway.to(contacts.map(socketsOf)).emit(event, { userId });', 'gateway.except(socketsOf(userId)).emit(event, { userId });'),
      server('const contacts = [...(contactsOf.get(userId) ?? [])];')],
  },
  {
    name: 'offline-after-a-grace', kind: 'presence', clause: '#### 7. `user:offline`: how soon is not said', level, why: 'Somebody is offline 300 ms after their last socket, unless they are back.',
    patch: [server("if (online.leave(userId, socket)) tellContacts(userId, 'user:offline');", "setTimeout(() => online.leave(userId, socket) && tellContacts(userId, 'user:offline'), 300);")],
  },
  {
    name: 'content-sanitised', kind: 'content', clause: '## Security: Sanitize message content', level, why: 'A content is trimmed and its markup escaped.',
    patch: [server(ROW, ROW.replace('content,', "content: content.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),"))],
  },
  {
    name: 'empty-content-accepted', kind: 'content', clause: '#### 1. `send-message`: content: string; that it is not empty is not said', level, why: 'A content may be empty.',
    patch: [server('  content: rules.text,', "  content: (name, value) => [typeof value !== 'string' && `${name} must be a string`],")],
  },
  {
    name: 'times-in-seconds', kind: 'payload', clause: '#### 1. `receive-message`: timestamp: Date', level, why: 'A time has no milliseconds, and an offset.',
    patch: [server(ROW, ROW.replace('timestamp: timestamp()', "timestamp: timestamp().replace(/\\.\\d+Z$/, '+00:00')"))],
  },
  {
    name: 'ids-at-random', kind: 'payload', clause: '#### 1. `receive-message`: id: number; no order is named', level, why: 'The id of a message is a random number.',
    patch: [server('const id = ++lastMessageId;', 'const id = (++lastMessageId * 7_919) % 1_000_003 + 5_000_000;')],
  },
  {
    name: 'any-origin', kind: 'CORS', clause: '## Troubleshooting: Check CORS settings; which they are is not said', level, why: 'A page of any origin may connect.',
    patch: [backend('const originAllowed = (origin) => origin === undefined || ALLOWED_ORIGINS.includes(origin);', 'const originAllowed = () => true;'),
      backend('cors: { origin: ALLOWED_ORIGINS, credentials: true },', 'cors: { origin: true, credentials: true },')],
  },
  stateRecovery('## Connection: no option of the server is named'),
];
