// Sound servers that differ from the one of ci/interop only where the `minimal-open` document is silent, or that answer in
// another of the forms of Socket.IO backends.

import { stateRecovery } from '../shared.mjs';
import { changesOf } from '../text.mjs';

const server = changesOf('minimal/server.mjs');
const backend = changesOf('shared/backend.mjs');
const refusal = changesOf('shared/refusal.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server
const TELL = "gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });";
const CREATED = "both.emit('conversationCreated', { conversation, participants: [{ id: userId }, { id: otherId }] });";
const REFUSE = "socket.emit('exception', { status: 'error', message, cause: { pattern: event, data: payload } }),";

const REST = '### Features: Integration with existing REST API; neither statuses nor bodies are described';
const ERROR = '### WebSocket Events: error - Error notifications; its payload is not described';
const CONFIRMED = '### WebSocket Events: joinedConversation - Room join confirmation; its payload is not described';
const MESSAGE_HEARD = '### Usage Examples: newMessage, data.message; nothing else is described';
const CREATED_HEARD = '### Usage Examples: conversationCreated, data.conversation; nothing else is described';

export default [
  {
    name: 'rest-answers-200', kind: 'REST', clause: REST, level, why: 'What creates answers 200, as most frameworks but NestJS do.',
    patch: [server('/^\\/chats$/, 201,', '/^\\/chats$/, 200,'), server('\\/message$/, 201,', '\\/message$/, 200,')],
  },
  {
    name: 'rest-error-key', kind: 'REST', clause: REST, level, why: 'A refusal has the body {error: text}.',
    patch: [refusal("return { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' };", 'return { error: message };')],
  },
  {
    name: 'flat-creation-refused', kind: 'payload', clause: '### Usage Examples, Create conversation: createConvDto alone is shown', level,
    why: 'A creation without createConvDto is refused.', patch: [server('const wrapped = OPEN && payload.createConvDto !== undefined;', 'const wrapped = true;')],
  },
  { name: 'message-alone', kind: 'payload', clause: MESSAGE_HEARD, level, why: 'newMessage holds a message, and no sender beside it.', patch: [server(TELL, TELL.replace(', sender: userId', ''))] },
  {
    name: 'conversation-alone', kind: 'payload', clause: CREATED_HEARD, level, why: 'conversationCreated holds a conversation, and no participants beside it.',
    patch: [server(CREATED, CREATED.replace(', participants: [{ id: userId }, { id: otherId }]', ''))],
  },
  {
    name: 'confirmed-with-conversation-id', kind: 'payload', clause: CONFIRMED, level, why: 'The confirmations hold conversationId, not convId.',
    patch: [server("'joinedConversation', { convId }", "'joinedConversation', { conversationId: convId }"), server("'leftConversation', { convId }", "'leftConversation', { conversationId: convId }")],
  },
  { name: 'refused-by-error', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the event `error` with {message}.', patch: [server(REFUSE, "socket.emit('error', { message }),")] },
  { name: 'refused-by-error-text', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the event `error` with a bare text.', patch: [server(REFUSE, "socket.emit('error', message),")] },
  { name: 'refused-by-error-key', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the event `error` with {error}.', patch: [server(REFUSE, "socket.emit('error', { error: message }),")] },
  {
    name: 'refused-by-ack-and-error', kind: 'refusal', clause: ERROR, level, why: 'A refusal is the event `error`, and the ack says it as well.',
    patch: [server(REFUSE, "(ack?.({ error: message }), socket.emit('error', { message })),"), server('{ event, payload }', '{ ack }')],
  },
  { name: 'success-is-acked', kind: 'ack', clause: '### WebSocket Events: no ack is mentioned', level, why: 'Every success is acked with {success: true}.', patch: [backend('if (answer !== undefined) ack?.(answer);', 'ack?.(answer ?? { success: true });')] },
  {
    name: 'anybody-joins-and-sends', kind: 'membership', clause: '### WebSocket Events: no membership is named', level, why: 'Everybody may join and send.',
    patch: [server("conversation.users.has(userId) ? conversation : refuse(403, 'You are not part of this conversation')", 'conversation')],
  },
  {
    name: 'sending-socket-not-told', kind: 'audience', clause: '### WebSocket Events: newMessage - New message notification; who is told is not said', level,
    why: 'A broadcast leaves out the socket that sends.',
    patch: [server(TELL, TELL.replace('gateway', '(socket ?? gateway)')), server('function createMessage(userId, convId, text) {', 'function createMessage(userId, convId, text, socket) {'),
      server('  sendMessage(userId, payload) {', '  sendMessage(userId, payload, socket) {'), server('createMessage(userId, convId, message.message);', 'createMessage(userId, convId, message.message, socket);')],
  },
  {
    name: 'nobody-joined-on-creation', kind: 'room', clause: '### Technical Implementation: Each conversation gets its own room; who is in it is not said', level,
    why: 'Both are told of a conversation, and join it themselves.', patch: [server('  both.socketsJoin(roomOf(conversation.id));\n')],
  },
  stateRecovery('### Usage Examples: no option of the server is named'),
];
