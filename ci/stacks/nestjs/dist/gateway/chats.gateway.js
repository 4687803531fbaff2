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
import { HttpException, Logger, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer, WsException } from '@nestjs/websockets';
import { hasDefect } from '../shared/defect.js';
import { ChatsService } from './chats.service.js';
import { CreateMessageDto, JoinConversationDto, LeaveConversationDto, TypingDto } from './dto.js';
const room = (conversationId)=>`conversation:${conversationId}`;
const textOf = (error)=>{
    if (error instanceof HttpException || error instanceof WsException) return error.message;
    Logger.error(error);
    return 'Internal server error';
};
const texts = (errors)=>errors.flatMap(({ constraints })=>Object.values(constraints ?? {}));
const validation = new ValidationPipe({
    exceptionFactory: (errors)=>new WsException(texts(errors).join(', '))
});
export class ChatsGateway {
    chats;
    online = new Map();
    server;
    constructor(chats){
        this.chats = chats;
    }
    handleConnection(client) {
        const userId = Number(client.handshake.query.userId);
        if (!Number.isInteger(userId) || userId <= 0) {
            client.emit('error', {
                message: 'userId is required'
            });
            client.disconnect();
            return;
        }
        client.data.userId = userId;
        client.join(`user:${userId}`);
        const sockets = this.online.get(userId) ?? new Set();
        if (sockets.size === 0 || hasDefect('presence-per-socket')) client.broadcast.emit('user:online', {
            userId
        });
        this.online.set(userId, sockets.add(client.id));
    }
    handleDisconnect(client) {
        const { userId } = client.data;
        const sockets = this.online.get(userId);
        if (!sockets) return;
        sockets.delete(client.id);
        if (sockets.size > 0 && !hasDefect('presence-per-socket')) return;
        if (sockets.size === 0) this.online.delete(userId);
        this.server.emit('user:offline', {
            userId
        });
    }
    async send(client, payload) {
        try {
            const dto = await validation.transform(payload, {
                type: 'body',
                metatype: CreateMessageDto
            });
            this.mustBe(client, dto.sender_id);
            const message = await this.chats.createMessage(dto);
            this.server.to(room(dto.conversation_id)).emit('receive-message', message);
            client.emit('message-sent', message);
        } catch (error) {
            client.emit('message-error', {
                error: textOf(error)
            });
        }
    }
    async join(client, { conversationId, userId }) {
        try {
            this.mustBe(client, userId);
            await this.chats.conversationOf(conversationId, userId);
            await client.join(room(conversationId));
            client.emit('joined-conversation', {
                conversationId,
                success: true
            });
            if (!hasDefect('no-return')) return {
                success: true,
                conversationId
            };
        } catch (error) {
            client.emit('error', {
                message: textOf(error)
            });
            return {
                success: false,
                conversationId
            };
        }
    }
    async leave(client, { conversationId }) {
        await client.leave(room(conversationId));
        return {
            success: true,
            conversationId
        };
    }
    typing(client, { conversationId, userId, isTyping }) {
        if (!hasDefect('payload-names-the-user')) this.mustBe(client, userId);
        if (!client.rooms.has(room(conversationId))) throw new WsException('Join the conversation first');
        client.to(room(conversationId)).emit('user-typing', {
            conversationId,
            userId,
            isTyping
        });
    }
    /** A payload cannot speak for another user. */ mustBe(client, userId) {
        if (userId !== client.data.userId) throw new WsException('Unauthorized: you are not this user');
    }
}
_ts_decorate([
    WebSocketServer(),
    _ts_metadata("design:type", typeof Namespace === "undefined" ? Object : Namespace)
], ChatsGateway.prototype, "server", void 0);
_ts_decorate([
    SubscribeMessage('send-message'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        Object
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatsGateway.prototype, "send", null);
_ts_decorate([
    SubscribeMessage('join-conversation'),
    UsePipes(validation),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof JoinConversationDto === "undefined" ? Object : JoinConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatsGateway.prototype, "join", null);
_ts_decorate([
    SubscribeMessage('leave-conversation'),
    UsePipes(validation),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof LeaveConversationDto === "undefined" ? Object : LeaveConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatsGateway.prototype, "leave", null);
_ts_decorate([
    SubscribeMessage('typing'),
    UsePipes(validation),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof TypingDto === "undefined" ? Object : TypingDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatsGateway.prototype, "typing", null);
ChatsGateway = _ts_decorate([
    WebSocketGateway({
        namespace: 'chat',
        cors: true
    }),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatsService === "undefined" ? Object : ChatsService
    ])
], ChatsGateway);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9nYXRld2F5L2NoYXRzLmdhdGV3YXkudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgSHR0cEV4Y2VwdGlvbiwgTG9nZ2VyLCBVc2VQaXBlcywgVmFsaWRhdGlvblBpcGUsIHR5cGUgVmFsaWRhdGlvbkVycm9yIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHtcbiAgQ29ubmVjdGVkU29ja2V0LCBNZXNzYWdlQm9keSwgT25HYXRld2F5Q29ubmVjdGlvbiwgT25HYXRld2F5RGlzY29ubmVjdCwgU3Vic2NyaWJlTWVzc2FnZSwgV2ViU29ja2V0R2F0ZXdheSxcbiAgV2ViU29ja2V0U2VydmVyLCBXc0V4Y2VwdGlvbixcbn0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcbmltcG9ydCB0eXBlIHsgTmFtZXNwYWNlLCBTb2NrZXQgfSBmcm9tICdzb2NrZXQuaW8nO1xuaW1wb3J0IHsgaGFzRGVmZWN0IH0gZnJvbSAnLi4vc2hhcmVkL2RlZmVjdC5qcyc7XG5pbXBvcnQgeyBDaGF0c1NlcnZpY2UgfSBmcm9tICcuL2NoYXRzLnNlcnZpY2UuanMnO1xuaW1wb3J0IHsgQ3JlYXRlTWVzc2FnZUR0bywgSm9pbkNvbnZlcnNhdGlvbkR0bywgTGVhdmVDb252ZXJzYXRpb25EdG8sIFR5cGluZ0R0byB9IGZyb20gJy4vZHRvLmpzJztcblxuY29uc3Qgcm9vbSA9IChjb252ZXJzYXRpb25JZDogbnVtYmVyKSA9PiBgY29udmVyc2F0aW9uOiR7Y29udmVyc2F0aW9uSWR9YDtcblxuY29uc3QgdGV4dE9mID0gKGVycm9yOiB1bmtub3duKTogc3RyaW5nID0+IHtcbiAgaWYgKGVycm9yIGluc3RhbmNlb2YgSHR0cEV4Y2VwdGlvbiB8fCBlcnJvciBpbnN0YW5jZW9mIFdzRXhjZXB0aW9uKSByZXR1cm4gZXJyb3IubWVzc2FnZTtcbiAgTG9nZ2VyLmVycm9yKGVycm9yKTtcbiAgcmV0dXJuICdJbnRlcm5hbCBzZXJ2ZXIgZXJyb3InO1xufTtcblxuY29uc3QgdGV4dHMgPSAoZXJyb3JzOiBWYWxpZGF0aW9uRXJyb3JbXSkgPT4gZXJyb3JzLmZsYXRNYXAoKHsgY29uc3RyYWludHMgfSkgPT4gT2JqZWN0LnZhbHVlcyhjb25zdHJhaW50cyA/PyB7fSkpO1xuY29uc3QgdmFsaWRhdGlvbiA9IG5ldyBWYWxpZGF0aW9uUGlwZSh7IGV4Y2VwdGlvbkZhY3Rvcnk6IChlcnJvcnMpID0+IG5ldyBXc0V4Y2VwdGlvbih0ZXh0cyhlcnJvcnMpLmpvaW4oJywgJykpIH0pO1xuXG5AV2ViU29ja2V0R2F0ZXdheSh7IG5hbWVzcGFjZTogJ2NoYXQnLCBjb3JzOiB0cnVlIH0pXG5leHBvcnQgY2xhc3MgQ2hhdHNHYXRld2F5IGltcGxlbWVudHMgT25HYXRld2F5Q29ubmVjdGlvbiwgT25HYXRld2F5RGlzY29ubmVjdCB7XG4gIHByaXZhdGUgcmVhZG9ubHkgb25saW5lID0gbmV3IE1hcDxudW1iZXIsIFNldDxzdHJpbmc+PigpO1xuXG4gIEBXZWJTb2NrZXRTZXJ2ZXIoKVxuICBwcml2YXRlIHJlYWRvbmx5IHNlcnZlcjogTmFtZXNwYWNlO1xuXG4gIGNvbnN0cnVjdG9yKHByaXZhdGUgcmVhZG9ubHkgY2hhdHM6IENoYXRzU2VydmljZSkge31cblxuICBoYW5kbGVDb25uZWN0aW9uKGNsaWVudDogU29ja2V0KSB7XG4gICAgY29uc3QgdXNlcklkID0gTnVtYmVyKGNsaWVudC5oYW5kc2hha2UucXVlcnkudXNlcklkKTtcbiAgICBpZiAoIU51bWJlci5pc0ludGVnZXIodXNlcklkKSB8fCB1c2VySWQgPD0gMCkge1xuICAgICAgY2xpZW50LmVtaXQoJ2Vycm9yJywgeyBtZXNzYWdlOiAndXNlcklkIGlzIHJlcXVpcmVkJyB9KTtcbiAgICAgIGNsaWVudC5kaXNjb25uZWN0KCk7XG4gICAgICByZXR1cm47XG4gICAgfVxuICAgIGNsaWVudC5kYXRhLnVzZXJJZCA9IHVzZXJJZDtcbiAgICBjbGllbnQuam9pbihgdXNlcjoke3VzZXJJZH1gKTtcbiAgICBjb25zdCBzb2NrZXRzID0gdGhpcy5vbmxpbmUuZ2V0KHVzZXJJZCkgPz8gbmV3IFNldCgpO1xuICAgIGlmIChzb2NrZXRzLnNpemUgPT09IDAgfHwgaGFzRGVmZWN0KCdwcmVzZW5jZS1wZXItc29ja2V0JykpIGNsaWVudC5icm9hZGNhc3QuZW1pdCgndXNlcjpvbmxpbmUnLCB7IHVzZXJJZCB9KTtcbiAgICB0aGlzLm9ubGluZS5zZXQodXNlcklkLCBzb2NrZXRzLmFkZChjbGllbnQuaWQpKTtcbiAgfVxuXG4gIGhhbmRsZURpc2Nvbm5lY3QoY2xpZW50OiBTb2NrZXQpIHtcbiAgICBjb25zdCB7IHVzZXJJZCB9ID0gY2xpZW50LmRhdGE7XG4gICAgY29uc3Qgc29ja2V0cyA9IHRoaXMub25saW5lLmdldCh1c2VySWQpO1xuICAgIGlmICghc29ja2V0cykgcmV0dXJuO1xuICAgIHNvY2tldHMuZGVsZXRlKGNsaWVudC5pZCk7XG4gICAgaWYgKHNvY2tldHMuc2l6ZSA+IDAgJiYgIWhhc0RlZmVjdCgncHJlc2VuY2UtcGVyLXNvY2tldCcpKSByZXR1cm47XG4gICAgaWYgKHNvY2tldHMuc2l6ZSA9PT0gMCkgdGhpcy5vbmxpbmUuZGVsZXRlKHVzZXJJZCk7XG4gICAgdGhpcy5zZXJ2ZXIuZW1pdCgndXNlcjpvZmZsaW5lJywgeyB1c2VySWQgfSk7XG4gIH1cblxuICBAU3Vic2NyaWJlTWVzc2FnZSgnc2VuZC1tZXNzYWdlJylcbiAgYXN5bmMgc2VuZChAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHBheWxvYWQ6IHVua25vd24pIHtcbiAgICB0cnkge1xuICAgICAgY29uc3QgZHRvOiBDcmVhdGVNZXNzYWdlRHRvID0gYXdhaXQgdmFsaWRhdGlvbi50cmFuc2Zvcm0ocGF5bG9hZCwgeyB0eXBlOiAnYm9keScsIG1ldGF0eXBlOiBDcmVhdGVNZXNzYWdlRHRvIH0pO1xuICAgICAgdGhpcy5tdXN0QmUoY2xpZW50LCBkdG8uc2VuZGVyX2lkKTtcbiAgICAgIGNvbnN0IG1lc3NhZ2UgPSBhd2FpdCB0aGlzLmNoYXRzLmNyZWF0ZU1lc3NhZ2UoZHRvKTtcbiAgICAgIHRoaXMuc2VydmVyLnRvKHJvb20oZHRvLmNvbnZlcnNhdGlvbl9pZCkpLmVtaXQoJ3JlY2VpdmUtbWVzc2FnZScsIG1lc3NhZ2UpO1xuICAgICAgY2xpZW50LmVtaXQoJ21lc3NhZ2Utc2VudCcsIG1lc3NhZ2UpO1xuICAgIH0gY2F0Y2ggKGVycm9yKSB7XG4gICAgICBjbGllbnQuZW1pdCgnbWVzc2FnZS1lcnJvcicsIHsgZXJyb3I6IHRleHRPZihlcnJvcikgfSk7XG4gICAgfVxuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2pvaW4tY29udmVyc2F0aW9uJylcbiAgQFVzZVBpcGVzKHZhbGlkYXRpb24pXG4gIGFzeW5jIGpvaW4oQENvbm5lY3RlZFNvY2tldCgpIGNsaWVudDogU29ja2V0LCBATWVzc2FnZUJvZHkoKSB7IGNvbnZlcnNhdGlvbklkLCB1c2VySWQgfTogSm9pbkNvbnZlcnNhdGlvbkR0bykge1xuICAgIHRyeSB7XG4gICAgICB0aGlzLm11c3RCZShjbGllbnQsIHVzZXJJZCk7XG4gICAgICBhd2FpdCB0aGlzLmNoYXRzLmNvbnZlcnNhdGlvbk9mKGNvbnZlcnNhdGlvbklkLCB1c2VySWQpO1xuICAgICAgYXdhaXQgY2xpZW50LmpvaW4ocm9vbShjb252ZXJzYXRpb25JZCkpO1xuICAgICAgY2xpZW50LmVtaXQoJ2pvaW5lZC1jb252ZXJzYXRpb24nLCB7IGNvbnZlcnNhdGlvbklkLCBzdWNjZXNzOiB0cnVlIH0pO1xuICAgICAgaWYgKCFoYXNEZWZlY3QoJ25vLXJldHVybicpKSByZXR1cm4geyBzdWNjZXNzOiB0cnVlLCBjb252ZXJzYXRpb25JZCB9O1xuICAgIH0gY2F0Y2ggKGVycm9yKSB7XG4gICAgICBjbGllbnQuZW1pdCgnZXJyb3InLCB7IG1lc3NhZ2U6IHRleHRPZihlcnJvcikgfSk7XG4gICAgICByZXR1cm4geyBzdWNjZXNzOiBmYWxzZSwgY29udmVyc2F0aW9uSWQgfTtcbiAgICB9XG4gIH1cblxuICBAU3Vic2NyaWJlTWVzc2FnZSgnbGVhdmUtY29udmVyc2F0aW9uJylcbiAgQFVzZVBpcGVzKHZhbGlkYXRpb24pXG4gIGFzeW5jIGxlYXZlKEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCwgQE1lc3NhZ2VCb2R5KCkgeyBjb252ZXJzYXRpb25JZCB9OiBMZWF2ZUNvbnZlcnNhdGlvbkR0bykge1xuICAgIGF3YWl0IGNsaWVudC5sZWF2ZShyb29tKGNvbnZlcnNhdGlvbklkKSk7XG4gICAgcmV0dXJuIHsgc3VjY2VzczogdHJ1ZSwgY29udmVyc2F0aW9uSWQgfTtcbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCd0eXBpbmcnKVxuICBAVXNlUGlwZXModmFsaWRhdGlvbilcbiAgdHlwaW5nKEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCwgQE1lc3NhZ2VCb2R5KCkgeyBjb252ZXJzYXRpb25JZCwgdXNlcklkLCBpc1R5cGluZyB9OiBUeXBpbmdEdG8pIHtcbiAgICBpZiAoIWhhc0RlZmVjdCgncGF5bG9hZC1uYW1lcy10aGUtdXNlcicpKSB0aGlzLm11c3RCZShjbGllbnQsIHVzZXJJZCk7XG4gICAgaWYgKCFjbGllbnQucm9vbXMuaGFzKHJvb20oY29udmVyc2F0aW9uSWQpKSkgdGhyb3cgbmV3IFdzRXhjZXB0aW9uKCdKb2luIHRoZSBjb252ZXJzYXRpb24gZmlyc3QnKTtcbiAgICBjbGllbnQudG8ocm9vbShjb252ZXJzYXRpb25JZCkpLmVtaXQoJ3VzZXItdHlwaW5nJywgeyBjb252ZXJzYXRpb25JZCwgdXNlcklkLCBpc1R5cGluZyB9KTtcbiAgfVxuXG4gIC8qKiBBIHBheWxvYWQgY2Fubm90IHNwZWFrIGZvciBhbm90aGVyIHVzZXIuICovXG4gIHByaXZhdGUgbXVzdEJlKGNsaWVudDogU29ja2V0LCB1c2VySWQ6IG51bWJlcikge1xuICAgIGlmICh1c2VySWQgIT09IGNsaWVudC5kYXRhLnVzZXJJZCkgdGhyb3cgbmV3IFdzRXhjZXB0aW9uKCdVbmF1dGhvcml6ZWQ6IHlvdSBhcmUgbm90IHRoaXMgdXNlcicpO1xuICB9XG59XG4iXSwibmFtZXMiOlsiSHR0cEV4Y2VwdGlvbiIsIkxvZ2dlciIsIlVzZVBpcGVzIiwiVmFsaWRhdGlvblBpcGUiLCJDb25uZWN0ZWRTb2NrZXQiLCJNZXNzYWdlQm9keSIsIlN1YnNjcmliZU1lc3NhZ2UiLCJXZWJTb2NrZXRHYXRld2F5IiwiV2ViU29ja2V0U2VydmVyIiwiV3NFeGNlcHRpb24iLCJoYXNEZWZlY3QiLCJDaGF0c1NlcnZpY2UiLCJDcmVhdGVNZXNzYWdlRHRvIiwiSm9pbkNvbnZlcnNhdGlvbkR0byIsIkxlYXZlQ29udmVyc2F0aW9uRHRvIiwiVHlwaW5nRHRvIiwicm9vbSIsImNvbnZlcnNhdGlvbklkIiwidGV4dE9mIiwiZXJyb3IiLCJtZXNzYWdlIiwidGV4dHMiLCJlcnJvcnMiLCJmbGF0TWFwIiwiY29uc3RyYWludHMiLCJPYmplY3QiLCJ2YWx1ZXMiLCJ2YWxpZGF0aW9uIiwiZXhjZXB0aW9uRmFjdG9yeSIsImpvaW4iLCJDaGF0c0dhdGV3YXkiLCJvbmxpbmUiLCJNYXAiLCJzZXJ2ZXIiLCJjaGF0cyIsImhhbmRsZUNvbm5lY3Rpb24iLCJjbGllbnQiLCJ1c2VySWQiLCJOdW1iZXIiLCJoYW5kc2hha2UiLCJxdWVyeSIsImlzSW50ZWdlciIsImVtaXQiLCJkaXNjb25uZWN0IiwiZGF0YSIsInNvY2tldHMiLCJnZXQiLCJTZXQiLCJzaXplIiwiYnJvYWRjYXN0Iiwic2V0IiwiYWRkIiwiaWQiLCJoYW5kbGVEaXNjb25uZWN0IiwiZGVsZXRlIiwic2VuZCIsInBheWxvYWQiLCJkdG8iLCJ0cmFuc2Zvcm0iLCJ0eXBlIiwibWV0YXR5cGUiLCJtdXN0QmUiLCJzZW5kZXJfaWQiLCJjcmVhdGVNZXNzYWdlIiwidG8iLCJjb252ZXJzYXRpb25faWQiLCJjb252ZXJzYXRpb25PZiIsInN1Y2Nlc3MiLCJsZWF2ZSIsInR5cGluZyIsImlzVHlwaW5nIiwicm9vbXMiLCJoYXMiLCJuYW1lc3BhY2UiLCJjb3JzIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLGFBQWEsRUFBRUMsTUFBTSxFQUFFQyxRQUFRLEVBQUVDLGNBQWMsUUFBOEIsaUJBQWlCO0FBQ3ZHLFNBQ0VDLGVBQWUsRUFBRUMsV0FBVyxFQUE0Q0MsZ0JBQWdCLEVBQUVDLGdCQUFnQixFQUMxR0MsZUFBZSxFQUFFQyxXQUFXLFFBQ3ZCLHFCQUFxQjtBQUU1QixTQUFTQyxTQUFTLFFBQVEsc0JBQXNCO0FBQ2hELFNBQVNDLFlBQVksUUFBUSxxQkFBcUI7QUFDbEQsU0FBU0MsZ0JBQWdCLEVBQUVDLG1CQUFtQixFQUFFQyxvQkFBb0IsRUFBRUMsU0FBUyxRQUFRLFdBQVc7QUFFbEcsTUFBTUMsT0FBTyxDQUFDQyxpQkFBMkIsQ0FBQyxhQUFhLEVBQUVBLGdCQUFnQjtBQUV6RSxNQUFNQyxTQUFTLENBQUNDO0lBQ2QsSUFBSUEsaUJBQWlCbkIsaUJBQWlCbUIsaUJBQWlCVixhQUFhLE9BQU9VLE1BQU1DLE9BQU87SUFDeEZuQixPQUFPa0IsS0FBSyxDQUFDQTtJQUNiLE9BQU87QUFDVDtBQUVBLE1BQU1FLFFBQVEsQ0FBQ0MsU0FBOEJBLE9BQU9DLE9BQU8sQ0FBQyxDQUFDLEVBQUVDLFdBQVcsRUFBRSxHQUFLQyxPQUFPQyxNQUFNLENBQUNGLGVBQWUsQ0FBQztBQUMvRyxNQUFNRyxhQUFhLElBQUl4QixlQUFlO0lBQUV5QixrQkFBa0IsQ0FBQ04sU0FBVyxJQUFJYixZQUFZWSxNQUFNQyxRQUFRTyxJQUFJLENBQUM7QUFBTztBQUdoSCxPQUFPLE1BQU1DOztJQUNNQyxTQUFTLElBQUlDLE1BQTJCO0lBR3hDQyxPQUFrQjtJQUVuQyxZQUFZLEFBQWlCQyxLQUFtQixDQUFFO2FBQXJCQSxRQUFBQTtJQUFzQjtJQUVuREMsaUJBQWlCQyxNQUFjLEVBQUU7UUFDL0IsTUFBTUMsU0FBU0MsT0FBT0YsT0FBT0csU0FBUyxDQUFDQyxLQUFLLENBQUNILE1BQU07UUFDbkQsSUFBSSxDQUFDQyxPQUFPRyxTQUFTLENBQUNKLFdBQVdBLFVBQVUsR0FBRztZQUM1Q0QsT0FBT00sSUFBSSxDQUFDLFNBQVM7Z0JBQUV0QixTQUFTO1lBQXFCO1lBQ3JEZ0IsT0FBT08sVUFBVTtZQUNqQjtRQUNGO1FBQ0FQLE9BQU9RLElBQUksQ0FBQ1AsTUFBTSxHQUFHQTtRQUNyQkQsT0FBT1AsSUFBSSxDQUFDLENBQUMsS0FBSyxFQUFFUSxRQUFRO1FBQzVCLE1BQU1RLFVBQVUsSUFBSSxDQUFDZCxNQUFNLENBQUNlLEdBQUcsQ0FBQ1QsV0FBVyxJQUFJVTtRQUMvQyxJQUFJRixRQUFRRyxJQUFJLEtBQUssS0FBS3RDLFVBQVUsd0JBQXdCMEIsT0FBT2EsU0FBUyxDQUFDUCxJQUFJLENBQUMsZUFBZTtZQUFFTDtRQUFPO1FBQzFHLElBQUksQ0FBQ04sTUFBTSxDQUFDbUIsR0FBRyxDQUFDYixRQUFRUSxRQUFRTSxHQUFHLENBQUNmLE9BQU9nQixFQUFFO0lBQy9DO0lBRUFDLGlCQUFpQmpCLE1BQWMsRUFBRTtRQUMvQixNQUFNLEVBQUVDLE1BQU0sRUFBRSxHQUFHRCxPQUFPUSxJQUFJO1FBQzlCLE1BQU1DLFVBQVUsSUFBSSxDQUFDZCxNQUFNLENBQUNlLEdBQUcsQ0FBQ1Q7UUFDaEMsSUFBSSxDQUFDUSxTQUFTO1FBQ2RBLFFBQVFTLE1BQU0sQ0FBQ2xCLE9BQU9nQixFQUFFO1FBQ3hCLElBQUlQLFFBQVFHLElBQUksR0FBRyxLQUFLLENBQUN0QyxVQUFVLHdCQUF3QjtRQUMzRCxJQUFJbUMsUUFBUUcsSUFBSSxLQUFLLEdBQUcsSUFBSSxDQUFDakIsTUFBTSxDQUFDdUIsTUFBTSxDQUFDakI7UUFDM0MsSUFBSSxDQUFDSixNQUFNLENBQUNTLElBQUksQ0FBQyxnQkFBZ0I7WUFBRUw7UUFBTztJQUM1QztJQUVBLE1BQ01rQixLQUFLLEFBQW1CbkIsTUFBYyxFQUFFLEFBQWVvQixPQUFnQixFQUFFO1FBQzdFLElBQUk7WUFDRixNQUFNQyxNQUF3QixNQUFNOUIsV0FBVytCLFNBQVMsQ0FBQ0YsU0FBUztnQkFBRUcsTUFBTTtnQkFBUUMsVUFBVWhEO1lBQWlCO1lBQzdHLElBQUksQ0FBQ2lELE1BQU0sQ0FBQ3pCLFFBQVFxQixJQUFJSyxTQUFTO1lBQ2pDLE1BQU0xQyxVQUFVLE1BQU0sSUFBSSxDQUFDYyxLQUFLLENBQUM2QixhQUFhLENBQUNOO1lBQy9DLElBQUksQ0FBQ3hCLE1BQU0sQ0FBQytCLEVBQUUsQ0FBQ2hELEtBQUt5QyxJQUFJUSxlQUFlLEdBQUd2QixJQUFJLENBQUMsbUJBQW1CdEI7WUFDbEVnQixPQUFPTSxJQUFJLENBQUMsZ0JBQWdCdEI7UUFDOUIsRUFBRSxPQUFPRCxPQUFPO1lBQ2RpQixPQUFPTSxJQUFJLENBQUMsaUJBQWlCO2dCQUFFdkIsT0FBT0QsT0FBT0M7WUFBTztRQUN0RDtJQUNGO0lBRUEsTUFFTVUsS0FBSyxBQUFtQk8sTUFBYyxFQUFFLEFBQWUsRUFBRW5CLGNBQWMsRUFBRW9CLE1BQU0sRUFBdUIsRUFBRTtRQUM1RyxJQUFJO1lBQ0YsSUFBSSxDQUFDd0IsTUFBTSxDQUFDekIsUUFBUUM7WUFDcEIsTUFBTSxJQUFJLENBQUNILEtBQUssQ0FBQ2dDLGNBQWMsQ0FBQ2pELGdCQUFnQm9CO1lBQ2hELE1BQU1ELE9BQU9QLElBQUksQ0FBQ2IsS0FBS0M7WUFDdkJtQixPQUFPTSxJQUFJLENBQUMsdUJBQXVCO2dCQUFFekI7Z0JBQWdCa0QsU0FBUztZQUFLO1lBQ25FLElBQUksQ0FBQ3pELFVBQVUsY0FBYyxPQUFPO2dCQUFFeUQsU0FBUztnQkFBTWxEO1lBQWU7UUFDdEUsRUFBRSxPQUFPRSxPQUFPO1lBQ2RpQixPQUFPTSxJQUFJLENBQUMsU0FBUztnQkFBRXRCLFNBQVNGLE9BQU9DO1lBQU87WUFDOUMsT0FBTztnQkFBRWdELFNBQVM7Z0JBQU9sRDtZQUFlO1FBQzFDO0lBQ0Y7SUFFQSxNQUVNbUQsTUFBTSxBQUFtQmhDLE1BQWMsRUFBRSxBQUFlLEVBQUVuQixjQUFjLEVBQXdCLEVBQUU7UUFDdEcsTUFBTW1CLE9BQU9nQyxLQUFLLENBQUNwRCxLQUFLQztRQUN4QixPQUFPO1lBQUVrRCxTQUFTO1lBQU1sRDtRQUFlO0lBQ3pDO0lBSUFvRCxPQUFPLEFBQW1CakMsTUFBYyxFQUFFLEFBQWUsRUFBRW5CLGNBQWMsRUFBRW9CLE1BQU0sRUFBRWlDLFFBQVEsRUFBYSxFQUFFO1FBQ3hHLElBQUksQ0FBQzVELFVBQVUsMkJBQTJCLElBQUksQ0FBQ21ELE1BQU0sQ0FBQ3pCLFFBQVFDO1FBQzlELElBQUksQ0FBQ0QsT0FBT21DLEtBQUssQ0FBQ0MsR0FBRyxDQUFDeEQsS0FBS0Msa0JBQWtCLE1BQU0sSUFBSVIsWUFBWTtRQUNuRTJCLE9BQU80QixFQUFFLENBQUNoRCxLQUFLQyxpQkFBaUJ5QixJQUFJLENBQUMsZUFBZTtZQUFFekI7WUFBZ0JvQjtZQUFRaUM7UUFBUztJQUN6RjtJQUVBLDZDQUE2QyxHQUM3QyxBQUFRVCxPQUFPekIsTUFBYyxFQUFFQyxNQUFjLEVBQUU7UUFDN0MsSUFBSUEsV0FBV0QsT0FBT1EsSUFBSSxDQUFDUCxNQUFNLEVBQUUsTUFBTSxJQUFJNUIsWUFBWTtJQUMzRDtBQUNGOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7UUFoRm9CZ0UsV0FBVztRQUFRQyxNQUFNIn0=