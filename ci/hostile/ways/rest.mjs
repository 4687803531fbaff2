// Servers whose sockets are sound and whose REST is bad, mostly in the history that a case reads at its end.

import { answerOf, jsonAnswer, pageAnswer } from '../wire/http.mjs';
import { SOUND, pour, way } from './way.mjs';

const FINDING = 'the chat works, and its history is not what the document has: that is a finding';
const ALLOWED = 'odd, but HTTP allows it and no document forbids it: the case is judged and passes';
const NO_ROOM = 'no room could be made, so nothing could be run';

/** The history is answered so; all else is sound. */
const history = (act) => () => ({
  rest(request, server) {
    if (request.method !== 'GET' || !request.path.startsWith('/chat-messages/chat/')) return false;
    act(request.socket, request, server);
    return true;
  },
});
/** What should be answered, as text. */
const due = (request, server) => JSON.stringify(server.restOf(request)[1]);
const json = { 'Content-Type': 'application/json' };
const body = (of) =>
  history((socket, request, server) => socket.write(answerOf({ headers: json, body: of(due(request, server)) })));

/** Every REST call is answered so. */
const each = (write) => () => ({
  rest(request, server) {
    const [status, value] = server.restOf(request);
    write(request.socket, { status, headers: json, body: JSON.stringify(value) });
    return true;
  },
});

export const REST = [
  way(
    'history-500',
    'the history is answered 500 with a long page in HTML',
    FINDING,
    { status: 1, words: [/500/], seconds: 15 },
    history((socket) => socket.write(pageAnswer(500, '500 from the proxy'))),
    { sample: true },
  ),
  way(
    'history-redirect',
    'the history is redirected to another address',
    FINDING,
    { status: 1, words: [/302/, /https:\/\/login\.example\/start/], seconds: 15 },
    history((socket) => socket.write(answerOf({ status: 302, headers: { Location: 'https://login.example/start' } }))),
  ),
  way(
    'history-never',
    'the history is never answered',
    FINDING,
    { status: 1, words: [/not answered within/] },
    history(() => {}),
  ),
  way(
    'history-100mb',
    'the history has 100 MB',
    FINDING,
    { status: 1, words: [/limit|too large|length|MB|16/i] },
    history((socket) => socket.write(answerOf({ headers: json, body: `["${'a'.repeat(100_000_000)}"]` }))),
    { mode: 'both' },
  ),
  way(
    'history-15mb',
    'the history has 15 MB of small objects',
    FINDING,
    { status: 1, words: [/history|chat-messages/] },
    body(() => `[${'{"id":1},'.repeat(1_600_000)}{"id":2}]`),
  ),
  way(
    'history-without-end',
    'the body of the history goes on as fast as it is read',
    FINDING,
    { status: 1, words: [/limit|too large|length|answer/i] },
    history((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
      pour(socket, () => `10000\r\n${'['.repeat(65536)}\r\n`);
    }),
  ),
  way(
    'history-deep',
    'the history is 100 000 brackets deep',
    FINDING,
    { status: 1, words: [/chat-messages/], seconds: 15 },
    body(() => '['.repeat(100_000) + ']'.repeat(100_000)),
  ),
  way(
    'history-nan',
    'a number in the history is NaN',
    FINDING,
    { status: 1, words: [/NaN|not JSON/], seconds: 15 },
    body((text) => text.replace(/"id":\d+/, '"id":NaN')),
  ),
  way(
    'history-not-utf8',
    'the history holds bytes that are not UTF-8',
    FINDING,
    { status: 1, words: [/chat-messages/], seconds: 15 },
    body((text) => Buffer.concat([Buffer.from(text.replace(/\]$/, ',"')), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('"]')])),
  ),
  way(
    'history-broken-off',
    'the connection ends in the middle of the history',
    FINDING,
    { status: 1, words: [/whole|ended|closed|end of file|before/i], seconds: 15 },
    history((socket) => socket.end(answerOf({ headers: { 'Content-Length': 5000 }, body: '[{"id":' }))),
  ),
  way(
    '204-with-body',
    'the history is answered 204, with a body all the same',
    FINDING,
    { status: 1, words: [/204/], seconds: 15 },
    history((socket, request, server) => socket.write(answerOf({ status: 204, headers: json, body: due(request, server) }))),
  ),
  way(
    'room-without-id',
    'a room is made and its id is left out',
    NO_ROOM,
    { status: 4, words: [/id/, /project-chats/], seconds: 10 },
    () => ({ rest: ({ socket }) => socket.write(jsonAnswer(201, { ok: true })) || true }),
    { mode: 'both' },
  ),
  way(
    'room-id-huge',
    'the id of a room is beyond 2^53',
    'an id that no JavaScript client can read back is the server\'s fault, and the case can be played all the same',
    { status: [0, 1], words: [], seconds: 15 },
    () => ({
      rest(request, server) {
        if (request.method !== 'POST') return false;
        const [, made] = server.restOf(request);
        request.socket.write(answerOf({ status: 201, headers: json, body: `{"id":9007199254740993,"was":${made.id}}` }));
        return true;
      },
    }),
  ),
  way(
    'content-type-html',
    'JSON is called text/html',
    ALLOWED,
    { ...SOUND, seconds: 15 },
    each((socket, answer) => socket.write(answerOf({ ...answer, headers: { 'Content-Type': 'text/html' } }))),
  ),
  way(
    'closes-after-each',
    'each connection is closed after its answer, without a word before',
    ALLOWED,
    { ...SOUND, seconds: 15 },
    each((socket, answer) => socket.end(answerOf(answer))),
    { mode: 'both', sample: true },
  ),
  way(
    'http-1.0',
    'REST is answered in HTTP/1.0, without a length, and closed',
    ALLOWED,
    { ...SOUND, seconds: 15 },
    each((socket, answer) => socket.end(answerOf({ ...answer, version: '1.0', bare: true }))),
  ),
  way(
    'chunked-by-byte',
    'the body of each answer comes in chunks of one byte, with trailers',
    ALLOWED,
    { ...SOUND, seconds: 15 },
    each((socket, { status, body: text }) => {
      const chunks = [...Buffer.from(text)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('');
      socket.write(`HTTP/1.1 ${status} OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\nX-Trailer: a\r\n\r\n`);
    }),
  ),
  way(
    'answers-shifted',
    'on a kept connection each answer is that of the request before',
    'the room that was asked for is not in the answer, so nothing could be run',
    { status: [1, 4], words: [/room|chat/i], seconds: 15 },
    () => {
      let last = jsonAnswer(200, { status: 'ok' });
      return {
        rest(request, server) {
          request.socket.write(last);
          last = jsonAnswer(...server.restOf(request));
          return true;
        },
      };
    },
  ),
  way(
    'answers-twice',
    'each request is answered twice on the same connection',
    'one answer too many belongs to nobody; the chat itself can be judged, and is sound or is told why not',
    { status: [0, 1], words: [], seconds: 15 },
    each((socket, answer) => socket.write(Buffer.concat([answerOf(answer), answerOf(answer)]))),
  ),
  way(
    'token-in-error',
    'a 401 for the history repeats the token in its text',
    'the refusal is a finding; the token must not stand in any output or report',
    { status: 1, words: [/401/], seconds: 15 },
    history((socket, { headers }) => {
      const token = headers.authorization.replace('Bearer ', '');
      console.log(`secret ${token}`);
      socket.write(jsonAnswer(401, { statusCode: 401, message: `jwt ${token} is not mine` }));
    }),
  ),
];
