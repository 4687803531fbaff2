import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The user whom JwtAuthGuard found. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): number => context.switchToHttp().getRequest().userId,
);
