// Broken servers of the `minimal` document. Each breaks one rule that the document states or implies, or that only sense
// asks for. Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('minimal/server.mjs');
const backend = changesOf('shared/backend.mjs');
const tokens = changesOf('shared/tokens.mjs');
const validation = changesOf('shared/validation.mjs');

const TOKEN = "const userId = OPEN ? userIn(payload) : userFrom(socket.handshake.auth.token);";
const TELL = "gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });";
const CREATED = "both.emit('conversationCreated', { conversation, participants: [{ id: userId }, { id: otherId }] });";
const BOTH_JOIN = '  both.socketsJoin(roomOf(conversation.id));\n';
const JOIN = 'socket.join(roomOf(convId));';
const JOINED = "socket.emit('joinedConversation', { convId });";
const LEAVE = 'socket.leave(roomOf(convId));';
const LEFT = "socket.emit('leftConversation', { convId });";
const HANDLER = 'const [payload] = args;';

const AUTHENTICATION = '## Authentication: WebSocket connections require JWT authentication';
const NEW_MESSAGE = '#### `newMessage`: Emitted when a new message is sent to a conversation, with `message` and `sender`';
const CONVERSATION_CREATED = '#### `conversationCreated`: Emitted when a new conversation is created, with `conversation` and `participants`';
const DESCRIPTIVE = '## Error Handling: All errors include descriptive messages for debugging';
const ROOMS = '## Room Management: Each conversation creates a room; all participants in a conversation room receive real-time updates';
const IN_ROOMS = '## REST API Integration: events to all connected clients in the relevant conversation rooms';

export default [
  // ---------------------------------------------------------------- who is speaking
  {
    name: 'payload-user-beats-token', kind: 'identity', clause: AUTHENTICATION, level: 'must',
    why: 'A `userId` in the payload is believed, so that anybody with a token acts as anybody.',
    patch: [server(TOKEN, `const proved = userFrom(socket.handshake.auth.token);
  const userId = Number.isSafeInteger(payload?.userId) ? payload.userId : proved;`)],
  },
  {
    name: 'rest-body-user-beats-token', kind: 'identity', level: 'may', ground: 'sense',
    clause: '## REST API Integration: POST /chats/:id/message - Send message; who calls is not said',
    why: 'A `userId` in the body of a REST call is believed.',
    patch: [server('user ?? userIn(body)', 'body?.userId ?? user')],
  },
  {
    name: 'sender-null', kind: 'who', clause: NEW_MESSAGE, level: 'must', why: 'The sender of every message is null.',
    patch: [server(TELL, TELL.replace('sender: userId', 'sender: null'))],
  },
  {
    name: 'sender-always-1', kind: 'who', clause: NEW_MESSAGE, level: 'must', why: 'Every message is told as sent by user 1.',
    patch: [server(TELL, TELL.replace('sender: userId', 'sender: 1'))],
  },
  {
    name: 'sender-is-the-other', kind: 'who', clause: NEW_MESSAGE, level: 'must',
    why: 'A message is told as sent by the other one of the two.',
    patch: [server(TELL, TELL.replace('sender: userId', 'sender: [...conversations.get(convId).users].find((one) => one !== userId)'))],
  },
  {
    name: 'participants-empty', kind: 'who', clause: CONVERSATION_CREATED, level: 'must', why: 'The list of participants is empty.',
    patch: [server(CREATED, CREATED.replace('[{ id: userId }, { id: otherId }]', '[]'))],
  },
  {
    name: 'participants-creator-twice', kind: 'who', clause: CONVERSATION_CREATED, level: 'must',
    why: 'The creator is told as both participants.',
    patch: [server(CREATED, CREATED.replace('{ id: otherId }', '{ id: userId }'))],
  },
  // ---------------------------------------------------------------- payloads
  {
    name: 'text-id-converted', kind: 'ids of the other type', clause: '#### `joinConversation`: convId: 1', level: 'may', ground: 'sense',
    why: 'A join with `convId: "1"` is converted and accepted.',
    patch: [server(`joinConversation(userId, payload, socket) {
    const { convId } = validated(payload, { convId: rules.id });`, `joinConversation(userId, payload, socket) {
    const { convId } = validated({ ...payload, convId: Number(payload?.convId) }, { convId: rules.id });`)],
  },
  {
    name: 'fraction-cut-off', kind: 'ids of the other type', clause: '#### `sendMessage`: convId: 1', level: 'may', ground: 'sense',
    why: 'A message to the conversation 1.5 goes to conversation 1.',
    patch: [server(`sendMessage(userId, payload) {
`, `sendMessage(userId, payload) {
    if (typeof payload?.convId === 'number') payload.convId = Math.floor(payload.convId);
`)],
  },
  {
    name: 'null-kills', kind: 'odd payloads', clause: '#### `error`: Emitted when an error occurs', level: 'must',
    why: 'A payload that is null ends the whole server.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === null) process.nextTick(() => payload.convId);`)],
  },
  {
    name: 'null-internal-error', kind: 'odd payloads', clause: DESCRIPTIVE, level: 'must',
    why: 'A payload that is null is answered by an internal error.',
    patch: [validation('isObject(payload) ? payload : {}', 'payload === undefined ? {} : payload')],
  },
  {
    name: 'no-argument-ignored', kind: 'odd payloads', clause: '#### `error`: Emitted when an error occurs', level: 'may', ground: 'sense',
    why: 'An event without an argument is met with silence.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === undefined) return;`)],
  },
  {
    name: 'text-disconnects', kind: 'odd payloads', clause: '#### `error`: Emitted when an error occurs', level: 'may', ground: 'sense',
    why: 'A payload that is a text ends the connection without a word.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (typeof payload === 'string') return socket.disconnect();`)],
  },
  {
    name: 'creates-with-nobody', kind: 'refused creation', level: 'must',
    clause: '#### `createConversation`: Creates a new conversation between two users',
    why: 'A creation without `user2_id` makes a conversation of one user.',
    patch: [server('const newConversation = { user2_id: rules.id };', 'const newConversation = {};')],
  },
  {
    name: 'creates-with-text', kind: 'refused creation', level: 'may', ground: 'sense',
    clause: '#### `createConversation`: user2_id: 123', why: 'A creation with `user2_id: "x"` makes a conversation.',
    patch: [server('{ user2_id: rules.id };', "{ user2_id: (name, value) => typeof value === 'string' ? [] : rules.id(name, value) };")],
  },
  // ---------------------------------------------------------------- answers
  {
    name: 'joined-never', kind: 'answer never comes', level: 'must',
    clause: '#### `joinedConversation`: Confirmation that the client has joined', why: 'A join is not confirmed.',
    patch: [server(JOINED)],
  },
  {
    name: 'left-never', kind: 'answer never comes', level: 'must',
    clause: '#### `leftConversation`: Confirmation that the client has left', why: 'A leave is not confirmed.',
    patch: [server(LEFT)],
  },
  {
    name: 'joins-late', kind: 'too late', level: 'must', clause: '#### `joinedConversation`: Confirmation that the client has joined',
    why: 'A join takes effect 30 ms after it was confirmed.',
    patch: [server(JOIN, `setTimeout(() => ${JOIN.slice(0, -1)}, 30);`)],
  },
  {
    name: 'leaves-late', kind: 'too late', level: 'must', clause: '#### `leftConversation`: Confirmation that the client has left',
    why: 'A leave takes effect 30 ms after it was confirmed.',
    patch: [server(LEAVE, `setTimeout(() => ${LEAVE.slice(0, -1)}, 30);`)],
  },
  {
    name: 'joined-names-another', kind: 'answers about oneself', level: 'must',
    clause: '#### `joinedConversation`: data.convId', why: 'The confirmation of a join always names conversation 1.',
    patch: [server(JOINED, JOINED.replace('{ convId }', '{ convId: 1 }'))],
  },
  {
    name: 'left-names-nothing', kind: 'missing field', level: 'must', clause: '#### `leftConversation`: data.convId',
    why: 'The confirmation of a leave does not say of which conversation.',
    patch: [server(LEFT, LEFT.replace('{ convId }', '{}'))],
  },
  {
    name: 'joined-told-to-the-room', kind: 'audience', level: 'must',
    clause: '#### `joinedConversation`: Confirmation that the client has joined', why: 'Everybody in the room is told that they have joined.',
    patch: [server(JOINED, JOINED.replace('socket', 'gateway.to(roomOf(convId))'))],
  },
  {
    name: 'join-needs-callback', kind: 'without a callback', level: 'must',
    clause: "#### `joinConversation`: socket.emit('joinConversation', {convId: 1})", why: 'A join without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'joinConversation' && !ack) return;`)],
  },
  {
    name: 'send-needs-callback', kind: 'without a callback', level: 'must',
    clause: "#### `sendMessage`: socket.emit('sendMessage', {…})", why: 'A message without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'sendMessage' && !ack) return;`)],
  },
  {
    name: 'every-refusal-says-error', kind: 'words', clause: DESCRIPTIVE, level: 'must', why: 'Every refusal says "Error".',
    patch: [server("refused: (message, { event, payload }) =>\n", "refused: (_, { event, payload }, message = 'Error') =>\n")],
  },
  {
    name: 'refusal-without-words', kind: 'words', clause: '#### `error`: data.message', level: 'must', why: 'A refusal has no message.',
    patch: [server("{ status: 'error', message, cause", "{ status: 'error', cause")],
  },
  {
    name: 'refusal-shows-stack', kind: 'words', clause: '## Error Handling', level: 'may', ground: 'sense',
    why: 'The message of a refusal is the stack of the server.',
    patch: [backend('const { message } = readable(error);', 'const message = error.stack;')],
  },
  {
    name: 'not-found-silent', kind: 'no refusal', level: 'must',
    clause: '## Error Handling: Conversation not found errors are emitted to the client', why: 'An unknown conversation is met with silence.',
    patch: [server('refused: (message, { event, payload }) =>\n',
      "refused: (message, { event, payload }) => message === 'Conversation not found' ||\n")],
  },
  {
    name: 'not-found-accepted', kind: 'no refusal', level: 'must',
    clause: '## Error Handling: Conversation not found errors are emitted to the client', why: 'A join of an unknown conversation is confirmed.',
    patch: [server(`    conversationFor(userId, convId);
    ${JOIN}`, `    if (conversations.has(convId)) conversationFor(userId, convId);
    ${JOIN}`)],
  },
  // ---------------------------------------------------------------- credentials
  {
    name: 'no-token-is-user-1', kind: 'credentials', clause: AUTHENTICATION, level: 'must', why: 'A connection without a token acts as user 1.',
    patch: [server(TOKEN, TOKEN.replace('userFrom(', "!socket.handshake.auth.token ? 1 : userFrom("))],
  },
  {
    name: 'expired-accepted', kind: 'credentials', clause: AUTHENTICATION, level: 'must', why: 'An expired token is as good as a new one.',
    patch: [tokens("{ algorithms: ['HS256'] }", "{ algorithms: ['HS256'], ignoreExpiration: true }")],
  },
  {
    name: 'signature-not-checked', kind: 'credentials', clause: AUTHENTICATION, level: 'must', why: 'A token is read, and its signature is not checked.',
    patch: [tokens("return jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });",
      "const claims = jwt.decode(token) ?? refuse(401, 'Invalid token');\n    return claims.exp * 1000 <= Date.now() ? refuse(401, 'Token expired') : claims;")],
  },
  {
    name: 'refused-but-told', kind: 'credentials', clause: AUTHENTICATION, level: 'must',
    why: 'A message that is refused for want of a token is told to the room nevertheless.',
    patch: [server('refused: (message, { event, payload }) =>\n', `refused: (message, { event, payload }) =>
      (event === 'sendMessage' && gateway.to(roomOf(payload?.convId)).emit('newMessage', { message: payload?.message, sender: null }),\n`),
    server('cause: { pattern: event, data: payload } }),', 'cause: { pattern: event, data: payload } })),')],
  },
  // ---------------------------------------------------------------- audience
  {
    name: 'alone-tells-everyone', kind: 'audience', clause: ROOMS, level: 'must',
    why: 'With one socket in the room, a message goes to everyone who is connected.',
    patch: [server(TELL, `const there = gateway.adapter.rooms.get(roomOf(convId))?.size > 1 ? [roomOf(convId)] : [];
  ${TELL.replace('roomOf(convId)', 'there')}`)],
  },
  {
    name: 'message-to-everyone', kind: 'leak', clause: ROOMS, level: 'must', why: 'A message goes to everyone who is connected.',
    patch: [server(TELL, TELL.replace('.to(roomOf(convId))', ''))],
  },
  {
    name: 'created-to-everyone', kind: 'leak', clause: IN_ROOMS, level: 'must', why: 'A new conversation is told to everyone who is connected.',
    patch: [server(CREATED, CREATED.replace('both', 'gateway'))],
  },
  {
    name: 'message-to-the-other-room', kind: 'leak', clause: ROOMS, level: 'must', why: 'A message is told in the next conversation as well.',
    patch: [server(TELL, TELL.replace('roomOf(convId)', '[roomOf(convId), roomOf(convId + 1)]'))],
  },
  {
    name: 'heard-after-leaving', kind: 'audience', clause: '#### `leaveConversation`: Leaves a specific conversation room', level: 'must',
    why: 'Who has left a conversation still hears its messages, since they go to the users and not only to the room.',
    patch: [server(TELL, TELL.replace('roomOf(convId)', '[roomOf(convId), ...[...conversations.get(convId).users].map(socketsOf)]'))],
  },
  {
    name: 'leave-does-nothing', kind: 'audience', clause: '#### `leaveConversation`: Leaves a specific conversation room', level: 'must',
    why: 'A leave is confirmed, and the room is not left.', patch: [server(LEAVE)],
  },
  {
    name: 'join-leaves-the-others', kind: 'lost broadcast', clause: ROOMS, level: 'must', why: 'Who joins a conversation leaves all others.',
    patch: [server(JOIN, `for (const room of socket.rooms) if (room.startsWith('conversation_')) socket.leave(room);\n    ${JOIN}`)],
  },
  // ---------------------------------------------------------------- what is told
  {
    name: 'message-lost', kind: 'lost broadcast', clause: NEW_MESSAGE, level: 'must', why: 'Nothing is emitted for a message.',
    patch: [server(TELL)],
  },
  {
    name: 'every-fifth-lost', kind: 'lost broadcast', clause: NEW_MESSAGE, level: 'must', why: 'Every fifth message of a conversation is not told.',
    patch: [server(TELL, `if (messages.length % 5) ${TELL}`)],
  },
  {
    name: 'sender-does-not-hear', kind: 'lost broadcast', clause: ROOMS, level: 'must',
    why: 'No socket of the sender hears the message, though all in the room receive updates.',
    patch: [server(TELL, TELL.replace('.emit', '.except(socketsOf(userId)).emit'))],
  },
  {
    name: 'message-twice', kind: 'duplicate', clause: NEW_MESSAGE, level: 'must', why: 'Each message is told twice.',
    patch: [server(TELL, `${TELL}\n  ${TELL}`)],
  },
  {
    name: 'created-twice', kind: 'duplicate', clause: CONVERSATION_CREATED, level: 'must', why: 'The creator is told twice, as a user and as a member of the room.',
    patch: [server(CREATED, `${CREATED}\n  ${CREATED.replace('both', 'gateway.in(socketsOf(userId))')}`)],
  },
  {
    name: 'event-renamed', kind: 'wrong event name', clause: NEW_MESSAGE, level: 'must', why: 'A message is told as `new_message`.',
    patch: [server(TELL, TELL.replace('newMessage', 'new_message'))],
  },
  {
    name: 'message-under-another-name', kind: 'wrong field', clause: NEW_MESSAGE, level: 'must', why: 'The message stands under `text`.',
    patch: [server(TELL, TELL.replace('message: row', 'text: row'))],
  },
  {
    name: 'sender-missing', kind: 'missing field', clause: NEW_MESSAGE, level: 'must', why: 'A message does not say who sent it.',
    patch: [server(TELL, TELL.replace(', sender: userId', ''))],
  },
  {
    name: 'participants-missing', kind: 'missing field', clause: CONVERSATION_CREATED, level: 'must', why: 'A new conversation does not say who takes part.',
    patch: [server(CREATED, CREATED.replace(', participants: [{ id: userId }, { id: otherId }]', ''))],
  },
  {
    name: 'text-of-the-message-before', kind: 'wrong field', clause: NEW_MESSAGE, level: 'must', why: 'What is told is the message before.',
    patch: [server(TELL, TELL.replace('message: row', 'message: messages.at(-2) ?? row'))],
  },
  {
    name: 'order-swapped', kind: 'order', clause: ROOMS, level: 'may', ground: 'sense',
    why: 'Every other message is told 25 ms later, so that two in a row are heard in the other order by all.',
    patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, id % 2 ? 25 : 0);`)],
  },
  {
    name: 'creator-not-in-the-room', kind: 'missing effect', level: 'must',
    clause: '## Room Management: Users are automatically joined to rooms when creating conversations',
    why: 'Nobody is in the room of a new conversation.', patch: [server(BOTH_JOIN)],
  },
  {
    name: 'creator-in-the-room-late', kind: 'too late', level: 'must',
    clause: '## Room Management: Users are automatically joined to rooms when creating conversations',
    why: 'They are in the room of a new conversation 50 ms after they were told of it.',
    patch: [server(BOTH_JOIN, BOTH_JOIN.replace('both.', 'setTimeout(() => both.').replace(';', ', 50);'))],
  },
  // ---------------------------------------------------------------- REST
  {
    name: 'rest-message-silent', kind: 'missing REST effect', level: 'must',
    clause: '## REST API Integration: POST /chats/:id/message - Send message (also emits WebSocket event)',
    why: 'A message that is sent by REST is not told to anybody.',
    patch: [server(TELL, `if (!quiet) ${TELL}`), server('function createMessage(userId, convId, text) {', 'function createMessage(userId, convId, text, quiet) {'),
      server('{ message: rules.text }).message);', '{ message: rules.text }).message, true);')],
  },
  {
    name: 'rest-create-silent', kind: 'missing REST effect', level: 'must',
    clause: '## REST API Integration: POST /chats - Create conversation (also emits WebSocket event)',
    why: 'A conversation that is created by REST is not told to anybody.',
    patch: [server(CREATED, `if (!quiet) ${CREATED}`), server('{ user2_id: otherId }) {', '{ user2_id: otherId }, quiet) {'),
      server('validated(request.body, newConversation))],', 'validated(request.body, newConversation), true)],')],
  },
  {
    name: 'rest-create-fails', kind: 'wrong status', level: 'must', clause: '## REST API Integration: POST /chats - Create conversation',
    why: 'A conversation is created, and the answer is 500.', patch: [server('/^\\/chats$/, 201,', '/^\\/chats$/, 500,')],
  },
  {
    name: 'rest-not-found-accepted', kind: 'wrong status', level: 'must',
    clause: '## Error Handling: Conversation not found errors are emitted to the client',
    why: 'A message by REST to an unknown conversation is answered as if it were sent.',
    patch: [server("      const userId = callerOf(request);\n", "      const userId = callerOf(request);\n      if (!conversations.has(idIn(request.id))) return {};\n")],
  },
];
