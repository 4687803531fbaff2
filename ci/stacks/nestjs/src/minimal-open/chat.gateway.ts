import { forwardRef, Inject, Logger, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer, WsException } from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import type { WrapperType } from '../shared/wrapper-type.js';
import { ChatService, type Conversation, type Message } from './chat.service.js';
import { ConversationDto, CreateConversationDto, SendMessageDto } from './dto.js';

@UsePipes(new ValidationPipe({
  exceptionFactory: (errors) => new WsException(errors.map(({ property }) => `${property} is not valid`).join(', ')),
}))
@WebSocketGateway({ namespace: '/chat', cors: { origin: '*' } })
export class ChatGateway {
  private readonly logger = new Logger(ChatGateway.name);

  @WebSocketServer()
  server: Namespace;

  constructor(@Inject(forwardRef(() => ChatService)) private readonly chatService: WrapperType<ChatService>) {}

  @SubscribeMessage('createConversation')
  async handleCreate(@MessageBody() { createConvDto, userId }: CreateConversationDto, @ConnectedSocket() client: Socket) {
    try {
      client.join(`user_${userId}`);
      return await this.chatService.create(userId, createConvDto.user2_id);
    } catch (error) {
      this.fail(client, error);
    }
  }

  @SubscribeMessage('sendMessage')
  async handleSend(@MessageBody() { convId, message, userId }: SendMessageDto, @ConnectedSocket() client: Socket) {
    try {
      return await this.chatService.send(convId, userId, message.message);
    } catch (error) {
      this.fail(client, error);
    }
  }

  @SubscribeMessage('joinConversation')
  async handleJoin(@MessageBody() { convId, userId }: ConversationDto, @ConnectedSocket() client: Socket) {
    try {
      await this.chatService.get(convId);
      await client.join([`conversation_${convId}`, `user_${userId}`]);
      client.emit('joinedConversation', { convId });
    } catch (error) {
      this.fail(client, error);
    }
  }

  @SubscribeMessage('leaveConversation')
  async handleLeave(@MessageBody() { convId }: ConversationDto, @ConnectedSocket() client: Socket) {
    try {
      await this.chatService.get(convId);
      await client.leave(`conversation_${convId}`);
      client.emit('leftConversation', { convId });
    } catch (error) {
      this.fail(client, error);
    }
  }

  conversationCreated(conversation: Conversation) {
    const { id, user1_id, user2_id } = conversation;
    const both = [`user_${user1_id}`, `user_${user2_id}`];
    this.server.in(both).socketsJoin(`conversation_${id}`);
    this.server.to(both).emit('conversationCreated', { conversation, participants: [user1_id, user2_id] });
  }

  newMessage(message: Message) {
    this.server.to(`conversation_${message.conversationId}`).emit('newMessage', { message, sender: message.senderId });
  }

  private fail(client: Socket, error: unknown) {
    const message = error instanceof Error ? error.message : 'Unknown error';
    this.logger.debug(message);
    client.emit('error', { message });
  }
}
