import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsNotEmpty, IsString, ValidateNested } from 'class-validator';

export class CreateConversationDto {
  @IsInt()
  user2_id: number;
}

export class CreateMessageDto {
  @IsString()
  @IsNotEmpty()
  message: string;
}

export class ConversationDto {
  @IsInt()
  convId: number;
}

export class SendMessageDto extends ConversationDto {
  @IsDefined()
  @ValidateNested()
  @Type(() => CreateMessageDto)
  message: CreateMessageDto;
}
