// Servers whose websocket frames are bad. The frame comes right after a user is in the namespace, so that it meets a client
// that waits for the next answer. *RFC 6455, sections 5 and 7.*

import { BINARY, PING, PONG, TEXT, closeFrame, frame } from '../wire/frames.mjs';
import { pour, repeat, way } from './way.mjs';

const BREAKS = 'the server breaks the websocket protocol: that is a finding, with what it did';
const HANGS_UP = 'the server hangs up on a user who did nothing wrong: that is a finding, with its code and reason';
const ALLOWED = 'the websocket protocol allows it, so the case is judged and passes';

/** These bytes, to each user who has just come in. */
const onConnect = (bytes) => () => ({ connected: (session) => session.line.raw(bytes(session)) });
/** These bytes instead of the first answer. */
const onJoin = (act) => () => ({
  event(session, name) {
    if (name !== 'joinChat') return false;
    act(session);
    return true;
  },
});
const breaks = (name, what, words, make, more) => way(name, what, BREAKS, { status: 1, words, seconds: 15 }, make, more);
const NOOP = '6';

export const FRAMES = [
  breaks('masked', 'frames are masked', [/mask/i], onConnect(() => frame(NOOP, { mask: Buffer.from([1, 2, 3, 4]) })), {
    mode: 'both',
    sample: true,
  }),
  breaks('reserved-bits', 'a reserved bit is set', [/reserved/i], onConnect(() => frame(NOOP, { rsv: 4 }))),
  breaks('reserved-opcode', 'the opcode 3 is used', [/opcode|control|reserved/i], onConnect(() => frame(NOOP, { opcode: 3 }))),
  breaks('claims-2^62', 'a frame claims to have 2^62 bytes', [/long|large|size/i], onConnect(() => frame('4', { claims: 1n << 62n })), {
    mode: 'both',
  }),
  breaks(
    'claims-2^63',
    'a frame claims to have 2^64 - 1 bytes',
    [/long|large|size/i],
    onConnect(() => frame('4', { claims: (1n << 64n) - 1n })),
  ),
  breaks('not-utf8', 'a text frame is not UTF-8', [/UTF-?8/i], onConnect(() => frame(Buffer.from([0x34, 0xff, 0xfe])))),
  breaks('ping-too-long', 'a ping frame has 1000 bytes', [/control|ping/i], onConnect(() => frame('a'.repeat(1000), { opcode: PING }))),
  breaks('ping-fragmented', 'a ping frame is fragmented', [/fragment|control/i], onConnect(() => frame('a', { opcode: PING, fin: false }))),
  breaks('continues-nothing', 'a frame continues what never began', [/continu/i], onConnect(() => frame(NOOP, { opcode: 0 }))),
  breaks(
    'fragment-left',
    'a message is begun in fragments and another one begins before its end',
    [/fragment|continu/i],
    onConnect(() => Buffer.concat([frame('4', { fin: false }), frame(NOOP)])),
  ),
  breaks('close-code-0', 'the close frame has the code 0', [/close/i], onConnect(() => closeFrame(0))),
  breaks(
    'close-not-utf8',
    'the reason in the close frame is not UTF-8',
    [/close|UTF-?8/i],
    onConnect(() => closeFrame(1000, Buffer.from([0xff, 0xff]))),
  ),
  way(
    'fragments-without-end',
    'a message comes in fragments, as fast as they are read, and never ends',
    BREAKS,
    { status: 1, words: [/long|large|size|limit/i] },
    () => ({
      connected({ line }) {
        line.raw(frame('42/chat,["', { fin: false }));
        const more = frame('a'.repeat(60_000), { opcode: 0, fin: false });
        pour(line.socket, () => more);
      },
    }),
    { mode: 'both' },
  ),
  way(
    'fragments-slow',
    'an answer comes in fragments of one byte each 100 ms, and never ends',
    'the answer never comes: that is a finding',
    { status: 1, words: [/never|not answered|did not come|within/i] },
    onJoin(({ line }) => {
      line.raw(frame('43/chat,0["', { fin: false }));
      repeat(100, () => !line.socket.destroyed && line.raw(frame('a', { opcode: 0, fin: false })));
    }),
  ),
  way(
    'fragments-empty',
    'empty fragments come as fast as they are read',
    'a message that never ends and never grows keeps a client busy for nothing: the answer that does not come is a finding',
    { status: 1, words: [/never|not answered|fragment|ack/i] },
    onJoin(({ line }) => {
      line.raw(frame('4', { fin: false }));
      const more = Buffer.concat(Array.from({ length: 10_000 }, () => frame('', { opcode: 0, fin: false })));
      pour(line.socket, () => more);
    }),
  ),
  way(
    'ping-frames-flood',
    'websocket pings come as fast as they are read',
    'the chat is sound beside the flood, which no document forbids; what suffers from it is a finding',
    { status: [0, 1], words: [] },
    () => {
      const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame('are you there', { opcode: PING })));
      return { connected: ({ line }) => repeat(1, () => !line.socket.destroyed && line.socket.writableLength < 1e6 && line.raw(pings)) };
    },
    { mode: 'both' },
  ),
  way(
    'pong-frames-flood',
    'websocket pongs that nobody asked for come as fast as they are read',
    'the chat is sound beside the flood, which no document forbids; what suffers from it is a finding',
    { status: [0, 1], words: [] },
    () => {
      const pongs = Buffer.concat(Array.from({ length: 1000 }, () => frame('here I am', { opcode: PONG })));
      return { connected: ({ line }) => repeat(1, () => !line.socket.destroyed && line.socket.writableLength < 1e6 && line.raw(pongs)) };
    },
  ),
  way(
    'fragmented',
    'each answer comes in two fragments with a ping between them',
    ALLOWED,
    { status: 0, words: [/passed/], seconds: 15 },
    () => ({
      ack(session, id, value) {
        const text = `43/chat,${id}${JSON.stringify([value])}`;
        const parts = [frame(text.slice(0, 9), { fin: false }), frame('', { opcode: PING }), frame(text.slice(9), { opcode: 0 })];
        return session.line.raw(Buffer.concat(parts)) || true;
      },
    }),
  ),
  way(
    'empty-frame',
    'an empty text frame comes',
    'an empty frame is no Engine.IO packet: that is a finding',
    { status: 1, words: [/empty|Engine\.IO/i], seconds: 15 },
    onConnect(() => frame('')),
  ),
  way(
    'binary-unannounced',
    'a binary frame comes that no packet has announced',
    'it belongs to nothing: that is a finding',
    { status: 1, words: [/binary/i], seconds: 15 },
    onConnect(() => frame(Buffer.from([1, 2, 3]), { opcode: BINARY })),
  ),
  way(
    'frame-17mb',
    'a text frame has 17 MB',
    'more than any client should take; it is told by its size',
    { status: 1, words: [/long|large|size|bytes/i] },
    onConnect(() => frame(`42/chat,["newMessage","${'a'.repeat(17_000_000)}"]`, { opcode: TEXT })),
  ),
  way(
    'frame-15mb',
    'an event of 15 MB that nobody expects comes',
    'it is heard and nothing accounts for it: that is a finding, and it is shortened wherever it is shown',
    { status: 1, words: [/newMessage/] },
    onConnect(() => frame(`42/chat,["newMessage","${'a'.repeat(15_000_000)}"]`)),
    { mode: 'both' },
  ),
  ...[
    [1002, 'protocol error'],
    [1009, 'message too big'],
    [1011, ''],
    [4000, 'go away: maintenance'],
  ].map(([code, reason]) =>
    way(
      `close-${code}`,
      `each user is hung up on with the close code ${code}${reason ? ` and a reason` : ''}`,
      HANGS_UP,
      { status: 1, words: [new RegExp(`${code}`), new RegExp(reason)], seconds: 15 },
      onJoin(({ line }) => line.socket.end(closeFrame(code, reason))),
      { mode: code === 4000 ? 'both' : 'case' },
    ),
  ),
  way(
    'half-a-frame',
    'the connection ends in the middle of a frame',
    HANGS_UP,
    { status: 1, words: [/ended|closed|reset|handshake/i], seconds: 15 },
    onJoin(({ line }) => line.socket.end(frame('43/chat,0[{"success":true', { claims: 200n }))),
    { sample: true },
  ),
  way(
    'half-a-frame-and-silence',
    'half a frame comes, and nothing more',
    'the answer never comes: that is a finding',
    { status: 1, words: [/never|not answered|did not come|within|ack/i] },
    onJoin(({ line }) => line.raw(frame('43/chat,0[{"success":true', { claims: 200n }))),
  ),
];
