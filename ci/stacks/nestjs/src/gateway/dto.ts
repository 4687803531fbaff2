import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min } from 'class-validator';

export class CreateConversationDto {
  @IsInt()
  sender_id: number;

  @IsInt()
  receiver_id: number;
}

export class CreateMessageDto {
  @IsInt()
  @IsNotEmpty()
  sender_id: number;

  @IsInt()
  @IsNotEmpty()
  conversation_id: number;

  @IsIn(['text', 'image', 'file'])
  message_type: 'text' | 'image' | 'file';

  @IsString()
  @IsNotEmpty()
  content: string;
}

export class LeaveConversationDto {
  @IsInt()
  conversationId: number;
}

export class JoinConversationDto extends LeaveConversationDto {
  @IsInt()
  userId: number;
}

export class TypingDto extends JoinConversationDto {
  @IsBoolean()
  isTyping: boolean;
}

export class PageDto {
  @Type(() => Number)
  @IsOptional()
  @IsInt()
  @Min(1)
  page = 1;

  @Type(() => Number)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;
}
