import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Repository } from '../shared/repository.js';

export interface Conversation {
  id: string;
  participants: string[];
}

@Injectable()
export class ConversationsService {
  private readonly conversations = new Repository<Conversation>(() => randomUUID());
  private readonly online = new Map<string, number>();

  create(participants: string[]): Promise<Conversation> {
    return this.conversations.insert({ participants: [...new Set(participants)] });
  }

  async findFor(id: string, userId: string): Promise<Conversation> {
    const conversation = await this.conversations.findOne(id);
    if (!conversation) throw new NotFoundException(`Conversation ${id} not found`);
    if (!conversation.participants.includes(userId)) {
      throw new ForbiddenException('You are not a participant in this conversation');
    }
    return conversation;
  }

  /** Says whether it is the first socket of the user. */
  connected(userId: string): boolean {
    const sockets = (this.online.get(userId) ?? 0) + 1;
    this.online.set(userId, sockets);
    return sockets === 1;
  }

  /** Says whether it was the last socket of the user. */
  disconnected(userId: string): boolean {
    const sockets = (this.online.get(userId) ?? 1) - 1;
    if (sockets > 0) this.online.set(userId, sockets);
    else this.online.delete(userId);
    return sockets === 0;
  }
}
