// Broken servers of the `crm` document, in what they answer and tell: acks, times, REST, rooms, messages, receipts, presence.
// Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('crm/server.mjs');
const backend = changesOf('shared/backend.mjs');
const typing = changesOf('shared/typing.mjs');

const SEND = 'return { success: true, data: createMessage(user, validated(payload, { chatId: rules.id, content: rules.text })) };';
const ROW = 'const row = { id: ++lastMessageId, chatId, senderId: user.id, message: content, createdAt: timestamp() };';
const STORE = 'chat.messages.push(row);\n  messages.set(row.id, { row, readers: new Set() });\n';
const TELL = "toRoom(chatId, 'newMessage', { message: row, chatId });";
const UPDATED = "toRoom(row.chatId, 'messageUpdated', { message: row, chatId: row.chatId });";
const DELETED = "toRoom(chatId, 'messageDeleted', { messageId: id, chatId });";
const TO_ROOM = 'gateway.to(roomOf(chatId)).emit(event, { ...data, timestamp: timestamp() });';
const TO_OTHERS = '.to(roomOf(chatId))\n    .except(socketsOf(userId))\n';
const READ = "toOthers(user.id, chatId, 'messageRead', { messageId });";
const JOIN = 'socket.join(roomOf(chat.id));';
const LEAVE = 'socket.leave(roomOf(chat.id));';
const JOINED = 'return { success: true, message: `Joined chat ${chatId}` };';
const LEFT = 'return { success: true, message: `Left chat ${chatId}` };';
const AUTHENTICATED = "return { success: true, message: 'Authenticated successfully', userId: user.id, socketId: socket.id };";
const USER_JOINED = "if (!wasHere) toOthers(user.id, chat.id, 'userJoined');";
const USER_LEFT = "if (wasHere) toOthers(user.id, chat.id, 'userLeft');";
const HANDLER = 'const [payload] = args;';
const PARTICIPANTS = '[roomOf(chatId), ...[...chats.get(chatId).participants].map(socketsOf)]';

const ANSWER = (event) => `#### \`${event}\`: Response`;
const SEND_TOLD = '#### `sendMessage`: All users in `chat_1` receive a `newMessage` event with the message data';
const TYPING = '#### `typing`: Other users in the chat receive `userTyping` event';
const MARK = '#### `markAsRead`: Other users receive `messageRead` event';
const NEW_MESSAGE = "#### `newMessage`: Received when a new message is sent in a chat you've joined; {message, chatId, timestamp}";
const BY_REST = '### Backend Components: ChatMessagesController emits Socket events when messages are created/updated/deleted via REST API';
const SEND_NOTE = "## Security Considerations: Users can only send messages to chats they're part of";
const CORS_NOTE = '## Security Considerations: Only allowed origins can establish WebSocket connections';
const UNSAID = 'which payload is refused, and how, is not said';

export default [
  // ---------------------------------------------------------------- times
  {
    name: 'timestamp-of-2020', kind: 'times', clause: NEW_MESSAGE, level: 'must', why: 'Everything that is told to a room is of 2020.',
    patch: [server(TO_ROOM, TO_ROOM.replace('timestamp()', "'2020-01-01T00:00:00.000Z'"))],
  },
  {
    name: 'created-in-1970', kind: 'times', clause: ANSWER('sendMessage'), level: 'must', why: 'Every message was created in January 1970.',
    patch: [server(ROW, ROW.replace('timestamp()', 'new Date(Date.now() / 1000).toISOString()'))],
  },
  {
    name: 'ping-constant', kind: 'times', clause: '### Health Check: return { pong: Date.now() }', level: 'should',
    why: '`ping` always answers the same time.',
    patch: [server('pong: Date.now()', 'pong: 1760000000000')],
  },
  // ---------------------------------------------------------------- answers
  {
    name: 'join-never-acked', kind: 'answer never comes', clause: ANSWER('joinChat'), level: 'must', why: 'A join is not answered.',
    patch: [server(JOINED)],
  },
  {
    name: 'leave-never-acked', kind: 'answer never comes', clause: ANSWER('leaveChat'), level: 'must', why: 'A leave is not answered.',
    patch: [server(LEFT)],
  },
  {
    name: 'send-never-acked', kind: 'answer never comes', clause: ANSWER('sendMessage'), level: 'must', why: 'A message is not answered.',
    patch: [server(SEND, SEND.slice('return { success: true, data: '.length, -' };'.length) + ';')],
  },
  {
    name: 'never-authenticated', kind: 'answer never comes', clause: ANSWER('authenticate'), level: 'must',
    why: '`authenticate` is not answered.', patch: [server(AUTHENTICATED)],
  },
  {
    name: 'join-needs-callback', kind: 'without a callback', clause: "#### `joinChat`: socket.emit('joinChat', { chatId: 1 })", level: 'must',
    why: 'A join without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'joinChat' && !ack) return;`)],
  },
  {
    name: 'send-needs-callback', kind: 'without a callback', clause: "#### `sendMessage`: socket.emit('sendMessage', {…})", level: 'must',
    why: 'A message without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'sendMessage' && !ack) return;`)],
  },
  {
    name: 'ack-without-data', kind: 'missing field', clause: ANSWER('sendMessage'), level: 'must',
    why: 'The answer to a message has no `data`.',
    patch: [server(SEND, SEND.replace('data: ', 'data: void '))],
  },
  {
    name: 'ack-of-the-message-before', kind: 'wrong answer', clause: ANSWER('sendMessage'), level: 'must',
    why: 'The answer to a message has the id of the one before.',
    patch: [server(SEND, SEND.replace('data: createMessage', 'data: before(createMessage').replace(') };', ')) };')),
      server('const events = {', 'const before = (row) => ({ ...row, id: row.id - 1 });\n\nconst events = {')],
  },
  {
    name: 'socket-id-of-the-namespace', kind: 'answers about oneself', clause: ANSWER('authenticate'), level: 'must',
    why: '`socketId` is the name of the namespace and the id.',
    patch: [server(AUTHENTICATED, AUTHENTICATED.replace('socketId: socket.id', 'socketId: `/chat#${socket.id}`'))],
  },
  {
    name: 'socket-id-of-the-transport', kind: 'answers about oneself', clause: ANSWER('authenticate'), level: 'must',
    why: '`socketId` is the id of the transport, which no client knows.',
    patch: [server(AUTHENTICATED, AUTHENTICATED.replace('socket.id', 'socket.conn.id'))],
  },
  {
    name: 'authenticated-as-1', kind: 'answers about oneself', clause: ANSWER('authenticate'), level: 'must',
    why: '`authenticate` answers that everybody is user 1.',
    patch: [server(AUTHENTICATED, AUTHENTICATED.replace('user.id', '1'))],
  },
  {
    name: 'join-late', kind: 'too late', clause: ANSWER('joinChat'), level: 'must',
    why: 'A join takes effect 30 ms after its answer.', patch: [server(JOIN, `setTimeout(() => ${JOIN.slice(0, -1)}, 30);`)],
  },
  {
    name: 'leave-late', kind: 'too late', clause: ANSWER('leaveChat'), level: 'must',
    why: 'A leave takes effect 30 ms after its answer.', patch: [server(LEAVE, `setTimeout(() => ${LEAVE.slice(0, -1)}, 30);`)],
  },
  {
    name: 'stored-late', kind: 'too late', clause: '#### `markAsRead`: Mark a message as read', level: 'must',
    why: 'A message that was acknowledged cannot be read, changed or found for 100 ms.',
    patch: [server(STORE, `setTimeout(() => {\n  ${STORE}  }, 100);\n`)],
  },
  {
    name: 'told-three-seconds-late', kind: 'too late', clause: '## Overview: instant message delivery without page refresh', level: 'must',
    why: 'A message is told 3 s after its answer.',
    patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, 3000);`)],
  },
  // ---------------------------------------------------------------- REST
  {
    name: 'rest-message-silent', kind: 'missing REST effect', clause: BY_REST, level: 'must', why: 'A message by REST is not told.',
    patch: [server(TELL, `if (!quiet) ${TELL}`),
      server('function createMessage(user, { chatId, content }) {', 'function createMessage(user, { chatId, content }, quiet) {'),
      server('content: rules.text }))],\n    [\'PUT\'', "content: rules.text }), true)],\n    ['PUT'")],
  },
  {
    name: 'update-untold', kind: 'missing REST effect', clause: BY_REST, level: 'must', why: 'An update is not told.',
    patch: [server(UPDATED)],
  },
  {
    name: 'delete-untold', kind: 'missing REST effect', clause: BY_REST, level: 'must', why: 'A deletion is not told.',
    patch: [server(DELETED)],
  },
  {
    name: 'update-tells-the-old-text', kind: 'states', clause: '#### `messageUpdated`: Received when a message is updated', level: 'must',
    why: 'An update is told with the text before.',
    patch: [server('  row.message = content;\n'), server(UPDATED, `${UPDATED}\n  row.message = content;`)],
  },
  {
    name: 'update-not-stored', kind: 'states', clause: 'a history is not described', level: 'may', ground: 'sense',
    why: 'An update is told, and its answer and the history have the old text.',
    patch: [server('  row.message = content;\n'),
      server(UPDATED, UPDATED.replace('message: row', 'message: { ...row, message: content }'))],
  },
  {
    name: 'rest-answers-500', kind: 'wrong status', clause: '### 5. Send Messages: Option 2: Via REST API', level: 'must',
    why: 'A message by REST is created and told, and the answer is 500.',
    patch: [server('chat-messages$/, 201,', 'chat-messages$/, 500,')],
  },
  {
    name: 'rest-unknown-chat', kind: 'REST defaults', clause: SEND_NOTE, level: 'should',
    why: 'A message by REST to a chat that does not exist is answered as if it were sent.',
    patch: [server('({ user, body }) =>\n      createMessage(', '({ user, body }) =>\n      body.chatId > chats.size ? {} : createMessage(')],
  },
  {
    name: 'history-of-nothing', kind: 'REST defaults', clause: 'a history is not described', level: 'may', ground: 'sense',
    why: 'The history of an unknown chat is 200 with an empty list.',
    patch: [server('200, ({ user, id }) => chatFor(user, idIn(id)).messages]',
      '200, ({ user, id }) => chats.has(idIn(id)) ? chatFor(user, idIn(id)).messages : []]')],
  },
  {
    name: 'any-origin-connects', kind: 'CORS', clause: CORS_NOTE, level: 'should', why: 'Every origin may connect and read.',
    patch: [backend('cors: { origin: ALLOWED_ORIGINS,', 'cors: { origin: true,'), backend('origin === undefined || ALLOWED_ORIGINS.includes(origin);', 'true;')],
  },
  {
    name: 'no-cors-headers', kind: 'CORS', clause: '## Troubleshooting: Ensure frontend URL is in allowed origins', level: 'should',
    why: 'No answer of Socket.IO allows the frontend to read it.',
    patch: [backend('    cors: { origin: ALLOWED_ORIGINS, credentials: true },\n')],
  },
  // ---------------------------------------------------------------- audience
  {
    name: 'typing-to-unjoined', kind: 'audience', clause: '#### `typing`: Broadcast to Room', level: 'must',
    why: 'What is for the others reaches participants who have not joined.',
    patch: [server(TO_OTHERS, TO_OTHERS.replace('roomOf(chatId)', PARTICIPANTS))],
  },
  {
    name: 'others-and-oneself', kind: 'audience', clause: TYPING, level: 'must',
    why: 'What is for the others reaches the one who caused it too.', patch: [server(TO_OTHERS, TO_OTHERS.split('    .except')[0])],
  },
  {
    name: 'message-to-unjoined', kind: 'audience', clause: NEW_MESSAGE, level: 'must',
    why: 'A message reaches participants who have not joined.', patch: [server(TO_ROOM, TO_ROOM.replace('roomOf(chatId)', PARTICIPANTS))],
  },
  {
    name: 'message-to-everyone', kind: 'leak', clause: NEW_MESSAGE, level: 'must',
    why: 'What is for a room reaches everyone who is connected.', patch: [server(TO_ROOM, TO_ROOM.replace('.to(roomOf(chatId))', ''))],
  },
  {
    name: 'alone-tells-everyone', kind: 'audience', clause: '#### `typing`: Broadcast to Room', level: 'must',
    why: 'With nobody else in the room, what is for the others goes to everyone.',
    patch: [server(TO_OTHERS, TO_OTHERS.replace('roomOf(chatId)', 'gateway.adapter.rooms.get(roomOf(chatId))?.size > 1 ? [roomOf(chatId)] : []'))],
  },
  {
    name: 'sender-not-told', kind: 'audience', clause: SEND_TOLD, level: 'must',
    why: 'No socket of the sender hears the message, though all users in the room do.',
    patch: [server(TELL, "gateway.to(roomOf(chatId)).except(socketsOf(user.id)).emit('newMessage', { message: row, chatId, timestamp: timestamp() });")],
  },
  {
    name: 'leave-does-nothing', kind: 'audience', clause: '#### `leaveChat`: Leave a chat room', level: 'must',
    why: 'A leave is answered, and the room is not left.', patch: [server(LEAVE)],
  },
  {
    name: 'rooms-by-first-digit', kind: 'leak', clause: '#### `sendMessage`: All users in `chat_1`', level: 'must',
    why: 'Chats 1, 10 and 12 share a room.', patch: [server('`chat_${chatId}`', '`chat_${String(chatId)[0]}`')],
  },
  {
    name: 'join-leaves-the-others', kind: 'lost broadcast', clause: '### 3. Join Chat Room(s)', level: 'must',
    why: 'Who joins a chat no longer hears the others.',
    patch: [server(JOIN, `for (const room of socket.rooms) if (room.startsWith('chat_')) socket.leave(room);\n  ${JOIN}`)],
  },
  {
    name: 'second-join-leaves', kind: 'lost broadcast', clause: '#### `joinChat`: Join a specific chat room to receive messages', level: 'must',
    why: 'A second join is answered as a join, and leaves the room.',
    patch: [server(JOIN, `if (socket.rooms.has(roomOf(chat.id))) ${LEAVE}\n  else ${JOIN}`)],
  },
  // ---------------------------------------------------------------- what is told
  {
    name: 'every-third-lost', kind: 'lost broadcast', clause: SEND_TOLD, level: 'must', why: 'Every third message of a chat is not told.',
    patch: [server(TELL, `if (chat.messages.length % 3) ${TELL}`)],
  },
  {
    name: 'message-twice', kind: 'duplicate', clause: SEND_TOLD, level: 'must', why: 'Each message is told twice.',
    patch: [server(TELL, `${TELL}\n  ${TELL}`)],
  },
  {
    name: 'text-as-content', kind: 'wrong field', clause: ANSWER('sendMessage'), level: 'must',
    why: 'The text of a message stands under `content`.', patch: [server(ROW, ROW.replace('message: content', 'content'))],
  },
  {
    name: 'text-cut', kind: 'wrong field', clause: SEND_TOLD, level: 'must', why: 'A text is cut after 100 characters.',
    patch: [server(ROW, ROW.replace('message: content', 'message: content.slice(0, 100)'))],
  },
  {
    name: 'ids-of-each-chat', kind: 'wrong field', clause: '### 5. Message Deduplication: already processed, by message id', level: 'should',
    why: 'Each chat counts its messages from 1, so that ids meet.',
    patch: [server(ROW, ROW.replace('++lastMessageId', 'chat.messages.length + 1'))],
  },
  {
    name: 'order-swapped', kind: 'order', clause: 'the order of messages is not said', level: 'may', ground: 'sense',
    why: 'Every other message is told 25 ms later, so that two in a row are heard in the other order by all.',
    patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, row.id % 2 ? 25 : 0);`)],
  },
  {
    name: 'start-after-stop', kind: 'order', clause: 'the order of typing events is not said', level: 'may', ground: 'sense',
    why: 'A start is told 60 ms late, so that a stop that comes soon is heard before it.',
    patch: [typing('announce(userId, conversationId, true);', 'setTimeout(announce, 60, userId, conversationId, true);')],
  },
  {
    name: 'typing-always-true', kind: 'values', clause: '#### `userTyping`: isTyping', level: 'must',
    why: 'The end of typing is told with `isTyping: true`.',
    patch: [server("'userTyping', { isTyping }", "'userTyping', { isTyping: true }")],
  },
  {
    name: 'read-of-the-last', kind: 'receipts', clause: MARK, level: 'must', why: '`messageRead` always names the last message of all.',
    patch: [server(READ, READ.replace('{ messageId }', '{ messageId: lastMessageId }'))],
  },
  {
    name: 'read-untold', kind: 'receipts', clause: MARK, level: 'must', why: 'That a message was read is told to nobody.',
    patch: [server(READ)],
  },
  {
    name: 'joined-untold', kind: 'presence', clause: '#### `userJoined`: Received when a user joins the chat room', level: 'must',
    why: 'Nobody is told who joins.', patch: [server(USER_JOINED)],
  },
  {
    name: 'left-untold', kind: 'presence', clause: '#### `userLeft`: Received when a user leaves the chat room', level: 'must',
    why: 'Nobody is told who leaves.', patch: [server(USER_LEFT)],
  },
  {
    name: 'left-untold-at-disconnect', kind: 'presence', clause: '#### `userLeft`: that a disconnect is a leave is not said', level: 'may', ground: 'sense',
    why: 'Nobody is told of a user who disconnects.',
    patch: [server(USER_LEFT, USER_LEFT.replace('wasHere', 'wasHere && socket.connected'))],
  },
  {
    name: 'every-refusal-says-error', kind: 'words', clause: UNSAID, level: 'may', ground: 'sense', why: 'Every refusal says "Error".',
    patch: [server('refused(message, { ack }) {', "refused(_, { ack }, message = 'Error') {")],
  },
  {
    name: 'refusal-without-words', kind: 'words', clause: UNSAID, level: 'may', ground: 'sense',
    why: 'A refusal is {success: false} alone.', patch: [server('ack({ success: false, message })', 'ack({ success: false })')],
  },
];
