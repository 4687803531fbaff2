import { Body, Controller, Get, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { ChatsService } from './chats.service.js';
import { CreateConversationDto, PageDto } from './dto.js';

@Controller('api/chats/conversations')
export class ChatsController {
  constructor(private readonly chats: ChatsService) {}

  @Post()
  create(@Body() dto: CreateConversationDto) {
    return this.chats.createConversation(dto);
  }

  @Get(':id/messages')
  history(@Param('id', ParseIntPipe) id: number, @Query() page: PageDto) {
    return this.chats.history(id, page);
  }
}
