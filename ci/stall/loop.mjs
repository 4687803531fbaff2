// Measures as most load scripts do: each user says something, waits for the answer, notes how long that took, and goes on. While the
// server stalls, nobody says anything, so that second is a handful of measurements among thousands.
// Usage: URL=… node loop.mjs USERS SECONDS
import { io } from 'socket.io-client';

const [users, seconds] = process.argv.slice(2).map(Number);
const took = [];
async function user(index) {
  const socket = io(process.env.URL, { transports: ['websocket'], forceNew: true });
  const room = `room-${index % 10}`;
  await socket.emitWithAck('join', room);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const sent = performance.now();
    await socket.emitWithAck('say', { room, text: 'hello' });
    took.push(performance.now() - sent);
  }
  socket.disconnect();
}
await Promise.all(Array.from({ length: users }, (_, index) => user(index)));
took.sort((a, b) => a - b);
const at = (part) => took[Math.ceil(part * took.length) - 1].toFixed(1);
console.log(JSON.stringify({ count: took.length, p50: at(0.5), p99: at(0.99), max: at(1) }));
