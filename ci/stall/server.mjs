// Answers at once, but for one second in which it does nothing at all, as in a long collection of garbage or a query that blocks.
// STALL_AT: how many milliseconds after the first connection that second begins.
import { Server } from 'socket.io';

const { PORT = '3000', STALL_AT = '8000' } = process.env;
const io = new Server(Number(PORT));
let planned = false;
function stall() {
  const until = performance.now() + 1000;
  while (performance.now() < until);
}
io.on('connection', (socket) => {
  if (!planned) setTimeout(stall, Number(STALL_AT));
  planned = true;
  socket.on('join', (room, ack) => { socket.join(room); ack('ok'); });
  socket.on('say', ({ room, text }, ack) => {
    io.to(room).emit('said', { room, text });
    ack({ ok: true });
  });
});
