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
import { Body, Controller, Param, ParseIntPipe, Post } from '@nestjs/common';
import { ChatService } from './chat.service.js';
import { RestConversationDto, RestMessageDto } from './dto.js';
export class ChatController {
    chatService;
    constructor(chatService){
        this.chatService = chatService;
    }
    create({ userId, user2_id }) {
        return this.chatService.create(userId, user2_id);
    }
    send(id, { userId, message }) {
        return this.chatService.send(id, userId, message);
    }
}
_ts_decorate([
    Post(),
    _ts_param(0, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof RestConversationDto === "undefined" ? Object : RestConversationDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatController.prototype, "create", null);
_ts_decorate([
    Post(':id/message'),
    _ts_param(0, Param('id', ParseIntPipe)),
    _ts_param(1, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        typeof RestMessageDto === "undefined" ? Object : RestMessageDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatController.prototype, "send", null);
ChatController = _ts_decorate([
    Controller('chats'),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatService === "undefined" ? Object : ChatService
    ])
], ChatController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vY2hhdC5jb250cm9sbGVyLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEJvZHksIENvbnRyb2xsZXIsIFBhcmFtLCBQYXJzZUludFBpcGUsIFBvc3QgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBDaGF0U2VydmljZSB9IGZyb20gJy4vY2hhdC5zZXJ2aWNlLmpzJztcbmltcG9ydCB7IFJlc3RDb252ZXJzYXRpb25EdG8sIFJlc3RNZXNzYWdlRHRvIH0gZnJvbSAnLi9kdG8uanMnO1xuXG5AQ29udHJvbGxlcignY2hhdHMnKVxuZXhwb3J0IGNsYXNzIENoYXRDb250cm9sbGVyIHtcbiAgY29uc3RydWN0b3IocHJpdmF0ZSByZWFkb25seSBjaGF0U2VydmljZTogQ2hhdFNlcnZpY2UpIHt9XG5cbiAgQFBvc3QoKVxuICBjcmVhdGUoQEJvZHkoKSB7IHVzZXJJZCwgdXNlcjJfaWQgfTogUmVzdENvbnZlcnNhdGlvbkR0bykge1xuICAgIHJldHVybiB0aGlzLmNoYXRTZXJ2aWNlLmNyZWF0ZSh1c2VySWQsIHVzZXIyX2lkKTtcbiAgfVxuXG4gIEBQb3N0KCc6aWQvbWVzc2FnZScpXG4gIHNlbmQoQFBhcmFtKCdpZCcsIFBhcnNlSW50UGlwZSkgaWQ6IG51bWJlciwgQEJvZHkoKSB7IHVzZXJJZCwgbWVzc2FnZSB9OiBSZXN0TWVzc2FnZUR0bykge1xuICAgIHJldHVybiB0aGlzLmNoYXRTZXJ2aWNlLnNlbmQoaWQsIHVzZXJJZCwgbWVzc2FnZSk7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJCb2R5IiwiQ29udHJvbGxlciIsIlBhcmFtIiwiUGFyc2VJbnRQaXBlIiwiUG9zdCIsIkNoYXRTZXJ2aWNlIiwiUmVzdENvbnZlcnNhdGlvbkR0byIsIlJlc3RNZXNzYWdlRHRvIiwiQ2hhdENvbnRyb2xsZXIiLCJjaGF0U2VydmljZSIsImNyZWF0ZSIsInVzZXJJZCIsInVzZXIyX2lkIiwic2VuZCIsImlkIiwibWVzc2FnZSJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxJQUFJLEVBQUVDLFVBQVUsRUFBRUMsS0FBSyxFQUFFQyxZQUFZLEVBQUVDLElBQUksUUFBUSxpQkFBaUI7QUFDN0UsU0FBU0MsV0FBVyxRQUFRLG9CQUFvQjtBQUNoRCxTQUFTQyxtQkFBbUIsRUFBRUMsY0FBYyxRQUFRLFdBQVc7QUFHL0QsT0FBTyxNQUFNQzs7SUFDWCxZQUFZLEFBQWlCQyxXQUF3QixDQUFFO2FBQTFCQSxjQUFBQTtJQUEyQjtJQUd4REMsT0FBTyxBQUFRLEVBQUVDLE1BQU0sRUFBRUMsUUFBUSxFQUF1QixFQUFFO1FBQ3hELE9BQU8sSUFBSSxDQUFDSCxXQUFXLENBQUNDLE1BQU0sQ0FBQ0MsUUFBUUM7SUFDekM7SUFHQUMsS0FBSyxBQUEyQkMsRUFBVSxFQUFFLEFBQVEsRUFBRUgsTUFBTSxFQUFFSSxPQUFPLEVBQWtCLEVBQUU7UUFDdkYsT0FBTyxJQUFJLENBQUNOLFdBQVcsQ0FBQ0ksSUFBSSxDQUFDQyxJQUFJSCxRQUFRSTtJQUMzQztBQUNGIn0=