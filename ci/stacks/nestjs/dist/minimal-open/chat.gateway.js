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
        await client.leave(`conversation_${convId}`);
        client.emit('leftConversation', {
            convId
        });
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

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vY2hhdC5nYXRld2F5LnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IGZvcndhcmRSZWYsIEluamVjdCwgTG9nZ2VyLCBVc2VQaXBlcywgVmFsaWRhdGlvblBpcGUgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBDb25uZWN0ZWRTb2NrZXQsIE1lc3NhZ2VCb2R5LCBTdWJzY3JpYmVNZXNzYWdlLCBXZWJTb2NrZXRHYXRld2F5LCBXZWJTb2NrZXRTZXJ2ZXIsIFdzRXhjZXB0aW9uIH0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcbmltcG9ydCB0eXBlIHsgTmFtZXNwYWNlLCBTb2NrZXQgfSBmcm9tICdzb2NrZXQuaW8nO1xuaW1wb3J0IHR5cGUgeyBXcmFwcGVyVHlwZSB9IGZyb20gJy4uL3NoYXJlZC93cmFwcGVyLXR5cGUuanMnO1xuaW1wb3J0IHsgQ2hhdFNlcnZpY2UsIHR5cGUgQ29udmVyc2F0aW9uLCB0eXBlIE1lc3NhZ2UgfSBmcm9tICcuL2NoYXQuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBDb252ZXJzYXRpb25EdG8sIENyZWF0ZUNvbnZlcnNhdGlvbkR0bywgU2VuZE1lc3NhZ2VEdG8gfSBmcm9tICcuL2R0by5qcyc7XG5cbkBVc2VQaXBlcyhuZXcgVmFsaWRhdGlvblBpcGUoe1xuICBleGNlcHRpb25GYWN0b3J5OiAoZXJyb3JzKSA9PiBuZXcgV3NFeGNlcHRpb24oZXJyb3JzLm1hcCgoeyBwcm9wZXJ0eSB9KSA9PiBgJHtwcm9wZXJ0eX0gaXMgbm90IHZhbGlkYCkuam9pbignLCAnKSksXG59KSlcbkBXZWJTb2NrZXRHYXRld2F5KHsgbmFtZXNwYWNlOiAnL2NoYXQnLCBjb3JzOiB7IG9yaWdpbjogJyonIH0gfSlcbmV4cG9ydCBjbGFzcyBDaGF0R2F0ZXdheSB7XG4gIHByaXZhdGUgcmVhZG9ubHkgbG9nZ2VyID0gbmV3IExvZ2dlcihDaGF0R2F0ZXdheS5uYW1lKTtcblxuICBAV2ViU29ja2V0U2VydmVyKClcbiAgc2VydmVyOiBOYW1lc3BhY2U7XG5cbiAgY29uc3RydWN0b3IoQEluamVjdChmb3J3YXJkUmVmKCgpID0+IENoYXRTZXJ2aWNlKSkgcHJpdmF0ZSByZWFkb25seSBjaGF0U2VydmljZTogV3JhcHBlclR5cGU8Q2hhdFNlcnZpY2U+KSB7fVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdjcmVhdGVDb252ZXJzYXRpb24nKVxuICBhc3luYyBoYW5kbGVDcmVhdGUoQE1lc3NhZ2VCb2R5KCkgeyBjcmVhdGVDb252RHRvLCB1c2VySWQgfTogQ3JlYXRlQ29udmVyc2F0aW9uRHRvLCBAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQpIHtcbiAgICB0cnkge1xuICAgICAgY2xpZW50LmpvaW4oYHVzZXJfJHt1c2VySWR9YCk7XG4gICAgICByZXR1cm4gYXdhaXQgdGhpcy5jaGF0U2VydmljZS5jcmVhdGUodXNlcklkLCBjcmVhdGVDb252RHRvLnVzZXIyX2lkKTtcbiAgICB9IGNhdGNoIChlcnJvcikge1xuICAgICAgdGhpcy5mYWlsKGNsaWVudCwgZXJyb3IpO1xuICAgIH1cbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdzZW5kTWVzc2FnZScpXG4gIGFzeW5jIGhhbmRsZVNlbmQoQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQsIG1lc3NhZ2UsIHVzZXJJZCB9OiBTZW5kTWVzc2FnZUR0bywgQENvbm5lY3RlZFNvY2tldCgpIGNsaWVudDogU29ja2V0KSB7XG4gICAgdHJ5IHtcbiAgICAgIHJldHVybiBhd2FpdCB0aGlzLmNoYXRTZXJ2aWNlLnNlbmQoY29udklkLCB1c2VySWQsIG1lc3NhZ2UubWVzc2FnZSk7XG4gICAgfSBjYXRjaCAoZXJyb3IpIHtcbiAgICAgIHRoaXMuZmFpbChjbGllbnQsIGVycm9yKTtcbiAgICB9XG4gIH1cblxuICBAU3Vic2NyaWJlTWVzc2FnZSgnam9pbkNvbnZlcnNhdGlvbicpXG4gIGFzeW5jIGhhbmRsZUpvaW4oQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQsIHVzZXJJZCB9OiBDb252ZXJzYXRpb25EdG8sIEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCkge1xuICAgIHRyeSB7XG4gICAgICBhd2FpdCB0aGlzLmNoYXRTZXJ2aWNlLmdldChjb252SWQpO1xuICAgICAgYXdhaXQgY2xpZW50LmpvaW4oW2Bjb252ZXJzYXRpb25fJHtjb252SWR9YCwgYHVzZXJfJHt1c2VySWR9YF0pO1xuICAgICAgY2xpZW50LmVtaXQoJ2pvaW5lZENvbnZlcnNhdGlvbicsIHsgY29udklkIH0pO1xuICAgIH0gY2F0Y2ggKGVycm9yKSB7XG4gICAgICB0aGlzLmZhaWwoY2xpZW50LCBlcnJvcik7XG4gICAgfVxuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2xlYXZlQ29udmVyc2F0aW9uJylcbiAgYXN5bmMgaGFuZGxlTGVhdmUoQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQgfTogQ29udmVyc2F0aW9uRHRvLCBAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQpIHtcbiAgICBhd2FpdCBjbGllbnQubGVhdmUoYGNvbnZlcnNhdGlvbl8ke2NvbnZJZH1gKTtcbiAgICBjbGllbnQuZW1pdCgnbGVmdENvbnZlcnNhdGlvbicsIHsgY29udklkIH0pO1xuICB9XG5cbiAgY29udmVyc2F0aW9uQ3JlYXRlZChjb252ZXJzYXRpb246IENvbnZlcnNhdGlvbikge1xuICAgIGNvbnN0IHsgaWQsIHVzZXIxX2lkLCB1c2VyMl9pZCB9ID0gY29udmVyc2F0aW9uO1xuICAgIGNvbnN0IGJvdGggPSBbYHVzZXJfJHt1c2VyMV9pZH1gLCBgdXNlcl8ke3VzZXIyX2lkfWBdO1xuICAgIHRoaXMuc2VydmVyLmluKGJvdGgpLnNvY2tldHNKb2luKGBjb252ZXJzYXRpb25fJHtpZH1gKTtcbiAgICB0aGlzLnNlcnZlci50byhib3RoKS5lbWl0KCdjb252ZXJzYXRpb25DcmVhdGVkJywgeyBjb252ZXJzYXRpb24sIHBhcnRpY2lwYW50czogW3VzZXIxX2lkLCB1c2VyMl9pZF0gfSk7XG4gIH1cblxuICBuZXdNZXNzYWdlKG1lc3NhZ2U6IE1lc3NhZ2UpIHtcbiAgICB0aGlzLnNlcnZlci50byhgY29udmVyc2F0aW9uXyR7bWVzc2FnZS5jb252ZXJzYXRpb25JZH1gKS5lbWl0KCduZXdNZXNzYWdlJywgeyBtZXNzYWdlLCBzZW5kZXI6IG1lc3NhZ2Uuc2VuZGVySWQgfSk7XG4gIH1cblxuICBwcml2YXRlIGZhaWwoY2xpZW50OiBTb2NrZXQsIGVycm9yOiB1bmtub3duKSB7XG4gICAgY29uc3QgbWVzc2FnZSA9IGVycm9yIGluc3RhbmNlb2YgRXJyb3IgPyBlcnJvci5tZXNzYWdlIDogJ1Vua25vd24gZXJyb3InO1xuICAgIHRoaXMubG9nZ2VyLmRlYnVnKG1lc3NhZ2UpO1xuICAgIGNsaWVudC5lbWl0KCdlcnJvcicsIHsgbWVzc2FnZSB9KTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbImZvcndhcmRSZWYiLCJJbmplY3QiLCJMb2dnZXIiLCJVc2VQaXBlcyIsIlZhbGlkYXRpb25QaXBlIiwiQ29ubmVjdGVkU29ja2V0IiwiTWVzc2FnZUJvZHkiLCJTdWJzY3JpYmVNZXNzYWdlIiwiV2ViU29ja2V0R2F0ZXdheSIsIldlYlNvY2tldFNlcnZlciIsIldzRXhjZXB0aW9uIiwiQ2hhdFNlcnZpY2UiLCJDb252ZXJzYXRpb25EdG8iLCJDcmVhdGVDb252ZXJzYXRpb25EdG8iLCJTZW5kTWVzc2FnZUR0byIsIkNoYXRHYXRld2F5IiwibG9nZ2VyIiwibmFtZSIsInNlcnZlciIsImNoYXRTZXJ2aWNlIiwiaGFuZGxlQ3JlYXRlIiwiY3JlYXRlQ29udkR0byIsInVzZXJJZCIsImNsaWVudCIsImpvaW4iLCJjcmVhdGUiLCJ1c2VyMl9pZCIsImVycm9yIiwiZmFpbCIsImhhbmRsZVNlbmQiLCJjb252SWQiLCJtZXNzYWdlIiwic2VuZCIsImhhbmRsZUpvaW4iLCJnZXQiLCJlbWl0IiwiaGFuZGxlTGVhdmUiLCJsZWF2ZSIsImNvbnZlcnNhdGlvbkNyZWF0ZWQiLCJjb252ZXJzYXRpb24iLCJpZCIsInVzZXIxX2lkIiwiYm90aCIsImluIiwic29ja2V0c0pvaW4iLCJ0byIsInBhcnRpY2lwYW50cyIsIm5ld01lc3NhZ2UiLCJjb252ZXJzYXRpb25JZCIsInNlbmRlciIsInNlbmRlcklkIiwiRXJyb3IiLCJkZWJ1ZyIsImV4Y2VwdGlvbkZhY3RvcnkiLCJlcnJvcnMiLCJtYXAiLCJwcm9wZXJ0eSIsIm5hbWVzcGFjZSIsImNvcnMiLCJvcmlnaW4iXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsVUFBVSxFQUFFQyxNQUFNLEVBQUVDLE1BQU0sRUFBRUMsUUFBUSxFQUFFQyxjQUFjLFFBQVEsaUJBQWlCO0FBQ3RGLFNBQVNDLGVBQWUsRUFBRUMsV0FBVyxFQUFFQyxnQkFBZ0IsRUFBRUMsZ0JBQWdCLEVBQUVDLGVBQWUsRUFBRUMsV0FBVyxRQUFRLHFCQUFxQjtBQUdwSSxTQUFTQyxXQUFXLFFBQXlDLG9CQUFvQjtBQUNqRixTQUFTQyxlQUFlLEVBQUVDLHFCQUFxQixFQUFFQyxjQUFjLFFBQVEsV0FBVztBQU1sRixPQUFPLE1BQU1DOztJQUNNQyxTQUFTLElBQUlkLE9BQU9hLFlBQVlFLElBQUksRUFBRTtJQUd2REMsT0FBa0I7SUFFbEIsWUFBWSxBQUF3REMsV0FBcUMsQ0FBRTthQUF2Q0EsY0FBQUE7SUFBd0M7SUFFNUcsTUFDTUMsYUFBYSxBQUFlLEVBQUVDLGFBQWEsRUFBRUMsTUFBTSxFQUF5QixFQUFFLEFBQW1CQyxNQUFjLEVBQUU7UUFDckgsSUFBSTtZQUNGQSxPQUFPQyxJQUFJLENBQUMsQ0FBQyxLQUFLLEVBQUVGLFFBQVE7WUFDNUIsT0FBTyxNQUFNLElBQUksQ0FBQ0gsV0FBVyxDQUFDTSxNQUFNLENBQUNILFFBQVFELGNBQWNLLFFBQVE7UUFDckUsRUFBRSxPQUFPQyxPQUFPO1lBQ2QsSUFBSSxDQUFDQyxJQUFJLENBQUNMLFFBQVFJO1FBQ3BCO0lBQ0Y7SUFFQSxNQUNNRSxXQUFXLEFBQWUsRUFBRUMsTUFBTSxFQUFFQyxPQUFPLEVBQUVULE1BQU0sRUFBa0IsRUFBRSxBQUFtQkMsTUFBYyxFQUFFO1FBQzlHLElBQUk7WUFDRixPQUFPLE1BQU0sSUFBSSxDQUFDSixXQUFXLENBQUNhLElBQUksQ0FBQ0YsUUFBUVIsUUFBUVMsUUFBUUEsT0FBTztRQUNwRSxFQUFFLE9BQU9KLE9BQU87WUFDZCxJQUFJLENBQUNDLElBQUksQ0FBQ0wsUUFBUUk7UUFDcEI7SUFDRjtJQUVBLE1BQ01NLFdBQVcsQUFBZSxFQUFFSCxNQUFNLEVBQUVSLE1BQU0sRUFBbUIsRUFBRSxBQUFtQkMsTUFBYyxFQUFFO1FBQ3RHLElBQUk7WUFDRixNQUFNLElBQUksQ0FBQ0osV0FBVyxDQUFDZSxHQUFHLENBQUNKO1lBQzNCLE1BQU1QLE9BQU9DLElBQUksQ0FBQztnQkFBQyxDQUFDLGFBQWEsRUFBRU0sUUFBUTtnQkFBRSxDQUFDLEtBQUssRUFBRVIsUUFBUTthQUFDO1lBQzlEQyxPQUFPWSxJQUFJLENBQUMsc0JBQXNCO2dCQUFFTDtZQUFPO1FBQzdDLEVBQUUsT0FBT0gsT0FBTztZQUNkLElBQUksQ0FBQ0MsSUFBSSxDQUFDTCxRQUFRSTtRQUNwQjtJQUNGO0lBRUEsTUFDTVMsWUFBWSxBQUFlLEVBQUVOLE1BQU0sRUFBbUIsRUFBRSxBQUFtQlAsTUFBYyxFQUFFO1FBQy9GLE1BQU1BLE9BQU9jLEtBQUssQ0FBQyxDQUFDLGFBQWEsRUFBRVAsUUFBUTtRQUMzQ1AsT0FBT1ksSUFBSSxDQUFDLG9CQUFvQjtZQUFFTDtRQUFPO0lBQzNDO0lBRUFRLG9CQUFvQkMsWUFBMEIsRUFBRTtRQUM5QyxNQUFNLEVBQUVDLEVBQUUsRUFBRUMsUUFBUSxFQUFFZixRQUFRLEVBQUUsR0FBR2E7UUFDbkMsTUFBTUcsT0FBTztZQUFDLENBQUMsS0FBSyxFQUFFRCxVQUFVO1lBQUUsQ0FBQyxLQUFLLEVBQUVmLFVBQVU7U0FBQztRQUNyRCxJQUFJLENBQUNSLE1BQU0sQ0FBQ3lCLEVBQUUsQ0FBQ0QsTUFBTUUsV0FBVyxDQUFDLENBQUMsYUFBYSxFQUFFSixJQUFJO1FBQ3JELElBQUksQ0FBQ3RCLE1BQU0sQ0FBQzJCLEVBQUUsQ0FBQ0gsTUFBTVAsSUFBSSxDQUFDLHVCQUF1QjtZQUFFSTtZQUFjTyxjQUFjO2dCQUFDTDtnQkFBVWY7YUFBUztRQUFDO0lBQ3RHO0lBRUFxQixXQUFXaEIsT0FBZ0IsRUFBRTtRQUMzQixJQUFJLENBQUNiLE1BQU0sQ0FBQzJCLEVBQUUsQ0FBQyxDQUFDLGFBQWEsRUFBRWQsUUFBUWlCLGNBQWMsRUFBRSxFQUFFYixJQUFJLENBQUMsY0FBYztZQUFFSjtZQUFTa0IsUUFBUWxCLFFBQVFtQixRQUFRO1FBQUM7SUFDbEg7SUFFUXRCLEtBQUtMLE1BQWMsRUFBRUksS0FBYyxFQUFFO1FBQzNDLE1BQU1JLFVBQVVKLGlCQUFpQndCLFFBQVF4QixNQUFNSSxPQUFPLEdBQUc7UUFDekQsSUFBSSxDQUFDZixNQUFNLENBQUNvQyxLQUFLLENBQUNyQjtRQUNsQlIsT0FBT1ksSUFBSSxDQUFDLFNBQVM7WUFBRUo7UUFBUTtJQUNqQztBQUNGOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztpQkFoRWMzQixlQUFlO1FBQzNCaUQsa0JBQWtCLENBQUNDLFNBQVcsSUFBSTVDLFlBQVk0QyxPQUFPQyxHQUFHLENBQUMsQ0FBQyxFQUFFQyxRQUFRLEVBQUUsR0FBSyxHQUFHQSxTQUFTLGFBQWEsQ0FBQyxFQUFFaEMsSUFBSSxDQUFDO0lBQzlHOztRQUNvQmlDLFdBQVc7UUFBU0MsTUFBTTtZQUFFQyxRQUFRO1FBQUk7O3VDQU9yQmhEIn0=