import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { ChatsController } from './chats.controller.js';
import { ChatsGateway } from './chats.gateway.js';
import { ChatsService } from './chats.service.js';

@Module({
  controllers: [ChatsController, HealthController],
  providers: [ChatsGateway, ChatsService],
})
class AppModule {}

await bootstrap(AppModule);
