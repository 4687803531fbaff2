import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { ChatController } from './chat.controller.js';
import { ChatGateway } from './chat.gateway.js';
import { ChatService } from './chat.service.js';

@Module({
  controllers: [ChatController, HealthController],
  providers: [ChatGateway, ChatService],
})
class AppModule {}

await bootstrap(AppModule);
