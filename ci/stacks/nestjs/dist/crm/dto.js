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
import { ArrayMinSize, IsArray, IsBoolean, IsInt, IsNotEmpty, IsString } from 'class-validator';
export class ChatDto {
    chatId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], ChatDto.prototype, "chatId", void 0);
export class SendMessageDto extends ChatDto {
    content;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], SendMessageDto.prototype, "content", void 0);
export class TypingDto extends ChatDto {
    isTyping;
}
_ts_decorate([
    IsBoolean(),
    _ts_metadata("design:type", Boolean)
], TypingDto.prototype, "isTyping", void 0);
export class MarkAsReadDto extends ChatDto {
    messageId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], MarkAsReadDto.prototype, "messageId", void 0);
export class UpdateMessageDto {
    content;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], UpdateMessageDto.prototype, "content", void 0);
export class CreateChatDto {
    participants;
}
_ts_decorate([
    IsArray(),
    ArrayMinSize(2),
    IsInt({
        each: true
    }),
    _ts_metadata("design:type", Array)
], CreateChatDto.prototype, "participants", void 0);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vZHRvLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEFycmF5TWluU2l6ZSwgSXNBcnJheSwgSXNCb29sZWFuLCBJc0ludCwgSXNOb3RFbXB0eSwgSXNTdHJpbmcgfSBmcm9tICdjbGFzcy12YWxpZGF0b3InO1xuXG5leHBvcnQgY2xhc3MgQ2hhdER0byB7XG4gIEBJc0ludCgpXG4gIGNoYXRJZDogbnVtYmVyO1xufVxuXG5leHBvcnQgY2xhc3MgU2VuZE1lc3NhZ2VEdG8gZXh0ZW5kcyBDaGF0RHRvIHtcbiAgQElzU3RyaW5nKClcbiAgQElzTm90RW1wdHkoKVxuICBjb250ZW50OiBzdHJpbmc7XG59XG5cbmV4cG9ydCBjbGFzcyBUeXBpbmdEdG8gZXh0ZW5kcyBDaGF0RHRvIHtcbiAgQElzQm9vbGVhbigpXG4gIGlzVHlwaW5nOiBib29sZWFuO1xufVxuXG5leHBvcnQgY2xhc3MgTWFya0FzUmVhZER0byBleHRlbmRzIENoYXREdG8ge1xuICBASXNJbnQoKVxuICBtZXNzYWdlSWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGNsYXNzIFVwZGF0ZU1lc3NhZ2VEdG8ge1xuICBASXNTdHJpbmcoKVxuICBASXNOb3RFbXB0eSgpXG4gIGNvbnRlbnQ6IHN0cmluZztcbn1cblxuZXhwb3J0IGNsYXNzIENyZWF0ZUNoYXREdG8ge1xuICBASXNBcnJheSgpXG4gIEBBcnJheU1pblNpemUoMilcbiAgQElzSW50KHsgZWFjaDogdHJ1ZSB9KVxuICBwYXJ0aWNpcGFudHM6IG51bWJlcltdO1xufVxuIl0sIm5hbWVzIjpbIkFycmF5TWluU2l6ZSIsIklzQXJyYXkiLCJJc0Jvb2xlYW4iLCJJc0ludCIsIklzTm90RW1wdHkiLCJJc1N0cmluZyIsIkNoYXREdG8iLCJjaGF0SWQiLCJTZW5kTWVzc2FnZUR0byIsImNvbnRlbnQiLCJUeXBpbmdEdG8iLCJpc1R5cGluZyIsIk1hcmtBc1JlYWREdG8iLCJtZXNzYWdlSWQiLCJVcGRhdGVNZXNzYWdlRHRvIiwiQ3JlYXRlQ2hhdER0byIsInBhcnRpY2lwYW50cyIsImVhY2giXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLFlBQVksRUFBRUMsT0FBTyxFQUFFQyxTQUFTLEVBQUVDLEtBQUssRUFBRUMsVUFBVSxFQUFFQyxRQUFRLFFBQVEsa0JBQWtCO0FBRWhHLE9BQU8sTUFBTUM7SUFFWEMsT0FBZTtBQUNqQjs7Ozs7QUFFQSxPQUFPLE1BQU1DLHVCQUF1QkY7SUFHbENHLFFBQWdCO0FBQ2xCOzs7Ozs7QUFFQSxPQUFPLE1BQU1DLGtCQUFrQko7SUFFN0JLLFNBQWtCO0FBQ3BCOzs7OztBQUVBLE9BQU8sTUFBTUMsc0JBQXNCTjtJQUVqQ08sVUFBa0I7QUFDcEI7Ozs7O0FBRUEsT0FBTyxNQUFNQztJQUdYTCxRQUFnQjtBQUNsQjs7Ozs7O0FBRUEsT0FBTyxNQUFNTTtJQUlYQyxhQUF1QjtBQUN6Qjs7Ozs7UUFGV0MsTUFBTSJ9