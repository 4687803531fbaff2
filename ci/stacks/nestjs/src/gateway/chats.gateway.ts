import { HttpException, Logger, UsePipes, ValidationPipe, type ValidationError } from '@nestjs/common';
import {
  ConnectedSocket, MessageBody, OnGatewayConnection, OnGatewayDisconnect, SubscribeMessage, WebSocketGateway,
  WebSocketServer, WsException,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { hasDefect } from '../shared/defect.js';
import { ChatsService } from './chats.service.js';
import { CreateMessageDto, JoinConversationDto, LeaveConversationDto, TypingDto } from './dto.js';

const room = (conversationId: number) => `conversation:${conversationId}`;

const textOf = (error: unknown): string => {
  if (error instanceof HttpException || error instanceof WsException) return error.message;
  Logger.error(error);
  return 'Internal server error';
};

const texts = (errors: ValidationError[]) => errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
const validation = new ValidationPipe({ exceptionFactory: (errors) => new WsException(texts(errors).join(', ')) });

@WebSocketGateway({ namespace: 'chat', cors: true })
export class ChatsGateway implements OnGatewayConnection, OnGatewayDisconnect {
  private readonly online = new Map<number, Set<string>>();

  @WebSocketServer()
  private readonly server: Namespace;

  constructor(private readonly chats: ChatsService) {}

  handleConnection(client: Socket) {
    const userId = Number(client.handshake.query.userId);
    if (!Number.isInteger(userId) || userId <= 0) {
      client.emit('error', { message: 'userId is required' });
      client.disconnect();
      return;
    }
    client.data.userId = userId;
    client.join(`user:${userId}`);
    const sockets = this.online.get(userId) ?? new Set();
    if (sockets.size === 0 || hasDefect('presence-per-socket')) client.broadcast.emit('user:online', { userId });
    this.online.set(userId, sockets.add(client.id));
  }

  handleDisconnect(client: Socket) {
    const { userId } = client.data;
    const sockets = this.online.get(userId);
    if (!sockets) return;
    sockets.delete(client.id);
    if (sockets.size > 0 && !hasDefect('presence-per-socket')) return;
    if (sockets.size === 0) this.online.delete(userId);
    this.server.emit('user:offline', { userId });
  }

  @SubscribeMessage('send-message')
  async send(@ConnectedSocket() client: Socket, @MessageBody() payload: unknown) {
    try {
      const dto: CreateMessageDto = await validation.transform(payload, { type: 'body', metatype: CreateMessageDto });
      this.mustBe(client, dto.sender_id);
      const message = await this.chats.createMessage(dto);
      this.server.to(room(dto.conversation_id)).emit('receive-message', message);
      client.emit('message-sent', message);
    } catch (error) {
      client.emit('message-error', { error: textOf(error) });
    }
  }

  @SubscribeMessage('join-conversation')
  @UsePipes(validation)
  async join(@ConnectedSocket() client: Socket, @MessageBody() { conversationId, userId }: JoinConversationDto) {
    try {
      this.mustBe(client, userId);
      await this.chats.conversationOf(conversationId, userId);
      await client.join(room(conversationId));
      client.emit('joined-conversation', { conversationId, success: true });
      if (!hasDefect('no-return')) return { success: true, conversationId };
    } catch (error) {
      client.emit('error', { message: textOf(error) });
      return { success: false, conversationId };
    }
  }

  @SubscribeMessage('leave-conversation')
  @UsePipes(validation)
  async leave(@ConnectedSocket() client: Socket, @MessageBody() { conversationId }: LeaveConversationDto) {
    await client.leave(room(conversationId));
    return { success: true, conversationId };
  }

  @SubscribeMessage('typing')
  @UsePipes(validation)
  typing(@ConnectedSocket() client: Socket, @MessageBody() { conversationId, userId, isTyping }: TypingDto) {
    if (!hasDefect('payload-names-the-user')) this.mustBe(client, userId);
    if (!client.rooms.has(room(conversationId))) throw new WsException('Join the conversation first');
    client.to(room(conversationId)).emit('user-typing', { conversationId, userId, isTyping });
  }

  /** A payload cannot speak for another user. */
  private mustBe(client: Socket, userId: number) {
    if (userId !== client.data.userId) throw new WsException('Unauthorized: you are not this user');
  }
}
