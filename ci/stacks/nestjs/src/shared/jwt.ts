import { CanActivate, ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import type { Request } from 'express';

/** Where the tokens of all dialects are checked. */
export const Jwt = JwtModule.register({
  secret: process.env.JWT_SECRET ?? 'development',
  verifyOptions: { algorithms: ['HS256'] },
});

export interface Claims {
  sub?: number | string;
  userId?: string;
  role?: string;
  type?: string;
}

/** A bearer token for REST. */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request & { userId: number }>();
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    try {
      if (scheme !== 'Bearer') throw new Error('no bearer token');
      request.userId = Number(this.jwt.verify<Claims>(token).sub);
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}
