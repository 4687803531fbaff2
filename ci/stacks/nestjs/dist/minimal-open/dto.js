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
import { IsDefined, IsInt, IsNotEmpty, IsString, ValidateNested } from 'class-validator';
export class CreateConvDto {
    user2_id;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], CreateConvDto.prototype, "user2_id", void 0);
export class MessageDto {
    message;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], MessageDto.prototype, "message", void 0);
/** There is no authentication yet: every payload says who speaks. */ export class SpokenDto {
    userId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], SpokenDto.prototype, "userId", void 0);
export class CreateConversationDto extends SpokenDto {
    createConvDto;
}
_ts_decorate([
    IsDefined(),
    ValidateNested(),
    Type(()=>CreateConvDto),
    _ts_metadata("design:type", typeof CreateConvDto === "undefined" ? Object : CreateConvDto)
], CreateConversationDto.prototype, "createConvDto", void 0);
export class ConversationDto extends SpokenDto {
    convId;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], ConversationDto.prototype, "convId", void 0);
export class SendMessageDto extends ConversationDto {
    message;
}
_ts_decorate([
    IsDefined(),
    ValidateNested(),
    Type(()=>MessageDto),
    _ts_metadata("design:type", typeof MessageDto === "undefined" ? Object : MessageDto)
], SendMessageDto.prototype, "message", void 0);
export class RestConversationDto extends SpokenDto {
    user2_id;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], RestConversationDto.prototype, "user2_id", void 0);
export class RestMessageDto extends SpokenDto {
    message;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], RestMessageDto.prototype, "message", void 0);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vZHRvLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IFR5cGUgfSBmcm9tICdjbGFzcy10cmFuc2Zvcm1lcic7XG5pbXBvcnQgeyBJc0RlZmluZWQsIElzSW50LCBJc05vdEVtcHR5LCBJc1N0cmluZywgVmFsaWRhdGVOZXN0ZWQgfSBmcm9tICdjbGFzcy12YWxpZGF0b3InO1xuXG5leHBvcnQgY2xhc3MgQ3JlYXRlQ29udkR0byB7XG4gIEBJc0ludCgpXG4gIHVzZXIyX2lkOiBudW1iZXI7XG59XG5cbmV4cG9ydCBjbGFzcyBNZXNzYWdlRHRvIHtcbiAgQElzU3RyaW5nKClcbiAgQElzTm90RW1wdHkoKVxuICBtZXNzYWdlOiBzdHJpbmc7XG59XG5cbi8qKiBUaGVyZSBpcyBubyBhdXRoZW50aWNhdGlvbiB5ZXQ6IGV2ZXJ5IHBheWxvYWQgc2F5cyB3aG8gc3BlYWtzLiAqL1xuZXhwb3J0IGNsYXNzIFNwb2tlbkR0byB7XG4gIEBJc0ludCgpXG4gIHVzZXJJZDogbnVtYmVyO1xufVxuXG5leHBvcnQgY2xhc3MgQ3JlYXRlQ29udmVyc2F0aW9uRHRvIGV4dGVuZHMgU3Bva2VuRHRvIHtcbiAgQElzRGVmaW5lZCgpXG4gIEBWYWxpZGF0ZU5lc3RlZCgpXG4gIEBUeXBlKCgpID0+IENyZWF0ZUNvbnZEdG8pXG4gIGNyZWF0ZUNvbnZEdG86IENyZWF0ZUNvbnZEdG87XG59XG5cbmV4cG9ydCBjbGFzcyBDb252ZXJzYXRpb25EdG8gZXh0ZW5kcyBTcG9rZW5EdG8ge1xuICBASXNJbnQoKVxuICBjb252SWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGNsYXNzIFNlbmRNZXNzYWdlRHRvIGV4dGVuZHMgQ29udmVyc2F0aW9uRHRvIHtcbiAgQElzRGVmaW5lZCgpXG4gIEBWYWxpZGF0ZU5lc3RlZCgpXG4gIEBUeXBlKCgpID0+IE1lc3NhZ2VEdG8pXG4gIG1lc3NhZ2U6IE1lc3NhZ2VEdG87XG59XG5cbmV4cG9ydCBjbGFzcyBSZXN0Q29udmVyc2F0aW9uRHRvIGV4dGVuZHMgU3Bva2VuRHRvIHtcbiAgQElzSW50KClcbiAgdXNlcjJfaWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGNsYXNzIFJlc3RNZXNzYWdlRHRvIGV4dGVuZHMgU3Bva2VuRHRvIHtcbiAgQElzU3RyaW5nKClcbiAgQElzTm90RW1wdHkoKVxuICBtZXNzYWdlOiBzdHJpbmc7XG59XG4iXSwibmFtZXMiOlsiVHlwZSIsIklzRGVmaW5lZCIsIklzSW50IiwiSXNOb3RFbXB0eSIsIklzU3RyaW5nIiwiVmFsaWRhdGVOZXN0ZWQiLCJDcmVhdGVDb252RHRvIiwidXNlcjJfaWQiLCJNZXNzYWdlRHRvIiwibWVzc2FnZSIsIlNwb2tlbkR0byIsInVzZXJJZCIsIkNyZWF0ZUNvbnZlcnNhdGlvbkR0byIsImNyZWF0ZUNvbnZEdG8iLCJDb252ZXJzYXRpb25EdG8iLCJjb252SWQiLCJTZW5kTWVzc2FnZUR0byIsIlJlc3RDb252ZXJzYXRpb25EdG8iLCJSZXN0TWVzc2FnZUR0byJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsSUFBSSxRQUFRLG9CQUFvQjtBQUN6QyxTQUFTQyxTQUFTLEVBQUVDLEtBQUssRUFBRUMsVUFBVSxFQUFFQyxRQUFRLEVBQUVDLGNBQWMsUUFBUSxrQkFBa0I7QUFFekYsT0FBTyxNQUFNQztJQUVYQyxTQUFpQjtBQUNuQjs7Ozs7QUFFQSxPQUFPLE1BQU1DO0lBR1hDLFFBQWdCO0FBQ2xCOzs7Ozs7QUFFQSxtRUFBbUUsR0FDbkUsT0FBTyxNQUFNQztJQUVYQyxPQUFlO0FBQ2pCOzs7OztBQUVBLE9BQU8sTUFBTUMsOEJBQThCRjtJQUl6Q0csY0FBNkI7QUFDL0I7Ozs7YUFGY1A7OztBQUlkLE9BQU8sTUFBTVEsd0JBQXdCSjtJQUVuQ0ssT0FBZTtBQUNqQjs7Ozs7QUFFQSxPQUFPLE1BQU1DLHVCQUF1QkY7SUFJbENMLFFBQW9CO0FBQ3RCOzs7O2FBRmNEOzs7QUFJZCxPQUFPLE1BQU1TLDRCQUE0QlA7SUFFdkNILFNBQWlCO0FBQ25COzs7OztBQUVBLE9BQU8sTUFBTVcsdUJBQXVCUjtJQUdsQ0QsUUFBZ0I7QUFDbEIifQ==