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
import { forwardRef, Inject, UseFilters, UseGuards, UsePipes, ValidationPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { hasDefect } from '../shared/defect.js';
import { ChatService } from './chat.service.js';
import { ConversationDto, CreateConversationDto, SendMessageDto } from './dto.js';
import { WsExceptionFilter } from './ws-exception.filter.js';
import { WsJwtGuard } from './ws-jwt.guard.js';
const room = (convId)=>`conversation_${convId}`;
const socketsOf = (userId)=>`user_${userId}`;
const pipes = hasDefect('global-pipe') ? [] : [
    new ValidationPipe({
        whitelist: true
    })
]; // main.ts has one as well
const filters = hasDefect('http-exception') ? [] : [
    WsExceptionFilter
];
export class ChatGateway {
    chat;
    guard;
    server;
    constructor(chat, guard){
        this.chat = chat;
        this.guard = guard;
    }
    handleConnection(client) {
        try {
            client.join(socketsOf(this.guard.userOf(client)));
        } catch (error) {
            client.emit('error', {
                message: error.message
            });
            client.disconnect();
        }
    }
    async create(client, dto) {
        await this.chat.createConversation(client.data.userId, dto);
    }
    async send(client, dto) {
        const message = await this.chat.createMessage(dto.convId, client.data.userId, dto.message);
        if (hasDefect('told-twice')) this.emitNewMessage(message); // the service has told it already
    }
    async join(client, { convId }) {
        if (hasDefect('joined-before-checked')) await client.join(room(convId));
        await this.chat.conversationOf(convId, client.data.userId);
        await client.join(room(convId));
        return {
            event: 'joinedConversation',
            data: {
                convId
            }
        };
    }
    async leave(client, { convId }) {
        await this.chat.conversationOf(convId, client.data.userId);
        await client.leave(room(convId));
        return {
            event: 'leftConversation',
            data: {
                convId
            }
        };
    }
    emitConversationCreated(conversation) {
        const { id, user1_id, user2_id } = conversation;
        const participants = [
            socketsOf(user1_id),
            socketsOf(user2_id)
        ];
        this.server.in(participants).socketsJoin(room(id));
        this.server.to(participants).emit('conversationCreated', {
            conversation,
            participants: [
                {
                    id: user1_id
                },
                {
                    id: user2_id
                }
            ]
        });
    }
    emitNewMessage(message) {
        const sender = {
            id: message.sender_id,
            ...hasDefect('whole-entity') && {
                email: '',
                password: '$2b$10$'
            }
        };
        const audience = hasDefect('told-to-everyone') ? this.server : this.server.to(room(message.conversation_id));
        audience.emit('newMessage', {
            message,
            sender
        });
    }
}
_ts_decorate([
    WebSocketServer(),
    _ts_metadata("design:type", typeof Namespace === "undefined" ? Object : Namespace)
], ChatGateway.prototype, "server", void 0);
_ts_decorate([
    SubscribeMessage('createConversation'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof CreateConversationDto === "undefined" ? Object : CreateConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "create", null);
_ts_decorate([
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
    SubscribeMessage('joinConversation'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof ConversationDto === "undefined" ? Object : ConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "join", null);
_ts_decorate([
    SubscribeMessage('leaveConversation'),
    _ts_param(0, ConnectedSocket()),
    _ts_param(1, MessageBody()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof Socket === "undefined" ? Object : Socket,
        typeof ConversationDto === "undefined" ? Object : ConversationDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatGateway.prototype, "leave", null);
ChatGateway = _ts_decorate([
    UseFilters(...filters),
    UseGuards(WsJwtGuard),
    UsePipes(...pipes),
    WebSocketGateway({
        namespace: 'chat',
        cors: true
    }),
    _ts_param(0, Inject(forwardRef(()=>ChatService))),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof WrapperType === "undefined" ? Object : WrapperType,
        typeof WsJwtGuard === "undefined" ? Object : WsJwtGuard
    ])
], ChatGateway);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL2NoYXQuZ2F0ZXdheS50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBmb3J3YXJkUmVmLCBJbmplY3QsIFVzZUZpbHRlcnMsIFVzZUd1YXJkcywgVXNlUGlwZXMsIFZhbGlkYXRpb25QaXBlIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHtcbiAgQ29ubmVjdGVkU29ja2V0LCBNZXNzYWdlQm9keSwgT25HYXRld2F5Q29ubmVjdGlvbiwgU3Vic2NyaWJlTWVzc2FnZSwgV2ViU29ja2V0R2F0ZXdheSwgV2ViU29ja2V0U2VydmVyLCBXc0V4Y2VwdGlvbixcbn0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcbmltcG9ydCB0eXBlIHsgTmFtZXNwYWNlLCBTb2NrZXQgfSBmcm9tICdzb2NrZXQuaW8nO1xuaW1wb3J0IHsgaGFzRGVmZWN0IH0gZnJvbSAnLi4vc2hhcmVkL2RlZmVjdC5qcyc7XG5pbXBvcnQgdHlwZSB7IFdyYXBwZXJUeXBlIH0gZnJvbSAnLi4vc2hhcmVkL3dyYXBwZXItdHlwZS5qcyc7XG5pbXBvcnQgeyBDaGF0U2VydmljZSwgdHlwZSBDb252ZXJzYXRpb24sIHR5cGUgTWVzc2FnZSB9IGZyb20gJy4vY2hhdC5zZXJ2aWNlLmpzJztcbmltcG9ydCB7IENvbnZlcnNhdGlvbkR0bywgQ3JlYXRlQ29udmVyc2F0aW9uRHRvLCBTZW5kTWVzc2FnZUR0byB9IGZyb20gJy4vZHRvLmpzJztcbmltcG9ydCB7IFdzRXhjZXB0aW9uRmlsdGVyIH0gZnJvbSAnLi93cy1leGNlcHRpb24uZmlsdGVyLmpzJztcbmltcG9ydCB7IFdzSnd0R3VhcmQgfSBmcm9tICcuL3dzLWp3dC5ndWFyZC5qcyc7XG5cbmNvbnN0IHJvb20gPSAoY29udklkOiBudW1iZXIpID0+IGBjb252ZXJzYXRpb25fJHtjb252SWR9YDtcbmNvbnN0IHNvY2tldHNPZiA9ICh1c2VySWQ6IG51bWJlcikgPT4gYHVzZXJfJHt1c2VySWR9YDtcblxuY29uc3QgcGlwZXMgPSBoYXNEZWZlY3QoJ2dsb2JhbC1waXBlJykgPyBbXSA6IFtuZXcgVmFsaWRhdGlvblBpcGUoeyB3aGl0ZWxpc3Q6IHRydWUgfSldOyAvLyBtYWluLnRzIGhhcyBvbmUgYXMgd2VsbFxuY29uc3QgZmlsdGVycyA9IGhhc0RlZmVjdCgnaHR0cC1leGNlcHRpb24nKSA/IFtdIDogW1dzRXhjZXB0aW9uRmlsdGVyXTtcblxuQFVzZUZpbHRlcnMoLi4uZmlsdGVycylcbkBVc2VHdWFyZHMoV3NKd3RHdWFyZClcbkBVc2VQaXBlcyguLi5waXBlcylcbkBXZWJTb2NrZXRHYXRld2F5KHsgbmFtZXNwYWNlOiAnY2hhdCcsIGNvcnM6IHRydWUgfSlcbmV4cG9ydCBjbGFzcyBDaGF0R2F0ZXdheSBpbXBsZW1lbnRzIE9uR2F0ZXdheUNvbm5lY3Rpb24ge1xuICBAV2ViU29ja2V0U2VydmVyKClcbiAgcHJpdmF0ZSByZWFkb25seSBzZXJ2ZXI6IE5hbWVzcGFjZTtcblxuICBjb25zdHJ1Y3RvcihcbiAgICBASW5qZWN0KGZvcndhcmRSZWYoKCkgPT4gQ2hhdFNlcnZpY2UpKSBwcml2YXRlIHJlYWRvbmx5IGNoYXQ6IFdyYXBwZXJUeXBlPENoYXRTZXJ2aWNlPixcbiAgICBwcml2YXRlIHJlYWRvbmx5IGd1YXJkOiBXc0p3dEd1YXJkLFxuICApIHt9XG5cbiAgaGFuZGxlQ29ubmVjdGlvbihjbGllbnQ6IFNvY2tldCkge1xuICAgIHRyeSB7XG4gICAgICBjbGllbnQuam9pbihzb2NrZXRzT2YodGhpcy5ndWFyZC51c2VyT2YoY2xpZW50KSkpO1xuICAgIH0gY2F0Y2ggKGVycm9yKSB7XG4gICAgICBjbGllbnQuZW1pdCgnZXJyb3InLCB7IG1lc3NhZ2U6IChlcnJvciBhcyBXc0V4Y2VwdGlvbikubWVzc2FnZSB9KTtcbiAgICAgIGNsaWVudC5kaXNjb25uZWN0KCk7XG4gICAgfVxuICB9XG5cbiAgQFN1YnNjcmliZU1lc3NhZ2UoJ2NyZWF0ZUNvbnZlcnNhdGlvbicpXG4gIGFzeW5jIGNyZWF0ZShAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIGR0bzogQ3JlYXRlQ29udmVyc2F0aW9uRHRvKSB7XG4gICAgYXdhaXQgdGhpcy5jaGF0LmNyZWF0ZUNvbnZlcnNhdGlvbihjbGllbnQuZGF0YS51c2VySWQsIGR0byk7XG4gIH1cblxuICBAU3Vic2NyaWJlTWVzc2FnZSgnc2VuZE1lc3NhZ2UnKVxuICBhc3luYyBzZW5kKEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCwgQE1lc3NhZ2VCb2R5KCkgZHRvOiBTZW5kTWVzc2FnZUR0bykge1xuICAgIGNvbnN0IG1lc3NhZ2UgPSBhd2FpdCB0aGlzLmNoYXQuY3JlYXRlTWVzc2FnZShkdG8uY29udklkLCBjbGllbnQuZGF0YS51c2VySWQsIGR0by5tZXNzYWdlKTtcbiAgICBpZiAoaGFzRGVmZWN0KCd0b2xkLXR3aWNlJykpIHRoaXMuZW1pdE5ld01lc3NhZ2UobWVzc2FnZSk7IC8vIHRoZSBzZXJ2aWNlIGhhcyB0b2xkIGl0IGFscmVhZHlcbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdqb2luQ29udmVyc2F0aW9uJylcbiAgYXN5bmMgam9pbihAQ29ubmVjdGVkU29ja2V0KCkgY2xpZW50OiBTb2NrZXQsIEBNZXNzYWdlQm9keSgpIHsgY29udklkIH06IENvbnZlcnNhdGlvbkR0bykge1xuICAgIGlmIChoYXNEZWZlY3QoJ2pvaW5lZC1iZWZvcmUtY2hlY2tlZCcpKSBhd2FpdCBjbGllbnQuam9pbihyb29tKGNvbnZJZCkpO1xuICAgIGF3YWl0IHRoaXMuY2hhdC5jb252ZXJzYXRpb25PZihjb252SWQsIGNsaWVudC5kYXRhLnVzZXJJZCk7XG4gICAgYXdhaXQgY2xpZW50LmpvaW4ocm9vbShjb252SWQpKTtcbiAgICByZXR1cm4geyBldmVudDogJ2pvaW5lZENvbnZlcnNhdGlvbicsIGRhdGE6IHsgY29udklkIH0gfTtcbiAgfVxuXG4gIEBTdWJzY3JpYmVNZXNzYWdlKCdsZWF2ZUNvbnZlcnNhdGlvbicpXG4gIGFzeW5jIGxlYXZlKEBDb25uZWN0ZWRTb2NrZXQoKSBjbGllbnQ6IFNvY2tldCwgQE1lc3NhZ2VCb2R5KCkgeyBjb252SWQgfTogQ29udmVyc2F0aW9uRHRvKSB7XG4gICAgYXdhaXQgdGhpcy5jaGF0LmNvbnZlcnNhdGlvbk9mKGNvbnZJZCwgY2xpZW50LmRhdGEudXNlcklkKTtcbiAgICBhd2FpdCBjbGllbnQubGVhdmUocm9vbShjb252SWQpKTtcbiAgICByZXR1cm4geyBldmVudDogJ2xlZnRDb252ZXJzYXRpb24nLCBkYXRhOiB7IGNvbnZJZCB9IH07XG4gIH1cblxuICBlbWl0Q29udmVyc2F0aW9uQ3JlYXRlZChjb252ZXJzYXRpb246IENvbnZlcnNhdGlvbikge1xuICAgIGNvbnN0IHsgaWQsIHVzZXIxX2lkLCB1c2VyMl9pZCB9ID0gY29udmVyc2F0aW9uO1xuICAgIGNvbnN0IHBhcnRpY2lwYW50cyA9IFtzb2NrZXRzT2YodXNlcjFfaWQpLCBzb2NrZXRzT2YodXNlcjJfaWQpXTtcbiAgICB0aGlzLnNlcnZlci5pbihwYXJ0aWNpcGFudHMpLnNvY2tldHNKb2luKHJvb20oaWQpKTtcbiAgICB0aGlzLnNlcnZlci50byhwYXJ0aWNpcGFudHMpLmVtaXQoJ2NvbnZlcnNhdGlvbkNyZWF0ZWQnLCB7XG4gICAgICBjb252ZXJzYXRpb24sXG4gICAgICBwYXJ0aWNpcGFudHM6IFt7IGlkOiB1c2VyMV9pZCB9LCB7IGlkOiB1c2VyMl9pZCB9XSxcbiAgICB9KTtcbiAgfVxuXG4gIGVtaXROZXdNZXNzYWdlKG1lc3NhZ2U6IE1lc3NhZ2UpIHtcbiAgICBjb25zdCBzZW5kZXIgPSB7IGlkOiBtZXNzYWdlLnNlbmRlcl9pZCwgLi4uKGhhc0RlZmVjdCgnd2hvbGUtZW50aXR5JykgJiYgeyBlbWFpbDogJycsIHBhc3N3b3JkOiAnJDJiJDEwJCcgfSkgfTtcbiAgICBjb25zdCBhdWRpZW5jZSA9IGhhc0RlZmVjdCgndG9sZC10by1ldmVyeW9uZScpID8gdGhpcy5zZXJ2ZXIgOiB0aGlzLnNlcnZlci50byhyb29tKG1lc3NhZ2UuY29udmVyc2F0aW9uX2lkKSk7XG4gICAgYXVkaWVuY2UuZW1pdCgnbmV3TWVzc2FnZScsIHsgbWVzc2FnZSwgc2VuZGVyIH0pO1xuICB9XG59XG4iXSwibmFtZXMiOlsiZm9yd2FyZFJlZiIsIkluamVjdCIsIlVzZUZpbHRlcnMiLCJVc2VHdWFyZHMiLCJVc2VQaXBlcyIsIlZhbGlkYXRpb25QaXBlIiwiQ29ubmVjdGVkU29ja2V0IiwiTWVzc2FnZUJvZHkiLCJTdWJzY3JpYmVNZXNzYWdlIiwiV2ViU29ja2V0R2F0ZXdheSIsIldlYlNvY2tldFNlcnZlciIsImhhc0RlZmVjdCIsIkNoYXRTZXJ2aWNlIiwiQ29udmVyc2F0aW9uRHRvIiwiQ3JlYXRlQ29udmVyc2F0aW9uRHRvIiwiU2VuZE1lc3NhZ2VEdG8iLCJXc0V4Y2VwdGlvbkZpbHRlciIsIldzSnd0R3VhcmQiLCJyb29tIiwiY29udklkIiwic29ja2V0c09mIiwidXNlcklkIiwicGlwZXMiLCJ3aGl0ZWxpc3QiLCJmaWx0ZXJzIiwiQ2hhdEdhdGV3YXkiLCJzZXJ2ZXIiLCJjaGF0IiwiZ3VhcmQiLCJoYW5kbGVDb25uZWN0aW9uIiwiY2xpZW50Iiwiam9pbiIsInVzZXJPZiIsImVycm9yIiwiZW1pdCIsIm1lc3NhZ2UiLCJkaXNjb25uZWN0IiwiY3JlYXRlIiwiZHRvIiwiY3JlYXRlQ29udmVyc2F0aW9uIiwiZGF0YSIsInNlbmQiLCJjcmVhdGVNZXNzYWdlIiwiZW1pdE5ld01lc3NhZ2UiLCJjb252ZXJzYXRpb25PZiIsImV2ZW50IiwibGVhdmUiLCJlbWl0Q29udmVyc2F0aW9uQ3JlYXRlZCIsImNvbnZlcnNhdGlvbiIsImlkIiwidXNlcjFfaWQiLCJ1c2VyMl9pZCIsInBhcnRpY2lwYW50cyIsImluIiwic29ja2V0c0pvaW4iLCJ0byIsInNlbmRlciIsInNlbmRlcl9pZCIsImVtYWlsIiwicGFzc3dvcmQiLCJhdWRpZW5jZSIsImNvbnZlcnNhdGlvbl9pZCIsIm5hbWVzcGFjZSIsImNvcnMiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsVUFBVSxFQUFFQyxNQUFNLEVBQUVDLFVBQVUsRUFBRUMsU0FBUyxFQUFFQyxRQUFRLEVBQUVDLGNBQWMsUUFBUSxpQkFBaUI7QUFDckcsU0FDRUMsZUFBZSxFQUFFQyxXQUFXLEVBQXVCQyxnQkFBZ0IsRUFBRUMsZ0JBQWdCLEVBQUVDLGVBQWUsUUFDakcscUJBQXFCO0FBRTVCLFNBQVNDLFNBQVMsUUFBUSxzQkFBc0I7QUFFaEQsU0FBU0MsV0FBVyxRQUF5QyxvQkFBb0I7QUFDakYsU0FBU0MsZUFBZSxFQUFFQyxxQkFBcUIsRUFBRUMsY0FBYyxRQUFRLFdBQVc7QUFDbEYsU0FBU0MsaUJBQWlCLFFBQVEsMkJBQTJCO0FBQzdELFNBQVNDLFVBQVUsUUFBUSxvQkFBb0I7QUFFL0MsTUFBTUMsT0FBTyxDQUFDQyxTQUFtQixDQUFDLGFBQWEsRUFBRUEsUUFBUTtBQUN6RCxNQUFNQyxZQUFZLENBQUNDLFNBQW1CLENBQUMsS0FBSyxFQUFFQSxRQUFRO0FBRXRELE1BQU1DLFFBQVFYLFVBQVUsaUJBQWlCLEVBQUUsR0FBRztJQUFDLElBQUlOLGVBQWU7UUFBRWtCLFdBQVc7SUFBSztDQUFHLEVBQUUsMEJBQTBCO0FBQ25ILE1BQU1DLFVBQVViLFVBQVUsb0JBQW9CLEVBQUUsR0FBRztJQUFDSztDQUFrQjtBQU10RSxPQUFPLE1BQU1TOzs7SUFFTUMsT0FBa0I7SUFFbkMsWUFDRSxBQUF3REMsSUFBOEIsRUFDdEYsQUFBaUJDLEtBQWlCLENBQ2xDO2FBRndERCxPQUFBQTthQUN2Q0MsUUFBQUE7SUFDaEI7SUFFSEMsaUJBQWlCQyxNQUFjLEVBQUU7UUFDL0IsSUFBSTtZQUNGQSxPQUFPQyxJQUFJLENBQUNYLFVBQVUsSUFBSSxDQUFDUSxLQUFLLENBQUNJLE1BQU0sQ0FBQ0Y7UUFDMUMsRUFBRSxPQUFPRyxPQUFPO1lBQ2RILE9BQU9JLElBQUksQ0FBQyxTQUFTO2dCQUFFQyxTQUFTLEFBQUNGLE1BQXNCRSxPQUFPO1lBQUM7WUFDL0RMLE9BQU9NLFVBQVU7UUFDbkI7SUFDRjtJQUVBLE1BQ01DLE9BQU8sQUFBbUJQLE1BQWMsRUFBRSxBQUFlUSxHQUEwQixFQUFFO1FBQ3pGLE1BQU0sSUFBSSxDQUFDWCxJQUFJLENBQUNZLGtCQUFrQixDQUFDVCxPQUFPVSxJQUFJLENBQUNuQixNQUFNLEVBQUVpQjtJQUN6RDtJQUVBLE1BQ01HLEtBQUssQUFBbUJYLE1BQWMsRUFBRSxBQUFlUSxHQUFtQixFQUFFO1FBQ2hGLE1BQU1ILFVBQVUsTUFBTSxJQUFJLENBQUNSLElBQUksQ0FBQ2UsYUFBYSxDQUFDSixJQUFJbkIsTUFBTSxFQUFFVyxPQUFPVSxJQUFJLENBQUNuQixNQUFNLEVBQUVpQixJQUFJSCxPQUFPO1FBQ3pGLElBQUl4QixVQUFVLGVBQWUsSUFBSSxDQUFDZ0MsY0FBYyxDQUFDUixVQUFVLGtDQUFrQztJQUMvRjtJQUVBLE1BQ01KLEtBQUssQUFBbUJELE1BQWMsRUFBRSxBQUFlLEVBQUVYLE1BQU0sRUFBbUIsRUFBRTtRQUN4RixJQUFJUixVQUFVLDBCQUEwQixNQUFNbUIsT0FBT0MsSUFBSSxDQUFDYixLQUFLQztRQUMvRCxNQUFNLElBQUksQ0FBQ1EsSUFBSSxDQUFDaUIsY0FBYyxDQUFDekIsUUFBUVcsT0FBT1UsSUFBSSxDQUFDbkIsTUFBTTtRQUN6RCxNQUFNUyxPQUFPQyxJQUFJLENBQUNiLEtBQUtDO1FBQ3ZCLE9BQU87WUFBRTBCLE9BQU87WUFBc0JMLE1BQU07Z0JBQUVyQjtZQUFPO1FBQUU7SUFDekQ7SUFFQSxNQUNNMkIsTUFBTSxBQUFtQmhCLE1BQWMsRUFBRSxBQUFlLEVBQUVYLE1BQU0sRUFBbUIsRUFBRTtRQUN6RixNQUFNLElBQUksQ0FBQ1EsSUFBSSxDQUFDaUIsY0FBYyxDQUFDekIsUUFBUVcsT0FBT1UsSUFBSSxDQUFDbkIsTUFBTTtRQUN6RCxNQUFNUyxPQUFPZ0IsS0FBSyxDQUFDNUIsS0FBS0M7UUFDeEIsT0FBTztZQUFFMEIsT0FBTztZQUFvQkwsTUFBTTtnQkFBRXJCO1lBQU87UUFBRTtJQUN2RDtJQUVBNEIsd0JBQXdCQyxZQUEwQixFQUFFO1FBQ2xELE1BQU0sRUFBRUMsRUFBRSxFQUFFQyxRQUFRLEVBQUVDLFFBQVEsRUFBRSxHQUFHSDtRQUNuQyxNQUFNSSxlQUFlO1lBQUNoQyxVQUFVOEI7WUFBVzlCLFVBQVUrQjtTQUFVO1FBQy9ELElBQUksQ0FBQ3pCLE1BQU0sQ0FBQzJCLEVBQUUsQ0FBQ0QsY0FBY0UsV0FBVyxDQUFDcEMsS0FBSytCO1FBQzlDLElBQUksQ0FBQ3ZCLE1BQU0sQ0FBQzZCLEVBQUUsQ0FBQ0gsY0FBY2xCLElBQUksQ0FBQyx1QkFBdUI7WUFDdkRjO1lBQ0FJLGNBQWM7Z0JBQUM7b0JBQUVILElBQUlDO2dCQUFTO2dCQUFHO29CQUFFRCxJQUFJRTtnQkFBUzthQUFFO1FBQ3BEO0lBQ0Y7SUFFQVIsZUFBZVIsT0FBZ0IsRUFBRTtRQUMvQixNQUFNcUIsU0FBUztZQUFFUCxJQUFJZCxRQUFRc0IsU0FBUztZQUFFLEdBQUk5QyxVQUFVLG1CQUFtQjtnQkFBRStDLE9BQU87Z0JBQUlDLFVBQVU7WUFBVSxDQUFDO1FBQUU7UUFDN0csTUFBTUMsV0FBV2pELFVBQVUsc0JBQXNCLElBQUksQ0FBQ2UsTUFBTSxHQUFHLElBQUksQ0FBQ0EsTUFBTSxDQUFDNkIsRUFBRSxDQUFDckMsS0FBS2lCLFFBQVEwQixlQUFlO1FBQzFHRCxTQUFTMUIsSUFBSSxDQUFDLGNBQWM7WUFBRUM7WUFBU3FCO1FBQU87SUFDaEQ7QUFDRjs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O1FBNURvQk0sV0FBVztRQUFRQyxNQUFNOzt1Q0FNaEJuRCJ9