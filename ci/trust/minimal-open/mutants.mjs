// Broken servers of the `minimal-open` document. Each breaks one rule that the document states or implies, or that only sense
// asks for. Written from the document alone.

import { changesOf } from '../text.mjs';

const server = changesOf('minimal/server.mjs');
const backend = changesOf('shared/backend.mjs');

const TELL = "gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });";
const CREATED = "both.emit('conversationCreated', { conversation, participants: [{ id: userId }, { id: otherId }] });";
const JOIN = 'socket.join(roomOf(convId));';
const LEAVE = 'socket.leave(roomOf(convId));';
const JOINED = "    socket.emit('joinedConversation', { convId });\n";
const LEFT = "    socket.emit('leftConversation', { convId });\n";
const HANDLER = 'const [payload] = args;';
const CALLER = 'const callerOf = ({ user, body }) => user ?? userIn(body);';

const CREATE = "### Usage Examples, Create conversation: createConvDto: { user2_id: 123 }, userId: 456";
const SEND = "### Usage Examples, Send message: message: { message: 'Hello!' }, userId: 456";
const CREATED_HEARD = '### Usage Examples: conversationCreated, data.conversation';
const MESSAGE_HEARD = '### Usage Examples: newMessage, data.message';
const ROOM = '### Technical Implementation: Each conversation gets its own room';
const REST = '### Files: chat.service.ts - Updated with WebSocket event emission; Integration with existing REST API';
const UNSAFE = '### Technical Implementation: All unsafe operations are properly handled';

export default [
  {
    name: 'wrapped-creation-refused', kind: 'wrong field', clause: CREATE, level: 'must', why: 'A creation is understood only without createConvDto.',
    patch: [server('const wrapped = OPEN && payload.createConvDto !== undefined;', 'const wrapped = false;')],
  },
  {
    name: 'everybody-is-user-1', kind: 'identity', clause: SEND, level: 'must', why: 'The userId of a payload is not looked at: everybody acts as user 1.',
    patch: [server('OPEN ? userIn(payload)', 'OPEN ? 1')],
  },
  {
    name: 'rest-everybody-is-user-1', kind: 'identity', clause: '### Features: Integration with existing REST API; who calls is not said', level: 'may', ground: 'sense',
    why: 'Every REST call acts as user 1.', patch: [server(CALLER, 'const callerOf = () => 1;')],
  },
  {
    name: 'user-missing-is-user-1', kind: 'credentials', clause: `${SEND}; that it may not be missing is not said`, level: 'may', ground: 'sense',
    why: 'Who does not say who they are acts as user 1.', patch: [server('OPEN ? userIn(payload)', 'OPEN ? payload?.userId === undefined ? 1 : userIn(payload)')],
  },
  {
    name: 'user-as-text', kind: 'ids of the other type', clause: SEND, level: 'may', ground: 'sense', why: 'A userId that is a text is converted and accepted.',
    patch: [server('const userIn = (payload) => validated(payload,', 'const userIn = (payload) => validated({ userId: Number(payload?.userId) },')],
  },
  {
    name: 'dto-null-kills', kind: 'odd payloads', clause: UNSAFE, level: 'must', why: 'A creation with `createConvDto: null` ends the whole server.',
    patch: [server('    // The open document wraps it, the other one does not.\n', '    if (payload.createConvDto === null) process.nextTick(() => payload.createConvDto.user2_id);\n')],
  },
  {
    name: 'null-kills', kind: 'odd payloads', clause: UNSAFE, level: 'must', why: 'A payload that is null ends the whole server.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (payload === null) process.nextTick(() => payload.userId);`)],
  },
  {
    name: 'dto-empty-accepted', kind: 'refused creation', clause: CREATE, level: 'may', ground: 'sense', why: 'A creation without user2_id makes a conversation.',
    patch: [server('const newConversation = { user2_id: rules.id };', 'const newConversation = {};')],
  },
  {
    name: 'send-needs-callback', kind: 'without a callback', clause: SEND, level: 'must', why: 'A message without a callback is ignored.',
    patch: [backend(HANDLER, `${HANDLER}\n      if (event === 'sendMessage' && !ack) return;`)],
  },
  { name: 'joined-never', kind: 'answer never comes', clause: '### WebSocket Events: joinedConversation - Room join confirmation', level: 'must', why: 'A join is not confirmed.', patch: [server(JOINED)] },
  { name: 'left-never', kind: 'answer never comes', clause: '### WebSocket Events: leftConversation - Room leave confirmation', level: 'must', why: 'A leave is not confirmed.', patch: [server(LEFT)] },
  {
    name: 'joins-late', kind: 'too late', clause: '### WebSocket Events: joinedConversation - Room join confirmation', level: 'must', why: 'A join takes effect 30 ms after it was confirmed.',
    patch: [server(JOIN, `setTimeout(() => ${JOIN.slice(0, -1)}, 30);`)],
  },
  { name: 'leave-does-nothing', kind: 'audience', clause: '### WebSocket Events: leaveConversation - Leaves conversation room', level: 'must', why: 'Who has left still hears the conversation.', patch: [server(LEAVE)] },
  { name: 'message-to-everyone', kind: 'leak', clause: ROOM, level: 'must', why: 'A message goes to everyone who is connected.', patch: [server(TELL, TELL.replace('.to(roomOf(convId))', ''))] },
  {
    name: 'created-to-everyone', kind: 'leak', clause: `${CREATED_HEARD}; who is told is not said`, level: 'may', ground: 'sense',
    why: 'A new conversation is told to everyone who is connected.', patch: [server(CREATED, CREATED.replace('both', 'gateway'))],
  },
  { name: 'message-lost', kind: 'lost broadcast', clause: MESSAGE_HEARD, level: 'must', why: 'Nothing is emitted for a message.', patch: [server(TELL)] },
  { name: 'created-lost', kind: 'lost broadcast', clause: CREATED_HEARD, level: 'must', why: 'Nothing is emitted for a new conversation.', patch: [server(CREATED)] },
  { name: 'message-twice', kind: 'duplicate', clause: MESSAGE_HEARD, level: 'must', why: 'Each message is told twice.', patch: [server(TELL, `${TELL}\n  ${TELL}`)] },
  { name: 'created-renamed', kind: 'wrong event name', clause: CREATED_HEARD, level: 'must', why: 'A new conversation is told as `newConversation`.', patch: [server(CREATED, CREATED.replace('conversationCreated', 'newConversation'))] },
  { name: 'created-without-conversation', kind: 'missing field', clause: CREATED_HEARD, level: 'must', why: 'What is told of a new conversation stands at the top, and not under `conversation`.', patch: [server(CREATED, CREATED.replace('{ conversation,', '{ ...conversation,'))] },
  { name: 'message-without-message', kind: 'missing field', clause: MESSAGE_HEARD, level: 'must', why: 'What is told of a message says who sent it, and not what.', patch: [server(TELL, TELL.replace('message: row, ', ''))] },
  {
    name: 'rest-message-silent', kind: 'missing REST effect', clause: REST, level: 'must', why: 'A message that is sent by REST is not told to anybody.',
    patch: [server(TELL, `if (!quiet) ${TELL}`), server('function createMessage(userId, convId, text) {', 'function createMessage(userId, convId, text, quiet) {'),
      server('{ message: rules.text }).message);', '{ message: rules.text }).message, true);')],
  },
  {
    name: 'order-swapped', kind: 'order', clause: MESSAGE_HEARD, level: 'may', ground: 'sense',
    why: 'Every other message is told 25 ms later, so that two in a row are heard in the other order by all.',
    patch: [server(TELL, `setTimeout(() => ${TELL.slice(0, -1)}, id % 2 ? 25 : 0);`)],
  },
  {
    name: 'not-found-silent', kind: 'no refusal', clause: '### WebSocket Events: error - Error notifications; of what is not said', level: 'may', ground: 'sense',
    why: 'An unknown conversation is met with silence.',
    patch: [server('refused: (message, { event, payload }) =>\n', "refused: (message, { event, payload }) => message === 'Conversation not found' ||\n")],
  },
  {
    name: 'every-refusal-says-error', kind: 'words', clause: '### WebSocket Events: error - Error notifications; their text is not described', level: 'may', ground: 'sense',
    why: 'Every refusal says "Error".', patch: [server("refused: (message, { event, payload }) =>\n", "refused: (_, { event, payload }, message = 'Error') =>\n")],
  },
];
