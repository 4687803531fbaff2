import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { WsException } from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import type { Claims } from '../shared/jwt.js';

/** Checks the token with every event, so that one that expires stops working. */
@Injectable()
export class WsJwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const client = context.switchToWs().getClient<Socket>();
    client.data.userId = this.userOf(client);
    return true;
  }

  userOf(client: Socket): number {
    try {
      return Number(this.jwt.verify<Claims>(client.handshake.auth.token).sub);
    } catch {
      throw new WsException('Unauthorized: invalid or missing token');
    }
  }
}
