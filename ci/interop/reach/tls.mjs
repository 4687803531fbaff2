// The chat of chat.mjs behind TLS, a path of its own and REST under another, as a server stands in production: it lets in who brings
// a token and says for which tenant. PORT, CERT and KEY; CLIENTS is the authority of the certificates that clients have to show.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Server } from 'socket.io';

const { PORT = '3443', CERT, KEY, CLIENTS } = process.env;
const clients = CLIENTS ? { ca: readFileSync(CLIENTS), requestCert: true, rejectUnauthorized: true } : {};
const http = createServer({ cert: readFileSync(CERT), key: readFileSync(KEY), ...clients }, (request, response) => {
  response.writeHead(request.url === '/api/v1/health' ? 200 : 404, { 'content-type': 'application/json' });
  response.end('{"status":"ok"}');
});
const io = new Server(http, { path: '/ws/socket.io' });
io.use((socket, next) => {
  const { auth, headers, query } = socket.handshake;
  const known = auth.token === 'letmein' && headers['x-tenant'] === 'acme' && query.v === '2';
  next(known ? undefined : new Error('unauthorized'));
});
io.on('connection', (socket) => {
  socket.on('join', (room, ack) => { socket.join(room); ack?.('ok'); });
  socket.on('say', ({ room, text }, ack) => { io.to(room).emit('said', { room, text }); ack?.({ ok: true }); });
});
http.listen(Number(PORT));
