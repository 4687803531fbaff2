import { ArrayMinSize, IsArray, IsBoolean, IsDefined, IsNotEmpty, IsOptional, IsString } from 'class-validator';

export class JoinConversationDto {
  @IsString()
  @IsNotEmpty()
  conversationId: string;
}

export class TypingIndicatorDto extends JoinConversationDto {
  @IsOptional()
  @IsString()
  userId?: string;

  @IsOptional()
  @IsBoolean()
  isTyping?: boolean;
}

export class CreateConversationDto {
  @IsArray()
  @ArrayMinSize(2)
  @IsString({ each: true })
  participants: string[];
}

export class CreateMessageDto {
  @IsString()
  @IsNotEmpty()
  senderId: string;

  @IsOptional()
  @IsString()
  type?: string;

  @IsDefined()
  @IsNotEmpty()
  content: unknown;
}

export class MarkAsReadDto {
  @IsString()
  @IsNotEmpty()
  userId: string;
}

export type MessageStatus = 'sent' | 'delivered' | 'read';

export interface MessageReceivedDto {
  messageId: string;
  conversationId: string;
  senderId: string;
  type: string;
  content: unknown;
  status: MessageStatus;
  timestamp: Date;
}

export interface MessageStatusDto {
  messageId: string;
  conversationId: string;
  status: MessageStatus;
  updatedAt: string;
}
