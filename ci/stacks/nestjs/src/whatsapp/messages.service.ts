import { forwardRef, Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Repository } from '../shared/repository.js';
import type { WrapperType } from '../shared/wrapper-type.js';
import { ConversationsService } from './conversations.service.js';
import type { CreateMessageDto, MessageReceivedDto, MessageStatus } from './dto.js';
import { MessagesGateway } from './messages.gateway.js';

interface Message {
  id: string;
  conversationId: string;
  senderId: string;
  type: string;
  content: unknown;
  status: MessageStatus;
  timestamp: Date;
}

const toDto = ({ id, ...message }: Message): MessageReceivedDto => ({ messageId: id, ...message });

@Injectable()
export class MessagesService {
  private readonly messages = new Repository<Message>(() => randomUUID());

  constructor(
    private readonly conversations: ConversationsService,
    @Inject(forwardRef(() => MessagesGateway)) private readonly gateway: WrapperType<MessagesGateway>,
  ) {}

  async create(conversationId: string, { senderId, type = 'text', content }: CreateMessageDto) {
    await this.conversations.findFor(conversationId, senderId);
    const row = { conversationId, senderId, type, content, status: 'sent' as const, timestamp: new Date() };
    const message = toDto(await this.messages.insert(row));
    this.gateway.emitMessage(message);
    return message;
  }

  async findAll(conversationId: string) {
    const messages = await this.messages.find((message) => message.conversationId === conversationId);
    return { messages: messages.map(toDto) };
  }

  async markAsRead(conversationId: string, userId: string) {
    await this.conversations.findFor(conversationId, userId);
    const unread = await this.messages.find(
      (message) => message.conversationId === conversationId && message.senderId !== userId && message.status !== 'read',
    );
    for (const message of unread) {
      message.status = 'read';
      this.gateway.emitStatus({ messageId: message.id, conversationId, status: 'read', updatedAt: new Date().toISOString() });
    }
    return { updated: unread.length };
  }
}
