// Servers that send more than anybody can use.

import { packet } from '../session.mjs';
import { frame } from '../wire/frames.mjs';
import { repeat, way } from './way.mjs';

/** An event that no document mentions is a finding of level `should`. */
const STRICT = { mode: 'both', args: ['--level', 'should'] };
const CAUSE = 'an event that nothing accounts for is one cause, however often it comes: found within seconds, in little memory';

/** `count` frames each 20 ms on each socket, as long as they are read. */
const flood = (count, text) => () => {
  const bytes = Buffer.concat(Array.from({ length: count }, () => frame(text)));
  return {
    connected({ line }) {
      repeat(20, () => !line.socket.destroyed && (line.socket.writableLength > 8e6 || line.raw(bytes) || true));
    },
  };
};
const event = (name, data) => packet(2, JSON.stringify([name, data]));

export const FLOODS = [
  way(
    'flood-events',
    '50 000 events a second that nobody expects come on each socket',
    CAUSE,
    { status: 1, words: [/tick/], seconds: 15, output_kb: 300 },
    flood(1000, event('tick', { at: 1 })),
    STRICT, // it ends before anybody could interrupt it
  ),
  way(
    'flood-messages',
    '50 000 copies a second of a message that nobody sent come on each socket',
    CAUSE,
    { status: 1, words: [/newMessage/], seconds: 15, output_kb: 300 },
    flood(
      1000,
      event('newMessage', { message: { id: 1, chatId: 1, senderId: 1, message: 'a', createdAt: 'x' }, chatId: 1, timestamp: 'x' }),
    ),
    STRICT, // it ends before anybody could interrupt it
  ),
  way(
    'flood-names',
    'events come as fast as they are read, each by another name',
    CAUSE,
    { status: 1, words: [/tick/], seconds: 15, output_kb: 300 },
    () => {
      let count = 0;
      const some = () => Buffer.concat(Array.from({ length: 500 }, () => frame(event(`tick${String.fromCharCode(97 + (++count % 26))}${count}`, {}))));
      return { connected: ({ line }) => repeat(20, () => !line.socket.destroyed && (line.socket.writableLength > 8e6 || line.raw(some()) || true)) };
    },
    STRICT,
  ),
  way(
    'flood-large',
    'events of 1 MB come as fast as they are read',
    CAUSE,
    { status: 1, words: [/tick/], seconds: 15, output_kb: 300 },
    flood(2, event('tick', 'a'.repeat(1_000_000))),
    { ...STRICT, interrupt: { after: 2, within: 1 } },
  ),
  way(
    'flood-acks',
    'acks that nobody asked for come as fast as they are read',
    CAUSE,
    { status: 1, words: [/ack/], seconds: 15, output_kb: 300 },
    flood(1000, packet(3, '[{"success":true}]', 77777)),
    { mode: 'both' },
  ),
  way(
    'flood-nonsense',
    'packets that are none come as fast as they are read',
    CAUSE,
    { status: 1, words: [/packet/], seconds: 15, output_kb: 300 },
    flood(1000, '4x'),
    { mode: 'both', sample: true },
  ),
  way(
    'flood-late',
    'the flood begins when the case has been played to its end',
    CAUSE,
    { status: 1, words: [/tick/], seconds: 15, output_kb: 300 },
    () => {
      let read = false;
      const bytes = Buffer.concat(Array.from({ length: 1000 }, () => frame(event('tick', { at: 1 }))));
      return {
        rest(request, server) {
          if (read || request.method !== 'GET' || !request.path.includes('/chat/')) return false;
          read = true;
          for (const { line } of server.sessions) {
            repeat(20, () => !line.socket.destroyed && (line.socket.writableLength > 8e6 || line.raw(bytes) || true));
          }
          return false;
        },
      };
    },
    { args: ['--level', 'should'] },
  ),
  way(
    'trickle',
    'an event that nobody expects comes every 100 ms on each socket, so that it is never silent',
    CAUSE,
    { status: 1, words: [/tick/], seconds: 15 },
    () => ({ connected: (session) => repeat(100, () => session.joined && (session.emit('tick', {}), true)) }),
    STRICT,
  ),
  way(
    'echo',
    'each Engine.IO packet of a client is sent back to it',
    'packets that only a client may send come back: that is a finding',
    { status: 1, words: [/packet|event|twice|CONNECT/i], seconds: 15 },
    () => ({
      hear(session, text) {
        if (session.joined) session.write(text);
        return false;
      },
    }),
  ),
];
