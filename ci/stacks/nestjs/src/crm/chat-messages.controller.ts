import { Body, Controller, Delete, Get, Param, ParseIntPipe, Post, Put, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../shared/current-user.decorator.js';
import { hasDefect } from '../shared/defect.js';
import { JwtAuthGuard } from '../shared/jwt.js';
import { ChatMessagesService } from './chat-messages.service.js';
import { ChatGateway } from './chat.gateway.js';
import { CreateChatDto, SendMessageDto, UpdateMessageDto } from './dto.js';

@UseGuards(JwtAuthGuard)
@Controller()
export class ChatMessagesController {
  constructor(
    private readonly chats: ChatMessagesService,
    private readonly gateway: ChatGateway,
  ) {}

  @Post('project-chats')
  createChat(@Body() { participants }: CreateChatDto) {
    return this.chats.createChat(participants);
  }

  @Post('chat-messages')
  async create(@CurrentUser() userId: number, @Body() { chatId, content }: SendMessageDto) {
    const message = await this.chats.create(chatId, userId, content);
    this.gateway.tellCreated(message);
    return message;
  }

  @Get('chat-messages/chat/:chatId')
  findAll(@CurrentUser() userId: number, @Param('chatId', ParseIntPipe) chatId: number) {
    return this.chats.findAll(chatId, userId);
  }

  @Put('chat-messages/:id')
  async update(@CurrentUser() userId: number, @Param('id', ParseIntPipe) id: number, @Body() { content }: UpdateMessageDto) {
    const message = await this.chats.update(id, userId, content);
    this.gateway.tellUpdated(message);
    return message;
  }

  @Delete('chat-messages/:id')
  async remove(@CurrentUser() userId: number, @Param('id', ParseIntPipe) id: number) {
    const message = await this.chats.remove(id, userId);
    if (!hasDefect('rest-is-silent')) this.gateway.tellDeleted(message);
    return { success: true };
  }
}
