import { UseFilters, UsePipes, ValidationPipe } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import {
  ConnectedSocket, MessageBody, OnGatewayConnection, OnGatewayDisconnect, OnGatewayInit, SubscribeMessage,
  WebSocketGateway, WebSocketServer,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { hasDefect } from '../shared/defect.js';
import { ConversationsService } from './conversations.service.js';
import { JoinConversationDto, TypingIndicatorDto, type MessageReceivedDto, type MessageStatusDto } from './dto.js';
import { wsAuthMiddleware } from './ws-auth.middleware.js';
import { WsExceptionFilter } from './ws-exception.filter.js';

const room = (conversationId: string) => `conversation:${conversationId}`;
const alsoTypingStart = hasDefect('stacked-decorators') ? SubscribeMessage('typing:start') : () => {};

@UseFilters(WsExceptionFilter)
@UsePipes(new ValidationPipe({ whitelist: true }))
@WebSocketGateway({ namespace: '/messages', cors: { origin: process.env.FRONTEND_URL ?? 'http://localhost:3000' } })
export class MessagesGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  @WebSocketServer()
  private readonly server: Namespace;

  constructor(
    private readonly jwt: JwtService,
    private readonly conversations: ConversationsService,
  ) {}

  afterInit(server: Namespace) {
    server.use(wsAuthMiddleware(this.jwt));
  }

  handleConnection(client: Socket) {
    const { userId } = client.data;
    const first = this.conversations.connected(userId);
    if (first || hasDefect('presence-per-socket')) client.broadcast.emit('user:online', { userId });
  }

  handleDisconnect(client: Socket) {
    const { userId } = client.data;
    const last = this.conversations.disconnected(userId);
    if (last || hasDefect('presence-per-socket')) this.server.emit('user:offline', { userId });
  }

  @SubscribeMessage('conversation:join')
  async join(@ConnectedSocket() client: Socket, @MessageBody() { conversationId }: JoinConversationDto) {
    await this.conversations.findFor(conversationId, client.data.userId);
    await client.join(room(conversationId));
    return { event: 'conversation:joined', data: { conversationId, success: true } };
  }

  @SubscribeMessage('conversation:leave')
  async leave(@ConnectedSocket() client: Socket, @MessageBody() { conversationId }: JoinConversationDto) {
    await this.conversations.findFor(conversationId, client.data.userId);
    await client.leave(room(conversationId));
    return { event: 'conversation:left', data: { conversationId, success: true } };
  }

  @SubscribeMessage('typing:start')
  async typingStart(@ConnectedSocket() client: Socket, @MessageBody() dto: TypingIndicatorDto) {
    await this.typing(client, dto, true);
  }

  // Only one of two names is heard: the decorator above overwrites what the one below has said.
  @alsoTypingStart
  @SubscribeMessage('typing:stop')
  async typingStop(@ConnectedSocket() client: Socket, @MessageBody() dto: TypingIndicatorDto) {
    await this.typing(client, dto, false);
  }

  emitMessage(message: MessageReceivedDto) {
    this.server.to(room(message.conversationId)).emit('message:received', message);
  }

  emitStatus(status: MessageStatusDto) {
    this.server.to(room(status.conversationId)).emit('message:status', status);
  }

  private async typing(client: Socket, { conversationId, userId }: TypingIndicatorDto, isTyping: boolean) {
    await this.conversations.findFor(conversationId, client.data.userId);
    const who = hasDefect('payload-names-the-user') ? userId : client.data.userId;
    client.to(room(conversationId)).emit(isTyping ? 'typing:start' : 'typing:stop', { conversationId, userId: who, isTyping });
  }
}
