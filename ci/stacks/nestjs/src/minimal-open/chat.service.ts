import { forwardRef, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
import type { WrapperType } from '../shared/wrapper-type.js';
import { ChatGateway } from './chat.gateway.js';

export interface Conversation {
  id: number;
  user1_id: number;
  user2_id: number;
}

export interface Message {
  id: number;
  conversationId: number;
  senderId: number;
  message: string;
  createdAt: Date;
}

@Injectable()
export class ChatService {
  private readonly conversations = new Repository<Conversation>((count) => count);
  private readonly messages = new Repository<Message>((count) => count);

  constructor(@Inject(forwardRef(() => ChatGateway)) private readonly gateway: WrapperType<ChatGateway>) {}

  async create(user1_id: number, user2_id: number): Promise<Conversation> {
    const conversation = await this.conversations.insert({ user1_id, user2_id });
    this.gateway.conversationCreated(conversation);
    return conversation;
  }

  async get(id: number): Promise<Conversation> {
    const conversation = await this.conversations.findOne(id);
    if (!conversation) throw new NotFoundException(`Conversation ${id} not found`);
    return conversation;
  }

  async send(conversationId: number, senderId: number, message: string): Promise<Message> {
    await this.get(conversationId);
    const row = await this.messages.insert({ conversationId, senderId, message, createdAt: new Date() });
    this.gateway.newMessage(row);
    return row;
  }
}
