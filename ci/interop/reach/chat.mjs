// The chat of most tutorials: a room is a name that anybody joins; nothing is stored, and nobody logs in.
// WAY=leaks tells everybody, whatever their room; WAY=loses tells nobody but the speaker.
import { Server } from 'socket.io';

const { PORT = '3000', WAY = 'usual' } = process.env;
const io = new Server(Number(PORT));
io.on('connection', (socket) => {
  socket.on('join', (room, ack) => { socket.join(room); ack?.('ok'); });
  socket.on('say', ({ room, text }, ack) => {
    const hearers = { leaks: io, loses: socket }[WAY] ?? io.to(room);
    hearers.emit('said', { room, text });
    ack?.({ ok: true });
  });
});
