import { Body, Controller, Param, ParseIntPipe, Post, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../shared/current-user.decorator.js';
import { JwtAuthGuard } from '../shared/jwt.js';
import { ChatService } from './chat.service.js';
import { CreateConversationDto, CreateMessageDto } from './dto.js';

@UseGuards(JwtAuthGuard)
@Controller('chats')
export class ChatsController {
  constructor(private readonly chat: ChatService) {}

  @Post()
  create(@CurrentUser() userId: number, @Body() dto: CreateConversationDto) {
    return this.chat.createConversation(userId, dto);
  }

  @Post(':id/message')
  send(@CurrentUser() userId: number, @Param('id', ParseIntPipe) id: number, @Body() dto: CreateMessageDto) {
    return this.chat.createMessage(id, userId, dto);
  }
}
