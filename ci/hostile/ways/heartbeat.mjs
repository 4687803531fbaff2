// Servers whose heartbeat is bad. *Engine.IO 4, "Heartbeat".*

import { closeFrame, frame } from '../wire/frames.mjs';
import { way } from './way.mjs';

const FINDING = 'the server breaks the heartbeat that it promised: that is a finding';
/** So short that a case is long enough to miss a ping. */
const SHORT = { pingInterval: 100, pingTimeout: 50 };

export const HEARTBEAT = [
  way(
    'never-pings',
    'a ping is promised every 100 ms and none comes',
    FINDING,
    { status: 1, words: [/ping/], seconds: 15 },
    () => ({ shake: SHORT, beats: false }),
    { mode: 'both', sample: true },
  ),
  way(
    'hangs-up-on-pong',
    'the server hangs up when the first pong comes',
    'the server hangs up on a user who did what is asked: that is a finding',
    { status: 1, words: [/close/], seconds: 15 },
    () => ({ shake: SHORT, pong: (session) => session.line.socket.end(closeFrame(1000)) }),
    { mode: 'both' },
  ),
  way(
    'closes-on-first-ping',
    'the server sends its ping and hangs up at once',
    'the server hangs up on a user who did nothing wrong: that is a finding',
    { status: 1, words: [/close|ended/], seconds: 15 },
    () => ({
      shake: SHORT,
      beats: false,
      opened: ({ line }) => setTimeout(() => line.socket.end(Buffer.concat([frame('2'), closeFrame(1001)])), 100),
    }),
  ),
  way(
    'packet-pings-flood',
    'Engine.IO pings come as fast as they are read',
    'the chat is sound beside the flood; what suffers from it is a finding',
    { status: [0, 1], words: [] },
    () => {
      const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame('2')));
      return {
        connected({ line }) {
          setInterval(() => line.socket.writableLength < 1e6 && line.raw(pings), 1);
        },
      };
    },
    { mode: 'both' },
  ),
  way(
    'noop-flood',
    'Engine.IO noops come as fast as they are read',
    'the chat is sound beside the flood; what suffers from it is a finding',
    { status: [0, 1], words: [] },
    () => {
      const noops = Buffer.concat(Array.from({ length: 1000 }, () => frame('6')));
      return {
        connected({ line }) {
          setInterval(() => line.socket.writableLength < 1e6 && line.raw(noops), 1);
        },
      };
    },
  ),
  way(
    'engine-close',
    'the Engine.IO close packet comes when a user is in',
    'the server ends a session that did nothing wrong: that is a finding',
    { status: 1, words: [/close packet/], seconds: 15 },
    () => ({ connected: (session) => session.write('1') }),
  ),
  ...[
    ['engine-unknown', '9', 'an Engine.IO packet of the unknown type 9'],
    ['engine-upgrade', '5', 'an Engine.IO upgrade packet, which only a client may send,'],
    ['engine-pong', '3', 'an Engine.IO pong, which only a client may send,'],
  ].map(([name, text, what]) =>
    way(
      name,
      `${what} comes`,
      'no server may send it: that is a finding',
      { status: 1, words: [/Engine\.IO packet/], seconds: 15 },
      () => ({ connected: (session) => session.write(text) }),
    ),
  ),
];
