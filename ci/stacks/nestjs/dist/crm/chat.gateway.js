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
import { HttpException, Logger, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { hasDefect } from '../shared/defect.js';
import { ChatMessagesService } from './chat-messages.service.js';
import { allowRequest, cors } from './cors.js';
import { ChatDto, MarkAsReadDto, SendMessageDto, TypingDto } from './dto.js';
import { WsJwtGuard } from './ws-jwt.guard.js';
const room = (chatId)=>`chat_${chatId}`;
const socketsOf = (userId)=>`user_${userId}`;
const now = ()=>new Date().toISOString();
const markAsReadGuards = hasDefect('unguarded-handler') ? [] : [
    WsJwtGuard
];
export class ChatGateway {
    chats;
    server;
    constructor(chats){
        this.chats = chats;
    }
    handleDisconnect(client) {
        // Socket.IO has emptied client.rooms by now, so that who has joined is remembered beside it.
        const joined = hasDefect('rooms-gone-at-disconnect') ? [
            ...client.rooms
        ].map((name)=>Number(name.replace('chat_', ''))) : client.data.chats ?? [];
        for (const chatId of joined)this.tellLeft(client, chatId);
    }
    authenticate(client) {
        return {
            success: true,
            message: 'Authenticated successfully',
            userId: client.data.user.id,
            socketId: client.id
        };
    }
    async join(client, { chatId }) {
        const { id: userId } = client.data.user;
        return this.answer(async ()=>{
            await this.chats.chatOf(chatId, userId);
            await client.join([
                room(chatId),
                socketsOf(userId)
            ]);
            (client.data.chats ??= new Set()).add(chatId);
            this.tellOthers(client, chatId, 'userJoined', {
                chatId,
                userId,
                timestamp: now()
            });
            return {
                success: true,
                message: `Joined chat ${chatId}`
            };
        });
    }
    async leave(client, { chatId }) {
        return this.answer(async ()=>{
            await this.chats.chatOf(chatId, client.data.user.id);
            await client.leave(room(chatId));
            if (client.data.chats?.delete(chatId)) this.tellLeft(client, chatId);
            return {
                success: true,
                message: `Left chat ${chatId}`
            };
        });
    }
    async send(client, { chatId, content }) {
        const answer = this.answer(async ()=>{
            const message = await this.chats.create(chatId, client.data.user.id, content);
            this.tellCreated(message, chatId);
            return {
                success: true,
                data: message
            };
        });
        return hasDefect('no-return') ? undefined : answer;
    }
    async typing(client, { chatId, isTyping }) {
        const { id: userId } = client.data.user;
        return this.answer(async ()=>{
            await this.chats.chatOf(chatId, userId);
            this.tellOthers(client, chatId, 'userTyping', {
                chatId,
                userId,
                isTyping,
                timestamp: now()
            });
            return {
                success: true
            };
        });
    }
    async markAsRead(client, { chatId, messageId }) {
        const { id: userId } = client.data.user;
        return this.answer(async ()=>{
            await this.chats.markAsRead(chatId, messageId, userId);
            this.tellOthers(client, chatId, 'messageRead', {
                chatId,
                messageId,
                userId,
                timestamp: now()
            });
            return {
                success: true
            };
        });
    }
    ping() {
        return {
            pong: Date.now()
        };
    }
    tellCreated(message, chatId = message.chatId) {
        this.server.to(room(chatId)).emit('newMessage', {
            message,
            chatId,
            timestamp: now()
        });
    }
    tellUpdated(message) {
        this.server.to(room(message.chatId)).emit('messageUpdated', {
            message,
            chatId: message.chatId,
            timestamp: now()
        });
    }
    tellDeleted({ id, chatId }) {
        this.server.to(room(chatId)).emit('messageDeleted', {
            messageId: id,
            chatId,
            timestamp: now()
        });
    }
    tellLeft(client, chatId) {
        this.tellOthers(client, chatId, 'userLeft', {
            chatId,
            userId: client.data.user.id,
            timestamp: now()
        });
    }
    tellOthers(client, chatId, event, payload) {
        const others = hasDefect('to-own-devices') ? [] : [
            socketsOf(client.data.user.id)
        ];
        client.to(room(chatId)).except(others).emit(event, payload);
    }
    /** What a service refuses is answered; all else is told by `exception`. */ async answer(work) {
        try {
            return await work();
        } catch (error) {
            if (!(error instanceof HttpException)) Logger.error(error);
            return {
                success: false,
                message: error instanceof HttpException ? error.message : 'Internal server error'
            };
        }
    }
}
_ts_decorate([
    WebSocketServer(),
    _ts_metadata("design:type", typeof Namespace === "undefined" ? Object : Namespace)
], ChatGateway.prototype, "server", void 0);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('authenticate'),
    _ts_param(0, ConnectedSocket()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatGateway.prototype, "authenticate", null);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('joinChat'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof ChatDto === "undefined" ? Object : ChatDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "join", null);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('leaveChat'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof ChatDto === "undefined" ? Object : ChatDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "leave", null);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('sendMessage'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof SendMessageDto === "undefined" ? Object : SendMessageDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "send", null);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('typing'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof TypingDto === "undefined" ? Object : TypingDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "typing", null);
_ts_decorate([
    UseGuards(...markAsReadGuards),
    SubscribeMessage('markAsRead'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof MarkAsReadDto === "undefined" ? Object : MarkAsReadDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "markAsRead", null);
_ts_decorate([
    UseGuards(WsJwtGuard),
    SubscribeMessage('ping'),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", []),
    _ts_metadata("design:returntype", void 0)
], ChatGateway.prototype, "ping", null);
ChatGateway = _ts_decorate([
    UsePipes(new ValidationPipe({
        whitelist: true
    })),
    WebSocketGateway({
        namespace: 'chat',
        cors,
        ...hasDefect('cors-is-no-gate') ? {} : {
            allowRequest
        }
    }),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatMessagesService === "undefined" ? Object : ChatMessagesService
    ])
], ChatGateway);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vY2hhdC5nYXRld2F5LnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEh0dHBFeGNlcHRpb24sIExvZ2dlciwgVXNlR3VhcmRzLCBVc2VQaXBlcywgVmFsaWRhdGlvblBpcGUgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQge1xuICBDb25uZWN0ZWRTb2NrZXQsIE1lc3NhZ2VCb2R5LCBPbkdhdGV3YXlEaXNjb25uZWN0LCBTdWJzY3JpYmVNZXNzYWdlLCBXZWJTb2NrZXRHYXRld2F5LCBXZWJTb2NrZXRTZXJ2ZXIsXG59IGZyb20gJ0BuZXN0anMvd2Vic29ja2V0cyc7XG5pbXBvcnQgdHlwZSB7IE5hbWVzcGFjZSwgU29ja2V0IH0gZnJvbSAnc29ja2V0LmlvJztcbmltcG9ydCB7IGhhc0RlZmVjdCB9IGZyb20gJy4uL3NoYXJlZC9kZWZlY3QuanMnO1xuaW1wb3J0IHsgQ2hhdE1lc3NhZ2VzU2VydmljZSwgdHlwZSBNZXNzYWdlIH0gZnJvbSAnLi9jaGF0LW1lc3NhZ2VzLnNlcnZpY2UuanMnO1xuaW1wb3J0IHsgYWxsb3dSZXF1ZXN0LCBjb3JzIH0gZnJvbSAnLi9jb3JzLmpzJztcbmltcG9ydCB7IENoYXREdG8sIE1hcmtBc1JlYWREdG8sIFNlbmRNZXNzYWdlRHRvLCBUeXBpbmdEdG8gfSBmcm9tICcuL2R0by5qcyc7XG5pbXBvcnQgeyBXc0p3dEd1YXJkIH0gZnJvbSAnLi93cy1qd3QuZ3VhcmQuanMnO1xuXG5jb25zdCByb29tID0gKGNoYXRJZDogbnVtYmVyKSA9PiBgY2hhdF8ke2NoYXRJZH1gO1xuY29uc3Qgc29ja2V0c09mID0gKHVzZXJJZDogbnVtYmVyKSA9PiBgdXNlcl8ke3VzZXJJZH1gO1xuY29uc3Qgbm93ID0gKCkgPT4gbmV3IERhdGUoKS50b0lTT1N0cmluZygpO1xuY29uc3QgbWFya0FzUmVhZEd1YXJkcyA9IGhhc0RlZmVjdCgndW5ndWFyZGVkLWhhbmRsZXInKSA/IFtdIDogW1dzSnd0R3VhcmRdO1xuXG5AVXNlUGlwZXMobmV3IFZhbGlkYXRpb25QaXBlKHsgd2hpdGVsaXN0OiB0cnVlIH0pKVxuQFdlYlNvY2tldEdhdGV3YXkoeyBuYW1lc3BhY2U6ICdjaGF0JywgY29ycywgLi4uKGhhc0RlZmVjdCgnY29ycy1pcy1uby1nYXRlJykgPyB7fSA6IHsgYWxsb3dSZXF1ZXN0IH0pIH0pXG5leHBvcnQgY2xhc3MgQ2hhdEdhdGV3YXkgaW1wbGVtZW50cyBPbkdhdGV3YXlEaXNjb25uZWN0IHtcbiAgQFdlYlNvY2tldFNlcnZlcigpXG4gIHByaXZhdGUgcmVhZG9ubHkgc2VydmVyOiBOYW1lc3BhY2U7XG5cbiAgY29uc3RydWN0b3IocHJpdmF0ZSByZWFkb25seSBjaGF0czogQ2hhdE1lc3NhZ2VzU2VydmljZSkge31cblxuICBoYW5kbGVEaXNjb25uZWN0KGNsaWVudDogU29ja2V0KSB7XG4gICAgLy8gU29ja2V0LklPIGhhcyBlbXB0aWVkIGNsaWVudC5yb29tcyBieSBub3csIHNvIHRoYXQgd2hvIGhhcyBqb2luZWQgaXMgcmVtZW1iZXJlZCBiZXNpZGUgaXQuXG4gICAgY29uc3Qgam9pbmVkOiBJdGVyYWJsZTxudW1iZXI+ID0gaGFzRGVmZWN0KCdyb29tcy1nb25lLWF0LWRpc2Nvbm5lY3QnKVxuICAgICAgPyBbLi4uY2xpZW50LnJvb21zXS5tYXAoKG5hbWUpID0+IE51bWJlcihuYW1lLnJlcGxhY2UoJ2NoYXRfJywgJycpKSlcbiAgICAgIDogY2xpZW50LmRhdGEuY2hhdHMgPz8gW107XG4gICAgZm9yIChjb25zdCBjaGF0SWQgb2Ygam9pbmVkKSB0aGlzLnRlbGxMZWZ0KGNsaWVudCwgY2hhdElkKTtcbiAgfVxuXG4gIEBVc2VHdWFyZHMoV3NKd3RHdWFyZClcbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2F1dGhlbnRpY2F0ZScpXG4gIGF1dGhlbnRpY2F0ZShAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQpIHtcbiAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlLCBtZXNzYWdlOiAnQXV0aGVudGljYXRlZCBzdWNjZXNzZnVsbHknLCB1c2VySWQ6IGNsaWVudC5kYXRhLnVzZXIuaWQsIHNvY2tldElkOiBjbGllbnQuaWQgfTtcbiAgfVxuXG4gIEBVc2VHdWFyZHMoV3NKd3RHdWFyZClcbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2pvaW5DaGF0JylcbiAgYXN5bmMgam9pbihAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY2hhdElkIH06IENoYXREdG8pIHtcbiAgICBjb25zdCB7IGlkOiB1c2VySWQgfSA9IGNsaWVudC5kYXRhLnVzZXI7XG4gICAgcmV0dXJuIHRoaXMuYW5zd2VyKGFzeW5jICgpID0+IHtcbiAgICAgIGF3YWl0IHRoaXMuY2hhdHMuY2hhdE9mKGNoYXRJZCwgdXNlcklkKTtcbiAgICAgIGF3YWl0IGNsaWVudC5qb2luKFtyb29tKGNoYXRJZCksIHNvY2tldHNPZih1c2VySWQpXSk7XG4gICAgICAoY2xpZW50LmRhdGEuY2hhdHMgPz89IG5ldyBTZXQoKSkuYWRkKGNoYXRJZCk7XG4gICAgICB0aGlzLnRlbGxPdGhlcnMoY2xpZW50LCBjaGF0SWQsICd1c2VySm9pbmVkJywgeyBjaGF0SWQsIHVzZXJJZCwgdGltZXN0YW1wOiBub3coKSB9KTtcbiAgICAgIHJldHVybiB7IHN1Y2Nlc3M6IHRydWUsIG1lc3NhZ2U6IGBKb2luZWQgY2hhdCAke2NoYXRJZH1gIH07XG4gICAgfSk7XG4gIH1cblxuICBAVXNlR3VhcmRzKFdzSnd0R3VhcmQpXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdsZWF2ZUNoYXQnKVxuICBhc3luYyBsZWF2ZShAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY2hhdElkIH06IENoYXREdG8pIHtcbiAgICByZXR1cm4gdGhpcy5hbnN3ZXIoYXN5bmMgKCkgPT4ge1xuICAgICAgYXdhaXQgdGhpcy5jaGF0cy5jaGF0T2YoY2hhdElkLCBjbGllbnQuZGF0YS51c2VyLmlkKTtcbiAgICAgIGF3YWl0IGNsaWVudC5sZWF2ZShyb29tKGNoYXRJZCkpO1xuICAgICAgaWYgKGNsaWVudC5kYXRhLmNoYXRzPy5kZWxldGUoY2hhdElkKSkgdGhpcy50ZWxsTGVmdChjbGllbnQsIGNoYXRJZCk7XG4gICAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlLCBtZXNzYWdlOiBgTGVmdCBjaGF0ICR7Y2hhdElkfWAgfTtcbiAgICB9KTtcbiAgfVxuXG4gIEBVc2VHdWFyZHMoV3NKd3RHdWFyZClcbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ3NlbmRNZXNzYWdlJylcbiAgYXN5bmMgc2VuZChAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY2hhdElkLCBjb250ZW50IH06IFNlbmRNZXNzYWdlRHRvKSB7XG4gICAgY29uc3QgYW5zd2VyID0gdGhpcy5hbnN3ZXIoYXN5bmMgKCkgPT4ge1xuICAgICAgY29uc3QgbWVzc2FnZSA9IGF3YWl0IHRoaXMuY2hhdHMuY3JlYXRlKGNoYXRJZCwgY2xpZW50LmRhdGEudXNlci5pZCwgY29udGVudCk7XG4gICAgICB0aGlzLnRlbGxDcmVhdGVkKG1lc3NhZ2UsIGNoYXRJZCk7XG4gICAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlLCBkYXRhOiBtZXNzYWdlIH07XG4gICAgfSk7XG4gICAgcmV0dXJuIGhhc0RlZmVjdCgnbm8tcmV0dXJuJykgPyB1bmRlZmluZWQgOiBhbnN3ZXI7XG4gIH1cblxuICBAVXNlR3VhcmRzKFdzSnd0R3VhcmQpXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCd0eXBpbmcnKVxuICBhc3luYyB0eXBpbmcoQENvbm5lY3RlZFNvY2tldCgpIGNsaWVudDogU29ja2V0LCBATWVzc2FnZUJvZHkoKSB7IGNoYXRJZCwgaXNUeXBpbmcgfTogVHlwaW5nRHRvKSB7XG4gICAgY29uc3QgeyBpZDogdXNlcklkIH0gPSBjbGllbnQuZGF0YS51c2VyO1xuICAgIHJldHVybiB0aGlzLmFuc3dlcihhc3luYyAoKSA9PiB7XG4gICAgICBhd2FpdCB0aGlzLmNoYXRzLmNoYXRPZihjaGF0SWQsIHVzZXJJZCk7XG4gICAgICB0aGlzLnRlbGxPdGhlcnMoY2xpZW50LCBjaGF0SWQsICd1c2VyVHlwaW5nJywgeyBjaGF0SWQsIHVzZXJJZCwgaXNUeXBpbmcsIHRpbWVzdGFtcDogbm93KCkgfSk7XG4gICAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlIH07XG4gICAgfSk7XG4gIH1cblxuICBAVXNlR3VhcmRzKC4uLm1hcmtBc1JlYWRHdWFyZHMpXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdtYXJrQXNSZWFkJylcbiAgYXN5bmMgbWFya0FzUmVhZChAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY2hhdElkLCBtZXNzYWdlSWQgfTogTWFya0FzUmVhZER0bykge1xuICAgIGNvbnN0IHsgaWQ6IHVzZXJJZCB9ID0gY2xpZW50LmRhdGEudXNlcjtcbiAgICByZXR1cm4gdGhpcy5hbnN3ZXIoYXN5bmMgKCkgPT4ge1xuICAgICAgYXdhaXQgdGhpcy5jaGF0cy5tYXJrQXNSZWFkKGNoYXRJZCwgbWVzc2FnZUlkLCB1c2VySWQpO1xuICAgICAgdGhpcy50ZWxsT3RoZXJzKGNsaWVudCwgY2hhdElkLCAnbWVzc2FnZVJlYWQnLCB7IGNoYXRJZCwgbWVzc2FnZUlkLCB1c2VySWQsIHRpbWVzdGFtcDogbm93KCkgfSk7XG4gICAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlIH07XG4gICAgfSk7XG4gIH1cblxuICBAVXNlR3VhcmRzKFdzSnd0R3VhcmQpXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdwaW5nJylcbiAgcGluZygpIHtcbiAgICByZXR1cm4geyBwb25nOiBEYXRlLm5vdygpIH07XG4gIH1cblxuICB0ZWxsQ3JlYXRlZChtZXNzYWdlOiBNZXNzYWdlLCBjaGF0SWQgPSBtZXNzYWdlLmNoYXRJZCkge1xuICAgIHRoaXMuc2VydmVyLnRvKHJvb20oY2hhdElkKSkuZW1pdCgnbmV3TWVzc2FnZScsIHsgbWVzc2FnZSwgY2hhdElkLCB0aW1lc3RhbXA6IG5vdygpIH0pO1xuICB9XG5cbiAgdGVsbFVwZGF0ZWQobWVzc2FnZTogTWVzc2FnZSkge1xuICAgIHRoaXMuc2VydmVyLnRvKHJvb20obWVzc2FnZS5jaGF0SWQpKS5lbWl0KCdtZXNzYWdlVXBkYXRlZCcsIHsgbWVzc2FnZSwgY2hhdElkOiBtZXNzYWdlLmNoYXRJZCwgdGltZXN0YW1wOiBub3coKSB9KTtcbiAgfVxuXG4gIHRlbGxEZWxldGVkKHsgaWQsIGNoYXRJZCB9OiBNZXNzYWdlKSB7XG4gICAgdGhpcy5zZXJ2ZXIudG8ocm9vbShjaGF0SWQpKS5lbWl0KCdtZXNzYWdlRGVsZXRlZCcsIHsgbWVzc2FnZUlkOiBpZCwgY2hhdElkLCB0aW1lc3RhbXA6IG5vdygpIH0pO1xuICB9XG5cbiAgcHJpdmF0ZSB0ZWxsTGVmdChjbGllbnQ6IFNvY2tldCwgY2hhdElkOiBudW1iZXIpIHtcbiAgICB0aGlzLnRlbGxPdGhlcnMoY2xpZW50LCBjaGF0SWQsICd1c2VyTGVmdCcsIHsgY2hhdElkLCB1c2VySWQ6IGNsaWVudC5kYXRhLnVzZXIuaWQsIHRpbWVzdGFtcDogbm93KCkgfSk7XG4gIH1cblxuICBwcml2YXRlIHRlbGxPdGhlcnMoY2xpZW50OiBTb2NrZXQsIGNoYXRJZDogbnVtYmVyLCBldmVudDogc3RyaW5nLCBwYXlsb2FkOiBvYmplY3QpIHtcbiAgICBjb25zdCBvdGhlcnMgPSBoYXNEZWZlY3QoJ3RvLW93bi1kZXZpY2VzJykgPyBbXSA6IFtzb2NrZXRzT2YoY2xpZW50LmRhdGEudXNlci5pZCldO1xuICAgIGNsaWVudC50byhyb29tKGNoYXRJZCkpLmV4Y2VwdChvdGhlcnMpLmVtaXQoZXZlbnQsIHBheWxvYWQpO1xuICB9XG5cbiAgLyoqIFdoYXQgYSBzZXJ2aWNlIHJlZnVzZXMgaXMgYW5zd2VyZWQ7IGFsbCBlbHNlIGlzIHRvbGQgYnkgYGV4Y2VwdGlvbmAuICovXG4gIHByaXZhdGUgYXN5bmMgYW5zd2VyPFQ+KHdvcms6ICgpID0+IFByb21pc2U8VD4pIHtcbiAgICB0cnkge1xuICAgICAgcmV0dXJuIGF3YWl0IHdvcmsoKTtcbiAgICB9IGNhdGNoIChlcnJvcikge1xuICAgICAgaWYgKCEoZXJyb3IgaW5zdGFuY2VvZiBIdHRwRXhjZXB0aW9uKSkgTG9nZ2VyLmVycm9yKGVycm9yKTtcbiAgICAgIHJldHVybiB7IHN1Y2Nlc3M6IGZhbHNlLCBtZXNzYWdlOiBlcnJvciBpbnN0YW5jZW9mIEh0dHBFeGNlcHRpb24gPyBlcnJvci5tZXNzYWdlIDogJ0ludGVybmFsIHNlcnZlciBlcnJvcicgfTtcbiAgICB9XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJIdHRwRXhjZXB0aW9uIiwiTG9nZ2VyIiwiVXNlR3VhcmRzIiwiVXNlUGlwZXMiLCJWYWxpZGF0aW9uUGlwZSIsIkNvbm5lY3RlZFNvY2tldCIsIk1lc3NhZ2VCb2R5IiwiU3Vic2NyaWJlTWVzc2FnZSIsIldlYlNvY2tldEdhdGV3YXkiLCJXZWJTb2NrZXRTZXJ2ZXIiLCJoYXNEZWZlY3QiLCJDaGF0TWVzc2FnZXNTZXJ2aWNlIiwiYWxsb3dSZXF1ZXN0IiwiY29ycyIsIkNoYXREdG8iLCJNYXJrQXNSZWFkRHRvIiwiU2VuZE1lc3NhZ2VEdG8iLCJUeXBpbmdEdG8iLCJXc0p3dEd1YXJkIiwicm9vbSIsImNoYXRJZCIsInNvY2tldHNPZiIsInVzZXJJZCIsIm5vdyIsIkRhdGUiLCJ0b0lTT1N0cmluZyIsIm1hcmtBc1JlYWRHdWFyZHMiLCJDaGF0R2F0ZXdheSIsInNlcnZlciIsImNoYXRzIiwiaGFuZGxlRGlzY29ubmVjdCIsImNsaWVudCIsImpvaW5lZCIsInJvb21zIiwibWFwIiwibmFtZSIsIk51bWJlciIsInJlcGxhY2UiLCJkYXRhIiwidGVsbExlZnQiLCJhdXRoZW50aWNhdGUiLCJzdWNjZXNzIiwibWVzc2FnZSIsInVzZXIiLCJpZCIsInNvY2tldElkIiwiam9pbiIsImFuc3dlciIsImNoYXRPZiIsIlNldCIsImFkZCIsInRlbGxPdGhlcnMiLCJ0aW1lc3RhbXAiLCJsZWF2ZSIsImRlbGV0ZSIsInNlbmQiLCJjb250ZW50IiwiY3JlYXRlIiwidGVsbENyZWF0ZWQiLCJ1bmRlZmluZWQiLCJ0eXBpbmciLCJpc1R5cGluZyIsIm1hcmtBc1JlYWQiLCJtZXNzYWdlSWQiLCJwaW5nIiwicG9uZyIsInRvIiwiZW1pdCIsInRlbGxVcGRhdGVkIiwidGVsbERlbGV0ZWQiLCJldmVudCIsInBheWxvYWQiLCJvdGhlcnMiLCJleGNlcHQiLCJ3b3JrIiwiZXJyb3IiLCJ3aGl0ZWxpc3QiLCJuYW1lc3BhY2UiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsYUFBYSxFQUFFQyxNQUFNLEVBQUVDLFNBQVMsRUFBRUMsUUFBUSxFQUFFQyxjQUFjLFFBQVEsaUJBQWlCO0FBQzVGLFNBQ0VDLGVBQWUsRUFBRUMsV0FBVyxFQUF1QkMsZ0JBQWdCLEVBQUVDLGdCQUFnQixFQUFFQyxlQUFlLFFBQ2pHLHFCQUFxQjtBQUU1QixTQUFTQyxTQUFTLFFBQVEsc0JBQXNCO0FBQ2hELFNBQVNDLG1CQUFtQixRQUFzQiw2QkFBNkI7QUFDL0UsU0FBU0MsWUFBWSxFQUFFQyxJQUFJLFFBQVEsWUFBWTtBQUMvQyxTQUFTQyxPQUFPLEVBQUVDLGFBQWEsRUFBRUMsY0FBYyxFQUFFQyxTQUFTLFFBQVEsV0FBVztBQUM3RSxTQUFTQyxVQUFVLFFBQVEsb0JBQW9CO0FBRS9DLE1BQU1DLE9BQU8sQ0FBQ0MsU0FBbUIsQ0FBQyxLQUFLLEVBQUVBLFFBQVE7QUFDakQsTUFBTUMsWUFBWSxDQUFDQyxTQUFtQixDQUFDLEtBQUssRUFBRUEsUUFBUTtBQUN0RCxNQUFNQyxNQUFNLElBQU0sSUFBSUMsT0FBT0MsV0FBVztBQUN4QyxNQUFNQyxtQkFBbUJoQixVQUFVLHVCQUF1QixFQUFFLEdBQUc7SUFBQ1E7Q0FBVztBQUkzRSxPQUFPLE1BQU1TOztJQUVNQyxPQUFrQjtJQUVuQyxZQUFZLEFBQWlCQyxLQUEwQixDQUFFO2FBQTVCQSxRQUFBQTtJQUE2QjtJQUUxREMsaUJBQWlCQyxNQUFjLEVBQUU7UUFDL0IsNkZBQTZGO1FBQzdGLE1BQU1DLFNBQTJCdEIsVUFBVSw4QkFDdkM7ZUFBSXFCLE9BQU9FLEtBQUs7U0FBQyxDQUFDQyxHQUFHLENBQUMsQ0FBQ0MsT0FBU0MsT0FBT0QsS0FBS0UsT0FBTyxDQUFDLFNBQVMsUUFDN0ROLE9BQU9PLElBQUksQ0FBQ1QsS0FBSyxJQUFJLEVBQUU7UUFDM0IsS0FBSyxNQUFNVCxVQUFVWSxPQUFRLElBQUksQ0FBQ08sUUFBUSxDQUFDUixRQUFRWDtJQUNyRDtJQUlBb0IsYUFBYSxBQUFtQlQsTUFBYyxFQUFFO1FBQzlDLE9BQU87WUFBRVUsU0FBUztZQUFNQyxTQUFTO1lBQThCcEIsUUFBUVMsT0FBT08sSUFBSSxDQUFDSyxJQUFJLENBQUNDLEVBQUU7WUFBRUMsVUFBVWQsT0FBT2EsRUFBRTtRQUFDO0lBQ2xIO0lBRUEsTUFFTUUsS0FBSyxBQUFtQmYsTUFBYyxFQUFFLEFBQWUsRUFBRVgsTUFBTSxFQUFXLEVBQUU7UUFDaEYsTUFBTSxFQUFFd0IsSUFBSXRCLE1BQU0sRUFBRSxHQUFHUyxPQUFPTyxJQUFJLENBQUNLLElBQUk7UUFDdkMsT0FBTyxJQUFJLENBQUNJLE1BQU0sQ0FBQztZQUNqQixNQUFNLElBQUksQ0FBQ2xCLEtBQUssQ0FBQ21CLE1BQU0sQ0FBQzVCLFFBQVFFO1lBQ2hDLE1BQU1TLE9BQU9lLElBQUksQ0FBQztnQkFBQzNCLEtBQUtDO2dCQUFTQyxVQUFVQzthQUFRO1lBQ2xEUyxDQUFBQSxPQUFPTyxJQUFJLENBQUNULEtBQUssS0FBSyxJQUFJb0IsS0FBSSxFQUFHQyxHQUFHLENBQUM5QjtZQUN0QyxJQUFJLENBQUMrQixVQUFVLENBQUNwQixRQUFRWCxRQUFRLGNBQWM7Z0JBQUVBO2dCQUFRRTtnQkFBUThCLFdBQVc3QjtZQUFNO1lBQ2pGLE9BQU87Z0JBQUVrQixTQUFTO2dCQUFNQyxTQUFTLENBQUMsWUFBWSxFQUFFdEIsUUFBUTtZQUFDO1FBQzNEO0lBQ0Y7SUFFQSxNQUVNaUMsTUFBTSxBQUFtQnRCLE1BQWMsRUFBRSxBQUFlLEVBQUVYLE1BQU0sRUFBVyxFQUFFO1FBQ2pGLE9BQU8sSUFBSSxDQUFDMkIsTUFBTSxDQUFDO1lBQ2pCLE1BQU0sSUFBSSxDQUFDbEIsS0FBSyxDQUFDbUIsTUFBTSxDQUFDNUIsUUFBUVcsT0FBT08sSUFBSSxDQUFDSyxJQUFJLENBQUNDLEVBQUU7WUFDbkQsTUFBTWIsT0FBT3NCLEtBQUssQ0FBQ2xDLEtBQUtDO1lBQ3hCLElBQUlXLE9BQU9PLElBQUksQ0FBQ1QsS0FBSyxFQUFFeUIsT0FBT2xDLFNBQVMsSUFBSSxDQUFDbUIsUUFBUSxDQUFDUixRQUFRWDtZQUM3RCxPQUFPO2dCQUFFcUIsU0FBUztnQkFBTUMsU0FBUyxDQUFDLFVBQVUsRUFBRXRCLFFBQVE7WUFBQztRQUN6RDtJQUNGO0lBRUEsTUFFTW1DLEtBQUssQUFBbUJ4QixNQUFjLEVBQUUsQUFBZSxFQUFFWCxNQUFNLEVBQUVvQyxPQUFPLEVBQWtCLEVBQUU7UUFDaEcsTUFBTVQsU0FBUyxJQUFJLENBQUNBLE1BQU0sQ0FBQztZQUN6QixNQUFNTCxVQUFVLE1BQU0sSUFBSSxDQUFDYixLQUFLLENBQUM0QixNQUFNLENBQUNyQyxRQUFRVyxPQUFPTyxJQUFJLENBQUNLLElBQUksQ0FBQ0MsRUFBRSxFQUFFWTtZQUNyRSxJQUFJLENBQUNFLFdBQVcsQ0FBQ2hCLFNBQVN0QjtZQUMxQixPQUFPO2dCQUFFcUIsU0FBUztnQkFBTUgsTUFBTUk7WUFBUTtRQUN4QztRQUNBLE9BQU9oQyxVQUFVLGVBQWVpRCxZQUFZWjtJQUM5QztJQUVBLE1BRU1hLE9BQU8sQUFBbUI3QixNQUFjLEVBQUUsQUFBZSxFQUFFWCxNQUFNLEVBQUV5QyxRQUFRLEVBQWEsRUFBRTtRQUM5RixNQUFNLEVBQUVqQixJQUFJdEIsTUFBTSxFQUFFLEdBQUdTLE9BQU9PLElBQUksQ0FBQ0ssSUFBSTtRQUN2QyxPQUFPLElBQUksQ0FBQ0ksTUFBTSxDQUFDO1lBQ2pCLE1BQU0sSUFBSSxDQUFDbEIsS0FBSyxDQUFDbUIsTUFBTSxDQUFDNUIsUUFBUUU7WUFDaEMsSUFBSSxDQUFDNkIsVUFBVSxDQUFDcEIsUUFBUVgsUUFBUSxjQUFjO2dCQUFFQTtnQkFBUUU7Z0JBQVF1QztnQkFBVVQsV0FBVzdCO1lBQU07WUFDM0YsT0FBTztnQkFBRWtCLFNBQVM7WUFBSztRQUN6QjtJQUNGO0lBRUEsTUFFTXFCLFdBQVcsQUFBbUIvQixNQUFjLEVBQUUsQUFBZSxFQUFFWCxNQUFNLEVBQUUyQyxTQUFTLEVBQWlCLEVBQUU7UUFDdkcsTUFBTSxFQUFFbkIsSUFBSXRCLE1BQU0sRUFBRSxHQUFHUyxPQUFPTyxJQUFJLENBQUNLLElBQUk7UUFDdkMsT0FBTyxJQUFJLENBQUNJLE1BQU0sQ0FBQztZQUNqQixNQUFNLElBQUksQ0FBQ2xCLEtBQUssQ0FBQ2lDLFVBQVUsQ0FBQzFDLFFBQVEyQyxXQUFXekM7WUFDL0MsSUFBSSxDQUFDNkIsVUFBVSxDQUFDcEIsUUFBUVgsUUFBUSxlQUFlO2dCQUFFQTtnQkFBUTJDO2dCQUFXekM7Z0JBQVE4QixXQUFXN0I7WUFBTTtZQUM3RixPQUFPO2dCQUFFa0IsU0FBUztZQUFLO1FBQ3pCO0lBQ0Y7SUFJQXVCLE9BQU87UUFDTCxPQUFPO1lBQUVDLE1BQU16QyxLQUFLRCxHQUFHO1FBQUc7SUFDNUI7SUFFQW1DLFlBQVloQixPQUFnQixFQUFFdEIsU0FBU3NCLFFBQVF0QixNQUFNLEVBQUU7UUFDckQsSUFBSSxDQUFDUSxNQUFNLENBQUNzQyxFQUFFLENBQUMvQyxLQUFLQyxTQUFTK0MsSUFBSSxDQUFDLGNBQWM7WUFBRXpCO1lBQVN0QjtZQUFRZ0MsV0FBVzdCO1FBQU07SUFDdEY7SUFFQTZDLFlBQVkxQixPQUFnQixFQUFFO1FBQzVCLElBQUksQ0FBQ2QsTUFBTSxDQUFDc0MsRUFBRSxDQUFDL0MsS0FBS3VCLFFBQVF0QixNQUFNLEdBQUcrQyxJQUFJLENBQUMsa0JBQWtCO1lBQUV6QjtZQUFTdEIsUUFBUXNCLFFBQVF0QixNQUFNO1lBQUVnQyxXQUFXN0I7UUFBTTtJQUNsSDtJQUVBOEMsWUFBWSxFQUFFekIsRUFBRSxFQUFFeEIsTUFBTSxFQUFXLEVBQUU7UUFDbkMsSUFBSSxDQUFDUSxNQUFNLENBQUNzQyxFQUFFLENBQUMvQyxLQUFLQyxTQUFTK0MsSUFBSSxDQUFDLGtCQUFrQjtZQUFFSixXQUFXbkI7WUFBSXhCO1lBQVFnQyxXQUFXN0I7UUFBTTtJQUNoRztJQUVRZ0IsU0FBU1IsTUFBYyxFQUFFWCxNQUFjLEVBQUU7UUFDL0MsSUFBSSxDQUFDK0IsVUFBVSxDQUFDcEIsUUFBUVgsUUFBUSxZQUFZO1lBQUVBO1lBQVFFLFFBQVFTLE9BQU9PLElBQUksQ0FBQ0ssSUFBSSxDQUFDQyxFQUFFO1lBQUVRLFdBQVc3QjtRQUFNO0lBQ3RHO0lBRVE0QixXQUFXcEIsTUFBYyxFQUFFWCxNQUFjLEVBQUVrRCxLQUFhLEVBQUVDLE9BQWUsRUFBRTtRQUNqRixNQUFNQyxTQUFTOUQsVUFBVSxvQkFBb0IsRUFBRSxHQUFHO1lBQUNXLFVBQVVVLE9BQU9PLElBQUksQ0FBQ0ssSUFBSSxDQUFDQyxFQUFFO1NBQUU7UUFDbEZiLE9BQU9tQyxFQUFFLENBQUMvQyxLQUFLQyxTQUFTcUQsTUFBTSxDQUFDRCxRQUFRTCxJQUFJLENBQUNHLE9BQU9DO0lBQ3JEO0lBRUEseUVBQXlFLEdBQ3pFLE1BQWN4QixPQUFVMkIsSUFBc0IsRUFBRTtRQUM5QyxJQUFJO1lBQ0YsT0FBTyxNQUFNQTtRQUNmLEVBQUUsT0FBT0MsT0FBTztZQUNkLElBQUksQ0FBRUEsQ0FBQUEsaUJBQWlCM0UsYUFBWSxHQUFJQyxPQUFPMEUsS0FBSyxDQUFDQTtZQUNwRCxPQUFPO2dCQUFFbEMsU0FBUztnQkFBT0MsU0FBU2lDLGlCQUFpQjNFLGdCQUFnQjJFLE1BQU1qQyxPQUFPLEdBQUc7WUFBd0I7UUFDN0c7SUFDRjtBQUNGOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztpQkFuSGN0QyxlQUFlO1FBQUV3RSxXQUFXO0lBQUs7O1FBQzNCQyxXQUFXO1FBQVFoRTtRQUFNLEdBQUlILFVBQVUscUJBQXFCLENBQUMsSUFBSTtZQUFFRTtRQUFhLENBQUMifQ==