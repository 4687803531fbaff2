import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { Jwt } from '../shared/jwt.js';
import { ChatMessagesController } from './chat-messages.controller.js';
import { ChatMessagesService } from './chat-messages.service.js';
import { ChatGateway } from './chat.gateway.js';
import { cors } from './cors.js';
import { WsJwtGuard } from './ws-jwt.guard.js';

@Module({
  imports: [Jwt],
  controllers: [ChatMessagesController, HealthController],
  providers: [ChatGateway, ChatMessagesService, WsJwtGuard],
})
class AppModule {}

await bootstrap(AppModule, { cors });
