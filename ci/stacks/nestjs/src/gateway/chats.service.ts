import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
import type { CreateConversationDto, CreateMessageDto, PageDto } from './dto.js';

export interface Conversation {
  id: number;
  sender_id: number;
  receiver_id: number;
}

interface MessageRow extends CreateMessageDto {
  id: number;
  timestamp: Date;
}

export interface Message extends MessageRow {
  conversation: Conversation;
}

@Injectable()
export class ChatsService {
  private readonly conversations = new Repository<Conversation>((count) => count);
  private readonly messages = new Repository<MessageRow>((count) => count);

  createConversation({ sender_id, receiver_id }: CreateConversationDto): Promise<Conversation> {
    return this.conversations.insert({ sender_id, receiver_id });
  }

  async conversationOf(id: number, userId: number): Promise<Conversation> {
    const conversation = await this.conversations.findOne(id);
    if (!conversation) throw new NotFoundException('Conversation not found');
    if (conversation.sender_id !== userId && conversation.receiver_id !== userId) {
      throw new ForbiddenException('Unauthorized to join this conversation');
    }
    return conversation;
  }

  async createMessage(dto: CreateMessageDto): Promise<Message> {
    const conversation = await this.conversationOf(dto.conversation_id, dto.sender_id);
    const { sender_id, conversation_id, message_type, content } = dto;
    const row = await this.messages.insert({ sender_id, conversation_id, message_type, content, timestamp: new Date() });
    return { ...row, conversation };
  }

  async history(id: number, { page, limit }: PageDto) {
    const conversation = await this.conversations.findOne(id);
    if (!conversation) throw new NotFoundException('Conversation not found');
    const all = await this.messages.find((row) => row.conversation_id === id);
    const newest = all.reverse().slice((page - 1) * limit, page * limit);
    const messages = newest.map((row) => ({ ...row, conversation }));
    return { messages, total: all.length, page, limit, totalPages: Math.ceil(all.length / limit) };
  }
}
