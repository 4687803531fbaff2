import type { JwtService } from '@nestjs/jwt';
import type { Socket } from 'socket.io';
import type { Claims } from '../shared/jwt.js';

type Next = (error?: Error) => void;

/** A token says who connects; in development the query may say it as well. */
export const wsAuthMiddleware = (jwt: JwtService) => (socket: Socket, next: Next) => {
  const { auth, query } = socket.handshake;
  try {
    const userId = auth.token ? jwt.verify<Claims>(auth.token).userId : query.userId;
    if (typeof userId !== 'string' || !userId) throw new Error('no user');
    socket.data.userId = userId;
    next();
  } catch {
    next(new Error('Unauthorized'));
  }
};
