import { ArgumentsHost, Catch, HttpException, HttpStatus, Logger } from '@nestjs/common';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';

@Catch()
export class WsExceptionFilter extends BaseWsExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const client = host.switchToWs().getClient();
    client.emit('error', { status: 'error', ...this.describe(exception) });
  }

  private describe(exception: unknown) {
    if (exception instanceof WsException) return { message: exception.message };
    if (exception instanceof HttpException) {
      const { message } = exception.getResponse() as { message: string | string[] };
      return { message: [message].flat().join(', '), statusCode: exception.getStatus() };
    }
    Logger.error(exception);
    return { message: 'Internal server error', statusCode: HttpStatus.INTERNAL_SERVER_ERROR };
  }
}
