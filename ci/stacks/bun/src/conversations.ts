import { hasDefect } from './defect';

export type Status = 'sent' | 'delivered' | 'read';

export interface Message {
  messageId: string;
  conversationId: string;
  senderId: string;
  type: string;
  content: unknown;
  status: Status;
  timestamp: string;
}

interface Conversation {
  id: string;
  participants: string[];
  messages: Message[];
}

export class Refused extends Error {
  constructor(readonly statusCode: number, message: string) {
    super(message);
  }
}

const conversations = new Map<string, Conversation>();

export function create(participants: string[]) {
  const id = crypto.randomUUID();
  conversations.set(id, { id, participants, messages: [] });
  return { id, participants };
}

export function find(id: string): Conversation {
  const conversation = conversations.get(id);
  if (!conversation) throw new Refused(404, `Conversation ${id} not found`);
  return conversation;
}

export function findFor(id: string, userId: string): Conversation {
  const conversation = find(id);
  if (!conversation.participants.includes(userId)) throw new Refused(403, 'You are not part of this conversation');
  return conversation;
}

export function addMessage(conversationId: string, senderId: string, type: string, content: unknown): Message {
  const { messages } = findFor(conversationId, senderId);
  const timestamp = new Date().toISOString();
  const message: Message = { messageId: crypto.randomUUID(), conversationId, senderId, type, content, status: 'sent', timestamp };
  messages.push(message);
  return message;
}

/** The messages whose status has moved. */
export function markAsRead(conversationId: string, userId: string): Message[] {
  const others = findFor(conversationId, userId).messages.filter(({ senderId }) => senderId !== userId);
  const moved = others.filter(({ status }) => status !== 'read' || hasDefect('status-moves-back'));
  for (const message of moved) message.status = message.status === 'read' ? 'sent' : 'read';
  return moved;
}
