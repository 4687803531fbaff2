// Broken servers of the `whatsapp` document, in what they answer and tell. Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('whatsapp/server.mjs');
const backend = changesOf('shared/backend.mjs');
const presence = changesOf('shared/presence.mjs');
const typing = changesOf('shared/typing.mjs');

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
const ROOM = '## Room Management: Clients must join a conversation room to receive real-time updates for that conversation';
const OWN_ROOM = '## Room Management: Each conversation has its own room';

export default [
  // ---------------------------------------------------------------- times
  {
    name: 'timestamp-of-2020', kind: 'times', clause: '#### `message:received`: timestamp: Date', level: 'must',
    why: 'Every message is of 2020.',
    patch: [server(MESSAGE, MESSAGE.replace('timestamp: timestamp()', "timestamp: '2020-01-01T00:00:00.000Z'"))],
  },
  {
    name: 'updated-at-start', kind: 'times', clause: '#### `message:status`: updatedAt: string', level: 'must',
    why: 'Every status was updated when the server started.',
    patch: [server(STATUS, STATUS.replace('updatedAt: timestamp()', 'updatedAt: conversations.get("1").row.createdAt'))],
  },
  // ---------------------------------------------------------------- answers
  {
    name: 'joined-never', kind: 'answer never comes', clause: JOIN_ANSWER, level: 'must', why: 'A join is not answered.',
    patch: [server(JOINED)],
  },
  {
    name: 'left-never', kind: 'answer never comes', clause: LEAVE_ANSWER, level: 'must', why: 'A leave is not answered.',
    patch: [server(LEFT)],
  },
  {
    name: 'answers-callbacks-only', kind: 'without a callback', clause: JOIN_ANSWER, level: 'must',
    why: 'A join or leave without a callback works, and is not answered.', patch: [server('  if (!ack) socket.emit(event, data);\n')],
  },
  {
    name: 'join-needs-callback', kind: 'without a callback', clause: JOIN_CLAUSE, level: 'must',
    why: 'A join without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'conversation:join' && !ack) return;`)],
  },
  {
    name: 'typing-needs-callback', kind: 'without a callback', clause: TYPING_START, level: 'must',
    why: 'Typing without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'typing:start' && !ack) return;`)],
  },
  {
    name: 'join-fails-in-words', kind: 'wrong answer', clause: JOIN_ANSWER, level: 'must', why: 'A join that worked says `success: false`.',
    patch: [server(CONFIRM, CONFIRM.replace('true', "event !== 'conversation:joined'"))],
  },
  {
    name: 'left-without-conversation', kind: 'missing field', clause: LEAVE_ANSWER, level: 'must',
    why: 'An answer does not say of which conversation.',
    patch: [server(CONFIRM, 'const data = { success: true };')],
  },
  {
    name: 'joined-names-another', kind: 'answers about oneself', clause: JOIN_ANSWER, level: 'must',
    why: 'Every join is answered as one of conversation 1.',
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
    name: 'stored-late', kind: 'too late', clause: 'a history is not described', level: 'may', ground: 'sense',
    why: 'A message is in the history 100 ms after its answer.',
    patch: [server(STORED, '  setTimeout(() => messages.push(message), 100);\n')],
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
    name: 'alone-tells-everyone', kind: 'audience', clause: ROOM, level: 'must',
    why: 'With one socket in the room, a message goes to everyone.',
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
    name: 'leave-does-nothing', kind: 'audience', clause: LEAVE_CLAUSE, level: 'must',
    why: 'A leave is answered, and the room is not left.', patch: [server(LEAVE)],
  },
  {
    name: 'join-leaves-the-others', kind: 'lost broadcast', clause: JOIN_CLAUSE, level: 'must',
    why: 'Who joins a conversation leaves all others.',
    patch: [server(JOIN, `for (const room of socket.rooms) if (room.startsWith('conversation:')) socket.leave(room);\n    ${JOIN}`)],
  },
  {
    name: 'second-join-leaves', kind: 'lost broadcast', clause: JOIN_CLAUSE, level: 'must',
    why: 'A second join is answered as a join, and leaves the room.',
    patch: [server(JOIN, `if (socket.rooms.has(roomOf(conversationId))) ${LEAVE}\n    else ${JOIN}`)],
  },
  // ---------------------------------------------------------------- messages
  {
    name: 'message-lost', kind: 'lost broadcast', clause: RECEIVED, level: 'must', why: 'Nothing is emitted for a message.',
    patch: [server(TELL)],
  },
  {
    name: 'every-third-lost', kind: 'lost broadcast', clause: RECEIVED, level: 'must',
    why: 'Every third message of a conversation is not told.',
    patch: [server(TELL, `if (messages.length % 3) ${TELL}`)],
  },
  {
    name: 'message-twice', kind: 'duplicate', clause: RECEIVED, level: 'must',
    why: 'Each message is told twice.', patch: [server(TELL, `${TELL}\n  ${TELL}`)],
  },
  {
    name: 'content-cut', kind: 'wrong field', clause: '#### `message:received`: content', level: 'must',
    why: 'A text is cut after 100 characters.',
    patch: [server(MESSAGE, MESSAGE.replace('content,', "content: typeof content === 'string' ? content.slice(0, 100) : content,"))],
  },
  {
    name: 'content-made-text', kind: 'wrong field', clause: '#### `message:received`: content: any', level: 'must',
    why: 'A content that is an object is told as "[object Object]".',
    patch: [server(MESSAGE, MESSAGE.replace('content,', 'content: String(content),'))],
  },
  {
    name: 'type-always-text', kind: 'values', clause: '#### `message:received`: type: MessageType', level: 'must',
    why: 'An image is told as a text.',
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
    name: 'delivered-says-read', kind: 'states', clause: STATUS_CHANGES, level: 'must',
    why: 'A message that was delivered is told as `read`, before anybody has read it.',
    patch: [server(DELIVERED, DELIVERED.replace("'delivered'", "'read'"))],
  },
  {
    name: 'status-goes-back', kind: 'states', clause: STATUS_CHANGES, level: 'must',
    why: 'With each new message, those that were read are `delivered` again.',
    patch: [server(STORED, `  for (const one of messages) if (one.status === 'read') setStatus(one, 'delivered');\n${STORED}`)],
  },
  {
    name: 'read-is-seen', kind: 'values', clause: `${FEATURES}: Message status updates (sent/delivered/read)`, level: 'must',
    why: 'A message that was read is `seen`.',
    patch: [server(STATUS, STATUS.replace('status,', "status: status === 'read' ? 'seen' : status,"))],
  },
  {
    name: 'read-untold', kind: 'receipts', clause: MARKED, level: 'must', why: 'That a conversation is marked as read is told to nobody.',
    patch: [server(READ, READ.replace("setStatus(message, 'read')", "message.status = 'read'"))],
  },
  {
    name: 'read-told-of-the-last', kind: 'receipts', clause: MARKED, level: 'must',
    why: 'Of the messages that were read, only the last is told.',
    patch: [server('for (const message of messages) {', 'for (const message of messages.slice(-1)) {')],
  },
  {
    name: 'status-of-another-message', kind: 'receipts', clause: STATUS_CHANGES, level: 'must',
    why: 'Every status is told as that of message 1.',
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
    name: 'stop-told-as-start', kind: 'wrong event name', clause: TYPING_STOP, level: 'must',
    why: 'The end of typing is told as a start with `isTyping: false`.',
    patch: [server(TYPING, TYPING.replace("'typing:stop'", "'typing:start'"))],
  },
  {
    name: 'stop-says-true', kind: 'values', clause: '#### `typing:stop`: isTyping: false', level: 'must',
    why: 'The end of typing says `isTyping: true`.',
    patch: [server(TYPING, TYPING.replace('isTyping }', 'isTyping: true }'))],
  },
  {
    name: 'online-untold', kind: 'presence', clause: USER_ONLINE, level: 'must',
    why: 'Nobody is told who comes online.', patch: [server(ONLINE, ';')],
  },
  {
    name: 'offline-untold', kind: 'presence', clause: USER_OFFLINE, level: 'must',
    why: 'Nobody is told who goes offline.', patch: [server(OFFLINE, ';')],
  },
  {
    name: 'offline-with-a-device-left', kind: 'presence', clause: USER_OFFLINE, level: 'must',
    why: 'A user is offline when one of two devices goes.',
    patch: [presence('!devices?.delete(socket.id) || devices.size', '!devices?.delete(socket.id)')],
  },
  {
    name: 'online-with-each-device', kind: 'presence', clause: USER_ONLINE, level: 'must',
    why: 'A user who is online comes online again with each device.',
    patch: [presence('return devices.size === 1;', 'return true;')],
  },
];
