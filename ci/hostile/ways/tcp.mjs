// Servers that are bad before anything is HTTP, and servers that go away.

import { way } from './way.mjs';

const NOT_THERE = 'nothing that speaks HTTP is there, so the target was not reached';
const LEFT = 'the target was there and did not stay';

/** Does `act` at the first event of this name. */
const atFirst = (name, act) => () => {
  let done = false;
  return {
    event(session, event) {
      if (done || event !== name) return false;
      done = true;
      return act(session);
    },
  };
};

export const TCP = [
  way(
    'silent',
    'a TCP connection is accepted and never answered',
    NOT_THERE,
    { status: 3, words: [/not answered|did not come|no answer/i] },
    () => ({ connection: () => true }),
    { mode: 'both' },
  ),
  way(
    'closes-at-once',
    'each connection is closed as soon as it is accepted',
    NOT_THERE,
    { status: 3, words: [/closed/i], seconds: 10 },
    () => ({ connection: (socket) => Boolean(socket.end()) }),
    { mode: 'both', sample: true },
  ),
  way(
    'resets',
    'each connection is reset as soon as it is accepted',
    NOT_THERE,
    { status: 3, words: [/reset|closed/i], seconds: 10 },
    () => ({ connection: (socket) => Boolean(socket.resetAndDestroy()) }),
    { mode: 'both' },
  ),
  way(
    'garbage',
    'each connection is answered by bytes that are not HTTP',
    NOT_THERE,
    { status: 3, words: [/HTTP/], seconds: 10 },
    () => ({
      connection: (socket) => {
        socket.on('data', () => socket.write(Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 37) % 256))));
        return true;
      },
    }),
    { mode: 'both' },
  ),
  way(
    'speaks-first',
    'an SSH banner comes before any request',
    NOT_THERE,
    { status: 3, words: [/HTTP/], seconds: 10 },
    () => ({ connection: (socket) => Boolean(socket.write('SSH-2.0-OpenSSH_9.6\r\n')) }),
  ),
  way(
    'accepts-three',
    'three connections are served, and all later ones are closed at once',
    'the server lets go of users that it should serve, and says so by hanging up: that is a finding, or a target that did not stay',
    { status: [1, 3], words: [/closed|connection/i], seconds: 15 },
    () => {
      let count = 0;
      return { connection: (socket) => ++count > 3 && Boolean(socket.end()) };
    },
    { mode: 'both' },
  ),
  way(
    'dies',
    'the process ends in the middle of a case',
    LEFT,
    { status: 3, words: [/connection|reached|stay/i], seconds: 15 },
    atFirst('sendMessage', () => process.exit(1)),
    { mode: 'both', sample: true },
  ),
  way(
    'dies-at-join',
    'the process ends when the first user joins',
    LEFT,
    { status: 3, words: [/connection|reached|stay/i], seconds: 15 },
    atFirst('joinChat', () => process.exit(0)),
  ),
  way(
    'stops',
    'the process stops in the middle of a case, as under SIGSTOP: connections are accepted by the system, and nothing answers',
    LEFT,
    { status: [1, 3], words: [/not answered|did not come|never|no answer/i] },
    atFirst('sendMessage', () => process.kill(process.pid, 'SIGSTOP')),
    { mode: 'both' },
  ),
  way(
    'stops-reading',
    'from the first message on no websocket is read any more, while REST and new connections work',
    'messages are lost by a server that is up: that is a finding',
    { status: 1, words: [/sendMessage|newMessage|not answered|never/i] },
    () => {
      let full = false;
      const pause = (server) => {
        for (const other of server.sessions) other.line.socket.pause();
      };
      return {
        event(session, name) {
          full ||= name === 'sendMessage';
          if (full) pause(session.server);
          return full;
        },
      };
    },
    { mode: 'both' },
  ),
  way(
    'cuts-all',
    'at the first message all connections are reset, and new ones are served',
    'the server cut its users off, and is still there: that is a finding',
    { status: 1, words: [/reset|connection|closed/i], seconds: 15 },
    atFirst('sendMessage', (session) => {
      for (const other of [...session.server.sessions]) other.line.socket.resetAndDestroy();
      return true;
    }),
  ),
];
