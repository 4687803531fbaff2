import { ArgumentsHost, Catch, HttpException, Logger } from '@nestjs/common';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';

/** Tells errors by the documented event `error`, whoever has thrown them. */
@Catch()
export class WsExceptionFilter extends BaseWsExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    host.switchToWs().getClient().emit('error', { message: this.messageOf(exception) });
  }

  private messageOf(exception: unknown): string {
    if (exception instanceof WsException) return exception.message;
    if (exception instanceof HttpException) {
      const response = exception.getResponse() as { message?: string | string[] };
      return [response.message ?? exception.message].flat().join(', ');
    }
    Logger.error(exception);
    return 'Internal server error';
  }
}
