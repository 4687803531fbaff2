import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsNotEmpty, IsString, ValidateNested } from 'class-validator';

export class CreateConvDto {
  @IsInt()
  user2_id: number;
}

export class MessageDto {
  @IsString()
  @IsNotEmpty()
  message: string;
}

/** There is no authentication yet: every payload says who speaks. */
export class SpokenDto {
  @IsInt()
  userId: number;
}

export class CreateConversationDto extends SpokenDto {
  @IsDefined()
  @ValidateNested()
  @Type(() => CreateConvDto)
  createConvDto: CreateConvDto;
}

export class ConversationDto extends SpokenDto {
  @IsInt()
  convId: number;
}

export class SendMessageDto extends ConversationDto {
  @IsDefined()
  @ValidateNested()
  @Type(() => MessageDto)
  message: MessageDto;
}

export class RestConversationDto extends SpokenDto {
  @IsInt()
  user2_id: number;
}

export class RestMessageDto extends SpokenDto {
  @IsString()
  @IsNotEmpty()
  message: string;
}
