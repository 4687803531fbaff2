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
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min } from 'class-validator';
export class CreateConversationDto {
    sender_id;
    receiver_id;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], CreateConversationDto.prototype, "sender_id", void 0);
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], CreateConversationDto.prototype, "receiver_id", void 0);
export class CreateMessageDto {
    sender_id;
    conversation_id;
    message_type;
    content;
}
_ts_decorate([
    IsInt(),
    IsNotEmpty(),
    _ts_metadata("design:type", Number)
], CreateMessageDto.prototype, "sender_id", void 0);
_ts_decorate([
    IsInt(),
    IsNotEmpty(),
    _ts_metadata("design:type", Number)
], CreateMessageDto.prototype, "conversation_id", void 0);
_ts_decorate([
    IsIn([
        'text',
        'image',
        'file'
    ]),
    _ts_metadata("design:type", String)
], CreateMessageDto.prototype, "message_type", void 0);
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], CreateMessageDto.prototype, "content", void 0);
export class LeaveConversationDto {
    conversationId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], LeaveConversationDto.prototype, "conversationId", void 0);
export class JoinConversationDto extends LeaveConversationDto {
    userId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], JoinConversationDto.prototype, "userId", void 0);
export class TypingDto extends JoinConversationDto {
    isTyping;
}
_ts_decorate([
    IsBoolean(),
    _ts_metadata("design:type", Boolean)
], TypingDto.prototype, "isTyping", void 0);
export class PageDto {
    page = 1;
    limit = 20;
}
_ts_decorate([
    Type(()=>Number),
    IsOptional(),
    IsInt(),
    Min(1)
], PageDto.prototype, "page", void 0);
_ts_decorate([
    Type(()=>Number),
    IsOptional(),
    IsInt(),
    Min(1),
    Max(100)
], PageDto.prototype, "limit", void 0);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9nYXRld2F5L2R0by50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBUeXBlIH0gZnJvbSAnY2xhc3MtdHJhbnNmb3JtZXInO1xuaW1wb3J0IHsgSXNCb29sZWFuLCBJc0luLCBJc0ludCwgSXNOb3RFbXB0eSwgSXNPcHRpb25hbCwgSXNTdHJpbmcsIE1heCwgTWluIH0gZnJvbSAnY2xhc3MtdmFsaWRhdG9yJztcblxuZXhwb3J0IGNsYXNzIENyZWF0ZUNvbnZlcnNhdGlvbkR0byB7XG4gIEBJc0ludCgpXG4gIHNlbmRlcl9pZDogbnVtYmVyO1xuXG4gIEBJc0ludCgpXG4gIHJlY2VpdmVyX2lkOiBudW1iZXI7XG59XG5cbmV4cG9ydCBjbGFzcyBDcmVhdGVNZXNzYWdlRHRvIHtcbiAgQElzSW50KClcbiAgQElzTm90RW1wdHkoKVxuICBzZW5kZXJfaWQ6IG51bWJlcjtcblxuICBASXNJbnQoKVxuICBASXNOb3RFbXB0eSgpXG4gIGNvbnZlcnNhdGlvbl9pZDogbnVtYmVyO1xuXG4gIEBJc0luKFsndGV4dCcsICdpbWFnZScsICdmaWxlJ10pXG4gIG1lc3NhZ2VfdHlwZTogJ3RleHQnIHwgJ2ltYWdlJyB8ICdmaWxlJztcblxuICBASXNTdHJpbmcoKVxuICBASXNOb3RFbXB0eSgpXG4gIGNvbnRlbnQ6IHN0cmluZztcbn1cblxuZXhwb3J0IGNsYXNzIExlYXZlQ29udmVyc2F0aW9uRHRvIHtcbiAgQElzSW50KClcbiAgY29udmVyc2F0aW9uSWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGNsYXNzIEpvaW5Db252ZXJzYXRpb25EdG8gZXh0ZW5kcyBMZWF2ZUNvbnZlcnNhdGlvbkR0byB7XG4gIEBJc0ludCgpXG4gIHVzZXJJZDogbnVtYmVyO1xufVxuXG5leHBvcnQgY2xhc3MgVHlwaW5nRHRvIGV4dGVuZHMgSm9pbkNvbnZlcnNhdGlvbkR0byB7XG4gIEBJc0Jvb2xlYW4oKVxuICBpc1R5cGluZzogYm9vbGVhbjtcbn1cblxuZXhwb3J0IGNsYXNzIFBhZ2VEdG8ge1xuICBAVHlwZSgoKSA9PiBOdW1iZXIpXG4gIEBJc09wdGlvbmFsKClcbiAgQElzSW50KClcbiAgQE1pbigxKVxuICBwYWdlID0gMTtcblxuICBAVHlwZSgoKSA9PiBOdW1iZXIpXG4gIEBJc09wdGlvbmFsKClcbiAgQElzSW50KClcbiAgQE1pbigxKVxuICBATWF4KDEwMClcbiAgbGltaXQgPSAyMDtcbn1cbiJdLCJuYW1lcyI6WyJUeXBlIiwiSXNCb29sZWFuIiwiSXNJbiIsIklzSW50IiwiSXNOb3RFbXB0eSIsIklzT3B0aW9uYWwiLCJJc1N0cmluZyIsIk1heCIsIk1pbiIsIkNyZWF0ZUNvbnZlcnNhdGlvbkR0byIsInNlbmRlcl9pZCIsInJlY2VpdmVyX2lkIiwiQ3JlYXRlTWVzc2FnZUR0byIsImNvbnZlcnNhdGlvbl9pZCIsIm1lc3NhZ2VfdHlwZSIsImNvbnRlbnQiLCJMZWF2ZUNvbnZlcnNhdGlvbkR0byIsImNvbnZlcnNhdGlvbklkIiwiSm9pbkNvbnZlcnNhdGlvbkR0byIsInVzZXJJZCIsIlR5cGluZ0R0byIsImlzVHlwaW5nIiwiUGFnZUR0byIsInBhZ2UiLCJsaW1pdCIsIk51bWJlciJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsSUFBSSxRQUFRLG9CQUFvQjtBQUN6QyxTQUFTQyxTQUFTLEVBQUVDLElBQUksRUFBRUMsS0FBSyxFQUFFQyxVQUFVLEVBQUVDLFVBQVUsRUFBRUMsUUFBUSxFQUFFQyxHQUFHLEVBQUVDLEdBQUcsUUFBUSxrQkFBa0I7QUFFckcsT0FBTyxNQUFNQztJQUVYQyxVQUFrQjtJQUdsQkMsWUFBb0I7QUFDdEI7Ozs7Ozs7OztBQUVBLE9BQU8sTUFBTUM7SUFHWEYsVUFBa0I7SUFJbEJHLGdCQUF3QjtJQUd4QkMsYUFBd0M7SUFJeENDLFFBQWdCO0FBQ2xCOzs7Ozs7Ozs7Ozs7O1FBTlM7UUFBUTtRQUFTOzs7Ozs7Ozs7QUFRMUIsT0FBTyxNQUFNQztJQUVYQyxlQUF1QjtBQUN6Qjs7Ozs7QUFFQSxPQUFPLE1BQU1DLDRCQUE0QkY7SUFFdkNHLE9BQWU7QUFDakI7Ozs7O0FBRUEsT0FBTyxNQUFNQyxrQkFBa0JGO0lBRTdCRyxTQUFrQjtBQUNwQjs7Ozs7QUFFQSxPQUFPLE1BQU1DO0lBS1hDLE9BQU8sRUFBRTtJQU9UQyxRQUFRLEdBQUc7QUFDYjs7YUFaY0M7Ozs7OzthQU1BQSJ9