// The chat of chat.mjs for people who have to log in: POST /auth/login answers with a token that means nothing to anybody else, and
// sets a cookie; a connection has to bring both. WAY=careless looks at neither.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const { PORT = '3000', WAY = 'usual' } = process.env;
const sessions = new Map();
const http = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { email, password } = request.url === '/auth/login' && body ? JSON.parse(body) : {};
  if (!email || password !== `${email.split('@')[0]}-password`) return response.writeHead(401).end('{"error":"no"}');
  const [token, sid] = [randomUUID(), randomUUID()];
  sessions.set(token, sid);
  response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': `sid=${sid}; HttpOnly; Path=/` });
  response.end(JSON.stringify({ accessToken: token, expiresIn: 3600, user: { id: `u-${email.split('@')[0]}` } }));
});
const io = new Server(http);
io.use((socket, next) => {
  const { auth, headers } = socket.handshake;
  const sid = sessions.get(auth.token);
  next(WAY === 'careless' || (sid && headers.cookie?.includes(`sid=${sid}`)) ? undefined : new Error('unauthorized'));
});
io.on('connection', (socket) => {
  socket.on('join', (room, ack) => { socket.join(room); ack?.('ok'); });
  socket.on('say', ({ room, text }, ack) => { io.to(room).emit('said', { room, text }); ack?.({ ok: true }); });
});
http.listen(Number(PORT));
