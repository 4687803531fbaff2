import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { Jwt } from '../shared/jwt.js';
import { ChatGateway } from './chat.gateway.js';
import { ChatService } from './chat.service.js';
import { ChatsController } from './chats.controller.js';
import { WsJwtGuard } from './ws-jwt.guard.js';

@Module({
  imports: [Jwt],
  controllers: [ChatsController, HealthController],
  providers: [ChatGateway, ChatService, WsJwtGuard],
})
class AppModule {}

await bootstrap(AppModule);
