import { jwtVerify } from 'jose';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { type Message, Refused, findFor } from './conversations';
import { hasDefect } from './defect';

const secret = new TextEncoder().encode(process.env.JWT_SECRET ?? 'development');
const Joined = z.object({ conversationId: z.string().min(1) });
const Typing = Joined.extend({ userId: z.string().optional(), isTyping: z.boolean().optional() });

export const io = new Server();
const messages = io.of('/messages');
const online = new Map<string, Set<string>>();
const room = (conversationId: string) => `conversation:${conversationId}`;

messages.use(async (socket, next) => {
  const { auth, query } = socket.handshake;
  try {
    const userId = auth.token ? (await jwtVerify(auth.token, secret, { algorithms: ['HS256'] })).payload.userId : query.userId;
    socket.data.userId = z.string().min(1).parse(userId);
    next();
  } catch {
    next(new Error('Unauthorized'));
  }
});

/** Registers a handler whose refusals are told by the event `error`. */
function on<T>(socket: Socket, event: string, schema: z.ZodType<T>, handler: (payload: T, reply?: (answer: unknown) => void) => void) {
  socket.on(event, (payload, reply) => {
    try {
      handler(schema.parse(payload), typeof reply === 'function' ? reply : undefined);
    } catch (error) {
      const statusCode = error instanceof Refused ? error.statusCode : 400;
      const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      socket.emit('error', { status: 'error', message, statusCode });
    }
  });
}

function tellTyping(socket: Socket, { conversationId, userId }: z.infer<typeof Typing>, isTyping: boolean) {
  findFor(conversationId, socket.data.userId);
  const who = hasDefect('payload-names-the-user') ? userId : socket.data.userId;
  socket.to(room(conversationId)).emit(isTyping ? 'typing:start' : 'typing:stop', { conversationId, userId: who, isTyping });
}

messages.on('connection', (socket) => {
  const { userId } = socket.data;
  const sockets = online.get(userId) ?? new Set();
  online.set(userId, sockets.add(socket.id));
  if (sockets.size === 1 || hasDefect('presence-per-socket')) socket.broadcast.emit('user:online', { userId });

  socket.on('disconnect', () => {
    sockets.delete(socket.id);
    if (sockets.size === 0) online.delete(userId);
    if (sockets.size === 0 || hasDefect('presence-per-socket')) messages.emit('user:offline', { userId });
  });

  on(socket, 'conversation:join', Joined, ({ conversationId }, reply) => {
    findFor(conversationId, userId);
    socket.join(room(conversationId));
    const answer = { event: 'conversation:joined', data: { conversationId, success: true } };
    socket.emit(answer.event, answer.data);
    reply?.(answer);
  });

  on(socket, 'conversation:leave', Joined, ({ conversationId }, reply) => {
    findFor(conversationId, userId);
    socket.leave(room(conversationId));
    const answer = { event: 'conversation:left', data: { conversationId, success: true } };
    socket.emit(answer.event, answer.data);
    reply?.(answer);
  });

  on(socket, 'typing:start', Typing, (payload) => tellTyping(socket, payload, true));
  on(socket, 'typing:stop', Typing, (payload) => tellTyping(socket, payload, false));
});

export function tellMessage(message: Message) {
  const namespace = hasDefect('io-not-namespace') ? io : messages; // io alone is the namespace /
  const audience = hasDefect('told-to-everyone') ? namespace : namespace.to(room(message.conversationId));
  audience.emit('message:received', message);
}

export function tellStatus({ messageId, conversationId, status }: Message) {
  messages.to(room(conversationId)).emit('message:status', { messageId, conversationId, status, updatedAt: new Date().toISOString() });
}
