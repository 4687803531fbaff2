import { ArrayMinSize, IsArray, IsBoolean, IsInt, IsNotEmpty, IsString } from 'class-validator';

export class ChatDto {
  @IsInt()
  chatId: number;
}

export class SendMessageDto extends ChatDto {
  @IsString()
  @IsNotEmpty()
  content: string;
}

export class TypingDto extends ChatDto {
  @IsBoolean()
  isTyping: boolean;
}

export class MarkAsReadDto extends ChatDto {
  @IsInt()
  messageId: number;
}

export class UpdateMessageDto {
  @IsString()
  @IsNotEmpty()
  content: string;
}

export class CreateChatDto {
  @IsArray()
  @ArrayMinSize(2)
  @IsInt({ each: true })
  participants: number[];
}
