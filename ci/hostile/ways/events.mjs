// Servers whose packets are sound and whose payloads are odd: names, numbers, characters, clocks, secrets.

import { packet } from '../session.mjs';
import { way } from './way.mjs';

const UNEXPECTED = 'nothing accounts for that event: it is a finding, shown so that it does no harm to a terminal';
/** An event that no document mentions is a finding of level `should`. */
const STRICT = { args: ['--level', 'should'] };
const ESC = '\u001b';

/** This event, to each user who has just come in. */
const onConnect = (name, data) => () => ({ connected: (session) => session.write(packet(2, JSON.stringify([name, data]))) });
/** Each event and each ack as text, changed on its way. */
const changed = (change) => () => ({
  emit: (session, name, data) => session.write(packet(2, change(JSON.stringify([name, data])))) ?? true,
  ack: (session, id, value) => session.write(packet(3, change(JSON.stringify([value])), id)) ?? true,
});

export const EVENTS = [
  way(
    'name-ansi',
    'the name of an event has escape sequences that clear a screen and set its title',
    UNEXPECTED,
    { status: 1, words: [/evil/], seconds: 15 },
    onConnect(`${ESC}[2J${ESC}]0;evil\u0007${ESC}[31mevil`, { text: `${ESC}[2Jevil` }),
    { mode: 'both', sample: true, ...STRICT },
  ),
  way(
    'name-controls',
    'the name of an event has null bytes, line breaks, and marks that turn the direction of a text',
    UNEXPECTED,
    { status: 1, words: [/fine/], seconds: 15 },
    onConnect('a\u0000b\r\n✓ fine: 1 passed\u202efdp', {}),
    STRICT,
  ),
  way(
    'name-workflow-command',
    'the name of an event looks like a command of a GitHub workflow, and like a tag of XML',
    'nothing accounts for that event: it is a finding, and neither the annotations nor any report obeys it',
    { status: 1, words: [/injected/], seconds: 15, absent: [/^::error file=injected/m] },
    onConnect('\n::error file=injected::x\n]]></failure><script>alert(1)</script>', {}),
    { env: { GITHUB_ACTIONS: 'true' }, ...STRICT },
  ),
  way(
    'name-1mb',
    'the name of an event has 1 MB',
    UNEXPECTED,
    { status: 1, words: [/nnnnnnnn/], seconds: 15, output_kb: 200 },
    onConnect('n'.repeat(1_000_000), {}),
    { mode: 'both', ...STRICT },
  ),
  way('name-empty', 'the name of an event is empty', UNEXPECTED, { status: 1, words: [/""|without a name|empty/], seconds: 15 }, onConnect('', {}), STRICT),
  way(
    'name-reserved',
    'an event is called `connect_error`, as the client\'s own are',
    UNEXPECTED,
    { status: 1, words: [/connect_error/], seconds: 15 },
    onConnect('connect_error', { message: 'no' }),
    STRICT,
  ),
  way(
    'lone-surrogate',
    'the text of an event has half a character, as JavaScript may send it',
    'nothing accounts for that event: it is a finding, or its JSON is',
    { status: 1, words: [/newMessage|surrogate|Socket\.IO packet/i], seconds: 15 },
    () => ({ connected: (session) => session.write('42/chat,["newMessage",{"text":"\\ud800"}]') }),
  ),
  way(
    'null-bytes',
    'each text in a payload ends with a null byte',
    'the text is another one than was sent: that is a finding',
    { status: 1, words: [/\\0|\\u0000|\\u\{0\}|␀|\\x00/], seconds: 15 },
    changed((text) => text.replace(/"message":"([^"]*)"/g, '"message":"$1\\u0000"')),
  ),
  way(
    'ids-beyond-2^53',
    'ids of messages are beyond 2^53 and differ in their last digit',
    'no JavaScript client could keep them apart; they are whole numbers all the same, and the case is judged',
    { status: [0, 1], words: [], seconds: 15 },
    changed((text) => text.replace(/"id":(\d+)/g, '"id":90071992547409$1')),
  ),
  way(
    'ids-1e400',
    'ids are 1e400, which no number can hold',
    'that is no id: it is a finding',
    { status: 1, words: [/1e400|range|number|Socket\.IO packet/], seconds: 15 },
    changed((text) => text.replace(/"id":\d+/g, '"id":1e400')),
  ),
  way(
    'ids-float',
    'ids are written 7.0',
    'JavaScript writes no such number and reads it as 7: the case is judged, and passes or says why not',
    { status: [0, 1], words: [], seconds: 15 },
    changed((text) => text.replace(/"id":(\d+)/g, '"id":$1.0')),
  ),
  way(
    'keys-twice',
    'each object has `success` or `chatId` twice, with a wrong value first',
    'the last one counts in every client: the case is judged, and passes or says why not',
    { status: [0, 1], words: [], seconds: 15 },
    changed((text) => text.replace(/"(success|chatId)":/g, '"$1":null,"$1":')),
  ),
  way(
    'keys-hostile',
    'payloads have the keys `__proto__` and `_placeholder` beside their own',
    'a key too many is a finding, or is open to servers to add',
    { status: [0, 1], words: [], seconds: 15 },
    changed((text) => text.replace(/"message":\{/, '"message":{"__proto__":{"a":1},"_placeholder":true,"num":0,')),
  ),
  way(
    'clock-1970',
    'all times are of the year 1970',
    'a message that was sent now was not created in 1970: that is a finding',
    { status: 1, words: [/1970/], seconds: 15 },
    changed((text) => text.replace(/"20\d\d-[^"]*Z"/g, '"1970-01-01T00:00:00.000Z"')),
    { sample: true },
  ),
  way(
    'clock-9999',
    'all times are of the year 9999',
    'a message that was sent now was not created in 9999: that is a finding, with what is wrong about it',
    { status: 1, words: [/9999/, /future|clock|ahead|far/i], seconds: 15 },
    changed((text) => text.replace(/"20\d\d-[^"]*Z"/g, '"9999-12-31T23:59:59.999Z"')),
  ),
  way(
    'clock-nonsense',
    'all times are the 31st of February',
    'that is no time: it is a finding',
    { status: 1, words: [/02-31/], seconds: 15 },
    changed((text) => text.replace(/"20\d\d-[^"]*Z"/g, '"2026-02-31T25:61:61.000Z"')),
  ),
  way(
    'token-in-ack',
    'the refusal of a stranger repeats the token in its text',
    'the refusal is a good one; the token must not stand in any output or report',
    { status: [0, 1], words: [], seconds: 15 },
    () => ({
      ack(session, id, value) {
        if (value.success) return false;
        console.log(`secret ${session.token}`);
        session.write(packet(3, JSON.stringify([{ success: false, message: `jwt ${session.token} is of a stranger` }]), id));
        return true;
      },
    }),
  ),
  way(
    'token-in-event',
    'an event that nobody expects holds the token, whole and in its parts',
    'the event is a finding; the token must not stand in any output or report',
    { status: 1, words: [/debug/], seconds: 15 },
    () => ({
      connected(session) {
        console.log(`secret ${session.token}`);
        const url = `http://host/?token=${session.token}`;
        session.write(packet(2, JSON.stringify(['debug', { token: session.token, url, [session.token]: 1 }])));
      },
    }),
    { args: ['--level', 'should', '--trace'] },
  ),
  way(
    'token-in-close',
    'the reason of a close frame is the signature of the token',
    'the server hangs up: that is a finding; the signature must not stand in any output or report',
    { status: 1, words: [/close/], seconds: 15 },
    () => ({
      connected(session) {
        const signature = session.token.split('.')[2];
        console.log(`secret ${signature}`);
        session.closeWith(4001, signature);
      },
    }),
  ),
];
