import { Body, Controller, Param, ParseIntPipe, Post } from '@nestjs/common';
import { ChatService } from './chat.service.js';
import { RestConversationDto, RestMessageDto } from './dto.js';

@Controller('chats')
export class ChatController {
  constructor(private readonly chatService: ChatService) {}

  @Post()
  create(@Body() { userId, user2_id }: RestConversationDto) {
    return this.chatService.create(userId, user2_id);
  }

  @Post(':id/message')
  send(@Param('id', ParseIntPipe) id: number, @Body() { userId, message }: RestMessageDto) {
    return this.chatService.send(id, userId, message);
  }
}
