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
import { Body, Controller, Get, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { ChatsService } from './chats.service.js';
import { CreateConversationDto, PageDto } from './dto.js';
export class ChatsController {
    chats;
    constructor(chats){
        this.chats = chats;
    }
    create(dto) {
        return this.chats.createConversation(dto);
    }
    history(id, page) {
        return this.chats.history(id, page);
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
], ChatsController.prototype, "create", null);
_ts_decorate([
    Get(':id/messages'),
    _ts_param(0, Param('id', ParseIntPipe)),
    _ts_param(1, Query()),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        Number,
        typeof PageDto === "undefined" ? Object : PageDto
    ]),
    _ts_metadata("design:returntype", void 0)
], ChatsController.prototype, "history", null);
ChatsController = _ts_decorate([
    Controller('api/chats/conversations'),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ChatsService === "undefined" ? Object : ChatsService
    ])
], ChatsController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9nYXRld2F5L2NoYXRzLmNvbnRyb2xsZXIudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQm9keSwgQ29udHJvbGxlciwgR2V0LCBQYXJhbSwgUGFyc2VJbnRQaXBlLCBQb3N0LCBRdWVyeSB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IENoYXRzU2VydmljZSB9IGZyb20gJy4vY2hhdHMuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBDcmVhdGVDb252ZXJzYXRpb25EdG8sIFBhZ2VEdG8gfSBmcm9tICcuL2R0by5qcyc7XG5cbkBDb250cm9sbGVyKCdhcGkvY2hhdHMvY29udmVyc2F0aW9ucycpXG5leHBvcnQgY2xhc3MgQ2hhdHNDb250cm9sbGVyIHtcbiAgY29uc3RydWN0b3IocHJpdmF0ZSByZWFkb25seSBjaGF0czogQ2hhdHNTZXJ2aWNlKSB7fVxuXG4gIEBQb3N0KClcbiAgY3JlYXRlKEBCb2R5KCkgZHRvOiBDcmVhdGVDb252ZXJzYXRpb25EdG8pIHtcbiAgICByZXR1cm4gdGhpcy5jaGF0cy5jcmVhdGVDb252ZXJzYXRpb24oZHRvKTtcbiAgfVxuXG4gIEBHZXQoJzppZC9tZXNzYWdlcycpXG4gIGhpc3RvcnkoQFBhcmFtKCdpZCcsIFBhcnNlSW50UGlwZSkgaWQ6IG51bWJlciwgQFF1ZXJ5KCkgcGFnZTogUGFnZUR0bykge1xuICAgIHJldHVybiB0aGlzLmNoYXRzLmhpc3RvcnkoaWQsIHBhZ2UpO1xuICB9XG59XG4iXSwibmFtZXMiOlsiQm9keSIsIkNvbnRyb2xsZXIiLCJHZXQiLCJQYXJhbSIsIlBhcnNlSW50UGlwZSIsIlBvc3QiLCJRdWVyeSIsIkNoYXRzU2VydmljZSIsIkNyZWF0ZUNvbnZlcnNhdGlvbkR0byIsIlBhZ2VEdG8iLCJDaGF0c0NvbnRyb2xsZXIiLCJjaGF0cyIsImNyZWF0ZSIsImR0byIsImNyZWF0ZUNvbnZlcnNhdGlvbiIsImhpc3RvcnkiLCJpZCIsInBhZ2UiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsSUFBSSxFQUFFQyxVQUFVLEVBQUVDLEdBQUcsRUFBRUMsS0FBSyxFQUFFQyxZQUFZLEVBQUVDLElBQUksRUFBRUMsS0FBSyxRQUFRLGlCQUFpQjtBQUN6RixTQUFTQyxZQUFZLFFBQVEscUJBQXFCO0FBQ2xELFNBQVNDLHFCQUFxQixFQUFFQyxPQUFPLFFBQVEsV0FBVztBQUcxRCxPQUFPLE1BQU1DOztJQUNYLFlBQVksQUFBaUJDLEtBQW1CLENBQUU7YUFBckJBLFFBQUFBO0lBQXNCO0lBR25EQyxPQUFPLEFBQVFDLEdBQTBCLEVBQUU7UUFDekMsT0FBTyxJQUFJLENBQUNGLEtBQUssQ0FBQ0csa0JBQWtCLENBQUNEO0lBQ3ZDO0lBR0FFLFFBQVEsQUFBMkJDLEVBQVUsRUFBRSxBQUFTQyxJQUFhLEVBQUU7UUFDckUsT0FBTyxJQUFJLENBQUNOLEtBQUssQ0FBQ0ksT0FBTyxDQUFDQyxJQUFJQztJQUNoQztBQUNGIn0=