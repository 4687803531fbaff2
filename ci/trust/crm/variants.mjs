// Sound servers that differ from the one of ci/interop only where the `crm` document is silent, or that answer in another of
// the forms of Socket.IO backends.

import { longerHmacAccepted, slowBy30Ms, stateRecovery } from '../shared.mjs';
import { changesOf } from '../text.mjs';

const server = changesOf('crm/server.mjs');
const backend = changesOf('shared/backend.mjs');
const refusal = changesOf('shared/refusal.mjs');
const typing = changesOf('shared/typing.mjs');
const validation = changesOf('shared/validation.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server
const ROW = 'const row = { id: ++lastMessageId, chatId, senderId: user.id, message: content, createdAt: timestamp() };';
const UPDATED = "toRoom(row.chatId, 'messageUpdated', { message: row, chatId: row.chatId });";
const USER_JOINED = "if (!wasHere) toOthers(user.id, chat.id, 'userJoined');";
const REFUSED = "if (ack) ack({ success: false, message });\n      else socket.emit('exception', { status: 'error', message });";
const CONNECTION = "gateway.on('connection', (socket) => {\n";
const NO_TOKEN = '} catch {\n    // Every event checks the token for itself; connecting asks for none.\n  }';
const TYPES = '    chatFor(user, chatId);\n    (isTyping ? typing.start : typing.stop)(user.id, chatId);';
const ANSWER = '\n    return { success: true };';
const UNKNOWN = "    if (message?.row.chatId !== chatId) refuse(404, `Message ${messageId} not found`);\n";
const UNREAD = 'if (!message.readers.has(user.id)) {';

const REST = '### 5. Send Messages: what a REST call answers is not said';
const CHANGE = '### Backend Components: messages are updated/deleted via REST API; by which routes, and who may, is not said';
const REFUSED_CONNECTION = '### Token Validation: connections require JWT; how one is refused is not said';
const FAILURE = '## WebSocket Events: no response of a failure is described; there is an event `error`';
const NO_RESPONSE = '#### `typing`, `markAsRead`: no response is described';
const TYPING = '#### `typing`: no state, no debounce and no expiry of the server is described';
const MEMBERS = '## Security Considerations: participants are named for joining and sending alone';
const MARK = '#### `markAsRead`: what may be marked, by whom and how often, is not said';
const USER_JOINED_CLAUSE = '#### `userJoined`: Received when a user joins the chat room; that a second join is none, and who is told, is not said';
const FULL_ROW = '#### `sendMessage`: full message object';

export default [
  // ---------------------------------------------------------------- REST
  {
    name: 'rest-answers-200', kind: 'REST', clause: REST, level, why: 'What creates answers 200.',
    patch: [server('chat-messages$/, 201,', 'chat-messages$/, 200,'), server('project-chats$/, 201,', 'project-chats$/, 200,')],
  },
  {
    name: 'patch-for-put', kind: 'REST', clause: CHANGE, level, why: 'A message is updated by PATCH.',
    patch: [server("['PUT',", "['PATCH',"), backend("method === 'POST' || method === 'PUT'", "method === 'POST' || method === 'PATCH'")],
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
    name: 'delete-answers-204', kind: 'REST', clause: CHANGE, level, why: 'A deletion answers 204 without a body.',
    patch: [server('200, ({ user, id }) => deleteMessage(user, idIn(id))]', '204, ({ user, id }) => void deleteMessage(user, idIn(id))]')],
  },
  {
    name: 'no-history-route', kind: 'REST', clause: '## Summary: Dual REST + WebSocket support; a history is not described', level,
    why: 'There is no route for the history of a chat.',
    patch: [server("    ['GET', /^\\/chat-messages\\/chat\\/([^/]+)$/, 200, ({ user, id }) => chatFor(user, idIn(id)).messages],\n")],
  },
  {
    name: 'any-participant-edits', kind: 'membership', clause: CHANGE, level, why: 'Every participant may update and delete.',
    patch: [server("return row.senderId === user.id ? row : refuse(403, 'You can only change your own messages');", 'chatFor(user, row.chatId);\n  return row;')],
  },
  // ---------------------------------------------------------------- connecting and refusing
  {
    name: 'refused-at-connect', kind: 'connect refusal', clause: REFUSED_CONNECTION, level,
    why: 'A bad token, or none, is answered by `connect_error`.',
    patch: [server(CONNECTION, `gateway.use((socket, next) => {
  try {
    const { auth, headers, query } = socket.handshake;
    userFrom(auth.token ?? bearer(headers) ?? query.token);
  } catch ({ message }) {
    return next(new Error(message));
  }
  return next();
});

${CONNECTION}`)],
  },
  {
    name: 'disconnected-after-an-error', kind: 'connect refusal', clause: REFUSED_CONNECTION, level,
    why: 'A bad token is answered by the event `error`, then the server disconnects.',
    patch: [server(NO_TOKEN, "} catch ({ message }) {\n    socket.emit('error', { message });\n    return socket.disconnect();\n  }")],
  },
  longerHmacAccepted('### Token Validation: no algorithm is named'),
  {
    name: 'refused-by-exception', kind: 'refusal', clause: FAILURE, level,
    why: 'A refusal is always the event `exception`, and no ack, as a guard of NestJS does.',
    patch: [server(REFUSED, "void ack;\n      socket.emit('exception', { status: 'error', message });")],
  },
  {
    name: 'refused-by-error', kind: 'refusal', clause: FAILURE, level, why: 'A refusal is always the event `error`, and no ack.',
    patch: [server(REFUSED, "void ack;\n      socket.emit('error', { message });")],
  },
  {
    name: 'refused-by-ack-and-error', kind: 'refusal', clause: FAILURE, level,
    why: 'A refusal is the event `error`, and the ack says it as well.',
    patch: [server(REFUSED, "ack?.({ success: false, message });\n      socket.emit('error', { message });")],
  },
  {
    name: 'refusal-under-error', kind: 'refusal', clause: FAILURE, level, why: 'The ack of a refusal is {success: false, error: text}.',
    patch: [server('ack({ success: false, message })', 'ack({ success: false, error: message })')],
  },
  {
    name: 'words-of-the-framework', kind: 'refusal', clause: FAILURE, level,
    why: 'Refusals say Unauthorized, Forbidden resource and Not Found, as NestJS does by itself.',
    patch: [refusal('    super(message);', "    super({ 401: 'Unauthorized', 403: 'Forbidden resource', 404: 'Not Found' }[statusCode] ?? message);")],
  },
  {
    name: 'welcome-event', kind: 'more than asked', clause: '## WebSocket Events: that nothing else is emitted is not said', level,
    why: 'Who connects is greeted by an event `connected`.',
    patch: [server("  log('connected', socket.id, 'user', socket.data.user?.id);\n", "  socket.emit('connected', { socketId: socket.id });\n")],
  },
  stateRecovery('## Connection Lifecycle: no option of Socket.IO is named'),
  slowBy30Ms,
  // ---------------------------------------------------------------- typing and receipts
  {
    name: 'typing-and-read-not-acked', kind: 'ack', clause: NO_RESPONSE, level, why: 'Neither `typing` nor `markAsRead` is acked.',
    patch: [server(`${TYPES}${ANSWER}`, TYPES), server(`    }${ANSWER}`, '    }')],
  },
  {
    name: 'typing-only-relayed', kind: 'typing', clause: TYPING, level, why: 'Each `typing` is relayed, and nothing else happens.',
    patch: [typing('    const mine = typing.get(userId) ??', '    return announce(userId, conversationId, true);\n    const mine = typing.get(userId) ??'),
      typing('    const state = mine?.get(', '    return announce(userId, conversationId, false);\n    const state = mine?.get('),
      server('  typing.stop(user.id, chat.id);\n')],
  },
  {
    name: 'anybody-types-and-reads', kind: 'membership', clause: MEMBERS, level,
    why: 'Who types and who marks as read need not be a participant.',
    patch: [server(TYPES, TYPES.replace('    chatFor(user, chatId);\n', '')), server('    chatFor(user, chatId);\n    const message', '    const message')],
  },
  {
    name: 'leave-asks-nobody', kind: 'membership', clause: MEMBERS, level,
    why: 'To leave is answered as a success, whoever asks and whatever chat that exists.',
    patch: [server('leave(socket, user, chatFor(user, chatId));', "leave(socket, user, chats.get(chatId) ?? refuse(404, 'Chat not found'));")],
  },
  {
    name: 'read-told-again', kind: 'receipts', clause: MARK, level,
    why: 'A message that is marked as read again is told again.', patch: [server(UNREAD, 'if (message) {')],
  },
  {
    name: 'read-only-relayed', kind: 'receipts', clause: MARK, level,
    why: 'What is marked as read is relayed, and whether there is such a message is not looked at.',
    patch: [server(UNKNOWN), server(`${UNREAD}\n      message.readers.add(user.id);`, 'if (messageId) {'), server('    const message = messages.get(messageId);\n')],
  },
  {
    name: 'own-message-not-read', kind: 'receipts', clause: MARK, level, why: 'Whoever sent a message cannot mark it as read.',
    patch: [server(UNKNOWN, `${UNKNOWN}    if (message.row.senderId === user.id) refuse(400, 'You cannot mark your own message as read');\n`)],
  },
  {
    name: 'second-join-told', kind: 'presence', clause: USER_JOINED_CLAUSE, level,
    why: 'A second join is told as `userJoined` again.', patch: [server(USER_JOINED, USER_JOINED.slice('if (!wasHere) '.length))],
  },
  {
    name: 'join-told-to-the-whole-room', kind: 'presence', clause: USER_JOINED_CLAUSE, level,
    why: '`userJoined` reaches the one who joins too.',
    patch: [server(USER_JOINED, "if (!wasHere) toRoom(chat.id, 'userJoined', { chatId: chat.id, userId: user.id });")],
  },
  // ---------------------------------------------------------------- messages
  {
    name: 'row-with-more', kind: 'payload', clause: FULL_ROW, level, why: 'A row has `updatedAt`, `isRead` and `sender` as well.',
    patch: [server(ROW, ROW.replace(' };', ", updatedAt: timestamp(), isRead: false, sender: { id: user.id, name: 'Anna' } };"))],
  },
  {
    name: 'update-tells-three-fields', kind: 'payload', clause: '#### `messageUpdated`: message: { id, chatId, message, ... }', level,
    why: 'An update tells the id, the chat and the text.',
    patch: [server(UPDATED, UPDATED.replace('message: row', 'message: { id: row.id, chatId: row.chatId, message: row.message }'))],
  },
  {
    name: 'ids-with-gaps', kind: 'ids', clause: '#### `sendMessage`: id: 456', level,
    why: 'Ids of messages rise by 7.', patch: [server('++lastMessageId', '(lastMessageId += 7)')],
  },
  {
    name: 'text-sanitised', kind: 'content', clause: '#### `sendMessage`: what is done with the text is not said', level,
    why: 'A text is trimmed and its markup escaped.',
    patch: [server(ROW, ROW.replace('message: content', "message: content.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')"))],
  },
  {
    name: 'empty-text-accepted', kind: 'content', clause: '#### `sendMessage`: what a text has to be is not said', level,
    why: 'A text may be empty.',
    patch: [validation("    !(typeof value === 'string' && value.trim()) && `${name} should not be empty`,\n")],
  },
];
