function _ts_decorate(decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") {
        r = Reflect.decorate(decorators, target, key, desc);
    } else {
        for(var i = decorators.length - 1; i >= 0; i--){
            if (d = decorators[i]) {
                r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
            }
        }
    }
    return c > 3 && r && Object.defineProperty(target, key, r), r;
}
function _ts_metadata(metadataKey, metadataValue) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") {
        return Reflect.metadata(metadataKey, metadataValue);
    }
}
function _ts_param(paramIndex, decorator) {
    return function(target, key) {
        decorator(target, key, paramIndex);
    };
}
import { forwardRef, Inject, Logger, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer, WsException } from '@nestjs/websockets';
import { ChatService } from './chat.service.js';
import { ConversationDto, CreateConversationDto, SendMessageDto } from './dto.js';
export class ChatGateway {
    chatService;
    logger = new Logger(ChatGateway.name);
    server;
    constructor(chatService){
        this.chatService = chatService;
    }
    async handleCreate({ createConvDto, userId }, client) {
        try {
            client.join(`user_${userId}`);
            return await this.chatService.create(userId, createConvDto.user2_id);
        } catch (error) {
            this.fail(client, error);
        }
    }
    async handleSend({ convId, message, userId }, client) {
        try {
            return await this.chatService.send(convId, userId, message.message);
        } catch (error) {
            this.fail(client, error);
        }
    }
    async handleJoin({ convId, userId }, client) {
        try {
            await this.chatService.get(convId);
            await client.join([
                `conversation_${convId}`,
                `user_${userId}`
            ]);
            client.emit('joinedConversation', {
                convId
            });
        } catch (error) {
            this.fail(client, error);
        }
    }
    async handleLeave({ convId }, client) {
        try {
            await this.chatService.get(convId);
            await client.leave(`conversation_${convId}`);
            client.emit('leftConversation', {
                convId
            });
        } catch (error) {
            this.fail(client, error);
        }
    }
    conversationCreated(conversation) {
        const { id, user1_id, user2_id } = conversation;
        const both = [
            `user_${user1_id}`,
            `user_${user2_id}`
        ];
        this.server.in(both).socketsJoin(`conversation_${id}`);
        this.server.to(both).emit('conversationCreated', {
            conversation,
            participants: [
                user1_id,
                user2_id
            ]
        });
    }
    newMessage(message) {
        this.server.to(`conversation_${message.conversationId}`).emit('newMessage', {
            message,
            sender: message.senderId
        });
    }
    fail(client, error) {
        const message = error instanceof Error ? error.message : 'Unknown error';
        this.logger.debug(message);
        client.emit('error', {
            message
        });
    }
}
_ts_decorate([
    WebSocketServer(),
    _ts_metadata("design:type", typeof Namespace === "undefined" ? Object : Namespace)
], ChatGateway.prototype, "server", void 0);
_ts_decorate([
    SubscribeMessage('createConversation'),
    _ts_param(0, MessageBody()),
    _ts_param(1, ConnectedSocket()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof CreateConversationDto === "undefined" ? Object : CreateConversationDto,
        typeof Socket === "undefined" ? Object : Socket
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "handleCreate", null);
_ts_decorate([
    SubscribeMessage('sendMessage'),
    _ts_param(0, MessageBody()),
    _ts_param(1, ConnectedSocket()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof SendMessageDto === "undefined" ? Object : SendMessageDto,
        typeof Socket === "undefined" ? Object : Socket
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "handleSend", null);
_ts_decorate([
    SubscribeMessage('joinConversation'),
    _ts_param(0, MessageBody()),
    _ts_param(1, ConnectedSocket()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ConversationDto === "undefined" ? Object : ConversationDto,
        typeof Socket === "undefined" ? Object : Socket
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "handleJoin", null);
_ts_decorate([
    SubscribeMessage('leaveConversation'),
    _ts_param(0, MessageBody()),
    _ts_param(1, ConnectedSocket()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ConversationDto === "undefined" ? Object : ConversationDto,
        typeof Socket === "undefined" ? Object : Socket
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "handleLeave", null);
ChatGateway = _ts_decorate([
    UsePipes(new ValidationPipe({
        exceptionFactory: (errors)=>new WsException(errors.map(({ property })=>`${property} is not valid`).join(', '))
    })),
    WebSocketGateway({
        namespace: '/chat',
        cors: {
            origin: '*'
        }
    }),
    _ts_param(0, Inject(forwardRef(()=>ChatService))),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof WrapperType === "undefined" ? Object : WrapperType
    ])
], ChatGateway);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vY2hhdC5nYXRld2F5LnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IGZvcndhcmRSZWYsIEluamVjdCwgTG9nZ2VyLCBVc2VQaXBlcywgVmFsaWRhdGlvblBpcGUgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBDb25uZWN0ZWRTb2NrZXQsIE1lc3NhZ2VCb2R5LCBTdWJzY3JpYmVNZXNzYWdlLCBXZWJTb2NrZXRHYXRld2F5LCBXZWJTb2NrZXRTZXJ2ZXIsIFdzRXhjZXB0aW9uIH0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcbmltcG9ydCB0eXBlIHsgTmFtZXNwYWNlLCBTb2NrZXQgfSBmcm9tICdzb2NrZXQuaW8nO1xuaW1wb3J0IHR5cGUgeyBXcmFwcGVyVHlwZSB9IGZyb20gJy4uL3NoYXJlZC93cmFwcGVyLXR5cGUuanMnO1xuaW1wb3J0IHsgQ2hhdFNlcnZpY2UsIHR5cGUgQ29udmVyc2F0aW9uLCB0eXBlIE1lc3NhZ2UgfSBmcm9tICcuL2NoYXQuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBDb252ZXJzYXRpb25EdG8sIENyZWF0ZUNvbnZlcnNhdGlvbkR0bywgU2VuZE1lc3NhZ2VEdG8gfSBmcm9tICcuL2R0by5qcyc7XG5cbkBVc2VQaXBlcyhuZXcgVmFsaWRhdGlvblBpcGUoe1xuICBleGNlcHRpb25GYWN0b3J5OiAoZXJyb3JzKSA9PiBuZXcgV3NFeGNlcHRpb24oZXJyb3JzLm1hcCgoeyBwcm9wZXJ0eSB9KSA9PiBgJHtwcm9wZXJ0eX0gaXMgbm90IHZhbGlkYCkuam9pbignLCAnKSksXG59KSlcbkBXZWJTb2NrZXRHYXRld2F5KHsgbmFtZXNwYWNlOiAnL2NoYXQnLCBjb3JzOiB7IG9yaWdpbjogJyonIH0gfSlcbmV4cG9ydCBjbGFzcyBDaGF0R2F0ZXdheSB7XG4gIHByaXZhdGUgcmVhZG9ubHkgbG9nZ2VyID0gbmV3IExvZ2dlcihDaGF0R2F0ZXdheS5uYW1lKTtcblxuICBAV2ViU29ja2V0U2VydmVyKClcbiAgc2VydmVyOiBOYW1lc3BhY2U7XG5cbiAgY29uc3RydWN0b3IoQEluamVjdChmb3J3YXJkUmVmKCgpID0+IENoYXRTZXJ2aWNlKSkgcHJpdmF0ZSByZWFkb25seSBjaGF0U2VydmljZTogV3JhcHBlclR5cGU8Q2hhdFNlcnZpY2U+KSB7fVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdjcmVhdGVDb252ZXJzYXRpb24nKVxuICBhc3luYyBoYW5kbGVDcmVhdGUoQE1lc3NhZ2VCb2R5KCkgeyBjcmVhdGVDb252RHRvLCB1c2VySWQgfTogQ3JlYXRlQ29udmVyc2F0aW9uRHRvLCBAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQpIHtcbiAgICB0cnkge1xuICAgICAgY2xpZW50LmpvaW4oYHVzZXJfJHt1c2VySWR9YCk7XG4gICAgICByZXR1cm4gYXdhaXQgdGhpcy5jaGF0U2VydmljZS5jcmVhdGUodXNlcklkLCBjcmVhdGVDb252RHRvLnVzZXIyX2lkKTtcbiAgICB9IGNhdGNoIChlcnJvcikge1xuICAgICAgdGhpcy5mYWlsKGNsaWVudCwgZXJyb3IpO1xuICAgIH1cbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdzZW5kTWVzc2FnZScpXG4gIGFzeW5jIGhhbmRsZVNlbmQoQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQsIG1lc3NhZ2UsIHVzZXJJZCB9OiBTZW5kTWVzc2FnZUR0bywgQENvbm5lY3RlZFNvY2tldCgpIGNsaWVudDogU29ja2V0KSB7XG4gICAgdHJ5IHtcbiAgICAgIHJldHVybiBhd2FpdCB0aGlzLmNoYXRTZXJ2aWNlLnNlbmQoY29udklkLCB1c2VySWQsIG1lc3NhZ2UubWVzc2FnZSk7XG4gICAgfSBjYXRjaCAoZXJyb3IpIHtcbiAgICAgIHRoaXMuZmFpbChjbGllbnQsIGVycm9yKTtcbiAgICB9XG4gIH1cblxuICBAU3Vic2NyaWJlTWVzc2FnZSgnam9pbkNvbnZlcnNhdGlvbicpXG4gIGFzeW5jIGhhbmRsZUpvaW4oQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQsIHVzZXJJZCB9OiBDb252ZXJzYXRpb25EdG8sIEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCkge1xuICAgIHRyeSB7XG4gICAgICBhd2FpdCB0aGlzLmNoYXRTZXJ2aWNlLmdldChjb252SWQpO1xuICAgICAgYXdhaXQgY2xpZW50LmpvaW4oW2Bjb252ZXJzYXRpb25fJHtjb252SWR9YCwgYHVzZXJfJHt1c2VySWR9YF0pO1xuICAgICAgY2xpZW50LmVtaXQoJ2pvaW5lZENvbnZlcnNhdGlvbicsIHsgY29udklkIH0pO1xuICAgIH0gY2F0Y2ggKGVycm9yKSB7XG4gICAgICB0aGlzLmZhaWwoY2xpZW50LCBlcnJvcik7XG4gICAgfVxuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2xlYXZlQ29udmVyc2F0aW9uJylcbiAgYXN5bmMgaGFuZGxlTGVhdmUoQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQgfTogQ29udmVyc2F0aW9uRHRvLCBAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQpIHtcbiAgICB0cnkge1xuICAgICAgYXdhaXQgdGhpcy5jaGF0U2VydmljZS5nZXQoY29udklkKTtcbiAgICAgIGF3YWl0IGNsaWVudC5sZWF2ZShgY29udmVyc2F0aW9uXyR7Y29udklkfWApO1xuICAgICAgY2xpZW50LmVtaXQoJ2xlZnRDb252ZXJzYXRpb24nLCB7IGNvbnZJZCB9KTtcbiAgICB9IGNhdGNoIChlcnJvcikge1xuICAgICAgdGhpcy5mYWlsKGNsaWVudCwgZXJyb3IpO1xuICAgIH1cbiAgfVxuXG4gIGNvbnZlcnNhdGlvbkNyZWF0ZWQoY29udmVyc2F0aW9uOiBDb252ZXJzYXRpb24pIHtcbiAgICBjb25zdCB7IGlkLCB1c2VyMV9pZCwgdXNlcjJfaWQgfSA9IGNvbnZlcnNhdGlvbjtcbiAgICBjb25zdCBib3RoID0gW2B1c2VyXyR7dXNlcjFfaWR9YCwgYHVzZXJfJHt1c2VyMl9pZH1gXTtcbiAgICB0aGlzLnNlcnZlci5pbihib3RoKS5zb2NrZXRzSm9pbihgY29udmVyc2F0aW9uXyR7aWR9YCk7XG4gICAgdGhpcy5zZXJ2ZXIudG8oYm90aCkuZW1pdCgnY29udmVyc2F0aW9uQ3JlYXRlZCcsIHsgY29udmVyc2F0aW9uLCBwYXJ0aWNpcGFudHM6IFt1c2VyMV9pZCwgdXNlcjJfaWRdIH0pO1xuICB9XG5cbiAgbmV3TWVzc2FnZShtZXNzYWdlOiBNZXNzYWdlKSB7XG4gICAgdGhpcy5zZXJ2ZXIudG8oYGNvbnZlcnNhdGlvbl8ke21lc3NhZ2UuY29udmVyc2F0aW9uSWR9YCkuZW1pdCgnbmV3TWVzc2FnZScsIHsgbWVzc2FnZSwgc2VuZGVyOiBtZXNzYWdlLnNlbmRlcklkIH0pO1xuICB9XG5cbiAgcHJpdmF0ZSBmYWlsKGNsaWVudDogU29ja2V0LCBlcnJvcjogdW5rbm93bikge1xuICAgIGNvbnN0IG1lc3NhZ2UgPSBlcnJvciBpbnN0YW5jZW9mIEVycm9yID8gZXJyb3IubWVzc2FnZSA6ICdVbmtub3duIGVycm9yJztcbiAgICB0aGlzLmxvZ2dlci5kZWJ1ZyhtZXNzYWdlKTtcbiAgICBjbGllbnQuZW1pdCgnZXJyb3InLCB7IG1lc3NhZ2UgfSk7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJmb3J3YXJkUmVmIiwiSW5qZWN0IiwiTG9nZ2VyIiwiVXNlUGlwZXMiLCJWYWxpZGF0aW9uUGlwZSIsIkNvbm5lY3RlZFNvY2tldCIsIk1lc3NhZ2VCb2R5IiwiU3Vic2NyaWJlTWVzc2FnZSIsIldlYlNvY2tldEdhdGV3YXkiLCJXZWJTb2NrZXRTZXJ2ZXIiLCJXc0V4Y2VwdGlvbiIsIkNoYXRTZXJ2aWNlIiwiQ29udmVyc2F0aW9uRHRvIiwiQ3JlYXRlQ29udmVyc2F0aW9uRHRvIiwiU2VuZE1lc3NhZ2VEdG8iLCJDaGF0R2F0ZXdheSIsImxvZ2dlciIsIm5hbWUiLCJzZXJ2ZXIiLCJjaGF0U2VydmljZSIsImhhbmRsZUNyZWF0ZSIsImNyZWF0ZUNvbnZEdG8iLCJ1c2VySWQiLCJjbGllbnQiLCJqb2luIiwiY3JlYXRlIiwidXNlcjJfaWQiLCJlcnJvciIsImZhaWwiLCJoYW5kbGVTZW5kIiwiY29udklkIiwibWVzc2FnZSIsInNlbmQiLCJoYW5kbGVKb2luIiwiZ2V0IiwiZW1pdCIsImhhbmRsZUxlYXZlIiwibGVhdmUiLCJjb252ZXJzYXRpb25DcmVhdGVkIiwiY29udmVyc2F0aW9uIiwiaWQiLCJ1c2VyMV9pZCIsImJvdGgiLCJpbiIsInNvY2tldHNKb2luIiwidG8iLCJwYXJ0aWNpcGFudHMiLCJuZXdNZXNzYWdlIiwiY29udmVyc2F0aW9uSWQiLCJzZW5kZXIiLCJzZW5kZXJJZCIsIkVycm9yIiwiZGVidWciLCJleGNlcHRpb25GYWN0b3J5IiwiZXJyb3JzIiwibWFwIiwicHJvcGVydHkiLCJuYW1lc3BhY2UiLCJjb3JzIiwib3JpZ2luIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLFVBQVUsRUFBRUMsTUFBTSxFQUFFQyxNQUFNLEVBQUVDLFFBQVEsRUFBRUMsY0FBYyxRQUFRLGlCQUFpQjtBQUN0RixTQUFTQyxlQUFlLEVBQUVDLFdBQVcsRUFBRUMsZ0JBQWdCLEVBQUVDLGdCQUFnQixFQUFFQyxlQUFlLEVBQUVDLFdBQVcsUUFBUSxxQkFBcUI7QUFHcEksU0FBU0MsV0FBVyxRQUF5QyxvQkFBb0I7QUFDakYsU0FBU0MsZUFBZSxFQUFFQyxxQkFBcUIsRUFBRUMsY0FBYyxRQUFRLFdBQVc7QUFNbEYsT0FBTyxNQUFNQzs7SUFDTUMsU0FBUyxJQUFJZCxPQUFPYSxZQUFZRSxJQUFJLEVBQUU7SUFHdkRDLE9BQWtCO0lBRWxCLFlBQVksQUFBd0RDLFdBQXFDLENBQUU7YUFBdkNBLGNBQUFBO0lBQXdDO0lBRTVHLE1BQ01DLGFBQWEsQUFBZSxFQUFFQyxhQUFhLEVBQUVDLE1BQU0sRUFBeUIsRUFBRSxBQUFtQkMsTUFBYyxFQUFFO1FBQ3JILElBQUk7WUFDRkEsT0FBT0MsSUFBSSxDQUFDLENBQUMsS0FBSyxFQUFFRixRQUFRO1lBQzVCLE9BQU8sTUFBTSxJQUFJLENBQUNILFdBQVcsQ0FBQ00sTUFBTSxDQUFDSCxRQUFRRCxjQUFjSyxRQUFRO1FBQ3JFLEVBQUUsT0FBT0MsT0FBTztZQUNkLElBQUksQ0FBQ0MsSUFBSSxDQUFDTCxRQUFRSTtRQUNwQjtJQUNGO0lBRUEsTUFDTUUsV0FBVyxBQUFlLEVBQUVDLE1BQU0sRUFBRUMsT0FBTyxFQUFFVCxNQUFNLEVBQWtCLEVBQUUsQUFBbUJDLE1BQWMsRUFBRTtRQUM5RyxJQUFJO1lBQ0YsT0FBTyxNQUFNLElBQUksQ0FBQ0osV0FBVyxDQUFDYSxJQUFJLENBQUNGLFFBQVFSLFFBQVFTLFFBQVFBLE9BQU87UUFDcEUsRUFBRSxPQUFPSixPQUFPO1lBQ2QsSUFBSSxDQUFDQyxJQUFJLENBQUNMLFFBQVFJO1FBQ3BCO0lBQ0Y7SUFFQSxNQUNNTSxXQUFXLEFBQWUsRUFBRUgsTUFBTSxFQUFFUixNQUFNLEVBQW1CLEVBQUUsQUFBbUJDLE1BQWMsRUFBRTtRQUN0RyxJQUFJO1lBQ0YsTUFBTSxJQUFJLENBQUNKLFdBQVcsQ0FBQ2UsR0FBRyxDQUFDSjtZQUMzQixNQUFNUCxPQUFPQyxJQUFJLENBQUM7Z0JBQUMsQ0FBQyxhQUFhLEVBQUVNLFFBQVE7Z0JBQUUsQ0FBQyxLQUFLLEVBQUVSLFFBQVE7YUFBQztZQUM5REMsT0FBT1ksSUFBSSxDQUFDLHNCQUFzQjtnQkFBRUw7WUFBTztRQUM3QyxFQUFFLE9BQU9ILE9BQU87WUFDZCxJQUFJLENBQUNDLElBQUksQ0FBQ0wsUUFBUUk7UUFDcEI7SUFDRjtJQUVBLE1BQ01TLFlBQVksQUFBZSxFQUFFTixNQUFNLEVBQW1CLEVBQUUsQUFBbUJQLE1BQWMsRUFBRTtRQUMvRixJQUFJO1lBQ0YsTUFBTSxJQUFJLENBQUNKLFdBQVcsQ0FBQ2UsR0FBRyxDQUFDSjtZQUMzQixNQUFNUCxPQUFPYyxLQUFLLENBQUMsQ0FBQyxhQUFhLEVBQUVQLFFBQVE7WUFDM0NQLE9BQU9ZLElBQUksQ0FBQyxvQkFBb0I7Z0JBQUVMO1lBQU87UUFDM0MsRUFBRSxPQUFPSCxPQUFPO1lBQ2QsSUFBSSxDQUFDQyxJQUFJLENBQUNMLFFBQVFJO1FBQ3BCO0lBQ0Y7SUFFQVcsb0JBQW9CQyxZQUEwQixFQUFFO1FBQzlDLE1BQU0sRUFBRUMsRUFBRSxFQUFFQyxRQUFRLEVBQUVmLFFBQVEsRUFBRSxHQUFHYTtRQUNuQyxNQUFNRyxPQUFPO1lBQUMsQ0FBQyxLQUFLLEVBQUVELFVBQVU7WUFBRSxDQUFDLEtBQUssRUFBRWYsVUFBVTtTQUFDO1FBQ3JELElBQUksQ0FBQ1IsTUFBTSxDQUFDeUIsRUFBRSxDQUFDRCxNQUFNRSxXQUFXLENBQUMsQ0FBQyxhQUFhLEVBQUVKLElBQUk7UUFDckQsSUFBSSxDQUFDdEIsTUFBTSxDQUFDMkIsRUFBRSxDQUFDSCxNQUFNUCxJQUFJLENBQUMsdUJBQXVCO1lBQUVJO1lBQWNPLGNBQWM7Z0JBQUNMO2dCQUFVZjthQUFTO1FBQUM7SUFDdEc7SUFFQXFCLFdBQVdoQixPQUFnQixFQUFFO1FBQzNCLElBQUksQ0FBQ2IsTUFBTSxDQUFDMkIsRUFBRSxDQUFDLENBQUMsYUFBYSxFQUFFZCxRQUFRaUIsY0FBYyxFQUFFLEVBQUViLElBQUksQ0FBQyxjQUFjO1lBQUVKO1lBQVNrQixRQUFRbEIsUUFBUW1CLFFBQVE7UUFBQztJQUNsSDtJQUVRdEIsS0FBS0wsTUFBYyxFQUFFSSxLQUFjLEVBQUU7UUFDM0MsTUFBTUksVUFBVUosaUJBQWlCd0IsUUFBUXhCLE1BQU1JLE9BQU8sR0FBRztRQUN6RCxJQUFJLENBQUNmLE1BQU0sQ0FBQ29DLEtBQUssQ0FBQ3JCO1FBQ2xCUixPQUFPWSxJQUFJLENBQUMsU0FBUztZQUFFSjtRQUFRO0lBQ2pDO0FBQ0Y7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O2lCQXJFYzNCLGVBQWU7UUFDM0JpRCxrQkFBa0IsQ0FBQ0MsU0FBVyxJQUFJNUMsWUFBWTRDLE9BQU9DLEdBQUcsQ0FBQyxDQUFDLEVBQUVDLFFBQVEsRUFBRSxHQUFLLEdBQUdBLFNBQVMsYUFBYSxDQUFDLEVBQUVoQyxJQUFJLENBQUM7SUFDOUc7O1FBQ29CaUMsV0FBVztRQUFTQyxNQUFNO1lBQUVDLFFBQVE7UUFBSTs7dUNBT3JCaEQifQ==