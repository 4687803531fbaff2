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
import { Body, Controller, Delete, Get, Param, ParseIntPipe, Post, Put, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../shared/current-user.decorator.js';
import { hasDefect } from '../shared/defect.js';
import { JwtAuthGuard } from '../shared/jwt.js';
import { ChatMessagesService } from './chat-messages.service.js';
import { ChatGateway } from './chat.gateway.js';
import { CreateChatDto, SendMessageDto, UpdateMessageDto } from './dto.js';
export class ChatMessagesController {
    chats;
    gateway;
    constructor(chats, gateway){
        this.chats = chats;
        this.gateway = gateway;
    }
    createChat({ participants }) {
        return this.chats.createChat(participants);
    }
    async create(userId, { chatId, content }) {
        const message = await this.chats.create(chatId, userId, content);
        this.gateway.tellCreated(message);
        return message;
    }
    findAll(userId, chatId) {
        return this.chats.findAll(chatId, userId);
    }
    async update(userId, id, { content }) {
        const message = await this.chats.update(id, userId, content);
        this.gateway.tellUpdated(message);
        return message;
    }
    async remove(userId, id) {
        const message = await this.chats.remove(id, userId);
        if (!hasDefect('rest-is-silent')) this.gateway.tellDeleted(message);
        return {
            success: true
        };
    }
}
_ts_decorate([
    Post('project-chats'),
    _ts_param(0, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof CreateChatDto === "undefined" ? Object : CreateChatDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatMessagesController.prototype, "createChat", null);
_ts_decorate([
    Post('chat-messages'),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        typeof SendMessageDto === "undefined" ? Object : SendMessageDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatMessagesController.prototype, "create", null);
_ts_decorate([
    Get('chat-messages/chat/:chatId'),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Param('chatId', ParseIntPipe)),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        Number
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatMessagesController.prototype, "findAll", null);
_ts_decorate([
    Put('chat-messages/:id'),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Param('id', ParseIntPipe)),
    _ts_param(2, Body()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        Number,
        typeof UpdateMessageDto === "undefined" ? Object : UpdateMessageDto
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatMessagesController.prototype, "update", null);
_ts_decorate([
    Delete('chat-messages/:id'),
    _ts_param(0, CurrentUser()),
    _ts_param(1, Param('id', ParseIntPipe)),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        Number
    ]),
    _ts_metadata("design:returntype", Promise)
], ChatMessagesController.prototype, "remove", null);
ChatMessagesController = _ts_decorate([
    UseGuards(JwtAuthGuard),
    Controller(),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatMessagesService === "undefined" ? Object : ChatMessagesService,
        typeof ChatGateway === "undefined" ? Object : ChatGateway
    ])
], ChatMessagesController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vY2hhdC1tZXNzYWdlcy5jb250cm9sbGVyLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEJvZHksIENvbnRyb2xsZXIsIERlbGV0ZSwgR2V0LCBQYXJhbSwgUGFyc2VJbnRQaXBlLCBQb3N0LCBQdXQsIFVzZUd1YXJkcyB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IEN1cnJlbnRVc2VyIH0gZnJvbSAnLi4vc2hhcmVkL2N1cnJlbnQtdXNlci5kZWNvcmF0b3IuanMnO1xuaW1wb3J0IHsgaGFzRGVmZWN0IH0gZnJvbSAnLi4vc2hhcmVkL2RlZmVjdC5qcyc7XG5pbXBvcnQgeyBKd3RBdXRoR3VhcmQgfSBmcm9tICcuLi9zaGFyZWQvand0LmpzJztcbmltcG9ydCB7IENoYXRNZXNzYWdlc1NlcnZpY2UgfSBmcm9tICcuL2NoYXQtbWVzc2FnZXMuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBDaGF0R2F0ZXdheSB9IGZyb20gJy4vY2hhdC5nYXRld2F5LmpzJztcbmltcG9ydCB7IENyZWF0ZUNoYXREdG8sIFNlbmRNZXNzYWdlRHRvLCBVcGRhdGVNZXNzYWdlRHRvIH0gZnJvbSAnLi9kdG8uanMnO1xuXG5AVXNlR3VhcmRzKEp3dEF1dGhHdWFyZClcbkBDb250cm9sbGVyKClcbmV4cG9ydCBjbGFzcyBDaGF0TWVzc2FnZXNDb250cm9sbGVyIHtcbiAgY29uc3RydWN0b3IoXG4gICAgcHJpdmF0ZSByZWFkb25seSBjaGF0czogQ2hhdE1lc3NhZ2VzU2VydmljZSxcbiAgICBwcml2YXRlIHJlYWRvbmx5IGdhdGV3YXk6IENoYXRHYXRld2F5LFxuICApIHt9XG5cbiAgQFBvc3QoJ3Byb2plY3QtY2hhdHMnKVxuICBjcmVhdGVDaGF0KEBCb2R5KCkgeyBwYXJ0aWNpcGFudHMgfTogQ3JlYXRlQ2hhdER0bykge1xuICAgIHJldHVybiB0aGlzLmNoYXRzLmNyZWF0ZUNoYXQocGFydGljaXBhbnRzKTtcbiAgfVxuXG4gIEBQb3N0KCdjaGF0LW1lc3NhZ2VzJylcbiAgYXN5bmMgY3JlYXRlKEBDdXJyZW50VXNlcigpIHVzZXJJZDogbnVtYmVyLCBAQm9keSgpIHsgY2hhdElkLCBjb250ZW50IH06IFNlbmRNZXNzYWdlRHRvKSB7XG4gICAgY29uc3QgbWVzc2FnZSA9IGF3YWl0IHRoaXMuY2hhdHMuY3JlYXRlKGNoYXRJZCwgdXNlcklkLCBjb250ZW50KTtcbiAgICB0aGlzLmdhdGV3YXkudGVsbENyZWF0ZWQobWVzc2FnZSk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cblxuICBAR2V0KCdjaGF0LW1lc3NhZ2VzL2NoYXQvOmNoYXRJZCcpXG4gIGZpbmRBbGwoQEN1cnJlbnRVc2VyKCkgdXNlcklkOiBudW1iZXIsIEBQYXJhbSgnY2hhdElkJywgUGFyc2VJbnRQaXBlKSBjaGF0SWQ6IG51bWJlcikge1xuICAgIHJldHVybiB0aGlzLmNoYXRzLmZpbmRBbGwoY2hhdElkLCB1c2VySWQpO1xuICB9XG5cbiAgQFB1dCgnY2hhdC1tZXNzYWdlcy86aWQnKVxuICBhc3luYyB1cGRhdGUoQEN1cnJlbnRVc2VyKCkgdXNlcklkOiBudW1iZXIsIEBQYXJhbSgnaWQnLCBQYXJzZUludFBpcGUpIGlkOiBudW1iZXIsIEBCb2R5KCkgeyBjb250ZW50IH06IFVwZGF0ZU1lc3NhZ2VEdG8pIHtcbiAgICBjb25zdCBtZXNzYWdlID0gYXdhaXQgdGhpcy5jaGF0cy51cGRhdGUoaWQsIHVzZXJJZCwgY29udGVudCk7XG4gICAgdGhpcy5nYXRld2F5LnRlbGxVcGRhdGVkKG1lc3NhZ2UpO1xuICAgIHJldHVybiBtZXNzYWdlO1xuICB9XG5cbiAgQERlbGV0ZSgnY2hhdC1tZXNzYWdlcy86aWQnKVxuICBhc3luYyByZW1vdmUoQEN1cnJlbnRVc2VyKCkgdXNlcklkOiBudW1iZXIsIEBQYXJhbSgnaWQnLCBQYXJzZUludFBpcGUpIGlkOiBudW1iZXIpIHtcbiAgICBjb25zdCBtZXNzYWdlID0gYXdhaXQgdGhpcy5jaGF0cy5yZW1vdmUoaWQsIHVzZXJJZCk7XG4gICAgaWYgKCFoYXNEZWZlY3QoJ3Jlc3QtaXMtc2lsZW50JykpIHRoaXMuZ2F0ZXdheS50ZWxsRGVsZXRlZChtZXNzYWdlKTtcbiAgICByZXR1cm4geyBzdWNjZXNzOiB0cnVlIH07XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJCb2R5IiwiQ29udHJvbGxlciIsIkRlbGV0ZSIsIkdldCIsIlBhcmFtIiwiUGFyc2VJbnRQaXBlIiwiUG9zdCIsIlB1dCIsIlVzZUd1YXJkcyIsIkN1cnJlbnRVc2VyIiwiaGFzRGVmZWN0IiwiSnd0QXV0aEd1YXJkIiwiQ2hhdE1lc3NhZ2VzU2VydmljZSIsIkNoYXRHYXRld2F5IiwiQ3JlYXRlQ2hhdER0byIsIlNlbmRNZXNzYWdlRHRvIiwiVXBkYXRlTWVzc2FnZUR0byIsIkNoYXRNZXNzYWdlc0NvbnRyb2xsZXIiLCJjaGF0cyIsImdhdGV3YXkiLCJjcmVhdGVDaGF0IiwicGFydGljaXBhbnRzIiwiY3JlYXRlIiwidXNlcklkIiwiY2hhdElkIiwiY29udGVudCIsIm1lc3NhZ2UiLCJ0ZWxsQ3JlYXRlZCIsImZpbmRBbGwiLCJ1cGRhdGUiLCJpZCIsInRlbGxVcGRhdGVkIiwicmVtb3ZlIiwidGVsbERlbGV0ZWQiLCJzdWNjZXNzIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLElBQUksRUFBRUMsVUFBVSxFQUFFQyxNQUFNLEVBQUVDLEdBQUcsRUFBRUMsS0FBSyxFQUFFQyxZQUFZLEVBQUVDLElBQUksRUFBRUMsR0FBRyxFQUFFQyxTQUFTLFFBQVEsaUJBQWlCO0FBQzFHLFNBQVNDLFdBQVcsUUFBUSxzQ0FBc0M7QUFDbEUsU0FBU0MsU0FBUyxRQUFRLHNCQUFzQjtBQUNoRCxTQUFTQyxZQUFZLFFBQVEsbUJBQW1CO0FBQ2hELFNBQVNDLG1CQUFtQixRQUFRLDZCQUE2QjtBQUNqRSxTQUFTQyxXQUFXLFFBQVEsb0JBQW9CO0FBQ2hELFNBQVNDLGFBQWEsRUFBRUMsY0FBYyxFQUFFQyxnQkFBZ0IsUUFBUSxXQUFXO0FBSTNFLE9BQU8sTUFBTUM7OztJQUNYLFlBQ0UsQUFBaUJDLEtBQTBCLEVBQzNDLEFBQWlCQyxPQUFvQixDQUNyQzthQUZpQkQsUUFBQUE7YUFDQUMsVUFBQUE7SUFDaEI7SUFHSEMsV0FBVyxBQUFRLEVBQUVDLFlBQVksRUFBaUIsRUFBRTtRQUNsRCxPQUFPLElBQUksQ0FBQ0gsS0FBSyxDQUFDRSxVQUFVLENBQUNDO0lBQy9CO0lBRUEsTUFDTUMsT0FBTyxBQUFlQyxNQUFjLEVBQUUsQUFBUSxFQUFFQyxNQUFNLEVBQUVDLE9BQU8sRUFBa0IsRUFBRTtRQUN2RixNQUFNQyxVQUFVLE1BQU0sSUFBSSxDQUFDUixLQUFLLENBQUNJLE1BQU0sQ0FBQ0UsUUFBUUQsUUFBUUU7UUFDeEQsSUFBSSxDQUFDTixPQUFPLENBQUNRLFdBQVcsQ0FBQ0Q7UUFDekIsT0FBT0E7SUFDVDtJQUdBRSxRQUFRLEFBQWVMLE1BQWMsRUFBRSxBQUErQkMsTUFBYyxFQUFFO1FBQ3BGLE9BQU8sSUFBSSxDQUFDTixLQUFLLENBQUNVLE9BQU8sQ0FBQ0osUUFBUUQ7SUFDcEM7SUFFQSxNQUNNTSxPQUFPLEFBQWVOLE1BQWMsRUFBRSxBQUEyQk8sRUFBVSxFQUFFLEFBQVEsRUFBRUwsT0FBTyxFQUFvQixFQUFFO1FBQ3hILE1BQU1DLFVBQVUsTUFBTSxJQUFJLENBQUNSLEtBQUssQ0FBQ1csTUFBTSxDQUFDQyxJQUFJUCxRQUFRRTtRQUNwRCxJQUFJLENBQUNOLE9BQU8sQ0FBQ1ksV0FBVyxDQUFDTDtRQUN6QixPQUFPQTtJQUNUO0lBRUEsTUFDTU0sT0FBTyxBQUFlVCxNQUFjLEVBQUUsQUFBMkJPLEVBQVUsRUFBRTtRQUNqRixNQUFNSixVQUFVLE1BQU0sSUFBSSxDQUFDUixLQUFLLENBQUNjLE1BQU0sQ0FBQ0YsSUFBSVA7UUFDNUMsSUFBSSxDQUFDYixVQUFVLG1CQUFtQixJQUFJLENBQUNTLE9BQU8sQ0FBQ2MsV0FBVyxDQUFDUDtRQUMzRCxPQUFPO1lBQUVRLFNBQVM7UUFBSztJQUN6QjtBQUNGIn0=