// Servers and proxies whose HTTP is bad wherever one asks: nothing but that is ever seen of them.

import { gzipSync } from 'node:zlib';

import { answerOf, pageAnswer } from '../wire/http.mjs';
import { pour, repeat, way } from './way.mjs';

const NOTHING_SEEN = 'nothing of the chat was seen, so nothing could be run; the words have to say what answered instead';
const NO_ANSWER = 'no request ever gets a whole answer, so the target was not reached';
const NO_HTTP = 'what comes is no HTTP that a client may accept, so the target was not reached';

/** Every request is answered so. */
const always = (act) => () => ({
  request: (request) => {
    act(request.socket, request);
    return true;
  },
});
const bytes = (answer) => always((socket) => socket.write(answer));

const ok = (headers, body = '') => answerOf({ status: 200, headers, body });

export const HTTP = [
  ...[404, 500, 503].map((status) =>
    way(
      `http-${status}`,
      `everything is answered ${status} with a long page in HTML`,
      NOTHING_SEEN,
      { status: 4, words: [new RegExp(`${status}`)], seconds: 10 },
      bytes(pageAnswer(status, `${status} from the proxy`)),
      { mode: status === 503 ? 'both' : 'case', sample: status === 503 },
    ),
  ),
  way(
    'page-200',
    'a proxy answers everything 200 with a page in HTML',
    NOTHING_SEEN,
    { status: 4, words: [/<!DOCTYPE html>|text\/html|HTML/], seconds: 10 },
    bytes(pageAnswer(200, 'Please log in')),
    { mode: 'both' },
  ),
  way(
    'redirect',
    'everything is redirected to another address',
    `${NOTHING_SEEN}, with its Location`,
    { status: 4, words: [/302/, /https:\/\/login\.example\/start/], seconds: 10 },
    bytes(answerOf({ status: 302, headers: { Location: 'https://login.example/start' } })),
    { mode: 'both' },
  ),
  way(
    'redirect-loop',
    'everything is redirected to where it was asked for',
    NOTHING_SEEN,
    { status: 4, words: [/302/, /\/project-chats/], seconds: 10 },
    always((socket, { target }) => socket.write(answerOf({ status: 302, headers: { Location: target } }))),
  ),
  way(
    'headers-without-end',
    'the headers of an answer go on as fast as they are read',
    NO_HTTP,
    { status: 3, words: [/header|too large|HTTP/i] },
    always((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      let count = 0;
      pour(socket, () => `X-More-${++count}: ${'a'.repeat(200)}\r\n`.repeat(20));
    }),
    { mode: 'both' },
  ),
  way(
    'header-10mb',
    'one header of an answer has 10 MB',
    NO_HTTP,
    { status: 3, words: [/header|too large|HTTP/i], seconds: 15 },
    bytes(ok({ 'X-Large': 'a'.repeat(10_000_000), 'Content-Type': 'application/json' }, '{}')),
  ),
  way(
    'body-without-end',
    'the body of an answer goes on, in chunks, as fast as it is read',
    NO_ANSWER,
    { status: 3, words: [/limit|too large|length|answer/i] },
    always((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
      pour(socket, () => `10000\r\n${'['.repeat(65536)}\r\n`);
    }),
    { mode: 'both' },
  ),
  way(
    'slow-loris',
    'an answer comes by one byte each second',
    NO_ANSWER,
    { status: 3, words: [/not answered within|did not come within|no answer/i] },
    always((socket) => {
      const answer = ok({ 'Content-Type': 'application/json' }, '{"id":1}');
      let at = 0;
      repeat(1000, () => !socket.destroyed && at < answer.length && socket.write(answer.subarray(at, ++at)));
    }),
    { mode: 'both' },
  ),
  way(
    'length-too-long',
    'an answer promises 1000 bytes, has 8 and ends',
    NO_ANSWER,
    { status: 3, words: [/whole|ended|closed|end of file|before/i], seconds: 15 },
    always((socket) => socket.end(ok({ 'Content-Length': 1000 }, '{"id":1}'))),
  ),
  way(
    'length-too-short',
    'an answer promises 3 bytes and has 8',
    'the room that was asked for is not in what is read as the answer, so nothing could be run',
    { status: [3, 4], words: [/\{"i|201|200/], seconds: 15 },
    bytes(ok({ 'Content-Length': 3 }, '{"id":1}')),
  ),
  way(
    'length-nonsense',
    'the length of an answer is a negative number',
    NO_HTTP,
    { status: 3, words: [/length|HTTP/i], seconds: 10 },
    bytes(ok({ 'Content-Length': -5 }, '{}')),
  ),
  way(
    'gzip-bomb',
    'each answer is 256 MB of zeros, compressed to 260 kB, though nobody asked for compression',
    NOTHING_SEEN,
    { status: 4, words: [/gzip|encoding|project-chats/i], seconds: 15 },
    () => {
      const bomb = gzipSync(Buffer.alloc(1 << 28));
      return { request: ({ socket }) => socket.write(ok({ 'Content-Encoding': 'gzip' }, bomb)) || true };
    },
  ),
  way(
    '100-continue-without-end',
    'every request is told to continue, over and over',
    NO_ANSWER,
    { status: 3, words: [/not answered|did not come|answer/i] },
    always((socket) => pour(socket, () => 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100))),
    { mode: 'both' },
  ),
  way(
    'status-line-nonsense',
    'the status of each answer is 99999',
    NO_HTTP,
    { status: 3, words: [/status|HTTP/i], seconds: 10 },
    bytes('HTTP/1.1 99999 Fine\r\nContent-Length: 0\r\n\r\n'),
  ),
  way(
    'header-nonsense',
    'an answer has a header with null bytes and spaces in its name',
    NO_HTTP,
    { status: 3, words: [/header|HTTP/i], seconds: 10 },
    bytes('HTTP/1.1 200 OK\r\nX \0 Odd: a\0b\r\nContent-Length: 0\r\n\r\n'),
  ),
];
