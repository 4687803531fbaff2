// What one would write with the official server: the dialect of the comparison (scenarios/dialects/bench.yaml), and nothing
// more. PORT says where.

import { createServer } from 'node:http';
import { Server } from 'socket.io';

let rooms = 0;
let messages = 0;
const http = createServer((request, response) => {
  request.resume();
  if (request.method !== 'POST' || request.url !== '/rooms') return response.writeHead(404).end();
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: ++rooms }));
});
const io = new Server(http, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  socket.on('echo', (payload, ack) => ack(payload));
  socket.on('join', ({ room }, ack) => {
    socket.join(String(room));
    ack({ ok: true });
  });
  socket.on('send', ({ room, from, text }, ack) => {
    const id = ++messages;
    io.to(String(room)).emit('message', { id, room, from, text });
    ack({ id });
  });
});
http.listen(Number(process.env.PORT), '127.0.0.1');
