// Broken servers of the `whatsapp` document, in what they believe and accept: who asks, and with which payload and credential.
// Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('whatsapp/server.mjs');
const backend = changesOf('shared/backend.mjs');
const tokens = changesOf('shared/tokens.mjs');
const validation = changesOf('shared/validation.mjs');

const TELL = "gateway.to(roomOf(conversationId)).emit('message:received', stored);";
const TYPING = "isTyping ? 'typing:start' : 'typing:stop', { conversationId, userId, isTyping }),";
const ONLINE = "gateway.emit('user:online', { userId });";
const TOKEN = 'if (auth.token !== undefined) return namedUser(claimsOf(auth.token));';
const REFUSED = "const refused = (socket, message, data) => socket.emit('error', { status: 'error', message, data });";
const HANDLER = 'const [payload] = args;';

const FEATURES = '## Features';
const RECEIVED = '#### `message:received`: Emitted when a new message is received in the conversation';
const TYPING_START = '#### `typing:start`: Notify other participants that user is typing';
const USER_ONLINE = '#### `user:online`: Emitted when a user comes online';
const ERRORS = '## Error Handling: All WebSocket errors are caught by WsExceptionFilter and emitted to the client';
const ERROR = '#### `error`: {status, message}';
const DEVELOPMENT = '### Development Mode: Currently, the module accepts `userId` from query parameters';
const PRODUCTION = '### Production Mode (TODO): verify JWT tokens; socket.data.userId = decoded.userId';
const CORS = '## Environment Variables: FRONTEND_URL is used for CORS configuration in the WebSocket gateway';

export default [
  // ---------------------------------------------------------------- who is speaking
  {
    name: 'typing-user-believed', kind: 'identity', clause: '#### `typing:start`: whether `userId` is believed is not said', level: 'may',
    ground: 'sense', why: 'Whoever types is whom the payload names.',
    patch: [server('typing.start(userId, checkTyping(userId, payload, true));',
      'typing.start((checkTyping(userId, payload, true), payload.userId), payload.conversationId);')],
  },
  {
    name: 'query-beats-token', kind: 'identity', clause: PRODUCTION, level: 'may',
    why: 'With a token and a `userId` in the query, the query is believed.',
    patch: [server(TOKEN, TOKEN.replace('undefined)', 'undefined && !query.userId)'))],
  },
  {
    name: 'sender-null', kind: 'who', clause: RECEIVED, level: 'must', why: 'The sender of every message is null.',
    patch: [server(TELL, TELL.replace('stored', '{ ...stored, senderId: null }'))],
  },
  {
    name: 'sender-is-the-other', kind: 'who', clause: RECEIVED, level: 'must', why: 'A message is told as sent by another participant.',
    patch: [server(TELL, TELL.replace('stored',
      '{ ...stored, senderId: conversations.get(conversationId).row.participants.find((one) => one !== senderId) }'))],
  },
  {
    name: 'typing-names-another', kind: 'who', clause: TYPING_START, level: 'must', why: 'Whoever types is told as another participant.',
    patch: [server(TYPING, TYPING.replace('userId,',
      'userId: conversations.get(conversationId).row.participants.find((one) => one !== userId),'))],
  },
  {
    name: 'online-names-the-socket', kind: 'who', clause: USER_ONLINE, level: 'must', why: 'Presence names the socket.',
    patch: [server(ONLINE, ONLINE.replace('{ userId }', '{ userId: socket.id }'))],
  },
  // ---------------------------------------------------------------- payloads
  {
    name: 'join-number-converted', kind: 'ids of the other type', clause: '#### `conversation:join`: conversationId: string', level: 'may',
    ground: 'sense', why: 'A join with the number 1 is a join of "1".',
    patch: [server("'conversation:join'(userId, payload, socket, ack) {\n",
      `'conversation:join'(userId, payload, socket, ack) {
    if (typeof payload?.conversationId === 'number') payload.conversationId = String(payload.conversationId);
`)],
  },
  {
    name: 'typing-list-converted', kind: 'ids of the other type', clause: '#### `typing:start`: conversationId: string', level: 'may',
    ground: 'sense', why: 'Typing in 1 or in ["1"] is typing in "1".',
    patch: [server('  const { conversationId } = validated(payload, typingRules(isTyping));',
      `  if (payload?.conversationId) payload.conversationId = String(payload.conversationId);
  const { conversationId } = validated(payload, typingRules(isTyping));`)],
  },
  {
    name: 'conversation-told-as-number', kind: 'ids of the other type', clause: '#### `message:received`: conversationId: string', level: 'must',
    why: 'A message names its conversation by a number.',
    patch: [server(TELL, TELL.replace('stored', '{ ...stored, conversationId: Number(conversationId) }'))],
  },
  {
    name: 'names-with-a-dash-refused', kind: 'ids of the other type', level: 'must',
    clause: "### Example Usage: query: { userId: 'user-123' }", why: 'A user who is not a number cannot connect.',
    patch: [server("typeof userId === 'string' && userId ?", "typeof userId === 'string' && /^\\d+$/.test(userId) ?")],
  },
  {
    name: 'null-kills', kind: 'odd payloads', clause: ERRORS, level: 'must', why: 'A payload that is null ends the whole server.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === null) process.nextTick(() => payload.conversationId);`)],
  },
  {
    name: 'null-internal-error', kind: 'odd payloads', clause: '#### `error`: what a message says is not said', level: 'may', ground: 'sense',
    why: 'A payload that is null is answered by an internal error.',
    patch: [validation('isObject(payload) ? payload : {}', 'payload === undefined ? {} : payload')],
  },
  {
    name: 'no-argument-ignored', kind: 'odd payloads', clause: '## Error Handling: which payload is an error is not said', level: 'may',
    ground: 'sense', why: 'An event without an argument is met with silence.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === undefined) return;`)],
  },
  {
    name: 'list-disconnects', kind: 'odd payloads', clause: '## Error Handling: which payload is an error is not said', level: 'may',
    ground: 'sense', why: 'A payload that is a list ends the connection without a word.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (Array.isArray(payload)) return socket.disconnect();`)],
  },
  {
    name: 'creates-with-a-text', kind: 'refused creation', clause: 'how a conversation is created is not said', level: 'may', ground: 'sense',
    why: 'A creation whose `participants` is a text makes a conversation.',
    patch: [server('participants: rules.members(rules.name, MAX_PARTICIPANTS)',
      "participants: (name, value) => typeof value === 'string' ? [] : rules.members(rules.name, MAX_PARTICIPANTS)(name, value)")],
  },
  {
    name: 'creates-with-nobody', kind: 'refused creation', clause: 'how a conversation is created is not said', level: 'may', ground: 'sense',
    why: 'A creation with an empty list makes a conversation of nobody.',
    patch: [validation('value.length < 2 &&', 'value.length === 1 &&')],
  },
  {
    name: 'start-that-says-false', kind: 'values', clause: '#### `typing:start`: isTyping: true', level: 'may', ground: 'sense',
    why: 'A `typing:start` with `isTyping: false` is a start.',
    patch: [server('[value !== isTyping &&', "[typeof value !== 'boolean' &&")],
  },
  // ---------------------------------------------------------------- refusals
  {
    name: 'refusals-silent', kind: 'no refusal', clause: ERRORS, level: 'must',
    why: 'No error is ever told.', patch: [server(REFUSED, 'const refused = () => {};')],
  },
  {
    name: 'error-renamed', kind: 'wrong event name', clause: ERRORS, level: 'must', why: 'Errors are emitted as `exception`.',
    patch: [server(REFUSED, REFUSED.replace("emit('error'", "emit('exception'"))],
  },
  {
    name: 'error-without-status', kind: 'missing field', clause: ERROR, level: 'must', why: 'An error has no `status`.',
    patch: [server(REFUSED, REFUSED.replace("status: 'error', ", ''))],
  },
  {
    name: 'error-without-message', kind: 'words', clause: ERROR, level: 'must', why: 'An error has no `message`.',
    patch: [server(REFUSED, REFUSED.replace('message, data }', 'data }'))],
  },
  {
    name: 'every-refusal-says-error', kind: 'words', clause: '#### `error`: what a message says is not said', level: 'may', ground: 'sense',
    why: 'Every error says "Error".', patch: [server(REFUSED, REFUSED.replace('message, data }', "message: 'Error', data }"))],
  },
  {
    name: 'anonymous-is-user-1', kind: 'credentials', clause: `${FEATURES}: WebSocket authentication middleware`, level: 'must',
    why: 'Whoever connects without a user and without a token is user 1.',
    patch: [server("refuse(401, 'Neither a token nor a userId was provided')", "'1'")],
  },
  {
    name: 'expired-accepted', kind: 'credentials', clause: PRODUCTION, level: 'may', why: 'An expired token is as good as a new one.',
    patch: [tokens("{ algorithms: ['HS256'] }", "{ algorithms: ['HS256'], ignoreExpiration: true }")],
  },
  {
    name: 'signature-not-checked', kind: 'credentials', clause: PRODUCTION, level: 'may',
    why: 'A token is read, and its signature is not checked.',
    patch: [tokens("return jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });",
      "const claims = jwt.decode(token) ?? refuse(401, 'Invalid token');\n    return claims.exp * 1000 <= Date.now() ? refuse(401, 'Token expired') : claims;")],
  },
  {
    name: 'token-by-sub-only', kind: 'credentials', clause: PRODUCTION, level: 'may',
    why: 'A token whose user stands in `userId` is refused.',
    patch: [tokens('claims.sub ?? claims.userId ?? claims.id', 'claims.sub')],
  },
  {
    name: 'query-user-refused', kind: 'credentials', clause: DEVELOPMENT, level: 'must', why: 'A `userId` in the query is not accepted.',
    patch: [server('const { userId } = query;', 'const userId = undefined;'), server('function userOf({ auth, query })', 'function userOf({ auth })')],
  },
  {
    name: 'history-of-nothing', kind: 'REST defaults', clause: 'a history is not described', level: 'may', ground: 'sense',
    why: 'The history of an unknown conversation is 200 with an empty list.',
    patch: [server('function historyOf(conversationId, { userId }) {\n',
      'function historyOf(conversationId, { userId }) {\n  if (!conversations.has(conversationId)) return { messages: [] };\n')],
  },
  {
    name: 'read-of-nothing', kind: 'REST defaults', clause: 'how a conversation is marked as read is not said', level: 'may', ground: 'sense',
    why: 'To mark an unknown conversation as read is answered as done.',
    patch: [server('function markAsRead(userId, conversationId) {\n',
      'function markAsRead(userId, conversationId) {\n  if (!conversations.has(conversationId)) return;\n')],
  },
  {
    name: 'created-answers-500', kind: 'wrong status', clause: '### MessagesService: emits when new messages are created', level: 'must',
    why: 'A message is created and told, and the answer is 500.', patch: [server('\\/messages$/, 201,', '\\/messages$/, 500,')],
  },
  {
    name: 'no-cors-headers', kind: 'CORS', clause: CORS, level: 'must', why: 'No answer of Socket.IO allows the frontend to read it.',
    patch: [backend('    cors: { origin: ALLOWED_ORIGINS, credentials: true },\n')],
  },
  {
    name: 'cors-for-anybody', kind: 'CORS', clause: CORS, level: 'should', why: 'Every origin may read the answers, with credentials.',
    patch: [backend('cors: { origin: ALLOWED_ORIGINS,', 'cors: { origin: true,'),
      backend('origin === undefined || ALLOWED_ORIGINS.includes(origin);', 'true;')],
  },
];
