// Broken servers of the `minimal` document. Each breaks one rule that the document states, implies, or that sense asks for.

const SERVER = 'minimal/server.mjs';

export default [
  {
    name: 'sender-always-1',
    kind: 'wrong field',
    clause: '#### `newMessage`: "Sender:" is `data.sender`',
    level: 'must',
    why: 'Every message is told as sent by user 1, whoever sent it.',
    patch: [{ file: SERVER, find: '{ message: row, sender: userId }', replace: '{ message: row, sender: 1 }' }],
  },
  {
    name: 'lost-broadcast',
    kind: 'lost broadcast',
    clause: '#### `newMessage`: Emitted when a new message is sent to a conversation',
    level: 'must',
    why: 'Nothing is emitted for a message.',
    patch: [{
      file: SERVER,
      find: "  gateway.to(roomOf(convId)).emit('newMessage', { message: row, sender: userId });\n",
      replace: '',
    }],
  },
];
