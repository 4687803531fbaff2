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
export class CreateConversationDto {
    user2_id;
}
_ts_decorate([
    IsInt(),
    _ts_metadata("design:type", Number)
], CreateConversationDto.prototype, "user2_id", void 0);
export class CreateMessageDto {
    message;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], CreateMessageDto.prototype, "message", void 0);
export class ConversationDto {
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
    Type(()=>CreateMessageDto),
    _ts_metadata("design:type", typeof CreateMessageDto === "undefined" ? Object : CreateMessageDto)
], SendMessageDto.prototype, "message", void 0);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL2R0by50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBUeXBlIH0gZnJvbSAnY2xhc3MtdHJhbnNmb3JtZXInO1xuaW1wb3J0IHsgSXNEZWZpbmVkLCBJc0ludCwgSXNOb3RFbXB0eSwgSXNTdHJpbmcsIFZhbGlkYXRlTmVzdGVkIH0gZnJvbSAnY2xhc3MtdmFsaWRhdG9yJztcblxuZXhwb3J0IGNsYXNzIENyZWF0ZUNvbnZlcnNhdGlvbkR0byB7XG4gIEBJc0ludCgpXG4gIHVzZXIyX2lkOiBudW1iZXI7XG59XG5cbmV4cG9ydCBjbGFzcyBDcmVhdGVNZXNzYWdlRHRvIHtcbiAgQElzU3RyaW5nKClcbiAgQElzTm90RW1wdHkoKVxuICBtZXNzYWdlOiBzdHJpbmc7XG59XG5cbmV4cG9ydCBjbGFzcyBDb252ZXJzYXRpb25EdG8ge1xuICBASXNJbnQoKVxuICBjb252SWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGNsYXNzIFNlbmRNZXNzYWdlRHRvIGV4dGVuZHMgQ29udmVyc2F0aW9uRHRvIHtcbiAgQElzRGVmaW5lZCgpXG4gIEBWYWxpZGF0ZU5lc3RlZCgpXG4gIEBUeXBlKCgpID0+IENyZWF0ZU1lc3NhZ2VEdG8pXG4gIG1lc3NhZ2U6IENyZWF0ZU1lc3NhZ2VEdG87XG59XG4iXSwibmFtZXMiOlsiVHlwZSIsIklzRGVmaW5lZCIsIklzSW50IiwiSXNOb3RFbXB0eSIsIklzU3RyaW5nIiwiVmFsaWRhdGVOZXN0ZWQiLCJDcmVhdGVDb252ZXJzYXRpb25EdG8iLCJ1c2VyMl9pZCIsIkNyZWF0ZU1lc3NhZ2VEdG8iLCJtZXNzYWdlIiwiQ29udmVyc2F0aW9uRHRvIiwiY29udklkIiwiU2VuZE1lc3NhZ2VEdG8iXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLElBQUksUUFBUSxvQkFBb0I7QUFDekMsU0FBU0MsU0FBUyxFQUFFQyxLQUFLLEVBQUVDLFVBQVUsRUFBRUMsUUFBUSxFQUFFQyxjQUFjLFFBQVEsa0JBQWtCO0FBRXpGLE9BQU8sTUFBTUM7SUFFWEMsU0FBaUI7QUFDbkI7Ozs7O0FBRUEsT0FBTyxNQUFNQztJQUdYQyxRQUFnQjtBQUNsQjs7Ozs7O0FBRUEsT0FBTyxNQUFNQztJQUVYQyxPQUFlO0FBQ2pCOzs7OztBQUVBLE9BQU8sTUFBTUMsdUJBQXVCRjtJQUlsQ0QsUUFBMEI7QUFDNUI7Ozs7YUFGY0QifQ==