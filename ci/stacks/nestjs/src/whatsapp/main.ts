import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { Jwt } from '../shared/jwt.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsService } from './conversations.service.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesService } from './messages.service.js';

@Module({
  imports: [Jwt],
  controllers: [ConversationsController, HealthController],
  providers: [ConversationsService, MessagesGateway, MessagesService],
})
class AppModule {}

await bootstrap(AppModule);
