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
import { UseFilters, UsePipes, ValidationPipe } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { hasDefect } from '../shared/defect.js';
import { ConversationsService } from './conversations.service.js';
import { JoinConversationDto, TypingIndicatorDto } from './dto.js';
import { wsAuthMiddleware } from './ws-auth.middleware.js';
import { WsExceptionFilter } from './ws-exception.filter.js';
const room = (conversationId)=>`conversation:${conversationId}`;
const alsoTypingStart = hasDefect('stacked-decorators') ? SubscribeMessage('typing:start') : ()=>{};
export class MessagesGateway {
    jwt;
    conversations;
    server;
    constructor(jwt, conversations){
        this.jwt = jwt;
        this.conversations = conversations;
    }
    afterInit(server) {
        server.use(wsAuthMiddleware(this.jwt));
    }
    handleConnection(client) {
        const { userId } = client.data;
        const first = this.conversations.connected(userId);
        if (first || hasDefect('presence-per-socket')) client.broadcast.emit('user:online', {
            userId
        });
    }
    handleDisconnect(client) {
        const { userId } = client.data;
        const last = this.conversations.disconnected(userId);
        if (last || hasDefect('presence-per-socket')) this.server.emit('user:offline', {
            userId
        });
    }
    async join(client, { conversationId }) {
        await this.conversations.findFor(conversationId, client.data.userId);
        await client.join(room(conversationId));
        return {
            event: 'conversation:joined',
            data: {
                conversationId,
                success: true
            }
        };
    }
    async leave(client, { conversationId }) {
        await this.conversations.findFor(conversationId, client.data.userId);
        await client.leave(room(conversationId));
        return {
            event: 'conversation:left',
            data: {
                conversationId,
                success: true
            }
        };
    }
    async typingStart(client, dto) {
        await this.typing(client, dto, true);
    }
    // Only one of two names is heard: the decorator above overwrites what the one below has said.
    async typingStop(client, dto) {
        await this.typing(client, dto, false);
    }
    emitMessage(message) {
        this.server.to(room(message.conversationId)).emit('message:received', message);
    }
    emitStatus(status) {
        this.server.to(room(status.conversationId)).emit('message:status', status);
    }
    async typing(client, { conversationId, userId }, isTyping) {
        await this.conversations.findFor(conversationId, client.data.userId);
        const who = hasDefect('payload-names-the-user') ? userId : client.data.userId;
        client.to(room(conversationId)).emit(isTyping ? 'typing:start' : 'typing:stop', {
            conversationId,
            userId: who,
            isTyping
        });
    }
}
_ts_decorate([
    WebSocketServer(),
    _ts_metadata("design:type", typeof Namespace === "undefined" ? Object : Namespace)
], MessagesGateway.prototype, "server", void 0);
_ts_decorate([
    SubscribeMessage('conversation:join'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof JoinConversationDto === "undefined" ? Object : JoinConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], MessagesGateway.prototype, "join", null);
_ts_decorate([
    SubscribeMessage('conversation:leave'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof JoinConversationDto === "undefined" ? Object : JoinConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], MessagesGateway.prototype, "leave", null);
_ts_decorate([
    SubscribeMessage('typing:start'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof TypingIndicatorDto === "undefined" ? Object : TypingIndicatorDto
    ]),
    _ts_metadata("design:returntype", Promise)
], MessagesGateway.prototype, "typingStart", null);
_ts_decorate([
    alsoTypingStart,
    SubscribeMessage('typing:stop'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof TypingIndicatorDto === "undefined" ? Object : TypingIndicatorDto
    ]),
    _ts_metadata("design:returntype", Promise)
], MessagesGateway.prototype, "typingStop", null);
MessagesGateway = _ts_decorate([
    UseFilters(WsExceptionFilter),
    UsePipes(new ValidationPipe({
        whitelist: true
    })),
    WebSocketGateway({
        namespace: '/messages',
        cors: {
            origin: process.env.FRONTEND_URL ?? 'http://localhost:3000'
        }
    }),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof JwtService === "undefined" ? Object : JwtService,
        typeof ConversationsService === "undefined" ? Object : ConversationsService
    ])
], MessagesGateway);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9tZXNzYWdlcy5nYXRld2F5LnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IFVzZUZpbHRlcnMsIFVzZVBpcGVzLCBWYWxpZGF0aW9uUGlwZSB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IEp3dFNlcnZpY2UgfSBmcm9tICdAbmVzdGpzL2p3dCc7XG5pbXBvcnQge1xuICBDb25uZWN0ZWRTb2NrZXQsIE1lc3NhZ2VCb2R5LCBPbkdhdGV3YXlDb25uZWN0aW9uLCBPbkdhdGV3YXlEaXNjb25uZWN0LCBPbkdhdGV3YXlJbml0LCBTdWJzY3JpYmVNZXNzYWdlLFxuICBXZWJTb2NrZXRHYXRld2F5LCBXZWJTb2NrZXRTZXJ2ZXIsXG59IGZyb20gJ0BuZXN0anMvd2Vic29ja2V0cyc7XG5pbXBvcnQgdHlwZSB7IE5hbWVzcGFjZSwgU29ja2V0IH0gZnJvbSAnc29ja2V0LmlvJztcbmltcG9ydCB7IGhhc0RlZmVjdCB9IGZyb20gJy4uL3NoYXJlZC9kZWZlY3QuanMnO1xuaW1wb3J0IHsgQ29udmVyc2F0aW9uc1NlcnZpY2UgfSBmcm9tICcuL2NvbnZlcnNhdGlvbnMuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBKb2luQ29udmVyc2F0aW9uRHRvLCBUeXBpbmdJbmRpY2F0b3JEdG8sIHR5cGUgTWVzc2FnZVJlY2VpdmVkRHRvLCB0eXBlIE1lc3NhZ2VTdGF0dXNEdG8gfSBmcm9tICcuL2R0by5qcyc7XG5pbXBvcnQgeyB3c0F1dGhNaWRkbGV3YXJlIH0gZnJvbSAnLi93cy1hdXRoLm1pZGRsZXdhcmUuanMnO1xuaW1wb3J0IHsgV3NFeGNlcHRpb25GaWx0ZXIgfSBmcm9tICcuL3dzLWV4Y2VwdGlvbi5maWx0ZXIuanMnO1xuXG5jb25zdCByb29tID0gKGNvbnZlcnNhdGlvbklkOiBzdHJpbmcpID0+IGBjb252ZXJzYXRpb246JHtjb252ZXJzYXRpb25JZH1gO1xuY29uc3QgYWxzb1R5cGluZ1N0YXJ0ID0gaGFzRGVmZWN0KCdzdGFja2VkLWRlY29yYXRvcnMnKSA/IFN1YnNjcmliZU1lc3NhZ2UoJ3R5cGluZzpzdGFydCcpIDogKCkgPT4ge307XG5cbkBVc2VGaWx0ZXJzKFdzRXhjZXB0aW9uRmlsdGVyKVxuQFVzZVBpcGVzKG5ldyBWYWxpZGF0aW9uUGlwZSh7IHdoaXRlbGlzdDogdHJ1ZSB9KSlcbkBXZWJTb2NrZXRHYXRld2F5KHsgbmFtZXNwYWNlOiAnL21lc3NhZ2VzJywgY29yczogeyBvcmlnaW46IHByb2Nlc3MuZW52LkZST05URU5EX1VSTCA/PyAnaHR0cDovL2xvY2FsaG9zdDozMDAwJyB9IH0pXG5leHBvcnQgY2xhc3MgTWVzc2FnZXNHYXRld2F5IGltcGxlbWVudHMgT25HYXRld2F5SW5pdCwgT25HYXRld2F5Q29ubmVjdGlvbiwgT25HYXRld2F5RGlzY29ubmVjdCB7XG4gIEBXZWJTb2NrZXRTZXJ2ZXIoKVxuICBwcml2YXRlIHJlYWRvbmx5IHNlcnZlcjogTmFtZXNwYWNlO1xuXG4gIGNvbnN0cnVjdG9yKFxuICAgIHByaXZhdGUgcmVhZG9ubHkgand0OiBKd3RTZXJ2aWNlLFxuICAgIHByaXZhdGUgcmVhZG9ubHkgY29udmVyc2F0aW9uczogQ29udmVyc2F0aW9uc1NlcnZpY2UsXG4gICkge31cblxuICBhZnRlckluaXQoc2VydmVyOiBOYW1lc3BhY2UpIHtcbiAgICBzZXJ2ZXIudXNlKHdzQXV0aE1pZGRsZXdhcmUodGhpcy5qd3QpKTtcbiAgfVxuXG4gIGhhbmRsZUNvbm5lY3Rpb24oY2xpZW50OiBTb2NrZXQpIHtcbiAgICBjb25zdCB7IHVzZXJJZCB9ID0gY2xpZW50LmRhdGE7XG4gICAgY29uc3QgZmlyc3QgPSB0aGlzLmNvbnZlcnNhdGlvbnMuY29ubmVjdGVkKHVzZXJJZCk7XG4gICAgaWYgKGZpcnN0IHx8IGhhc0RlZmVjdCgncHJlc2VuY2UtcGVyLXNvY2tldCcpKSBjbGllbnQuYnJvYWRjYXN0LmVtaXQoJ3VzZXI6b25saW5lJywgeyB1c2VySWQgfSk7XG4gIH1cblxuICBoYW5kbGVEaXNjb25uZWN0KGNsaWVudDogU29ja2V0KSB7XG4gICAgY29uc3QgeyB1c2VySWQgfSA9IGNsaWVudC5kYXRhO1xuICAgIGNvbnN0IGxhc3QgPSB0aGlzLmNvbnZlcnNhdGlvbnMuZGlzY29ubmVjdGVkKHVzZXJJZCk7XG4gICAgaWYgKGxhc3QgfHwgaGFzRGVmZWN0KCdwcmVzZW5jZS1wZXItc29ja2V0JykpIHRoaXMuc2VydmVyLmVtaXQoJ3VzZXI6b2ZmbGluZScsIHsgdXNlcklkIH0pO1xuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2NvbnZlcnNhdGlvbjpqb2luJylcbiAgYXN5bmMgam9pbihAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY29udmVyc2F0aW9uSWQgfTogSm9pbkNvbnZlcnNhdGlvbkR0bykge1xuICAgIGF3YWl0IHRoaXMuY29udmVyc2F0aW9ucy5maW5kRm9yKGNvbnZlcnNhdGlvbklkLCBjbGllbnQuZGF0YS51c2VySWQpO1xuICAgIGF3YWl0IGNsaWVudC5qb2luKHJvb20oY29udmVyc2F0aW9uSWQpKTtcbiAgICByZXR1cm4geyBldmVudDogJ2NvbnZlcnNhdGlvbjpqb2luZWQnLCBkYXRhOiB7IGNvbnZlcnNhdGlvbklkLCBzdWNjZXNzOiB0cnVlIH0gfTtcbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdjb252ZXJzYXRpb246bGVhdmUnKVxuICBhc3luYyBsZWF2ZShAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY29udmVyc2F0aW9uSWQgfTogSm9pbkNvbnZlcnNhdGlvbkR0bykge1xuICAgIGF3YWl0IHRoaXMuY29udmVyc2F0aW9ucy5maW5kRm9yKGNvbnZlcnNhdGlvbklkLCBjbGllbnQuZGF0YS51c2VySWQpO1xuICAgIGF3YWl0IGNsaWVudC5sZWF2ZShyb29tKGNvbnZlcnNhdGlvbklkKSk7XG4gICAgcmV0dXJuIHsgZXZlbnQ6ICdjb252ZXJzYXRpb246bGVmdCcsIGRhdGE6IHsgY29udmVyc2F0aW9uSWQsIHN1Y2Nlc3M6IHRydWUgfSB9O1xuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ3R5cGluZzpzdGFydCcpXG4gIGFzeW5jIHR5cGluZ1N0YXJ0KEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCwgQE1lc3NhZ2VCb2R5KCkgZHRvOiBUeXBpbmdJbmRpY2F0b3JEdG8pIHtcbiAgICBhd2FpdCB0aGlzLnR5cGluZyhjbGllbnQsIGR0bywgdHJ1ZSk7XG4gIH1cblxuICAvLyBPbmx5IG9uZSBvZiB0d28gbmFtZXMgaXMgaGVhcmQ6IHRoZSBkZWNvcmF0b3IgYWJvdmUgb3ZlcndyaXRlcyB3aGF0IHRoZSBvbmUgYmVsb3cgaGFzIHNhaWQuXG4gIEBhbHNvVHlwaW5nU3RhcnRcbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ3R5cGluZzpzdG9wJylcbiAgYXN5bmMgdHlwaW5nU3RvcChAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIGR0bzogVHlwaW5nSW5kaWNhdG9yRHRvKSB7XG4gICAgYXdhaXQgdGhpcy50eXBpbmcoY2xpZW50LCBkdG8sIGZhbHNlKTtcbiAgfVxuXG4gIGVtaXRNZXNzYWdlKG1lc3NhZ2U6IE1lc3NhZ2VSZWNlaXZlZER0bykge1xuICAgIHRoaXMuc2VydmVyLnRvKHJvb20obWVzc2FnZS5jb252ZXJzYXRpb25JZCkpLmVtaXQoJ21lc3NhZ2U6cmVjZWl2ZWQnLCBtZXNzYWdlKTtcbiAgfVxuXG4gIGVtaXRTdGF0dXMoc3RhdHVzOiBNZXNzYWdlU3RhdHVzRHRvKSB7XG4gICAgdGhpcy5zZXJ2ZXIudG8ocm9vbShzdGF0dXMuY29udmVyc2F0aW9uSWQpKS5lbWl0KCdtZXNzYWdlOnN0YXR1cycsIHN0YXR1cyk7XG4gIH1cblxuICBwcml2YXRlIGFzeW5jIHR5cGluZyhjbGllbnQ6IFNvY2tldCwgeyBjb252ZXJzYXRpb25JZCwgdXNlcklkIH06IFR5cGluZ0luZGljYXRvckR0bywgaXNUeXBpbmc6IGJvb2xlYW4pIHtcbiAgICBhd2FpdCB0aGlzLmNvbnZlcnNhdGlvbnMuZmluZEZvcihjb252ZXJzYXRpb25JZCwgY2xpZW50LmRhdGEudXNlcklkKTtcbiAgICBjb25zdCB3aG8gPSBoYXNEZWZlY3QoJ3BheWxvYWQtbmFtZXMtdGhlLXVzZXInKSA/IHVzZXJJZCA6IGNsaWVudC5kYXRhLnVzZXJJZDtcbiAgICBjbGllbnQudG8ocm9vbShjb252ZXJzYXRpb25JZCkpLmVtaXQoaXNUeXBpbmcgPyAndHlwaW5nOnN0YXJ0JyA6ICd0eXBpbmc6c3RvcCcsIHsgY29udmVyc2F0aW9uSWQsIHVzZXJJZDogd2hvLCBpc1R5cGluZyB9KTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbIlVzZUZpbHRlcnMiLCJVc2VQaXBlcyIsIlZhbGlkYXRpb25QaXBlIiwiSnd0U2VydmljZSIsIkNvbm5lY3RlZFNvY2tldCIsIk1lc3NhZ2VCb2R5IiwiU3Vic2NyaWJlTWVzc2FnZSIsIldlYlNvY2tldEdhdGV3YXkiLCJXZWJTb2NrZXRTZXJ2ZXIiLCJoYXNEZWZlY3QiLCJDb252ZXJzYXRpb25zU2VydmljZSIsIkpvaW5Db252ZXJzYXRpb25EdG8iLCJUeXBpbmdJbmRpY2F0b3JEdG8iLCJ3c0F1dGhNaWRkbGV3YXJlIiwiV3NFeGNlcHRpb25GaWx0ZXIiLCJyb29tIiwiY29udmVyc2F0aW9uSWQiLCJhbHNvVHlwaW5nU3RhcnQiLCJNZXNzYWdlc0dhdGV3YXkiLCJzZXJ2ZXIiLCJqd3QiLCJjb252ZXJzYXRpb25zIiwiYWZ0ZXJJbml0IiwidXNlIiwiaGFuZGxlQ29ubmVjdGlvbiIsImNsaWVudCIsInVzZXJJZCIsImRhdGEiLCJmaXJzdCIsImNvbm5lY3RlZCIsImJyb2FkY2FzdCIsImVtaXQiLCJoYW5kbGVEaXNjb25uZWN0IiwibGFzdCIsImRpc2Nvbm5lY3RlZCIsImpvaW4iLCJmaW5kRm9yIiwiZXZlbnQiLCJzdWNjZXNzIiwibGVhdmUiLCJ0eXBpbmdTdGFydCIsImR0byIsInR5cGluZyIsInR5cGluZ1N0b3AiLCJlbWl0TWVzc2FnZSIsIm1lc3NhZ2UiLCJ0byIsImVtaXRTdGF0dXMiLCJzdGF0dXMiLCJpc1R5cGluZyIsIndobyIsIndoaXRlbGlzdCIsIm5hbWVzcGFjZSIsImNvcnMiLCJvcmlnaW4iLCJwcm9jZXNzIiwiZW52IiwiRlJPTlRFTkRfVVJMIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLFVBQVUsRUFBRUMsUUFBUSxFQUFFQyxjQUFjLFFBQVEsaUJBQWlCO0FBQ3RFLFNBQVNDLFVBQVUsUUFBUSxjQUFjO0FBQ3pDLFNBQ0VDLGVBQWUsRUFBRUMsV0FBVyxFQUEyREMsZ0JBQWdCLEVBQ3ZHQyxnQkFBZ0IsRUFBRUMsZUFBZSxRQUM1QixxQkFBcUI7QUFFNUIsU0FBU0MsU0FBUyxRQUFRLHNCQUFzQjtBQUNoRCxTQUFTQyxvQkFBb0IsUUFBUSw2QkFBNkI7QUFDbEUsU0FBU0MsbUJBQW1CLEVBQUVDLGtCQUFrQixRQUF3RCxXQUFXO0FBQ25ILFNBQVNDLGdCQUFnQixRQUFRLDBCQUEwQjtBQUMzRCxTQUFTQyxpQkFBaUIsUUFBUSwyQkFBMkI7QUFFN0QsTUFBTUMsT0FBTyxDQUFDQyxpQkFBMkIsQ0FBQyxhQUFhLEVBQUVBLGdCQUFnQjtBQUN6RSxNQUFNQyxrQkFBa0JSLFVBQVUsd0JBQXdCSCxpQkFBaUIsa0JBQWtCLEtBQU87QUFLcEcsT0FBTyxNQUFNWTs7O0lBRU1DLE9BQWtCO0lBRW5DLFlBQ0UsQUFBaUJDLEdBQWUsRUFDaEMsQUFBaUJDLGFBQW1DLENBQ3BEO2FBRmlCRCxNQUFBQTthQUNBQyxnQkFBQUE7SUFDaEI7SUFFSEMsVUFBVUgsTUFBaUIsRUFBRTtRQUMzQkEsT0FBT0ksR0FBRyxDQUFDVixpQkFBaUIsSUFBSSxDQUFDTyxHQUFHO0lBQ3RDO0lBRUFJLGlCQUFpQkMsTUFBYyxFQUFFO1FBQy9CLE1BQU0sRUFBRUMsTUFBTSxFQUFFLEdBQUdELE9BQU9FLElBQUk7UUFDOUIsTUFBTUMsUUFBUSxJQUFJLENBQUNQLGFBQWEsQ0FBQ1EsU0FBUyxDQUFDSDtRQUMzQyxJQUFJRSxTQUFTbkIsVUFBVSx3QkFBd0JnQixPQUFPSyxTQUFTLENBQUNDLElBQUksQ0FBQyxlQUFlO1lBQUVMO1FBQU87SUFDL0Y7SUFFQU0saUJBQWlCUCxNQUFjLEVBQUU7UUFDL0IsTUFBTSxFQUFFQyxNQUFNLEVBQUUsR0FBR0QsT0FBT0UsSUFBSTtRQUM5QixNQUFNTSxPQUFPLElBQUksQ0FBQ1osYUFBYSxDQUFDYSxZQUFZLENBQUNSO1FBQzdDLElBQUlPLFFBQVF4QixVQUFVLHdCQUF3QixJQUFJLENBQUNVLE1BQU0sQ0FBQ1ksSUFBSSxDQUFDLGdCQUFnQjtZQUFFTDtRQUFPO0lBQzFGO0lBRUEsTUFDTVMsS0FBSyxBQUFtQlYsTUFBYyxFQUFFLEFBQWUsRUFBRVQsY0FBYyxFQUF1QixFQUFFO1FBQ3BHLE1BQU0sSUFBSSxDQUFDSyxhQUFhLENBQUNlLE9BQU8sQ0FBQ3BCLGdCQUFnQlMsT0FBT0UsSUFBSSxDQUFDRCxNQUFNO1FBQ25FLE1BQU1ELE9BQU9VLElBQUksQ0FBQ3BCLEtBQUtDO1FBQ3ZCLE9BQU87WUFBRXFCLE9BQU87WUFBdUJWLE1BQU07Z0JBQUVYO2dCQUFnQnNCLFNBQVM7WUFBSztRQUFFO0lBQ2pGO0lBRUEsTUFDTUMsTUFBTSxBQUFtQmQsTUFBYyxFQUFFLEFBQWUsRUFBRVQsY0FBYyxFQUF1QixFQUFFO1FBQ3JHLE1BQU0sSUFBSSxDQUFDSyxhQUFhLENBQUNlLE9BQU8sQ0FBQ3BCLGdCQUFnQlMsT0FBT0UsSUFBSSxDQUFDRCxNQUFNO1FBQ25FLE1BQU1ELE9BQU9jLEtBQUssQ0FBQ3hCLEtBQUtDO1FBQ3hCLE9BQU87WUFBRXFCLE9BQU87WUFBcUJWLE1BQU07Z0JBQUVYO2dCQUFnQnNCLFNBQVM7WUFBSztRQUFFO0lBQy9FO0lBRUEsTUFDTUUsWUFBWSxBQUFtQmYsTUFBYyxFQUFFLEFBQWVnQixHQUF1QixFQUFFO1FBQzNGLE1BQU0sSUFBSSxDQUFDQyxNQUFNLENBQUNqQixRQUFRZ0IsS0FBSztJQUNqQztJQUVBLDhGQUE4RjtJQUM5RixNQUVNRSxXQUFXLEFBQW1CbEIsTUFBYyxFQUFFLEFBQWVnQixHQUF1QixFQUFFO1FBQzFGLE1BQU0sSUFBSSxDQUFDQyxNQUFNLENBQUNqQixRQUFRZ0IsS0FBSztJQUNqQztJQUVBRyxZQUFZQyxPQUEyQixFQUFFO1FBQ3ZDLElBQUksQ0FBQzFCLE1BQU0sQ0FBQzJCLEVBQUUsQ0FBQy9CLEtBQUs4QixRQUFRN0IsY0FBYyxHQUFHZSxJQUFJLENBQUMsb0JBQW9CYztJQUN4RTtJQUVBRSxXQUFXQyxNQUF3QixFQUFFO1FBQ25DLElBQUksQ0FBQzdCLE1BQU0sQ0FBQzJCLEVBQUUsQ0FBQy9CLEtBQUtpQyxPQUFPaEMsY0FBYyxHQUFHZSxJQUFJLENBQUMsa0JBQWtCaUI7SUFDckU7SUFFQSxNQUFjTixPQUFPakIsTUFBYyxFQUFFLEVBQUVULGNBQWMsRUFBRVUsTUFBTSxFQUFzQixFQUFFdUIsUUFBaUIsRUFBRTtRQUN0RyxNQUFNLElBQUksQ0FBQzVCLGFBQWEsQ0FBQ2UsT0FBTyxDQUFDcEIsZ0JBQWdCUyxPQUFPRSxJQUFJLENBQUNELE1BQU07UUFDbkUsTUFBTXdCLE1BQU16QyxVQUFVLDRCQUE0QmlCLFNBQVNELE9BQU9FLElBQUksQ0FBQ0QsTUFBTTtRQUM3RUQsT0FBT3FCLEVBQUUsQ0FBQy9CLEtBQUtDLGlCQUFpQmUsSUFBSSxDQUFDa0IsV0FBVyxpQkFBaUIsZUFBZTtZQUFFakM7WUFBZ0JVLFFBQVF3QjtZQUFLRDtRQUFTO0lBQzFIO0FBQ0Y7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7aUJBbEVjL0MsZUFBZTtRQUFFaUQsV0FBVztJQUFLOztRQUMzQkMsV0FBVztRQUFhQyxNQUFNO1lBQUVDLFFBQVFDLFFBQVFDLEdBQUcsQ0FBQ0MsWUFBWSxJQUFJO1FBQXdCIn0=