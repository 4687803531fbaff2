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
import { Body, Controller, Param, ParseIntPipe, Post, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../shared/current-user.decorator.js';
import { JwtAuthGuard } from '../shared/jwt.js';
import { ChatService } from './chat.service.js';
import { CreateConversationDto, CreateMessageDto } from './dto.js';
export class ChatsController {
    chat;
    constructor(chat){
        this.chat = chat;
    }
    create(userId, dto) {
        return this.chat.createConversation(userId, dto);
    }
    send(userId, id, dto) {
        return this.chat.createMessage(id, userId, dto);
    }
}
_ts_decorate([
    Post(),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        typeof CreateConversationDto === "undefined" ? Object : CreateConversationDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatsController.prototype, "create", null);
_ts_decorate([
    Post(':id/message'),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Param('id', ParseIntPipe)),
    _ts_param(2, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        Number,
        typeof CreateMessageDto === "undefined" ? Object : CreateMessageDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatsController.prototype, "send", null);
ChatsController = _ts_decorate([
    UseGuards(JwtAuthGuard),
    Controller('chats'),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatService === "undefined" ? Object : ChatService
    ])
], ChatsController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL2NoYXRzLmNvbnRyb2xsZXIudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQm9keSwgQ29udHJvbGxlciwgUGFyYW0sIFBhcnNlSW50UGlwZSwgUG9zdCwgVXNlR3VhcmRzIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHsgQ3VycmVudFVzZXIgfSBmcm9tICcuLi9zaGFyZWQvY3VycmVudC11c2VyLmRlY29yYXRvci5qcyc7XG5pbXBvcnQgeyBKd3RBdXRoR3VhcmQgfSBmcm9tICcuLi9zaGFyZWQvand0LmpzJztcbmltcG9ydCB7IENoYXRTZXJ2aWNlIH0gZnJvbSAnLi9jaGF0LnNlcnZpY2UuanMnO1xuaW1wb3J0IHsgQ3JlYXRlQ29udmVyc2F0aW9uRHRvLCBDcmVhdGVNZXNzYWdlRHRvIH0gZnJvbSAnLi9kdG8uanMnO1xuXG5AVXNlR3VhcmRzKEp3dEF1dGhHdWFyZClcbkBDb250cm9sbGVyKCdjaGF0cycpXG5leHBvcnQgY2xhc3MgQ2hhdHNDb250cm9sbGVyIHtcbiAgY29uc3RydWN0b3IocHJpdmF0ZSByZWFkb25seSBjaGF0OiBDaGF0U2VydmljZSkge31cblxuICBAUG9zdCgpXG4gIGNyZWF0ZShAQ3VycmVudFVzZXIoKSB1c2VySWQ6IG51bWJlciwgQEJvZHkoKSBkdG86IENyZWF0ZUNvbnZlcnNhdGlvbkR0bykge1xuICAgIHJldHVybiB0aGlzLmNoYXQuY3JlYXRlQ29udmVyc2F0aW9uKHVzZXJJZCwgZHRvKTtcbiAgfVxuXG4gIEBQb3N0KCc6aWQvbWVzc2FnZScpXG4gIHNlbmQoQEN1cnJlbnRVc2VyKCkgdXNlcklkOiBudW1iZXIsIEBQYXJhbSgnaWQnLCBQYXJzZUludFBpcGUpIGlkOiBudW1iZXIsIEBCb2R5KCkgZHRvOiBDcmVhdGVNZXNzYWdlRHRvKSB7XG4gICAgcmV0dXJuIHRoaXMuY2hhdC5jcmVhdGVNZXNzYWdlKGlkLCB1c2VySWQsIGR0byk7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJCb2R5IiwiQ29udHJvbGxlciIsIlBhcmFtIiwiUGFyc2VJbnRQaXBlIiwiUG9zdCIsIlVzZUd1YXJkcyIsIkN1cnJlbnRVc2VyIiwiSnd0QXV0aEd1YXJkIiwiQ2hhdFNlcnZpY2UiLCJDcmVhdGVDb252ZXJzYXRpb25EdG8iLCJDcmVhdGVNZXNzYWdlRHRvIiwiQ2hhdHNDb250cm9sbGVyIiwiY2hhdCIsImNyZWF0ZSIsInVzZXJJZCIsImR0byIsImNyZWF0ZUNvbnZlcnNhdGlvbiIsInNlbmQiLCJpZCIsImNyZWF0ZU1lc3NhZ2UiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsSUFBSSxFQUFFQyxVQUFVLEVBQUVDLEtBQUssRUFBRUMsWUFBWSxFQUFFQyxJQUFJLEVBQUVDLFNBQVMsUUFBUSxpQkFBaUI7QUFDeEYsU0FBU0MsV0FBVyxRQUFRLHNDQUFzQztBQUNsRSxTQUFTQyxZQUFZLFFBQVEsbUJBQW1CO0FBQ2hELFNBQVNDLFdBQVcsUUFBUSxvQkFBb0I7QUFDaEQsU0FBU0MscUJBQXFCLEVBQUVDLGdCQUFnQixRQUFRLFdBQVc7QUFJbkUsT0FBTyxNQUFNQzs7SUFDWCxZQUFZLEFBQWlCQyxJQUFpQixDQUFFO2FBQW5CQSxPQUFBQTtJQUFvQjtJQUdqREMsT0FBTyxBQUFlQyxNQUFjLEVBQUUsQUFBUUMsR0FBMEIsRUFBRTtRQUN4RSxPQUFPLElBQUksQ0FBQ0gsSUFBSSxDQUFDSSxrQkFBa0IsQ0FBQ0YsUUFBUUM7SUFDOUM7SUFHQUUsS0FBSyxBQUFlSCxNQUFjLEVBQUUsQUFBMkJJLEVBQVUsRUFBRSxBQUFRSCxHQUFxQixFQUFFO1FBQ3hHLE9BQU8sSUFBSSxDQUFDSCxJQUFJLENBQUNPLGFBQWEsQ0FBQ0QsSUFBSUosUUFBUUM7SUFDN0M7QUFDRiJ9