import { BadRequestException, ForbiddenException, forwardRef, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
import type { WrapperType } from '../shared/wrapper-type.js';
import { ChatGateway } from './chat.gateway.js';
import type { CreateConversationDto, CreateMessageDto } from './dto.js';

export interface Conversation {
  id: number;
  user1_id: number;
  user2_id: number;
  created_at: Date;
}

export interface Message {
  id: number;
  conversation_id: number;
  sender_id: number;
  message: string;
  created_at: Date;
}

@Injectable()
export class ChatService {
  private readonly conversations = new Repository<Conversation>((count) => count);
  private readonly messages = new Repository<Message>((count) => count);

  constructor(@Inject(forwardRef(() => ChatGateway)) private readonly gateway: WrapperType<ChatGateway>) {}

  async createConversation(user1_id: number, { user2_id }: CreateConversationDto): Promise<Conversation> {
    if (user2_id === user1_id) throw new BadRequestException('You cannot start a conversation with yourself');
    const conversation = await this.conversations.insert({ user1_id, user2_id, created_at: new Date() });
    this.gateway.emitConversationCreated(conversation);
    return conversation;
  }

  async conversationOf(id: number, userId: number): Promise<Conversation> {
    const conversation = await this.conversations.findOne(id);
    if (!conversation) throw new NotFoundException('Conversation not found');
    if (![conversation.user1_id, conversation.user2_id].includes(userId)) {
      throw new ForbiddenException('You are not a participant of this conversation');
    }
    return conversation;
  }

  async createMessage(convId: number, userId: number, { message }: CreateMessageDto): Promise<Message> {
    const { id } = await this.conversationOf(convId, userId);
    const row = await this.messages.insert({ conversation_id: id, sender_id: userId, message, created_at: new Date() });
    this.gateway.emitNewMessage(row);
    return row;
  }
}
