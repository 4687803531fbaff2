// Broken servers of the `whatsapp` document. Each breaks one rule that the document states or implies, or that only sense
// asks for. Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('whatsapp/server.mjs');
const backend = changesOf('shared/backend.mjs');
const presence = changesOf('shared/presence.mjs');
const tokens = changesOf('shared/tokens.mjs');
const typing = changesOf('shared/typing.mjs');
const validation = changesOf('shared/validation.mjs');

const MESSAGE = "{ messageId, conversationId, senderId, type, content, status: 'sent', timestamp: timestamp() };";
const STORED = '  messages.push(message);\n';
const TELL = "gateway.to(roomOf(conversationId)).emit('message:received', stored);";
const DELIVERED = "if (othersListen(senderId, conversationId)) setStatus(message, 'delivered');";
const STATUS = '{ messageId, conversationId, status, updatedAt: timestamp() });';
const STATUS_TO = ".to(roomOf(conversationId))\n    .emit('message:status'";
const READ = "if (message.senderId !== userId && message.status !== 'read') setStatus(message, 'read');";
const TYPING = "isTyping ? 'typing:start' : 'typing:stop', { conversationId, userId, isTyping }),";
const TYPING_TO = '.to(roomOf(conversationId))\n    .except(socketsOf(userId))';
const JOIN = 'socket.join(roomOf(conversationId));';
const LEAVE = 'socket.leave(roomOf(conversationId));';
const JOINED = "return confirm(socket, ack, 'conversation:joined', conversationId);";
const LEFT = "return confirm(socket, ack, 'conversation:left', conversationId);";
const CONFIRM = 'const data = { conversationId, success: true };';
const ONLINE = "gateway.emit('user:online', { userId });";
const OFFLINE = "gateway.emit('user:offline', { userId });";
const TOKEN = 'if (auth.token !== undefined) return namedUser(claimsOf(auth.token));';
const REFUSED = "const refused = (socket, message, data) => socket.emit('error', { status: 'error', message, data });";
const HANDLER = 'const [payload] = args;';
const OF_ROOM = '[roomOf(conversationId), ...conversations.get(conversationId).row.participants.map(socketsOf)]';

const FEATURES = '## Features';
const RECEIVED = '#### `message:received`: Emitted when a new message is received in the conversation';
const STATUS_CHANGES = '#### `message:status`: Emitted when a message status changes (sent -> delivered -> read)';
const MARKED = '### MessagesService: Conversation is marked as read (multiple `message:status` events)';
const TYPING_START = '#### `typing:start`: Notify other participants that user is typing';
const TYPING_STOP = '#### `typing:stop`: Notify other participants that user stopped typing';
const USER_ONLINE = '#### `user:online`: Emitted when a user comes online';
const USER_OFFLINE = '#### `user:offline`: Emitted when a user goes offline';
const JOIN_CLAUSE = '#### `conversation:join`: Join a conversation room to receive real-time updates';
const JOIN_ANSWER = "#### `conversation:join`: Response {event: 'conversation:joined', data: {conversationId, success: true}}";
const LEAVE_CLAUSE = '#### `conversation:leave`: Leave a conversation room';
const LEAVE_ANSWER = "#### `conversation:leave`: Response {event: 'conversation:left', data: {conversationId, success: true}}";
const ERRORS = '## Error Handling: All WebSocket errors are caught by WsExceptionFilter and emitted to the client';
const ERROR = '#### `error`: {status, message}';
const ROOM = '## Room Management: Clients must join a conversation room to receive real-time updates for that conversation';
const OWN_ROOM = '## Room Management: Each conversation has its own room';
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
    name: 'query-beats-token', kind: 'identity', clause: PRODUCTION, level: 'may', why: 'With a token and a `userId` in the query, the query is believed.',
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
      "'conversation:join'(userId, payload, socket, ack) {\n    if (typeof payload?.conversationId === 'number') payload.conversationId = String(payload.conversationId);\n")],
  },
  {
    name: 'typing-list-converted', kind: 'ids of the other type', clause: '#### `typing:start`: conversationId: string', level: 'may',
    ground: 'sense', why: 'Typing in 1 or in ["1"] is typing in "1".',
    patch: [server('  const { conversationId } = validated(payload, typingRules(isTyping));',
      '  if (payload?.conversationId) payload.conversationId = String(payload.conversationId);\n  const { conversationId } = validated(payload, typingRules(isTyping));')],
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
  // ---------------------------------------------------------------- times
  {
    name: 'timestamp-of-2020', kind: 'times', clause: '#### `message:received`: timestamp: Date', level: 'must', why: 'Every message is of 2020.',
    patch: [server(MESSAGE, MESSAGE.replace('timestamp: timestamp()', "timestamp: '2020-01-01T00:00:00.000Z'"))],
  },
  {
    name: 'updated-at-start', kind: 'times', clause: '#### `message:status`: updatedAt: string', level: 'must',
    why: 'Every status was updated when the server started.',
    patch: [server(STATUS, STATUS.replace('updatedAt: timestamp()', 'updatedAt: conversations.get("1").row.createdAt'))],
  },
  // ---------------------------------------------------------------- answers
  { name: 'joined-never', kind: 'answer never comes', clause: JOIN_ANSWER, level: 'must', why: 'A join is not answered.', patch: [server(JOINED)] },
  { name: 'left-never', kind: 'answer never comes', clause: LEAVE_ANSWER, level: 'must', why: 'A leave is not answered.', patch: [server(LEFT)] },
  {
    name: 'answers-callbacks-only', kind: 'without a callback', clause: JOIN_ANSWER, level: 'must',
    why: 'A join or leave without a callback works, and is not answered.', patch: [server('  if (!ack) socket.emit(event, data);\n')],
  },
  {
    name: 'join-needs-callback', kind: 'without a callback', clause: JOIN_CLAUSE, level: 'must', why: 'A join without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'conversation:join' && !ack) return;`)],
  },
  {
    name: 'typing-needs-callback', kind: 'without a callback', clause: TYPING_START, level: 'must', why: 'Typing without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'typing:start' && !ack) return;`)],
  },
  {
    name: 'join-fails-in-words', kind: 'wrong answer', clause: JOIN_ANSWER, level: 'must', why: 'A join that worked says `success: false`.',
    patch: [server(CONFIRM, CONFIRM.replace('true', "event !== 'conversation:joined'"))],
  },
  {
    name: 'left-without-conversation', kind: 'missing field', clause: LEAVE_ANSWER, level: 'must', why: 'An answer does not say of which conversation.',
    patch: [server(CONFIRM, 'const data = { success: true };')],
  },
  {
    name: 'joined-names-another', kind: 'answers about oneself', clause: JOIN_ANSWER, level: 'must', why: 'Every join is answered as one of conversation 1.',
    patch: [server(JOINED, JOINED.replace('conversationId', "'1'"))],
  },
  {
    name: 'left-names-the-user', kind: 'answers about oneself', clause: LEAVE_ANSWER, level: 'must',
    why: 'A leave is answered with the id of the user in the place of the conversation.', patch: [server(LEFT, LEFT.replace('conversationId', 'userId'))],
  },
  {
    name: 'join-late', kind: 'too late', clause: JOIN_ANSWER, level: 'must', why: 'A join takes effect 30 ms after its answer.',
    patch: [server(JOIN, `setTimeout(() => ${JOIN.slice(0, -1)}, 30);`)],
  },
  {
    name: 'leave-late', kind: 'too late', clause: LEAVE_ANSWER, level: 'must', why: 'A leave takes effect 30 ms after its answer.',
    patch: [server(LEAVE, `setTimeout(() => ${LEAVE.slice(0, -1)}, 30);`)],
  },
  {
    name: 'told-three-seconds-late', kind: 'too late', clause: `${FEATURES}: Real-time message delivery`, level: 'must',
    why: 'A message is told 3 s after it was created.', patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, 3000);`)],
  },
  {
    name: 'stored-late', kind: 'too late', clause: 'a history is not described', level: 'may', ground: 'sense', why: 'A message is in the history 100 ms after its answer.',
    patch: [server(STORED, '  setTimeout(() => messages.push(message), 100);\n')],
  },
  // ---------------------------------------------------------------- refusals
  {
    name: 'refusals-silent', kind: 'no refusal', clause: ERRORS, level: 'must', why: 'No error is ever told.', patch: [server(REFUSED, 'const refused = () => {};')],
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
    name: 'signature-not-checked', kind: 'credentials', clause: PRODUCTION, level: 'may', why: 'A token is read, and its signature is not checked.',
    patch: [tokens("return jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });",
      "const claims = jwt.decode(token) ?? refuse(401, 'Invalid token');\n    return claims.exp * 1000 <= Date.now() ? refuse(401, 'Token expired') : claims;")],
  },
  {
    name: 'token-by-sub-only', kind: 'credentials', clause: PRODUCTION, level: 'may', why: 'A token whose user stands in `userId` is refused.',
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
  // ---------------------------------------------------------------- audience
  {
    name: 'typing-to-unjoined', kind: 'audience', clause: ROOM, level: 'must', why: 'Typing reaches participants who have not joined.',
    patch: [server(TYPING_TO, TYPING_TO.replace('roomOf(conversationId)', OF_ROOM))],
  },
  {
    name: 'typing-to-oneself', kind: 'audience', clause: TYPING_START, level: 'must', why: 'Whoever types is told so.',
    patch: [server('\n    .except(socketsOf(userId))')],
  },
  {
    name: 'message-to-unjoined', kind: 'audience', clause: ROOM, level: 'must', why: 'A message reaches participants who have not joined.',
    patch: [server(TELL, TELL.replace('roomOf(conversationId)', OF_ROOM))],
  },
  {
    name: 'message-to-everyone', kind: 'leak', clause: ROOM, level: 'must', why: 'A message reaches everyone who is connected.',
    patch: [server(TELL, TELL.replace('.to(roomOf(conversationId))', ''))],
  },
  {
    name: 'alone-tells-everyone', kind: 'audience', clause: ROOM, level: 'must', why: 'With one socket in the room, a message goes to everyone.',
    patch: [server(TELL, `const there = gateway.adapter.rooms.get(roomOf(conversationId))?.size > 1 ? [roomOf(conversationId)] : [];
  ${TELL.replace('roomOf(conversationId)', 'there')}`)],
  },
  {
    name: 'status-to-everyone', kind: 'leak', clause: ROOM, level: 'must', why: 'A status reaches everyone who is connected.',
    patch: [server(STATUS_TO, ".emit('message:status'")],
  },
  {
    name: 'rooms-by-first-digit', kind: 'leak', clause: OWN_ROOM, level: 'must', why: 'Conversations 1, 10 and 12 share a room.',
    patch: [server('`conversation:${conversationId}`', '`conversation:${conversationId[0]}`')],
  },
  {
    name: 'leave-does-nothing', kind: 'audience', clause: LEAVE_CLAUSE, level: 'must', why: 'A leave is answered, and the room is not left.', patch: [server(LEAVE)],
  },
  {
    name: 'join-leaves-the-others', kind: 'lost broadcast', clause: JOIN_CLAUSE, level: 'must', why: 'Who joins a conversation leaves all others.',
    patch: [server(JOIN, `for (const room of socket.rooms) if (room.startsWith('conversation:')) socket.leave(room);\n    ${JOIN}`)],
  },
  {
    name: 'second-join-leaves', kind: 'lost broadcast', clause: JOIN_CLAUSE, level: 'must', why: 'A second join is answered as a join, and leaves the room.',
    patch: [server(JOIN, `if (socket.rooms.has(roomOf(conversationId))) ${LEAVE}\n    else ${JOIN}`)],
  },
  // ---------------------------------------------------------------- messages
  { name: 'message-lost', kind: 'lost broadcast', clause: RECEIVED, level: 'must', why: 'Nothing is emitted for a message.', patch: [server(TELL)] },
  {
    name: 'every-third-lost', kind: 'lost broadcast', clause: RECEIVED, level: 'must', why: 'Every third message of a conversation is not told.',
    patch: [server(TELL, `if (messages.length % 3) ${TELL}`)],
  },
  {
    name: 'message-twice', kind: 'duplicate', clause: RECEIVED, level: 'must', why: 'Each message is told twice.', patch: [server(TELL, `${TELL}\n  ${TELL}`)],
  },
  {
    name: 'content-cut', kind: 'wrong field', clause: '#### `message:received`: content', level: 'must', why: 'A text is cut after 100 characters.',
    patch: [server(MESSAGE, MESSAGE.replace('content,', "content: typeof content === 'string' ? content.slice(0, 100) : content,"))],
  },
  {
    name: 'content-made-text', kind: 'wrong field', clause: '#### `message:received`: content: any', level: 'must', why: 'A content that is an object is told as "[object Object]".',
    patch: [server(MESSAGE, MESSAGE.replace('content,', 'content: String(content),'))],
  },
  {
    name: 'type-always-text', kind: 'values', clause: '#### `message:received`: type: MessageType', level: 'must', why: 'An image is told as a text.',
    patch: [server(TELL, TELL.replace('stored', "{ ...stored, type: 'text' }"))],
  },
  {
    name: 'order-swapped', kind: 'order', clause: 'the order of messages is not said', level: 'may', ground: 'sense',
    why: 'Every other message is told 25 ms later, so that two in a row are heard in the other order by all.',
    patch: [server(`${TELL}\n  ${DELIVERED}`, `setTimeout(() => {\n    ${TELL}\n    ${DELIVERED}\n  }, messageId % 2 ? 25 : 0);`)],
  },
  {
    name: 'start-after-stop', kind: 'order', clause: 'the order of typing events is not said', level: 'may', ground: 'sense',
    why: 'A start is told 60 ms late, so that a stop that comes soon is heard before it.',
    patch: [typing('announce(userId, conversationId, true);', 'setTimeout(announce, 60, userId, conversationId, true);')],
  },
  // ---------------------------------------------------------------- status
  {
    name: 'read-from-the-start', kind: 'states', clause: STATUS_CHANGES, level: 'must', why: 'A new message is `read` already.',
    patch: [server(MESSAGE, MESSAGE.replace("'sent'", "'read'"))],
  },
  {
    name: 'delivered-says-read', kind: 'states', clause: STATUS_CHANGES, level: 'must', why: 'A message that was delivered is told as `read`, before anybody has read it.',
    patch: [server(DELIVERED, DELIVERED.replace("'delivered'", "'read'"))],
  },
  {
    name: 'status-goes-back', kind: 'states', clause: STATUS_CHANGES, level: 'must', why: 'With each new message, those that were read are `delivered` again.',
    patch: [server(STORED, `  for (const one of messages) if (one.status === 'read') setStatus(one, 'delivered');\n${STORED}`)],
  },
  {
    name: 'read-is-seen', kind: 'values', clause: `${FEATURES}: Message status updates (sent/delivered/read)`, level: 'must', why: 'A message that was read is `seen`.',
    patch: [server(STATUS, STATUS.replace('status,', "status: status === 'read' ? 'seen' : status,"))],
  },
  {
    name: 'read-untold', kind: 'receipts', clause: MARKED, level: 'must', why: 'That a conversation is marked as read is told to nobody.',
    patch: [server(READ, READ.replace("setStatus(message, 'read')", "message.status = 'read'"))],
  },
  {
    name: 'read-told-of-the-last', kind: 'receipts', clause: MARKED, level: 'must', why: 'Of the messages that were read, only the last is told.',
    patch: [server('for (const message of messages) {', 'for (const message of messages.slice(-1)) {')],
  },
  {
    name: 'status-of-another-message', kind: 'receipts', clause: STATUS_CHANGES, level: 'must', why: 'Every status is told as that of message 1.',
    patch: [server(STATUS, STATUS.replace('messageId,', "messageId: '1',"))],
  },
  {
    name: 'reading-moves-ones-own', kind: 'receipts', clause: 'whose messages are marked is not said', level: 'may', ground: 'sense',
    why: 'Who reads a conversation reads their own messages too.', patch: [server(READ, READ.replace('message.senderId !== userId && ', ''))],
  },
  // ---------------------------------------------------------------- typing and presence
  {
    name: 'stop-untold', kind: 'lost broadcast', clause: TYPING_STOP, level: 'must', why: 'The end of typing is told to nobody.',
    patch: [typing('announce(userId, conversationId, false);')],
  },
  {
    name: 'stop-told-as-start', kind: 'wrong event name', clause: TYPING_STOP, level: 'must', why: 'The end of typing is told as a start with `isTyping: false`.',
    patch: [server(TYPING, TYPING.replace("'typing:stop'", "'typing:start'"))],
  },
  {
    name: 'stop-says-true', kind: 'values', clause: '#### `typing:stop`: isTyping: false', level: 'must', why: 'The end of typing says `isTyping: true`.',
    patch: [server(TYPING, TYPING.replace('isTyping }', 'isTyping: true }'))],
  },
  {
    name: 'online-untold', kind: 'presence', clause: USER_ONLINE, level: 'must', why: 'Nobody is told who comes online.', patch: [server(ONLINE, ';')],
  },
  {
    name: 'offline-untold', kind: 'presence', clause: USER_OFFLINE, level: 'must', why: 'Nobody is told who goes offline.', patch: [server(OFFLINE, ';')],
  },
  {
    name: 'offline-with-a-device-left', kind: 'presence', clause: USER_OFFLINE, level: 'must', why: 'A user is offline when one of two devices goes.',
    patch: [presence('!devices?.delete(socket.id) || devices.size', '!devices?.delete(socket.id)')],
  },
  {
    name: 'online-with-each-device', kind: 'presence', clause: USER_ONLINE, level: 'must', why: 'A user who is online comes online again with each device.',
    patch: [presence('return devices.size === 1;', 'return true;')],
  },
];
