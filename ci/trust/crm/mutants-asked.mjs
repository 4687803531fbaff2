// Broken servers of the `crm` document, in what they believe and accept: who asks, with which payload and which token. Written
// from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('crm/server.mjs');
const backend = changesOf('shared/backend.mjs');
const tokens = changesOf('shared/tokens.mjs');
const validation = changesOf('shared/validation.mjs');

const TOKEN = 'userFrom(auth.token ?? bearer(headers) ?? query.token)';
const CALLER = 'caller: () => userOf(socket),';
const SEND = 'return { success: true, data: createMessage(user, validated(payload, { chatId: rules.id, content: rules.text })) };';
const CREATE = 'function createMessage(user, { chatId, content }) {\n  const chat = chatFor(user, chatId);\n';
const TELL = "toRoom(chatId, 'newMessage', { message: row, chatId });";
const OTHERS_DATA = '{ chatId, ...data, userId, timestamp: timestamp() });';
const TYPES = '(isTyping ? typing.start : typing.stop)(user.id, chatId);';
const READ = "toOthers(user.id, chatId, 'messageRead', { messageId });";
const ENTER = 'enter(socket, user, chatFor(user, chatId));';
const HANDLER = 'const [payload] = args;';
const ANOTHER = '[...chats.get(chatId).participants].find((one) => one !== userId)';

const CONNECT = '### Token Validation: WebSocket connections require JWT authentication';
const WAYS = '### Token Validation: The token can be provided in three ways';
const USER = '### User Information: After authentication, the socket stores user data';
const JOIN_MEMBER = '#### `joinChat`: Requirements: User must be a participant in the chat';
const TYPING = '#### `typing`: Other users in the chat receive `userTyping` event';
const MARK = '#### `markAsRead`: Other users receive `messageRead` event';
const NEW_MESSAGE = "#### `newMessage`: Received when a new message is sent in a chat you've joined; {message, chatId, timestamp}";
const JWT_NOTE = '## Security Considerations: All WebSocket events (except connection) require valid JWT';
const SEND_NOTE = "## Security Considerations: Users can only send messages to chats they're part of";
const HANDLED = '## Summary: Comprehensive error handling';
const UNSAID = 'which payload is refused, and how, is not said';

export default [
  // ---------------------------------------------------------------- who is speaking
  {
    name: 'sender-from-payload', kind: 'identity', clause: CONNECT, level: 'must',
    why: 'A `senderId` or `userId` in a message beats the token.',
    patch: [server(SEND, SEND.replace('(user,', '({ ...user, id: payload?.senderId ?? payload?.userId ?? user.id },'))],
  },
  {
    name: 'typing-user-from-payload', kind: 'identity', clause: CONNECT, level: 'must', why: 'A `userId` in `typing` beats the token.',
    patch: [server(TYPES, TYPES.replace('user.id', 'payload.userId ?? user.id'))],
  },
  {
    name: 'reader-from-payload', kind: 'identity', clause: CONNECT, level: 'must', why: 'A `userId` in `markAsRead` beats the token.',
    patch: [server(READ, READ.replace('user.id', 'payload.userId ?? user.id'))],
  },
  {
    name: 'rest-sender-from-body', kind: 'identity', clause: '### 5. Send Messages: Authorization: Bearer', level: 'must',
    why: 'A `senderId` in the body of a REST call beats the token.',
    patch: [server('({ user, body }) =>\n      createMessage(user,', '({ user, body }) =>\n      createMessage({ ...user, id: body?.senderId ?? user.id },')],
  },
  {
    name: 'sender-null', kind: 'who', clause: NEW_MESSAGE, level: 'must', why: 'The sender of every message is told as null.',
    patch: [server(TELL, TELL.replace('message: row', 'message: { ...row, senderId: null }'))],
  },
  {
    name: 'typing-names-another', kind: 'who', clause: TYPING, level: 'must', why: 'Whoever types is told as another participant.',
    patch: [server(OTHERS_DATA, OTHERS_DATA.replace('userId,', `userId: event === 'userTyping' ? ${ANOTHER} : userId,`))],
  },
  {
    name: 'joined-names-the-chat', kind: 'who', clause: '#### `userJoined`: userId: 123', level: 'must',
    why: '`userJoined` has the id of the chat as its user.',
    patch: [server(OTHERS_DATA, OTHERS_DATA.replace('userId,', "userId: event === 'userJoined' ? chatId : userId,"))],
  },
  {
    name: 'read-names-the-author', kind: 'who', clause: MARK, level: 'must',
    why: '`messageRead` names the author of the message, not the reader.',
    patch: [server(OTHERS_DATA, OTHERS_DATA.replace('userId,', "userId: event === 'messageRead' ? messages.get(data.messageId).row.senderId : userId,"))],
  },
  // ---------------------------------------------------------------- payloads
  {
    name: 'join-text-converted', kind: 'ids of the other type', clause: '#### `joinChat`: chatId: 1', level: 'may', ground: 'sense',
    why: 'A join of "1" is a join of 1.',
    patch: [server('joinChat(user, payload, socket) {\n', `joinChat(user, payload, socket) {
    if (typeof payload?.chatId === 'string') payload.chatId = Number(payload.chatId);
`)],
  },
  {
    name: 'send-fraction-cut', kind: 'ids of the other type', clause: '#### `sendMessage`: chatId: 1', level: 'may', ground: 'sense',
    why: 'A message to chat 1.5 goes to chat 1.',
    patch: [server('sendMessage(user, payload) {\n', `sendMessage(user, payload) {
    if (typeof payload?.chatId === 'number') payload.chatId = Math.trunc(payload.chatId);
`)],
  },
  {
    name: 'chat-told-as-text', kind: 'ids of the other type', clause: NEW_MESSAGE, level: 'must',
    why: 'A message names its chat by a text.',
    patch: [server(TELL, TELL.replace('chatId });', 'chatId: String(chatId) });'))],
  },
  {
    name: 'null-kills', kind: 'odd payloads', clause: HANDLED, level: 'must', why: 'A payload that is null ends the whole server.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === null) process.nextTick(() => payload.chatId);`)],
  },
  {
    name: 'null-internal-error', kind: 'odd payloads', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'A payload that is null is answered by an internal error.',
    patch: [validation('isObject(payload) ? payload : {}', 'payload === undefined ? {} : payload')],
  },
  {
    name: 'text-ignored', kind: 'odd payloads', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'A payload that is a text is met with silence.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (typeof payload === 'string') return;`)],
  },
  {
    name: 'number-disconnects', kind: 'odd payloads', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'A payload that is a number ends the connection.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (typeof payload === 'number') return socket.disconnect();`)],
  },
  {
    name: 'no-argument-ignored', kind: 'odd payloads', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'An event without an argument, where there should be one, is met with silence.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === undefined && !['authenticate', 'ping'].includes(event)) return;`)],
  },
  {
    name: 'sends-without-content', kind: 'refused creation', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'A message without `content` is created and told.',
    patch: [server(SEND, SEND.replace('content: rules.text', 'content: (name, value) => value === undefined ? [] : rules.text(name, value)'))],
  },
  {
    name: 'creates-with-a-text', kind: 'refused creation', clause: 'how a chat is created is not said', level: 'may', ground: 'sense',
    why: 'A creation whose `participants` is "12" makes a chat.',
    patch: [server('participants: rules.members(rules.id, 100)',
      "participants: (name, value) => typeof value === 'string' ? [] : rules.members(rules.id, 100)(name, value)")],
  },
  {
    name: 'typing-yes-accepted', kind: 'values', clause: '#### `typing`: isTyping: true', level: 'may', ground: 'sense',
    why: '`isTyping: "no"` is a start.',
    patch: [validation("[typeof value !== 'boolean' &&", '[isEmpty(value) &&')],
  },
  // ---------------------------------------------------------------- credentials
  {
    name: 'no-token-is-user-1', kind: 'credentials', clause: CONNECT, level: 'must', why: 'A connection without a token acts as user 1.',
    patch: [server(TOKEN, `(auth.token ?? bearer(headers) ?? query.token) === undefined ? { id: 1 } : ${TOKEN}`)],
  },
  {
    name: 'expired-accepted', kind: 'credentials', clause: CONNECT, level: 'must', why: 'An expired token is as good as a new one.',
    patch: [tokens("{ algorithms: ['HS256'] }", "{ algorithms: ['HS256'], ignoreExpiration: true }")],
  },
  {
    name: 'signature-not-checked', kind: 'credentials', clause: CONNECT, level: 'must',
    why: 'A token is read, and its signature is not checked.',
    patch: [tokens("return jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });",
      "const claims = jwt.decode(token) ?? refuse(401, 'Invalid token');\n    return claims.exp * 1000 <= Date.now() ? refuse(401, 'Token expired') : claims;")],
  },
  {
    name: 'unsigned-accepted', kind: 'credentials', clause: CONNECT, level: 'must', why: 'A token whose algorithm is `none` is accepted.',
    patch: [tokens('  try {\n', "  if (jwt.decode(token, { complete: true })?.header.alg === 'none') return jwt.decode(token);\n  try {\n")],
  },
  {
    name: 'header-ignored', kind: 'credentials', clause: WAYS, level: 'must', why: 'A token in the header is not looked at.',
    patch: [server(TOKEN, TOKEN.replace('bearer(headers) ?? ', ''))],
  },
  {
    name: 'query-ignored', kind: 'credentials', clause: WAYS, level: 'must', why: 'A token in the query is not looked at.',
    patch: [server(TOKEN, TOKEN.replace(' ?? query.token', ''))],
  },
  {
    name: 'bare-header-accepted', kind: 'credentials', clause: "### Token Validation: authorization: 'Bearer your-jwt-token'", level: 'may', ground: 'sense',
    why: 'A token in the header needs no `Bearer`.',
    patch: [tokens("=== 'bearer' ? token : undefined", "=== 'bearer' ? token : headers.authorization")],
  },
  {
    name: 'department-required', kind: 'credentials', clause: `${USER}; department (optional)`, level: 'must',
    why: 'A token without a department is refused.',
    patch: [server("  return { id: numberedUser(claims), role,", "  if (!department) refuse(401, 'Invalid token');\n  return { id: numberedUser(claims), role,")],
  },
  {
    name: 'typing-after-expiry', kind: 'credentials', clause: JWT_NOTE, level: 'should',
    why: '`typing` still works after the token has expired.',
    patch: [server(CALLER, "caller: (_, event) => (event === 'typing' && socket.data.user) || userOf(socket),"),
      backend('handler(caller(payload),', 'handler(caller(payload, event),')],
  },
  {
    name: 'token-checked-once', kind: 'credentials', clause: JWT_NOTE, level: 'should',
    why: 'The token is checked at the connection, and one that expires later is still good.',
    patch: [server(CALLER, 'caller: () => socket.data.user ?? userOf(socket),')],
  },
  {
    name: 'rest-without-token', kind: 'credentials', clause: '### 5. Send Messages: Authorization: Bearer', level: 'must',
    why: 'A message by REST without a token is one of user 1.',
    patch: [server('caller: (headers) => userFrom(bearer(headers)),',
      'caller: (headers) => headers.authorization === undefined ? { id: 1 } : userFrom(bearer(headers)),')],
  },
  // ---------------------------------------------------------------- membership
  {
    name: 'stranger-joins', kind: 'membership', clause: JOIN_MEMBER, level: 'must', why: 'Everybody may join.',
    patch: [server(ENTER, "enter(socket, user, chats.get(chatId) ?? refuse(404, 'Chat not found'));")],
  },
  {
    name: 'stranger-refused-but-in', kind: 'membership', clause: JOIN_MEMBER, level: 'must',
    why: 'A stranger is refused, and hears the chat nevertheless.',
    patch: [server(ENTER, `socket.join(roomOf(chatId));\n    ${ENTER}`)],
  },
  {
    name: 'unknown-chat-joined', kind: 'membership', clause: JOIN_MEMBER, level: 'must',
    why: 'A join of a chat that does not exist is answered as a success.',
    patch: [server(ENTER, `if (chats.has(chatId)) ${ENTER}`)],
  },
  {
    name: 'stranger-sends', kind: 'membership', clause: SEND_NOTE, level: 'should', why: 'Everybody may send, by socket and by REST.',
    patch: [server(CREATE, CREATE.replace('chatFor(user, chatId)', "chats.get(chatId) ?? refuse(404, 'Chat not found')"))],
  },
  {
    name: 'stranger-refused-but-told', kind: 'membership', clause: SEND_NOTE, level: 'should',
    why: 'A message of a stranger is refused, and told to the room nevertheless.',
    patch: [server(CREATE, CREATE.replace('  const chat', `  if (!chats.get(chatId)?.participants.has(user.id)) {
    const row = { id: 0, chatId, senderId: user.id, message: content, createdAt: timestamp() };
    toRoom(chatId, 'newMessage', { message: row, chatId });
  }
  const chat`))],
  },
];
