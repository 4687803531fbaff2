import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';

export interface Chat {
  id: number;
  participants: number[];
}

export interface Message {
  id: number;
  chatId: number;
  senderId: number;
  message: string;
  createdAt: Date;
  readBy: number[];
}

@Injectable()
export class ChatMessagesService {
  private readonly chats = new Repository<Chat>((count) => count);
  private readonly messages = new Repository<Message>((count) => count);

  createChat(participants: number[]): Promise<Chat> {
    return this.chats.insert({ participants });
  }

  async chatOf(chatId: number, userId: number): Promise<Chat> {
    const chat = await this.chats.findOne(chatId);
    if (!chat) throw new NotFoundException(`Chat ${chatId} not found`);
    if (!chat.participants.includes(userId)) throw new ForbiddenException('You are not a participant in this chat');
    return chat;
  }

  async create(chatId: number, senderId: number, message: string): Promise<Message> {
    await this.chatOf(chatId, senderId);
    return this.messages.insert({ chatId, senderId, message, createdAt: new Date(), readBy: [] });
  }

  async findAll(chatId: number, userId: number): Promise<Message[]> {
    await this.chatOf(chatId, userId);
    return this.messages.find((message) => message.chatId === chatId);
  }

  async markAsRead(chatId: number, messageId: number, userId: number): Promise<void> {
    await this.chatOf(chatId, userId);
    const message = await this.messages.findOne(messageId);
    if (message?.chatId !== chatId) throw new NotFoundException(`Message ${messageId} not found`);
    if (!message.readBy.includes(userId)) message.readBy.push(userId);
  }

  async update(id: number, userId: number, content: string): Promise<Message> {
    return Object.assign(await this.ownMessage(id, userId), { message: content });
  }

  async remove(id: number, userId: number): Promise<Message> {
    const message = await this.ownMessage(id, userId);
    await this.messages.delete(id);
    return message;
  }

  private async ownMessage(id: number, userId: number): Promise<Message> {
    const message = await this.messages.findOne(id);
    if (!message) throw new NotFoundException(`Message ${id} not found`);
    if (message.senderId !== userId) throw new ForbiddenException('You can only change your own messages');
    return message;
  }
}
