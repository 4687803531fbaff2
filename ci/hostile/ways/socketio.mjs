// Servers whose Socket.IO packets are bad. *Socket.IO 5, "Packet encoding".*

import { BINARY, frame } from '../wire/frames.mjs';
import { way } from './way.mjs';

const BREAKS = 'the packet breaks the Socket.IO protocol: that is a finding, with the packet';
const NOT_IN = 'a valid token is not let in: that is a finding';

/** This text, to each user who has just come in. */
const onConnect = (...texts) => () => ({ connected: (session) => texts.forEach((text) => session.write(text)) });
/** This instead of the answer to CONNECT. */
const instead = (...texts) => () => ({ connect: (session) => texts.forEach((text) => session.write(text)) ?? true });
/** This beside or instead of each ack. */
const acks = (act) => () => ({ ack: (session, id, value) => act(session, `43/chat,${id}${JSON.stringify([value])}`, id) ?? true });
const breaks = (name, what, words, make, more) => way(name, what, BREAKS, { status: 1, words, seconds: 15 }, make, more);

export const SOCKETIO = [
  way('connect-never', 'CONNECT is never answered', NOT_IN, { status: 1, words: [/connection|connect/i] }, instead(), {
    mode: 'both',
  }),
  breaks('connect-twice', 'CONNECT is answered twice', [/twice|CONNECT|connection/], onConnect('40/chat,{"sid":"again"}'), {
    mode: 'both',
  }),
  breaks('connect-sid-missing', 'CONNECT is answered without a `sid`', [/sid/], () => ({
    connect: (session) => {
      session.joined = true;
      session.write('40/chat,');
      return true;
    },
  })),
  way(
    'connect-error-bare',
    'CONNECT is refused, and the reason left out',
    NOT_IN,
    { status: 1, words: [/refused|CONNECT_ERROR|connect_error/], seconds: 15 },
    instead('44/chat,'),
    { mode: 'both' },
  ),
  way(
    'connect-error-1mb',
    'CONNECT is refused with a reason of 1 MB',
    NOT_IN,
    { status: 1, words: [/refused|CONNECT_ERROR|connect_error/], seconds: 15, output_kb: 100 },
    instead(`44/chat,{"message":"${'no '.repeat(333_000)}"}`),
    { mode: 'both' },
  ),
  way(
    'disconnect-after-connect',
    'DISCONNECT comes right after CONNECT was answered',
    'the server throws out a user who did nothing wrong: that is a finding',
    { status: 1, words: [/disconnect/i], seconds: 15 },
    onConnect('41/chat,'),
    { mode: 'both', sample: true },
  ),
  breaks('packet-type-9', 'a packet of the unknown type 9 comes', [/Socket\.IO packet|type/], onConnect('49/chat,["x"]')),
  breaks('packet-empty', 'a message without a packet comes', [/empty|Socket\.IO packet/i], onConnect('4')),
  breaks('event-empty', 'an event without a name comes', [/name/], onConnect('42/chat,[]')),
  breaks('event-number', 'the name of an event is a number', [/name/], onConnect('42/chat,[7,{"a":1}]')),
  breaks('event-object', 'the payload of an event is an object', [/array|name/], onConnect('42/chat,{"newMessage":1}')),
  breaks('event-not-json', 'the payload of an event is not JSON', [/JSON|expected|Socket\.IO packet/], onConnect('42/chat,["newMessage",')),
  breaks('event-nan', 'the payload of an event holds NaN', [/NaN|Socket\.IO packet/], onConnect('42/chat,["newMessage",{"id":NaN}]')),
  breaks('event-elsewhere', 'an event of a namespace comes that nobody joined', [/namespace/], onConnect('42/admin,["secret",1]')),
  breaks(
    'event-deep',
    'the payload of an event is 100 000 brackets deep',
    [/deep|recursion|nest|Socket\.IO packet/],
    onConnect(`42/chat,["newMessage",${'['.repeat(100_000)}${']'.repeat(100_000)}]`),
    { mode: 'both', sample: true },
  ),
  breaks(
    'event-deep-120',
    'the payload of an event is 120 brackets deep, and nobody expects it',
    [/newMessage/],
    onConnect(`42/chat,["newMessage",${'['.repeat(120)}${']'.repeat(120)}]`),
  ),
  breaks('ack-twice', 'each event is acknowledged twice', [/twice|ack/], acks((session, text) => {
    session.write(text);
    session.write(text);
  }), { mode: 'both' }),
  breaks('ack-unasked', 'an ack comes with an id that nobody used', [/ack|999999/], onConnect('43/chat,999999[{"success":true}]'), {
    mode: 'both',
  }),
  breaks('ack-2^64', 'an ack has the id 2^64', [/id|18446744073709551616/], onConnect('43/chat,18446744073709551616[1]')),
  breaks('ack-without-id', 'an ack has no id', [/id/], onConnect('43/chat,[{"success":true}]')),
  way(
    'ack-million',
    'an ack has a million elements',
    'it is another answer than the document has: that is a finding, and it is shortened wherever it is shown',
    { status: 1, words: [/ack|answer/], output_kb: 200 },
    acks((session, _, id) => session.write(`43/chat,${id}[${'1,'.repeat(999_999)}1]`)),
    { mode: 'both' },
  ),
  way(
    'ack-shifted',
    'each ack bears the id of the event before',
    'answers go to the wrong questions: that is a finding',
    { status: 1, words: [/ack|answer/i], seconds: 15 },
    acks((session, text, id) => session.write(text.replace(`,${id}[`, `,${Math.max(0, id - 1)}[`))),
  ),
  breaks(
    'placeholder-alone',
    'a binary event announces an attachment, and other packets come instead',
    [/attachment|binary/i],
    onConnect('451-/chat,["newMessage",{"_placeholder":true,"num":0}]'),
    { mode: 'both' },
  ),
  breaks(
    'placeholder-unknown',
    'a placeholder names an attachment beyond those announced',
    [/placeholder|attachment|newMessage/i],
    onConnect('450-/chat,["newMessage",{"_placeholder":true,"num":99}]'),
  ),
  breaks(
    'attachments-2^31',
    'a binary event announces 2^31 attachments, and some come',
    [/attachment|binary/i],
    () => ({
      connected(session) {
        session.write('452147483648-/chat,["newMessage",{"_placeholder":true,"num":0}]');
        for (let count = 0; count < 1000; count += 1) session.line.raw(frame(Buffer.alloc(100), { opcode: BINARY }));
      },
    }),
    { mode: 'both' },
  ),
  breaks('attachments-2^70', 'a binary event announces 2^70 attachments', [/attachment/i], onConnect(`45${2n ** 70n}-/chat,["x"]`)),
  way(
    'attachments-without-end',
    'a binary event announces 2^31 attachments of 1 MB, and they come as fast as they are read',
    'more than any client should keep: that is a finding',
    { status: 1, words: [/attachment|binary|MB|large/i] },
    () => {
      const bytes = frame(Buffer.alloc(1_000_000), { opcode: BINARY });
      return {
        connected(session) {
          session.write('452147483648-/chat,["newMessage",{"_placeholder":true,"num":0}]');
          setInterval(() => session.line.socket.writableLength < 4e6 && session.line.raw(bytes), 1);
        },
      };
    },
    { mode: 'both' },
  ),
  way(
    'asks-for-acks',
    'each event to a user asks for an ack, with ids up to 2^53',
    'the protocol allows it and no document forbids it, so the case is judged and passes',
    { status: 0, words: [/passed/], seconds: 15 },
    () => ({
      emit(session, name, data) {
        session.write(`42/chat,9007199254740991${JSON.stringify([name, data])}`);
        return true;
      },
    }),
  ),
];
