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
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ConversationsService } from './conversations.service.js';
import { CreateConversationDto, CreateMessageDto, MarkAsReadDto } from './dto.js';
import { MessagesService } from './messages.service.js';
export class ConversationsController {
    conversations;
    messages;
    constructor(conversations, messages){
        this.conversations = conversations;
        this.messages = messages;
    }
    create({ participants }) {
        return this.conversations.create(participants);
    }
    findAll(id) {
        return this.messages.findAll(id);
    }
    send(id, dto) {
        return this.messages.create(id, dto);
    }
    markAsRead(id, { userId }) {
        return this.messages.markAsRead(id, userId);
    }
}
_ts_decorate([
    Post(),
    _ts_param(0, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof CreateConversationDto === "undefined" ? Object : CreateConversationDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ConversationsController.prototype, "create", null);
_ts_decorate([
    Get(':id/messages'),
    _ts_param(0, Param('id')),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        String
    ]),
    _ts_metadata("design:returntype", void 0)
], ConversationsController.prototype, "findAll", null);
_ts_decorate([
    Post(':id/messages'),
    _ts_param(0, Param('id')),
    _ts_param(1, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        String,
        typeof CreateMessageDto === "undefined" ? Object : CreateMessageDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ConversationsController.prototype, "send", null);
_ts_decorate([
    Post(':id/messages/read'),
    HttpCode(200),
    _ts_param(0, Param('id')),
    _ts_param(1, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        String,
        typeof MarkAsReadDto === "undefined" ? Object : MarkAsReadDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ConversationsController.prototype, "markAsRead", null);
ConversationsController = _ts_decorate([
    Controller('api/conversations'),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ConversationsService === "undefined" ? Object : ConversationsService,
        typeof MessagesService === "undefined" ? Object : MessagesService
    ])
], ConversationsController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9jb252ZXJzYXRpb25zLmNvbnRyb2xsZXIudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQm9keSwgQ29udHJvbGxlciwgR2V0LCBIdHRwQ29kZSwgUGFyYW0sIFBvc3QgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBDb252ZXJzYXRpb25zU2VydmljZSB9IGZyb20gJy4vY29udmVyc2F0aW9ucy5zZXJ2aWNlLmpzJztcbmltcG9ydCB7IENyZWF0ZUNvbnZlcnNhdGlvbkR0bywgQ3JlYXRlTWVzc2FnZUR0bywgTWFya0FzUmVhZER0byB9IGZyb20gJy4vZHRvLmpzJztcbmltcG9ydCB7IE1lc3NhZ2VzU2VydmljZSB9IGZyb20gJy4vbWVzc2FnZXMuc2VydmljZS5qcyc7XG5cbi8qKiBUaGUgZG9jdW1lbnQgbmFtZXMgc2VydmljZXMgYW5kIG5vIHJvdXRlczsgdGhlc2UgYXJlIHRoZSBvbmVzIHRoYXQgdGhlIGNvbnRyYWN0IG9mIHRoZSBoYXJuZXNzIHRha2VzLiAqL1xuQENvbnRyb2xsZXIoJ2FwaS9jb252ZXJzYXRpb25zJylcbmV4cG9ydCBjbGFzcyBDb252ZXJzYXRpb25zQ29udHJvbGxlciB7XG4gIGNvbnN0cnVjdG9yKFxuICAgIHByaXZhdGUgcmVhZG9ubHkgY29udmVyc2F0aW9uczogQ29udmVyc2F0aW9uc1NlcnZpY2UsXG4gICAgcHJpdmF0ZSByZWFkb25seSBtZXNzYWdlczogTWVzc2FnZXNTZXJ2aWNlLFxuICApIHt9XG5cbiAgQFBvc3QoKVxuICBjcmVhdGUoQEJvZHkoKSB7IHBhcnRpY2lwYW50cyB9OiBDcmVhdGVDb252ZXJzYXRpb25EdG8pIHtcbiAgICByZXR1cm4gdGhpcy5jb252ZXJzYXRpb25zLmNyZWF0ZShwYXJ0aWNpcGFudHMpO1xuICB9XG5cbiAgQEdldCgnOmlkL21lc3NhZ2VzJylcbiAgZmluZEFsbChAUGFyYW0oJ2lkJykgaWQ6IHN0cmluZykge1xuICAgIHJldHVybiB0aGlzLm1lc3NhZ2VzLmZpbmRBbGwoaWQpO1xuICB9XG5cbiAgQFBvc3QoJzppZC9tZXNzYWdlcycpXG4gIHNlbmQoQFBhcmFtKCdpZCcpIGlkOiBzdHJpbmcsIEBCb2R5KCkgZHRvOiBDcmVhdGVNZXNzYWdlRHRvKSB7XG4gICAgcmV0dXJuIHRoaXMubWVzc2FnZXMuY3JlYXRlKGlkLCBkdG8pO1xuICB9XG5cbiAgQFBvc3QoJzppZC9tZXNzYWdlcy9yZWFkJylcbiAgQEh0dHBDb2RlKDIwMClcbiAgbWFya0FzUmVhZChAUGFyYW0oJ2lkJykgaWQ6IHN0cmluZywgQEJvZHkoKSB7IHVzZXJJZCB9OiBNYXJrQXNSZWFkRHRvKSB7XG4gICAgcmV0dXJuIHRoaXMubWVzc2FnZXMubWFya0FzUmVhZChpZCwgdXNlcklkKTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbIkJvZHkiLCJDb250cm9sbGVyIiwiR2V0IiwiSHR0cENvZGUiLCJQYXJhbSIsIlBvc3QiLCJDb252ZXJzYXRpb25zU2VydmljZSIsIkNyZWF0ZUNvbnZlcnNhdGlvbkR0byIsIkNyZWF0ZU1lc3NhZ2VEdG8iLCJNYXJrQXNSZWFkRHRvIiwiTWVzc2FnZXNTZXJ2aWNlIiwiQ29udmVyc2F0aW9uc0NvbnRyb2xsZXIiLCJjb252ZXJzYXRpb25zIiwibWVzc2FnZXMiLCJjcmVhdGUiLCJwYXJ0aWNpcGFudHMiLCJmaW5kQWxsIiwiaWQiLCJzZW5kIiwiZHRvIiwibWFya0FzUmVhZCIsInVzZXJJZCJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxJQUFJLEVBQUVDLFVBQVUsRUFBRUMsR0FBRyxFQUFFQyxRQUFRLEVBQUVDLEtBQUssRUFBRUMsSUFBSSxRQUFRLGlCQUFpQjtBQUM5RSxTQUFTQyxvQkFBb0IsUUFBUSw2QkFBNkI7QUFDbEUsU0FBU0MscUJBQXFCLEVBQUVDLGdCQUFnQixFQUFFQyxhQUFhLFFBQVEsV0FBVztBQUNsRixTQUFTQyxlQUFlLFFBQVEsd0JBQXdCO0FBSXhELE9BQU8sTUFBTUM7OztJQUNYLFlBQ0UsQUFBaUJDLGFBQW1DLEVBQ3BELEFBQWlCQyxRQUF5QixDQUMxQzthQUZpQkQsZ0JBQUFBO2FBQ0FDLFdBQUFBO0lBQ2hCO0lBR0hDLE9BQU8sQUFBUSxFQUFFQyxZQUFZLEVBQXlCLEVBQUU7UUFDdEQsT0FBTyxJQUFJLENBQUNILGFBQWEsQ0FBQ0UsTUFBTSxDQUFDQztJQUNuQztJQUdBQyxRQUFRLEFBQWFDLEVBQVUsRUFBRTtRQUMvQixPQUFPLElBQUksQ0FBQ0osUUFBUSxDQUFDRyxPQUFPLENBQUNDO0lBQy9CO0lBR0FDLEtBQUssQUFBYUQsRUFBVSxFQUFFLEFBQVFFLEdBQXFCLEVBQUU7UUFDM0QsT0FBTyxJQUFJLENBQUNOLFFBQVEsQ0FBQ0MsTUFBTSxDQUFDRyxJQUFJRTtJQUNsQztJQUlBQyxXQUFXLEFBQWFILEVBQVUsRUFBRSxBQUFRLEVBQUVJLE1BQU0sRUFBaUIsRUFBRTtRQUNyRSxPQUFPLElBQUksQ0FBQ1IsUUFBUSxDQUFDTyxVQUFVLENBQUNILElBQUlJO0lBQ3RDO0FBQ0YifQ==