import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { WsException } from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import type { Claims } from '../shared/jwt.js';

/** Validates the token from handshake auth, headers, or query params, with every event. */
@Injectable()
export class WsJwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const client = context.switchToWs().getClient<Socket>();
    const token = this.extractToken(client);
    if (!token) throw new WsException('Unauthorized: no token provided');
    try {
      const { sub, role, type } = this.jwt.verify<Claims>(token);
      client.data.user = { id: Number(sub), role, type };
    } catch {
      throw new WsException('Unauthorized: invalid token');
    }
    return true;
  }

  private extractToken({ handshake }: Socket): string | undefined {
    const [type, bearer] = handshake.headers.authorization?.split(' ') ?? [];
    const { token } = handshake.query;
    return handshake.auth.token ?? (type === 'Bearer' ? bearer : undefined) ?? (Array.isArray(token) ? token[0] : token);
  }
}
