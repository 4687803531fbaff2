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
import { ArrayMinSize, IsArray, IsBoolean, IsDefined, IsNotEmpty, IsOptional, IsString } from 'class-validator';
export class JoinConversationDto {
    conversationId;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], JoinConversationDto.prototype, "conversationId", void 0);
export class TypingIndicatorDto extends JoinConversationDto {
    userId;
    isTyping;
}
_ts_decorate([
    IsOptional(),
    IsString(),
    _ts_metadata("design:type", String)
], TypingIndicatorDto.prototype, "userId", void 0);
_ts_decorate([
    IsOptional(),
    IsBoolean(),
    _ts_metadata("design:type", Boolean)
], TypingIndicatorDto.prototype, "isTyping", void 0);
export class CreateConversationDto {
    participants;
}
_ts_decorate([
    IsArray(),
    ArrayMinSize(2),
    IsString({
        each: true
    }),
    _ts_metadata("design:type", Array)
], CreateConversationDto.prototype, "participants", void 0);
export class CreateMessageDto {
    senderId;
    type;
    content;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], CreateMessageDto.prototype, "senderId", void 0);
_ts_decorate([
    IsOptional(),
    IsString(),
    _ts_metadata("design:type", String)
], CreateMessageDto.prototype, "type", void 0);
_ts_decorate([
    IsDefined(),
    IsNotEmpty(),
    _ts_metadata("design:type", Object)
], CreateMessageDto.prototype, "content", void 0);
export class MarkAsReadDto {
    userId;
}
_ts_decorate([
    IsString(),
    IsNotEmpty(),
    _ts_metadata("design:type", String)
], MarkAsReadDto.prototype, "userId", void 0);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9kdG8udHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQXJyYXlNaW5TaXplLCBJc0FycmF5LCBJc0Jvb2xlYW4sIElzRGVmaW5lZCwgSXNOb3RFbXB0eSwgSXNPcHRpb25hbCwgSXNTdHJpbmcgfSBmcm9tICdjbGFzcy12YWxpZGF0b3InO1xuXG5leHBvcnQgY2xhc3MgSm9pbkNvbnZlcnNhdGlvbkR0byB7XG4gIEBJc1N0cmluZygpXG4gIEBJc05vdEVtcHR5KClcbiAgY29udmVyc2F0aW9uSWQ6IHN0cmluZztcbn1cblxuZXhwb3J0IGNsYXNzIFR5cGluZ0luZGljYXRvckR0byBleHRlbmRzIEpvaW5Db252ZXJzYXRpb25EdG8ge1xuICBASXNPcHRpb25hbCgpXG4gIEBJc1N0cmluZygpXG4gIHVzZXJJZD86IHN0cmluZztcblxuICBASXNPcHRpb25hbCgpXG4gIEBJc0Jvb2xlYW4oKVxuICBpc1R5cGluZz86IGJvb2xlYW47XG59XG5cbmV4cG9ydCBjbGFzcyBDcmVhdGVDb252ZXJzYXRpb25EdG8ge1xuICBASXNBcnJheSgpXG4gIEBBcnJheU1pblNpemUoMilcbiAgQElzU3RyaW5nKHsgZWFjaDogdHJ1ZSB9KVxuICBwYXJ0aWNpcGFudHM6IHN0cmluZ1tdO1xufVxuXG5leHBvcnQgY2xhc3MgQ3JlYXRlTWVzc2FnZUR0byB7XG4gIEBJc1N0cmluZygpXG4gIEBJc05vdEVtcHR5KClcbiAgc2VuZGVySWQ6IHN0cmluZztcblxuICBASXNPcHRpb25hbCgpXG4gIEBJc1N0cmluZygpXG4gIHR5cGU/OiBzdHJpbmc7XG5cbiAgQElzRGVmaW5lZCgpXG4gIEBJc05vdEVtcHR5KClcbiAgY29udGVudDogdW5rbm93bjtcbn1cblxuZXhwb3J0IGNsYXNzIE1hcmtBc1JlYWREdG8ge1xuICBASXNTdHJpbmcoKVxuICBASXNOb3RFbXB0eSgpXG4gIHVzZXJJZDogc3RyaW5nO1xufVxuXG5leHBvcnQgdHlwZSBNZXNzYWdlU3RhdHVzID0gJ3NlbnQnIHwgJ2RlbGl2ZXJlZCcgfCAncmVhZCc7XG5cbmV4cG9ydCBpbnRlcmZhY2UgTWVzc2FnZVJlY2VpdmVkRHRvIHtcbiAgbWVzc2FnZUlkOiBzdHJpbmc7XG4gIGNvbnZlcnNhdGlvbklkOiBzdHJpbmc7XG4gIHNlbmRlcklkOiBzdHJpbmc7XG4gIHR5cGU6IHN0cmluZztcbiAgY29udGVudDogdW5rbm93bjtcbiAgc3RhdHVzOiBNZXNzYWdlU3RhdHVzO1xuICB0aW1lc3RhbXA6IERhdGU7XG59XG5cbmV4cG9ydCBpbnRlcmZhY2UgTWVzc2FnZVN0YXR1c0R0byB7XG4gIG1lc3NhZ2VJZDogc3RyaW5nO1xuICBjb252ZXJzYXRpb25JZDogc3RyaW5nO1xuICBzdGF0dXM6IE1lc3NhZ2VTdGF0dXM7XG4gIHVwZGF0ZWRBdDogc3RyaW5nO1xufVxuIl0sIm5hbWVzIjpbIkFycmF5TWluU2l6ZSIsIklzQXJyYXkiLCJJc0Jvb2xlYW4iLCJJc0RlZmluZWQiLCJJc05vdEVtcHR5IiwiSXNPcHRpb25hbCIsIklzU3RyaW5nIiwiSm9pbkNvbnZlcnNhdGlvbkR0byIsImNvbnZlcnNhdGlvbklkIiwiVHlwaW5nSW5kaWNhdG9yRHRvIiwidXNlcklkIiwiaXNUeXBpbmciLCJDcmVhdGVDb252ZXJzYXRpb25EdG8iLCJwYXJ0aWNpcGFudHMiLCJlYWNoIiwiQ3JlYXRlTWVzc2FnZUR0byIsInNlbmRlcklkIiwidHlwZSIsImNvbnRlbnQiLCJNYXJrQXNSZWFkRHRvIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxZQUFZLEVBQUVDLE9BQU8sRUFBRUMsU0FBUyxFQUFFQyxTQUFTLEVBQUVDLFVBQVUsRUFBRUMsVUFBVSxFQUFFQyxRQUFRLFFBQVEsa0JBQWtCO0FBRWhILE9BQU8sTUFBTUM7SUFHWEMsZUFBdUI7QUFDekI7Ozs7OztBQUVBLE9BQU8sTUFBTUMsMkJBQTJCRjtJQUd0Q0csT0FBZ0I7SUFJaEJDLFNBQW1CO0FBQ3JCOzs7Ozs7Ozs7OztBQUVBLE9BQU8sTUFBTUM7SUFJWEMsYUFBdUI7QUFDekI7Ozs7O1FBRmNDLE1BQU07Ozs7QUFJcEIsT0FBTyxNQUFNQztJQUdYQyxTQUFpQjtJQUlqQkMsS0FBYztJQUlkQyxRQUFpQjtBQUNuQjs7Ozs7Ozs7Ozs7Ozs7OztBQUVBLE9BQU8sTUFBTUM7SUFHWFQsT0FBZTtBQUNqQiJ9