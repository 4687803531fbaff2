// Servers whose long-polling is bad, and whose upgrade from it is. *Engine.IO 4, "HTTP long-polling" and "Upgrade".*

import { closeFrame } from '../wire/frames.mjs';
import { plain } from '../polling.mjs';
import { answerOf, pageAnswer } from '../wire/http.mjs';
import { SOUND, way } from './way.mjs';

const FINDING = 'polling breaks the protocol, or off: that is a finding';
const NO_SOCKETS = 'REST is there and answers, and no session can be opened: what it is about could not be run';
const GOES_ON = 'the upgrade that is offered fails, and polling may go on: the offer is a finding, and so is nothing else';

const POLLING = { args: ['--transport', 'polling'] };
const UPGRADE = { args: ['--transport', 'upgrade'] };
const polled = (name, what, why, expected, make) => way(name, what, why, { seconds: 20, ...expected }, make, POLLING);

/** Polls after the first are answered so. */
const polls = (answer) => () => {
  let first = true;
  return {
    poll({ socket, query }) {
      if (!query.get('sid') || first) {
        first = false;
        return false;
      }
      const bytes = answer();
      if (bytes) socket.write(bytes);
      return true;
    },
  };
};
const posts = (act) => () => ({
  posted(request, session) {
    act(request.socket, session);
    return true;
  },
});

export const POLLS = [
  way('polling-sound', 'polling as it should be', 'nothing is wrong', { ...SOUND, seconds: 15 }, () => ({}), POLLING),
  way('upgrade-sound', 'an upgrade as it should be', 'nothing is wrong', { ...SOUND, seconds: 15 }, () => ({}), UPGRADE),
  polled('poll-separator', 'packets are separated by a line break', FINDING, { status: 1, words: [/packet/i] }, () => ({ separator: '\n6\n' })),
  polled('poll-v3', 'payloads are written as Engine.IO 3 has them: `<length>:<packet>`', NO_SOCKETS, { status: [1, 4], words: [/96:0|Engine\.IO/] }, () => ({
    open: (shake) => `96:0${JSON.stringify(shake)}`,
  })),
  polled('poll-empty', 'polls are answered 200 with nothing, at once and always', FINDING, { status: 1, words: [/empty|poll/i] }, polls(() => plain(''))),
  polled('poll-never', 'polls are never answered', 'no packet ever comes, CONNECT is not answered: that is a finding', { status: 1, words: [/connection|poll/i], seconds: 30 }, polls(() => null)),
  polled('poll-400', 'polls are answered 400 {"code":1}', FINDING, { status: 1, words: [/400/, /code/] }, polls(() => plain('{"code":1,"message":"Session ID unknown"}', 400))),
  polled('poll-page', 'polls are answered 200 with a page in HTML', FINDING, { status: 1, words: [/packet|HTML/] }, polls(() => pageAnswer(200, 'Please log in'))),
  polled('poll-302', 'polls are redirected', FINDING, { status: 1, words: [/302/] }, polls(() => answerOf({ status: 302, headers: { Location: '/elsewhere' } }))),
  polled('poll-million', 'a poll is answered with a million noops', 'noops are harmless: the case is judged and passes', { status: [0, 1], words: [] }, () => {
    let done = false;
    return {
      poll({ query, socket }) {
        if (done || !query.get('sid')) return false;
        done = true;
        socket.write(plain(Array.from({ length: 1_000_000 }, () => '6').join('\x1e')));
        return true;
      },
    };
  }),
  polled('poll-100mb', 'a poll is answered with 100 MB', FINDING, { status: 1, words: [/limit|large|length|MB/i] }, polls(() => plain('6\x1e'.repeat(50_000_000)))),
  polled('poll-base64', 'a poll holds `b` and what is no base64', FINDING, { status: 1, words: [/base64/i] }, () => ({ connected: (session) => session.write('b*not*base64*') })),
  polled('post-400', 'POSTs are answered 400 {"code":1}', FINDING, { status: 1, words: [/400/, /POST/] }, posts((socket) => socket.write(plain('{"code":1}', 400)))),
  polled('post-never', 'POSTs are never answered, and heard all the same', 'the answer to CONNECT comes, and no further POST can be sent: what then is missing is a finding', { status: 1, words: [/POST|ack|connection/i], seconds: 30 }, () => ({
    posted(request, session) {
      for (const text of request.body.split('\x1e')) session.hear(text);
      return true;
    },
  })),
  polled('post-broken', 'the connection is reset at each POST', FINDING, { status: 1, words: [/POST/] }, posts((socket) => socket.resetAndDestroy())),
  way('probe-never', 'the probe of an upgrade is never answered', GOES_ON, { status: 1, words: [/probe/] }, () => ({ probe: () => true }), UPGRADE),
  way('probe-wrong', 'the probe of an upgrade is answered `3nonsense`', GOES_ON, { status: 1, words: [/probe/, /3nonsense/], seconds: 20 }, () => ({
    probe: (_, line) => line.write('3nonsense') ?? true,
  }), UPGRADE),
  way('probe-closed', 'the websocket of an upgrade is closed at its probe', GOES_ON, { status: 1, words: [/probe|upgrade/], seconds: 20 }, () => ({
    probe: (_, line) => line.raw(closeFrame(1011, 'no')) || true,
  }), UPGRADE),
  way('probe-refused', 'the websocket of an upgrade is refused with 400', GOES_ON, { status: 1, words: [/400/], seconds: 20 }, () => ({
    upgrade: ({ socket }) => socket.write(plain('{"code":3}', 400)) || true,
  }), UPGRADE),
  way('upgrade-loses', 'after the upgrade nothing comes on the websocket', 'what is missing after the upgrade is a finding', { status: 1, words: [/ack|connection|never/i], seconds: 30 }, () => ({
    probe(session, line) {
      line.write('3probe');
      session.line.release();
      session.line.move({ write() {}, end() {} });
      return true;
    },
  }), UPGRADE),
];
