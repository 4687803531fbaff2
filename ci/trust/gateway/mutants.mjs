// Broken servers of the `gateway` document. Each breaks one rule that the document states or implies, gives as advice, or that
// only sense asks for. Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('gateway/server.mjs');
const backend = changesOf('shared/backend.mjs');
const presence = changesOf('shared/presence.mjs');
const typing = changesOf('shared/typing.mjs');

const HANDLER = 'const [payload] = args;';
const CHECKED = 'validated(payload, messageRules);';
const ROW = 'const message = { id, sender_id, conversation_id, timestamp: timestamp(), message_type, content, conversation };';
const STORE = 'messages.push(message);';
const SENT = "socket.emit('message-sent', message);";
const TELL = "gateway.to(roomOf(message.conversation_id)).emit('receive-message', message);";
const JOIN = `conversationFor(userId, conversationId, 'join');
    socket.join(roomOf(conversationId));`;
const JOINED = "if (!ack) socket.emit('joined-conversation', { conversationId, success: true });";
const JOIN_ACK = 'return { success: true, conversationId };';
const LEAVE = 'socket.leave(roomOf(conversationId));';
const TYPING = `gateway
    .to(roomOf(conversationId))
    .except(socketsOf(userId))
    .emit('user-typing', { conversationId, userId, isTyping }),`;
const MAY_TYPE = `onlyAs(userId, named, 'userId');
    conversationFor(userId, conversationId, 'type in');`;
const SEND_ERROR = "socket.emit('message-error', { error: message });";
const ONLINE = "if (online.arrive(userId, socket)) tellContacts(userId, 'user:online');";
const OFFLINE = "if (online.leave(userId, socket)) tellContacts(userId, 'user:offline');";
const NO_USER = "if (!/^[1-9]\\d{0,14}$/.test(userId ?? '')) return next(new Error('userId is required, and must be a positive integer'));";
const HISTORY = 'messages: end > 0 ? messages.slice(Math.max(0, end - size), end).reverse() : [],';
const SLICE = 'const end = messages.length - (number - 1) * size;';

const SEND_MESSAGE = '#### 1. `send-message`: message-sent is the confirmation, receive-message the broadcast to conversation participants';
const RECEIVE = '#### 1. `receive-message`: the payload';
const MESSAGE_SENT = '#### 2. `message-sent`: Confirmation that your message was successfully saved';
const MESSAGE_ERROR = '#### 3. `message-error`: Error occurred while sending message';
const CONFIRMED = '#### 4. `joined-conversation`: Confirmation of joining a conversation';
const USER_TYPING = '#### 5. `user-typing`: Typing indicator from another user';
const VALIDATION = '### Common Errors 2: Message validation failed; numbers as numbers, not strings';
const NOT_FOUND = '### Common Errors 3: Conversation not found';
const UNAUTHORIZED = '### Common Errors 4: Unauthorized to join this conversation';
const PERMISSIONS = '## Security: Validate user permissions for conversations';
const SAVED_FIRST = '## Performance Considerations: Messages are saved to database before broadcasting';
const PARAMETER = '### Connection Parameters: userId, a number, is required';
const CONVERSATION_ROOMS = '### Conversation Rooms: Users join conversation rooms to receive messages';
const FETCH = '### 5. Fetch Message History (REST): GET /api/chats/conversations/1/messages?page=1&limit=20';

const sentAs = (why, changed) => ({ clause: RECEIVE, level: 'must', why, patch: [server(ROW, ROW.replace(...changed))] });

export default [
  // ---------------------------------------------------------------- who is speaking
  {
    name: 'sender-id-believed', kind: 'identity', clause: '#### 1. `send-message`: sender_id; nothing holds it to the connection', level: 'may', ground: 'sense',
    why: 'A message may be sent in the name of the other participant.',
    patch: [server("  onlyAs(userId, sender_id, 'sender_id');\n"), server("conversationFor(userId, conversation_id, 'send to')", "conversationFor(sender_id, conversation_id, 'send to')")],
  },
  {
    name: 'join-believes-user-id', kind: 'identity', clause: '#### 2. `join-conversation`: userId; nothing holds it to the connection', level: 'may', ground: 'sense',
    why: 'A stranger joins by naming a participant.',
    patch: [server(`onlyAs(userId, named, 'userId');
    ${JOIN}`, JOIN.replace('userId', 'named'))],
  },
  {
    name: 'typing-believes-user-id', kind: 'identity', clause: '#### 4. `typing`: userId; nothing holds it to the connection', level: 'may', ground: 'sense',
    why: 'Somebody may be shown as typing by another user.',
    patch: [server(MAY_TYPE, "conversationFor(named, conversationId, 'type in');"), server('typing.stop)(userId, conversationId)', 'typing.stop)(named, conversationId)')],
  },
  { name: 'sender-always-the-first', kind: 'who', ...sentAs('Every message is told as sent by who created the conversation.', ['sender_id,', 'sender_id: conversation.sender_id,']) },
  { name: 'sender-id-null', kind: 'who', ...sentAs('The sender of every message is null.', ['sender_id,', 'sender_id: null,']) },
  {
    name: 'typing-names-nobody', kind: 'who', clause: USER_TYPING, level: 'must', why: 'Who types is user 0.',
    patch: [server(TYPING, TYPING.replace('userId, isTyping', 'userId: 0, isTyping'))],
  },
  {
    name: 'online-names-the-listener', kind: 'who', clause: '#### 6. `user:online`: A user came online', level: 'must',
    why: 'Everyone is told that they are online, or offline, themselves.',
    patch: [server('if (contacts.length) gateway.to(contacts.map(socketsOf)).emit(event, { userId });',
      'for (const contact of contacts) gateway.to(socketsOf(contact)).emit(event, { userId: contact });')],
  },
  {
    name: 'conversation-swapped', kind: 'who', ...sentAs('The conversation in a message has its two users swapped.',
      ['content, conversation', 'content, conversation: { ...conversation, sender_id: conversation.receiver_id, receiver_id: conversation.sender_id }']),
  },
  // ---------------------------------------------------------------- payloads
  {
    name: 'text-ids-accepted', kind: 'ids of the other type', clause: VALIDATION, level: 'must', why: 'A message whose ids are texts is converted and accepted.',
    patch: [server(CHECKED, "validated({ ...payload, sender_id: Number(payload?.sender_id), conversation_id: Number(payload?.conversation_id) }, messageRules);")],
  },
  {
    name: 'fraction-accepted', kind: 'ids of the other type', clause: '### Common Errors 2: must be an integer number', level: 'must',
    why: 'A message to the conversation 1.5 goes to conversation 1.',
    patch: [server(CHECKED, "validated({ ...payload, ...(typeof payload?.conversation_id === 'number' && { conversation_id: Math.floor(payload.conversation_id) }) }, messageRules);")],
  },
  {
    name: 'join-text-id-accepted', kind: 'ids of the other type', clause: '#### 2. `join-conversation`: conversationId: number', level: 'may', ground: 'sense',
    why: 'A join whose conversationId is a text is converted and accepted.',
    patch: [server('{ conversationId, userId: named } = validated(payload,', '{ conversationId, userId: named } = validated({ ...payload, conversationId: Number(payload?.conversationId) },')],
  },
  { name: 'ids-told-as-texts', kind: 'ids of the other type', ...sentAs('The id of a message is a text.', ['{ id,', '{ id: String(id),']) },
  {
    name: 'null-kills', kind: 'odd payloads', clause: MESSAGE_ERROR, level: 'must', why: 'A payload that is null ends the whole server.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === null) process.nextTick(() => payload.conversationId);`)],
  },
  {
    name: 'list-ignored', kind: 'odd payloads', clause: MESSAGE_ERROR, level: 'must', why: 'A message that is a list is met with silence.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'send-message' && Array.isArray(payload)) return;`)],
  },
  {
    name: 'number-disconnects', kind: 'odd payloads', clause: MESSAGE_ERROR, level: 'must', why: 'A message that is a number ends the connection without a word.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'send-message' && typeof payload === 'number') return socket.disconnect();`)],
  },
  {
    name: 'content-not-required', kind: 'odd payloads', clause: VALIDATION, level: 'must', why: 'A message without content is accepted.',
    patch: [server('  content: rules.text,', '  content: (name, value, body) => value === undefined ? [] : rules.text(name, value, body),')],
  },
  {
    name: 'created-with-nobody', kind: 'refused creation', clause: '### 1. Create a Conversation (REST): sender_id and receiver_id', level: 'must',
    why: 'A conversation without a receiver is created.',
    patch: [server('validated(body, { sender_id: rules.id, receiver_id: rules.id }))', 'validated(body, { sender_id: rules.id }))')],
  },
  {
    name: 'created-with-text', kind: 'refused creation', clause: '### 1. Create a Conversation (REST): "receiver_id": 2', level: 'may', ground: 'sense',
    why: 'A conversation with the receiver "x" is created.',
    patch: [server('receiver_id: rules.id }))', "receiver_id: (name, value) => typeof value === 'string' ? [] : rules.id(name, value) }))")],
  },
  {
    name: 'file-refused', kind: 'enumeration', clause: "#### 1. `send-message`: message_type: 'text' | 'image' | 'file'", level: 'must', why: 'A file is refused.',
    patch: [server("'text', 'image', 'file'", "'text', 'image'")],
  },
  {
    name: 'nonsense-type-accepted', kind: 'enumeration', clause: VALIDATION, level: 'must', why: 'Any text is a message_type.',
    patch: [server("rules.oneOf('text', 'image', 'file')", 'rules.text')],
  },
  { name: 'every-type-is-text', kind: 'enumeration', ...sentAs('Every message is told as a text.', ['message_type,', "message_type: 'text',"]) },
  // ---------------------------------------------------------------- times
  { name: 'timestamp-2020', kind: 'times', ...sentAs('Every message is of 2020.', ['timestamp: timestamp()', "timestamp: '2020-01-01T00:00:00.000Z'"]) },
  { name: 'timestamp-a-day-ahead', kind: 'times', ...sentAs('Every message is of tomorrow.', ['timestamp: timestamp()', 'timestamp: new Date(Date.now() + 86_400_000).toISOString()']) },
  { name: 'timestamp-no-date', kind: 'times', ...sentAs('The time of a message is no date.', ['timestamp: timestamp()', "timestamp: 'now'"]) },
  {
    name: 'stored-late', kind: 'too late', clause: SAVED_FIRST, level: 'must', why: 'A message is in the history 100 ms after it was confirmed and broadcast.',
    patch: [server(STORE, `setTimeout(() => ${STORE.slice(0, -1)}, 100);`)],
  },
  {
    name: 'joins-late', kind: 'too late', clause: CONFIRMED, level: 'must', why: 'A join takes effect 30 ms after it was confirmed.',
    patch: [server(JOIN, JOIN.replace('socket.join(roomOf(conversationId))', 'setTimeout(() => socket.join(roomOf(conversationId)), 30)'))],
  },
  // ---------------------------------------------------------------- answers
  {
    name: 'joined-never', kind: 'answer never comes', clause: CONFIRMED, level: 'must', why: 'A join without a callback is not confirmed.', patch: [server(JOINED)],
  },
  {
    name: 'message-sent-never', kind: 'answer never comes', clause: MESSAGE_SENT, level: 'must', why: 'A message is not confirmed.', patch: [server(SENT)],
  },
  {
    name: 'join-success-false', kind: 'wrong ack', clause: '#### 2. `join-conversation`: success: boolean', level: 'must', why: 'A join succeeds, and its ack says that it does not.',
    patch: [server(JOIN_ACK, JOIN_ACK.replace('true', 'false'))],
  },
  {
    name: 'joined-without-success', kind: 'missing field', clause: CONFIRMED, level: 'must', why: 'Neither the ack nor the event says whether a join succeeds.',
    patch: [server(JOIN_ACK, JOIN_ACK.replace('success: true, ', '')), server(JOINED, JOINED.replace(', success: true', ''))],
  },
  {
    name: 'join-names-another', kind: 'answers about oneself', clause: '#### 2. `join-conversation`: conversationId: number', level: 'must',
    why: 'The answers to a join always name conversation 1.',
    patch: [server(JOIN_ACK, JOIN_ACK.replace('conversationId', 'conversationId: 1')), server(JOINED, JOINED.replace('conversationId', 'conversationId: 1'))],
  },
  {
    name: 'joined-told-to-the-room', kind: 'audience', clause: CONFIRMED, level: 'must', why: 'Everybody in the room is told that they have joined.',
    patch: [server(JOINED, JOINED.replace('if (!ack) socket', 'gateway.to(roomOf(conversationId))'))],
  },
  {
    name: 'sent-told-to-the-room', kind: 'audience', clause: MESSAGE_SENT, level: 'must', why: 'Everybody in the room is told that their message was saved.',
    patch: [server(SENT, SENT.replace('socket', 'gateway.to(roomOf(message.conversation_id))'))],
  },
  {
    name: 'join-needs-callback', kind: 'without a callback', clause: "### 2. Join Conversation: socket.emit('join-conversation', {…})", level: 'must',
    why: 'A join without a callback is ignored.', patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'join-conversation' && !ack) return;`)],
  },
  {
    name: 'send-needs-callback', kind: 'without a callback', clause: "### 3. Send/Receive Messages: socket.emit('send-message', {…})", level: 'must',
    why: 'A message without a callback is ignored.', patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'send-message' && !ack) return;`)],
  },
  {
    name: 'every-refusal-says-error', kind: 'words', clause: '### Common Errors: the texts', level: 'must', why: 'Every refusal says "Error".',
    patch: [server('answerRefusal(socket, message, request)', "answerRefusal(socket, 'Error', request)")],
  },
  {
    name: 'stranger-told-not-found', kind: 'words', clause: UNAUTHORIZED, level: 'must', why: 'A stranger who joins is told that there is no such conversation.',
    patch: [server('`Unauthorized to ${action} this conversation`', "'Conversation not found'")],
  },
  {
    name: 'message-error-under-message', kind: 'wrong field', clause: '#### 3. `message-error`: error: string', level: 'must', why: 'The text of a message-error stands under `message`.',
    patch: [server(SEND_ERROR, SEND_ERROR.replace('error: message', 'message'))],
  },
  {
    name: 'failed-send-silent', kind: 'no refusal', clause: MESSAGE_ERROR, level: 'must', why: 'A message that is refused is met with silence.', patch: [server(SEND_ERROR)],
  },
  {
    name: 'message-error-to-the-room', kind: 'audience', clause: MESSAGE_ERROR, level: 'must', why: 'Everybody in the room is told that a message was refused.',
    patch: [server(SEND_ERROR, SEND_ERROR.replace('socket', 'gateway.to([socket.id, roomOf(payload?.conversation_id)])'))],
  },
  {
    name: 'not-found-joined', kind: 'no refusal', clause: NOT_FOUND, level: 'must', why: 'A join of an unknown conversation succeeds.',
    patch: [server(JOIN, JOIN.replace('conversationFor', 'if (conversations.has(conversationId)) conversationFor'))],
  },
  {
    name: 'refused-join-silent', kind: 'no refusal', clause: UNAUTHORIZED, level: 'must', why: 'A join that is refused is met with silence.',
    patch: [server("} else if (event === 'join-conversation' && ack) {", "} else if (event === 'join-conversation') {"),
      server('    ack({ success: false, conversationId: payload?.conversationId ?? null, message });\n')],
  },
  // ---------------------------------------------------------------- credentials, and who may what
  {
    name: 'no-user-is-user-1', kind: 'credentials', clause: PARAMETER, level: 'must', why: 'A connection without userId acts as user 1.',
    patch: [server("const { userId } = socket.handshake.query;", "const { userId = '1' } = socket.handshake.query;")],
  },
  {
    name: 'malformed-user-accepted', kind: 'credentials', clause: '## Best Practices 1: Always validate userId on connection', level: 'should',
    why: 'A connection whose userId is no number acts as user 1.',
    patch: [server(NO_USER, NO_USER.replace('if (', 'if (!userId && ')), server('Number(userId);\n  return', 'Number(userId) || 1;\n  return')],
  },
  {
    name: 'stranger-joins', kind: 'credentials', clause: UNAUTHORIZED, level: 'must', why: 'A stranger may join.',
    patch: [server(JOIN, JOIN.replace("conversationFor(userId, conversationId, 'join')", 'existing(conversationId)'))],
  },
  {
    name: 'stranger-sends', kind: 'credentials', clause: PERMISSIONS, level: 'should', why: 'A stranger may send.',
    patch: [server("conversationFor(userId, conversation_id, 'send to')", 'existing(conversation_id)')],
  },
  {
    name: 'stranger-types', kind: 'credentials', clause: PERMISSIONS, level: 'should', why: 'A stranger may be seen typing.',
    patch: [server(MAY_TYPE, MAY_TYPE.replace("conversationFor(userId, conversationId, 'type in')", 'existing(conversationId)'))],
  },
  {
    name: 'refused-but-in-the-room', kind: 'credentials', clause: UNAUTHORIZED, level: 'must', why: 'A join of a stranger is refused, and they are in the room.',
    patch: [server(JOIN, JOIN.split('\n').reverse().join('\n'))],
  },
  // ---------------------------------------------------------------- audience
  {
    name: 'typing-outside-the-room', kind: 'audience', clause: "## Troubleshooting, Typing Indicators Not Working: Verify you're in the conversation room", level: 'should',
    why: 'Typing reaches participants who have not joined.',
    patch: [server(TYPING, TYPING.replace('.to(roomOf(conversationId))', ".to([roomOf(conversationId), ...Object.values(existing(conversationId).row).slice(1).map(socketsOf)])"))],
  },
  {
    name: 'typing-heard-by-oneself', kind: 'audience', clause: USER_TYPING, level: 'must', why: 'Who types is told so.',
    patch: [server(TYPING, TYPING.replace('    .except(socketsOf(userId))\n', ''))],
  },
  {
    name: 'alone-tells-everyone', kind: 'audience', clause: SEND_MESSAGE, level: 'must', why: 'With nobody else in the room, a message goes to everyone who is connected.',
    patch: [server(TELL, `const there = [...(gateway.adapter.rooms.get(roomOf(message.conversation_id)) ?? [])];
    ${TELL.replace('roomOf(message.conversation_id)', 'there.length > 1 ? there : []')}`)],
  },
  {
    name: 'message-to-everyone', kind: 'leak', clause: SEND_MESSAGE, level: 'must', why: 'A message goes to everyone who is connected.',
    patch: [server(TELL, TELL.replace('.to(roomOf(message.conversation_id))', ''))],
  },
  {
    name: 'typing-to-everyone', kind: 'leak', clause: '#### 4. `typing`: Send typing indicator to conversation', level: 'must', why: 'Typing is told to everyone who is connected.',
    patch: [server(TYPING, TYPING.replace('    .to(roomOf(conversationId))\n', ''))],
  },
  {
    name: 'leave-does-nothing', kind: 'audience', clause: '#### 3. `leave-conversation`: Leave a conversation room', level: 'must',
    why: 'Who has left still hears the conversation.', patch: [server(LEAVE)],
  },
  {
    name: 'leave-leaves-all', kind: 'lost broadcast', clause: '#### 3. `leave-conversation`: Leave a conversation room', level: 'must',
    why: 'Who leaves a conversation leaves all of them.',
    patch: [server(LEAVE, "for (const room of socket.rooms) if (room.startsWith('conversation:')) socket.leave(room);")],
  },
  {
    name: 'one-socket-for-each-user', kind: 'lost broadcast', clause: CONVERSATION_ROOMS, level: 'must', why: 'Only the latest socket of a user hears messages, though both have joined.',
    patch: [server(TELL, `const latest = new Map([...(gateway.adapter.rooms.get(roomOf(message.conversation_id)) ?? [])]
      .map((id) => [gateway.sockets.get(id)?.data.userId, id]));
    if (latest.size) ${TELL.replace('roomOf(message.conversation_id)', '[...latest.values()]')}`)],
  },
  // ---------------------------------------------------------------- what is told
  {
    name: 'message-lost', kind: 'lost broadcast', clause: SEND_MESSAGE, level: 'must', why: 'A message is confirmed, and told to nobody.', patch: [server(TELL)],
  },
  {
    name: 'heard-twice', kind: 'duplicate', clause: SEND_MESSAGE, level: 'must', why: 'A message is told to the room and to the users, so that who is in both hears it twice.',
    patch: [server(TELL, `${TELL}
    ${TELL.replace('roomOf(message.conversation_id)', '[message.conversation.sender_id, message.conversation.receiver_id].map(socketsOf)')}`)],
  },
  {
    name: 'event-renamed', kind: 'wrong event name', clause: RECEIVE, level: 'must', why: 'A message is told as `receive_message`.',
    patch: [server(TELL, TELL.replace('receive-message', 'receive_message'))],
  },
  {
    name: 'typing-renamed', kind: 'wrong event name', clause: USER_TYPING, level: 'must', why: 'Typing is told as `typing`.',
    patch: [server(TYPING, TYPING.replace('user-typing', 'typing'))],
  },
  {
    name: 'typing-stop-lost', kind: 'states', clause: USER_TYPING, level: 'must', why: 'That somebody stops typing is told as typing.',
    patch: [server(TYPING, TYPING.replace('isTyping }', 'isTyping: true }'))],
  },
  { name: 'conversation-missing', kind: 'missing field', ...sentAs('A message is told without its conversation.', [', conversation }', ' }']) },
  { name: 'content-under-text', kind: 'wrong field', ...sentAs('The content of a message stands under `text`.', ['content,', 'text: content,']) },
  {
    name: 'sent-without-id', kind: 'missing field', clause: '#### 2. `message-sent`: Same as receive-message', level: 'must', why: 'A confirmation has no id.',
    patch: [server(SENT, SENT.replace('message)', '{ ...message, id: undefined })'))],
  },
  {
    name: 'order-swapped', kind: 'order', clause: SEND_MESSAGE, level: 'may', ground: 'sense',
    why: 'Every other message is told 25 ms later, so that two in a row are heard in the other order by all.',
    patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, message.id % 2 ? 25 : 0);`)],
  },
  // ---------------------------------------------------------------- presence
  { name: 'online-never', kind: 'states', clause: '#### 6. `user:online`: A user came online', level: 'must', why: 'Nobody is told who comes online.', patch: [server(ONLINE, 'online.arrive(userId, socket);')] },
  { name: 'offline-never', kind: 'states', clause: '#### 7. `user:offline`: A user went offline', level: 'must', why: 'Nobody is told who goes offline.', patch: [server(OFFLINE, 'online.leave(userId, socket);')] },
  {
    name: 'offline-with-the-first-device', kind: 'states', clause: '#### 7. `user:offline`: A user went offline', level: 'must',
    why: 'A user is told as offline while another of their sockets is connected.',
    patch: [presence('if (!devices?.delete(socket.id) || devices.size) return false;', 'if (!devices?.delete(socket.id)) return false;\n      if (devices.size) return true;')],
  },
  {
    name: 'typing-for-ever', kind: 'states', clause: '### 4. Handle Typing; that a server ends it is not said', level: 'may', ground: 'sense',
    why: 'Who leaves the conversation while typing types for ever.',
    patch: [typing('const where = (userId) => [...(typing.get(userId)?.keys() ?? [])];', 'const where = () => [];'),
      typing('state.expiry = setTimeout(stop, TYPING_EXPIRY_MS, userId, conversationId);', 'state.expiry = undefined;')],
  },
  // ---------------------------------------------------------------- REST
  {
    name: 'page-and-limit-required', kind: 'REST defaults', clause: '### 5. Fetch Message History (REST); that page and limit may be left out is not said', level: 'may', ground: 'sense',
    why: 'A history without page and limit is refused.', patch: [server("{ page = '1', limit = '20' }", "{ page = '', limit = '' }")],
  },
  {
    name: 'unknown-history-is-empty', kind: 'REST defaults', clause: '### Common Errors 3: Conversation not found; of REST it is not said', level: 'may', ground: 'sense',
    why: 'The history of an unknown conversation is an empty list.',
    patch: [server('const { messages } = existing(conversationId);', 'const { messages } = conversations.get(conversationId) ?? { messages: [] };')],
  },
  { name: 'limit-ignored', kind: 'REST defaults', clause: FETCH, level: 'must', why: 'A page holds up to 20 messages, whatever its limit.', patch: [server('const [number, size] = [idIn(page), idIn(limit)];', 'const [number, size] = [idIn(page), 20];')] },
  { name: 'page-ignored', kind: 'REST defaults', clause: FETCH, level: 'must', why: 'Every page is the first.', patch: [server(SLICE, 'const end = messages.length;')] },
  { name: 'history-empty', kind: 'missing REST effect', clause: FETCH, level: 'must', why: 'No message is in the history.', patch: [server(STORE)] },
  {
    name: 'history-of-texts-only', kind: 'missing REST effect', clause: FETCH, level: 'must', why: 'Images and files are not in the history.',
    patch: [server(HISTORY, HISTORY.replace('.reverse()', ".reverse().filter(({ message_type }) => message_type === 'text')"))],
  },
  { name: 'create-fails', kind: 'wrong status', clause: '### 1. Create a Conversation (REST)', level: 'must', why: 'A conversation is created, and the answer is 500.', patch: [server('conversations$/, 201,', 'conversations$/, 500,')] },
  {
    name: 'created-not-joinable', kind: 'missing REST effect', clause: '### 3. Join the Conversation, after it was created by REST', level: 'must',
    why: 'The receiver of a conversation may not join it.',
    patch: [server('if (userId !== sender_id && userId !== receiver_id) refuse', "if (userId !== sender_id && (userId !== receiver_id || action === 'join')) refuse")],
  },
  {
    name: 'cors-missing-on-polling', kind: 'CORS', clause: '## Troubleshooting: Check CORS settings; ## Testing: a page in a browser', level: 'should',
    why: 'A page of an allowed origin may not poll, since no header says so.', patch: [backend("cors: { origin: ALLOWED_ORIGINS, credentials: true },", 'cors: { origin: [] },')],
  },
  {
    name: 'cors-missing-on-rest', kind: 'CORS', clause: '## Troubleshooting: Check CORS settings; of REST it is not said', level: 'may', ground: 'sense',
    why: 'A page of an allowed origin may not read what REST answers.', patch: [backend("  response.setHeader('Access-Control-Allow-Origin', origin);\n")],
  },
];
