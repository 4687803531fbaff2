import { HttpException, Logger, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import {
  ConnectedSocket, MessageBody, OnGatewayDisconnect, SubscribeMessage, WebSocketGateway, WebSocketServer,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { hasDefect } from '../shared/defect.js';
import { ChatMessagesService, type Message } from './chat-messages.service.js';
import { allowRequest, cors } from './cors.js';
import { ChatDto, MarkAsReadDto, SendMessageDto, TypingDto } from './dto.js';
import { WsJwtGuard } from './ws-jwt.guard.js';

const room = (chatId: number) => `chat_${chatId}`;
const socketsOf = (userId: number) => `user_${userId}`;
const now = () => new Date().toISOString();
const markAsReadGuards = hasDefect('unguarded-handler') ? [] : [WsJwtGuard];

@UsePipes(new ValidationPipe({ whitelist: true }))
@WebSocketGateway({ namespace: 'chat', cors, ...(hasDefect('cors-is-no-gate') ? {} : { allowRequest }) })
export class ChatGateway implements OnGatewayDisconnect {
  @WebSocketServer()
  private readonly server: Namespace;

  constructor(private readonly chats: ChatMessagesService) {}

  handleDisconnect(client: Socket) {
    // Socket.IO has emptied client.rooms by now, so that who has joined is remembered beside it.
    const joined: Iterable<number> = hasDefect('rooms-gone-at-disconnect')
      ? [...client.rooms].map((name) => Number(name.replace('chat_', '')))
      : client.data.chats ?? [];
    for (const chatId of joined) this.tellLeft(client, chatId);
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('authenticate')
  authenticate(@ConnectedSocket() client: Socket) {
    return { success: true, message: 'Authenticated successfully', userId: client.data.user.id, socketId: client.id };
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('joinChat')
  async join(@ConnectedSocket() client: Socket, @MessageBody() { chatId }: ChatDto) {
    const { id: userId } = client.data.user;
    return this.answer(async () => {
      await this.chats.chatOf(chatId, userId);
      await client.join([room(chatId), socketsOf(userId)]);
      (client.data.chats ??= new Set()).add(chatId);
      this.tellOthers(client, chatId, 'userJoined', { chatId, userId, timestamp: now() });
      return { success: true, message: `Joined chat ${chatId}` };
    });
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('leaveChat')
  async leave(@ConnectedSocket() client: Socket, @MessageBody() { chatId }: ChatDto) {
    return this.answer(async () => {
      await this.chats.chatOf(chatId, client.data.user.id);
      await client.leave(room(chatId));
      if (client.data.chats?.delete(chatId)) this.tellLeft(client, chatId);
      return { success: true, message: `Left chat ${chatId}` };
    });
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('sendMessage')
  async send(@ConnectedSocket() client: Socket, @MessageBody() { chatId, content }: SendMessageDto) {
    const answer = this.answer(async () => {
      const created = this.chats.create(chatId, client.data.user.id, content);
      const message = hasDefect('not-awaited') ? (created as unknown as Message) : await created;
      this.tellCreated(message, chatId);
      return { success: true, data: message };
    });
    return hasDefect('no-return') ? undefined : answer;
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('typing')
  async typing(@ConnectedSocket() client: Socket, @MessageBody() { chatId, isTyping }: TypingDto) {
    const { id: userId } = client.data.user;
    return this.answer(async () => {
      await this.chats.chatOf(chatId, userId);
      this.tellOthers(client, chatId, 'userTyping', { chatId, userId, isTyping, timestamp: now() });
      return { success: true };
    });
  }

  @UseGuards(...markAsReadGuards)
  @SubscribeMessage('markAsRead')
  async markAsRead(@ConnectedSocket() client: Socket, @MessageBody() { chatId, messageId }: MarkAsReadDto) {
    const { id: userId } = client.data.user;
    return this.answer(async () => {
      await this.chats.markAsRead(chatId, messageId, userId);
      this.tellOthers(client, chatId, 'messageRead', { chatId, messageId, userId, timestamp: now() });
      return { success: true };
    });
  }

  @UseGuards(WsJwtGuard)
  @SubscribeMessage('ping')
  ping() {
    return { pong: Date.now() };
  }

  tellCreated(message: Message, chatId = message.chatId) {
    this.server.to(room(chatId)).emit('newMessage', { message, chatId, timestamp: now() });
  }

  tellUpdated(message: Message) {
    this.server.to(room(message.chatId)).emit('messageUpdated', { message, chatId: message.chatId, timestamp: now() });
  }

  tellDeleted({ id, chatId }: Message) {
    this.server.to(room(chatId)).emit('messageDeleted', { messageId: id, chatId, timestamp: now() });
  }

  private tellLeft(client: Socket, chatId: number) {
    this.tellOthers(client, chatId, 'userLeft', { chatId, userId: client.data.user.id, timestamp: now() });
  }

  private tellOthers(client: Socket, chatId: number, event: string, payload: object) {
    const others = hasDefect('to-own-devices') ? [] : [socketsOf(client.data.user.id)];
    client.to(room(chatId)).except(others).emit(event, payload);
  }

  /** What a service refuses is answered; all else is told by `exception`. */
  private async answer<T>(work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HttpException)) Logger.error(error);
      return { success: false, message: error instanceof HttpException ? error.message : 'Internal server error' };
    }
  }
}
