import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ConversationsService } from './conversations.service.js';
import { CreateConversationDto, CreateMessageDto, MarkAsReadDto } from './dto.js';
import { MessagesService } from './messages.service.js';

/** The document names services and no routes; these are the ones that the contract of the harness takes. */
@Controller('api/conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  @Post()
  create(@Body() { participants }: CreateConversationDto) {
    return this.conversations.create(participants);
  }

  @Get(':id/messages')
  findAll(@Param('id') id: string) {
    return this.messages.findAll(id);
  }

  @Post(':id/messages')
  send(@Param('id') id: string, @Body() dto: CreateMessageDto) {
    return this.messages.create(id, dto);
  }

  @Post(':id/messages/read')
  @HttpCode(200)
  markAsRead(@Param('id') id: string, @Body() { userId }: MarkAsReadDto) {
    return this.messages.markAsRead(id, userId);
  }
}
