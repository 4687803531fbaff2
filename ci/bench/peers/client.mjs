// What one would write with the official client: so many sockets, each emitting and waiting for its ack, or rooms of ten that
// chat. It only counts; nothing is compared or timed.
//
// Usage: node client.mjs URL echo|chat|idle SOCKETS

import { io } from 'socket.io-client';

const [url, mode, count] = process.argv.slice(2);
const sockets = Number(count);
const AT_ONCE = 100;
const MEMBERS = 10;
let delivered = 0;

async function makeRoom() {
  const body = JSON.stringify({ members: [1] });
  const headers = { 'content-type': 'application/json' };
  return (await (await fetch(`${url}/rooms`, { method: 'POST', headers, body })).json()).id;
}

function open(room, speaks) {
  return new Promise((resolve) => {
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    socket.on('message', () => (delivered += 1));
    socket.on('connect', () => socket.emit('join', { room }, () => resolve({ socket, room, speaks })));
  });
}

function loop({ socket, room }, event) {
  const again = () => socket.emit(event, { room, from: 1, text: 'a payload of about eighty bytes' }, again);
  again();
}

const opened = [];
let room;
for (let at = 0; at < sockets; at += AT_ONCE) {
  const some = [];
  for (let index = at; index < Math.min(sockets, at + AT_ONCE); index += 1) {
    const first = mode === 'chat' ? index % MEMBERS === 0 : true;
    if (first && (mode === 'chat' || index === 0)) room = await makeRoom();
    some.push(open(room, first));
  }
  opened.push(...(await Promise.all(some)));
}
if (mode === 'echo') for (const one of opened) loop(one, 'echo');
if (mode === 'chat') for (const one of opened.filter(({ speaks }) => speaks)) loop(one, 'send');
