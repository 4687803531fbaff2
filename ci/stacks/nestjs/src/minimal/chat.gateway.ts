import { forwardRef, Inject, UseFilters, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import {
  ConnectedSocket, MessageBody, OnGatewayConnection, SubscribeMessage, WebSocketGateway, WebSocketServer, WsException,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { hasDefect } from '../shared/defect.js';
import type { WrapperType } from '../shared/wrapper-type.js';
import { ChatService, type Conversation, type Message } from './chat.service.js';
import { ConversationDto, CreateConversationDto, SendMessageDto } from './dto.js';
import { WsExceptionFilter } from './ws-exception.filter.js';
import { WsJwtGuard } from './ws-jwt.guard.js';

const room = (convId: number) => `conversation_${convId}`;
const socketsOf = (userId: number) => `user_${userId}`;

const pipes = hasDefect('global-pipe') ? [] : [new ValidationPipe({ whitelist: true })]; // main.ts has one as well
const filters = hasDefect('http-exception') ? [] : [WsExceptionFilter];

@UseFilters(...filters)
@UseGuards(WsJwtGuard)
@UsePipes(...pipes)
@WebSocketGateway({ namespace: 'chat', cors: true })
export class ChatGateway implements OnGatewayConnection {
  @WebSocketServer()
  private readonly server: Namespace;

  constructor(
    @Inject(forwardRef(() => ChatService)) private readonly chat: WrapperType<ChatService>,
    private readonly guard: WsJwtGuard,
  ) {}

  handleConnection(client: Socket) {
    try {
      client.join(socketsOf(this.guard.userOf(client)));
    } catch (error) {
      client.emit('error', { message: (error as WsException).message });
      client.disconnect();
    }
  }

  @SubscribeMessage('createConversation')
  async create(@ConnectedSocket() client: Socket, @MessageBody() dto: CreateConversationDto) {
    await this.chat.createConversation(client.data.userId, dto);
  }

  @SubscribeMessage('sendMessage')
  async send(@ConnectedSocket() client: Socket, @MessageBody() dto: SendMessageDto) {
    const message = await this.chat.createMessage(dto.convId, client.data.userId, dto.message);
    if (hasDefect('told-twice')) this.emitNewMessage(message); // the service has told it already
  }

  @SubscribeMessage('joinConversation')
  async join(@ConnectedSocket() client: Socket, @MessageBody() { convId }: ConversationDto) {
    if (hasDefect('joined-before-checked')) await client.join(room(convId));
    await this.chat.conversationOf(convId, client.data.userId);
    await client.join(room(convId));
    return { event: 'joinedConversation', data: { convId } };
  }

  @SubscribeMessage('leaveConversation')
  async leave(@ConnectedSocket() client: Socket, @MessageBody() { convId }: ConversationDto) {
    await this.chat.conversationOf(convId, client.data.userId);
    await client.leave(room(convId));
    return { event: 'leftConversation', data: { convId } };
  }

  emitConversationCreated(conversation: Conversation) {
    const { id, user1_id, user2_id } = conversation;
    const participants = [socketsOf(user1_id), socketsOf(user2_id)];
    this.server.in(participants).socketsJoin(room(id));
    this.server.to(participants).emit('conversationCreated', {
      conversation,
      participants: [{ id: user1_id }, { id: user2_id }],
    });
  }

  emitNewMessage(message: Message) {
    const sender = { id: message.sender_id, ...(hasDefect('whole-entity') && { email: '', password: '$2b$10$' }) };
    const audience = hasDefect('told-to-everyone') ? this.server : this.server.to(room(message.conversation_id));
    audience.emit('newMessage', { message, sender });
  }
}
