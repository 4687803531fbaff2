// Servers that are bad from the request for a websocket to the Engine.IO open packet. *Engine.IO 4, "Handshake".*

import { acceptKey, frame } from '../wire/frames.mjs';
import { answerOf, pageAnswer } from '../wire/http.mjs';
import { pour, way } from './way.mjs';

const BREAKS = 'the open packet breaks the protocol, so that no client gets in: that is a finding about the server';
const NO_SOCKETS = 'REST is there and answers, and no socket can be opened: what it is about could not be run';
const TAKEN = 'a client may live with it, so the case is judged by what follows';

const upgraded = (act) => () => ({
  upgrade(request, server) {
    act(request, server);
    return true;
  },
});
const shake = (shake) => () => ({ shake });
const text = (open) => () => ({ open });

export const HANDSHAKE = [
  way(
    'upgrade-404',
    'the request for a websocket is answered 404 with a page, while REST works',
    NO_SOCKETS,
    { status: [1, 4], words: [/404/, /path/], seconds: 15 },
    upgraded(({ socket }) => socket.write(pageAnswer(404, 'Not found'))),
    { mode: 'both' },
  ),
  way(
    'upgrade-200',
    'the request for a websocket is answered 200 with a page, as by a proxy that knows no websockets',
    NO_SOCKETS,
    { status: [1, 4], words: [/200/, /proxy|websocket/], seconds: 15 },
    upgraded(({ socket }) => socket.write(pageAnswer(200, 'Welcome'))),
  ),
  way(
    'upgrade-redirect',
    'the request for a websocket is redirected',
    `${NO_SOCKETS}; the Location says why`,
    { status: [1, 4], words: [/302/, /https:\/\/elsewhere\.example/], seconds: 15 },
    upgraded(({ socket }) => socket.write(answerOf({ status: 302, headers: { Location: 'https://elsewhere.example/' } }))),
  ),
  way(
    'upgrade-never',
    'the request for a websocket is never answered',
    NO_SOCKETS,
    { status: [1, 4], words: [/upgrade did not come within|not answered/] },
    upgraded(() => {}),
    { mode: 'both' },
  ),
  way(
    'upgrade-wrong-key',
    'a websocket is accepted with a wrong key',
    NO_SOCKETS,
    { status: [1, 4], words: [/Sec-WebSocket-Accept|key/i], seconds: 15 },
    () => ({ accept: { 'Sec-WebSocket-Accept': acceptKey('nonsense') } }),
    { mode: 'both', sample: true },
  ),
  way(
    'upgrade-without-header',
    'a websocket is accepted without the header `Upgrade`',
    NO_SOCKETS,
    { status: [1, 4], words: [/upgrade/i], seconds: 15 },
    upgraded(({ socket, headers }) =>
      socket.write(
        answerOf({ status: 101, headers: { 'Sec-WebSocket-Accept': acceptKey(headers['sec-websocket-key']) }, bare: true }),
      ),
    ),
  ),
  way(
    'upgrade-headers-without-end',
    'the headers of the answer to the request for a websocket go on as fast as they are read, while REST works',
    NO_SOCKETS,
    { status: [1, 4], words: [/header|large|long|did not come/i] },
    upgraded(({ socket }) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      const more = `X-More: ${'a'.repeat(1000)}\r\n`.repeat(60);
      pour(socket, () => more);
    }),
    { mode: 'both' },
  ),
  way(
    'upgrade-extension',
    'compression that nobody asked for is agreed to',
    'RFC 6455 forbids it, and nothing is compressed: it is told, or overlooked',
    { status: [0, 1, 4], words: [], seconds: 15 },
    () => ({ accept: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } }),
  ),
  way(
    'no-frame',
    'a websocket is accepted, and no frame ever comes',
    NO_SOCKETS,
    { status: [1, 4], words: [/open packet did not come within/] },
    quiet,
    { mode: 'both' },
  ),
  way(
    'open-not-json',
    'the open packet is not JSON',
    BREAKS,
    { status: 1, words: [/open packet|handshake/i, /sid: abc/], seconds: 15 },
    text(() => '0{sid: abc}'),
    { sample: true },
  ),
  way(
    'open-without-sid',
    'the open packet has no `sid`',
    BREAKS,
    { status: 1, words: [/sid/], seconds: 15 },
    shake({ sid: undefined }),
    { mode: 'both' },
  ),
  way(
    'open-sid-number',
    '`sid` is a number',
    BREAKS,
    { status: 1, words: [/sid|string/], seconds: 15 },
    shake({ sid: 7 }),
  ),
  way(
    'ping-interval-0',
    '`pingInterval` and `pingTimeout` are 0, and no ping comes',
    'the server promises a ping at once and none comes: the words have to name what it promises',
    { status: 1, words: [/pingInterval|ping/], seconds: 15 },
    () => ({ shake: { pingInterval: 0, pingTimeout: 0 }, beats: false }),
    { mode: 'both' },
  ),
  way(
    'ping-interval-negative',
    '`pingInterval` is -25000',
    BREAKS,
    { status: 1, words: [/pingInterval|-25000/], seconds: 15 },
    shake({ pingInterval: -25000 }),
  ),
  way(
    'ping-interval-fraction',
    '`pingInterval` is 25000.5',
    'a JavaScript client takes it, so the case is judged by what follows, or it is told',
    { status: [0, 1], words: [], seconds: 15 },
    shake({ pingInterval: 25000.5 }),
  ),
  way(
    'ping-interval-huge',
    '`pingInterval` is 10^300',
    'no client can wait that long; the case is judged by what follows, or it is told',
    { status: [0, 1], words: [], seconds: 15 },
    text(({ sid }) => `0{"sid":"${sid}","upgrades":[],"pingInterval":1e300,"pingTimeout":20000,"maxPayload":1000000}`),
  ),
  way(
    'ping-interval-2^64',
    '`pingInterval` and `pingTimeout` are 2^64 - 1',
    TAKEN,
    { status: [0, 1], words: [], seconds: 15 },
    text(({ sid }) => `0{"sid":"${sid}","upgrades":[],"pingInterval":18446744073709551615,"pingTimeout":18446744073709551615}`),
    { mode: 'both' },
  ),
  way(
    'max-payload-0',
    '`maxPayload` is 0, by polling',
    TAKEN,
    { status: [0, 1], words: [], seconds: 15 },
    shake({ maxPayload: 0 }),
    { args: ['--transport', 'polling'] },
  ),
  way(
    'max-payload-negative',
    '`maxPayload` is -1',
    BREAKS,
    { status: 1, words: [/maxPayload|-1/], seconds: 15 },
    shake({ maxPayload: -1 }),
  ),
  way(
    'upgrades-not-a-list',
    '`upgrades` is a text',
    BREAKS,
    { status: 1, words: [/upgrades|sequence|list/], seconds: 15 },
    shake({ upgrades: 'websocket' }),
  ),
  way(
    'eio-3',
    'Engine.IO 3 is spoken: the server waits for the pings of the client, and opens the main namespace unasked',
    'the server speaks an older protocol, which has to be named or shown: that is a finding',
    { status: 1, words: [/Engine\.IO|namespace \/|40/], seconds: 15 },
    () => ({ beats: false, opened: (session) => session.write('40'), hear: (session, said) => said === '2' }),
  ),
  way(
    'opens-twice',
    'the open packet comes twice, with another `sid`',
    'a second open packet is forbidden: that is a finding',
    { status: 1, words: [/open|0\{/i], seconds: 15 },
    () => ({ opened: (session) => session.write('0{"sid":"other","upgrades":[],"pingInterval":25000,"pingTimeout":20000}') }),
    { mode: 'both' },
  ),
  way(
    'open-binary',
    'the open packet is a binary frame',
    BREAKS,
    { status: 1, words: [/binary/], seconds: 15 },
    () => ({ ...quiet(), accepted: (session) => session.line.raw(frame('0{}', { opcode: 2 })) }),
  ),
  way(
    'open-10mb',
    'the open packet has 10 MB of things that nobody knows',
    TAKEN,
    { status: [0, 1], words: [], seconds: 15 },
    () => ({ shake: { more: 'a'.repeat(10_000_000) } }),
  ),
  way(
    'open-1gb',
    'the open packet is 1 GB of one frame, as fast as it is read',
    BREAKS,
    { status: [1, 4], words: [/large|long|size|limit/i] },
    upgradedWith1gb,
  ),
];

/** Says nothing on its own after the upgrade. */
function quiet() {
  return { silent: true, beats: false };
}

function upgradedWith1gb() {
  const chunk = Buffer.alloc(65536, 'a');
  return {
    silent: true,
    beats: false,
    accepted(session) {
      const { socket } = session.line;
      socket.write(frame('0{"sid":"', { claims: 1_000_000_000n }));
      pour(socket, () => chunk);
    },
  };
}
