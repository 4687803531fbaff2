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
import { BadRequestException, ForbiddenException, forwardRef, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
import { ChatGateway } from './chat.gateway.js';
export class ChatService {
    gateway;
    conversations = new Repository((count)=>count);
    messages = new Repository((count)=>count);
    constructor(gateway){
        this.gateway = gateway;
    }
    async createConversation(user1_id, { user2_id }) {
        if (user2_id === user1_id) throw new BadRequestException('You cannot start a conversation with yourself');
        const conversation = await this.conversations.insert({
            user1_id,
            user2_id,
            created_at: new Date()
        });
        this.gateway.emitConversationCreated(conversation);
        return conversation;
    }
    async conversationOf(id, userId) {
        const conversation = await this.conversations.findOne(id);
        if (!conversation) throw new NotFoundException('Conversation not found');
        if (![
            conversation.user1_id,
            conversation.user2_id
        ].includes(userId)) {
            throw new ForbiddenException('You are not a participant of this conversation');
        }
        return conversation;
    }
    async createMessage(convId, userId, { message }) {
        const { id } = await this.conversationOf(convId, userId);
        const row = await this.messages.insert({
            conversation_id: id,
            sender_id: userId,
            message,
            created_at: new Date()
        });
        this.gateway.emitNewMessage(row);
        return row;
    }
}
ChatService = _ts_decorate([
    Injectable(),
    _ts_param(0, Inject(forwardRef(()=>ChatGateway))),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof WrapperType === "undefined" ? Object : WrapperType
    ])
], ChatService);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL2NoYXQuc2VydmljZS50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBCYWRSZXF1ZXN0RXhjZXB0aW9uLCBGb3JiaWRkZW5FeGNlcHRpb24sIGZvcndhcmRSZWYsIEluamVjdCwgSW5qZWN0YWJsZSwgTm90Rm91bmRFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBSZXBvc2l0b3J5IH0gZnJvbSAnLi4vc2hhcmVkL3JlcG9zaXRvcnkuanMnO1xuaW1wb3J0IHR5cGUgeyBXcmFwcGVyVHlwZSB9IGZyb20gJy4uL3NoYXJlZC93cmFwcGVyLXR5cGUuanMnO1xuaW1wb3J0IHsgQ2hhdEdhdGV3YXkgfSBmcm9tICcuL2NoYXQuZ2F0ZXdheS5qcyc7XG5pbXBvcnQgdHlwZSB7IENyZWF0ZUNvbnZlcnNhdGlvbkR0bywgQ3JlYXRlTWVzc2FnZUR0byB9IGZyb20gJy4vZHRvLmpzJztcblxuZXhwb3J0IGludGVyZmFjZSBDb252ZXJzYXRpb24ge1xuICBpZDogbnVtYmVyO1xuICB1c2VyMV9pZDogbnVtYmVyO1xuICB1c2VyMl9pZDogbnVtYmVyO1xuICBjcmVhdGVkX2F0OiBEYXRlO1xufVxuXG5leHBvcnQgaW50ZXJmYWNlIE1lc3NhZ2Uge1xuICBpZDogbnVtYmVyO1xuICBjb252ZXJzYXRpb25faWQ6IG51bWJlcjtcbiAgc2VuZGVyX2lkOiBudW1iZXI7XG4gIG1lc3NhZ2U6IHN0cmluZztcbiAgY3JlYXRlZF9hdDogRGF0ZTtcbn1cblxuQEluamVjdGFibGUoKVxuZXhwb3J0IGNsYXNzIENoYXRTZXJ2aWNlIHtcbiAgcHJpdmF0ZSByZWFkb25seSBjb252ZXJzYXRpb25zID0gbmV3IFJlcG9zaXRvcnk8Q29udmVyc2F0aW9uPigoY291bnQpID0+IGNvdW50KTtcbiAgcHJpdmF0ZSByZWFkb25seSBtZXNzYWdlcyA9IG5ldyBSZXBvc2l0b3J5PE1lc3NhZ2U+KChjb3VudCkgPT4gY291bnQpO1xuXG4gIGNvbnN0cnVjdG9yKEBJbmplY3QoZm9yd2FyZFJlZigoKSA9PiBDaGF0R2F0ZXdheSkpIHByaXZhdGUgcmVhZG9ubHkgZ2F0ZXdheTogV3JhcHBlclR5cGU8Q2hhdEdhdGV3YXk+KSB7fVxuXG4gIGFzeW5jIGNyZWF0ZUNvbnZlcnNhdGlvbih1c2VyMV9pZDogbnVtYmVyLCB7IHVzZXIyX2lkIH06IENyZWF0ZUNvbnZlcnNhdGlvbkR0byk6IFByb21pc2U8Q29udmVyc2F0aW9uPiB7XG4gICAgaWYgKHVzZXIyX2lkID09PSB1c2VyMV9pZCkgdGhyb3cgbmV3IEJhZFJlcXVlc3RFeGNlcHRpb24oJ1lvdSBjYW5ub3Qgc3RhcnQgYSBjb252ZXJzYXRpb24gd2l0aCB5b3Vyc2VsZicpO1xuICAgIGNvbnN0IGNvbnZlcnNhdGlvbiA9IGF3YWl0IHRoaXMuY29udmVyc2F0aW9ucy5pbnNlcnQoeyB1c2VyMV9pZCwgdXNlcjJfaWQsIGNyZWF0ZWRfYXQ6IG5ldyBEYXRlKCkgfSk7XG4gICAgdGhpcy5nYXRld2F5LmVtaXRDb252ZXJzYXRpb25DcmVhdGVkKGNvbnZlcnNhdGlvbik7XG4gICAgcmV0dXJuIGNvbnZlcnNhdGlvbjtcbiAgfVxuXG4gIGFzeW5jIGNvbnZlcnNhdGlvbk9mKGlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTxDb252ZXJzYXRpb24+IHtcbiAgICBjb25zdCBjb252ZXJzYXRpb24gPSBhd2FpdCB0aGlzLmNvbnZlcnNhdGlvbnMuZmluZE9uZShpZCk7XG4gICAgaWYgKCFjb252ZXJzYXRpb24pIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbignQ29udmVyc2F0aW9uIG5vdCBmb3VuZCcpO1xuICAgIGlmICghW2NvbnZlcnNhdGlvbi51c2VyMV9pZCwgY29udmVyc2F0aW9uLnVzZXIyX2lkXS5pbmNsdWRlcyh1c2VySWQpKSB7XG4gICAgICB0aHJvdyBuZXcgRm9yYmlkZGVuRXhjZXB0aW9uKCdZb3UgYXJlIG5vdCBhIHBhcnRpY2lwYW50IG9mIHRoaXMgY29udmVyc2F0aW9uJyk7XG4gICAgfVxuICAgIHJldHVybiBjb252ZXJzYXRpb247XG4gIH1cblxuICBhc3luYyBjcmVhdGVNZXNzYWdlKGNvbnZJZDogbnVtYmVyLCB1c2VySWQ6IG51bWJlciwgeyBtZXNzYWdlIH06IENyZWF0ZU1lc3NhZ2VEdG8pOiBQcm9taXNlPE1lc3NhZ2U+IHtcbiAgICBjb25zdCB7IGlkIH0gPSBhd2FpdCB0aGlzLmNvbnZlcnNhdGlvbk9mKGNvbnZJZCwgdXNlcklkKTtcbiAgICBjb25zdCByb3cgPSBhd2FpdCB0aGlzLm1lc3NhZ2VzLmluc2VydCh7IGNvbnZlcnNhdGlvbl9pZDogaWQsIHNlbmRlcl9pZDogdXNlcklkLCBtZXNzYWdlLCBjcmVhdGVkX2F0OiBuZXcgRGF0ZSgpIH0pO1xuICAgIHRoaXMuZ2F0ZXdheS5lbWl0TmV3TWVzc2FnZShyb3cpO1xuICAgIHJldHVybiByb3c7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJCYWRSZXF1ZXN0RXhjZXB0aW9uIiwiRm9yYmlkZGVuRXhjZXB0aW9uIiwiZm9yd2FyZFJlZiIsIkluamVjdCIsIkluamVjdGFibGUiLCJOb3RGb3VuZEV4Y2VwdGlvbiIsIlJlcG9zaXRvcnkiLCJDaGF0R2F0ZXdheSIsIkNoYXRTZXJ2aWNlIiwiY29udmVyc2F0aW9ucyIsImNvdW50IiwibWVzc2FnZXMiLCJnYXRld2F5IiwiY3JlYXRlQ29udmVyc2F0aW9uIiwidXNlcjFfaWQiLCJ1c2VyMl9pZCIsImNvbnZlcnNhdGlvbiIsImluc2VydCIsImNyZWF0ZWRfYXQiLCJEYXRlIiwiZW1pdENvbnZlcnNhdGlvbkNyZWF0ZWQiLCJjb252ZXJzYXRpb25PZiIsImlkIiwidXNlcklkIiwiZmluZE9uZSIsImluY2x1ZGVzIiwiY3JlYXRlTWVzc2FnZSIsImNvbnZJZCIsIm1lc3NhZ2UiLCJyb3ciLCJjb252ZXJzYXRpb25faWQiLCJzZW5kZXJfaWQiLCJlbWl0TmV3TWVzc2FnZSJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxtQkFBbUIsRUFBRUMsa0JBQWtCLEVBQUVDLFVBQVUsRUFBRUMsTUFBTSxFQUFFQyxVQUFVLEVBQUVDLGlCQUFpQixRQUFRLGlCQUFpQjtBQUM1SCxTQUFTQyxVQUFVLFFBQVEsMEJBQTBCO0FBRXJELFNBQVNDLFdBQVcsUUFBUSxvQkFBb0I7QUFtQmhELE9BQU8sTUFBTUM7O0lBQ01DLGdCQUFnQixJQUFJSCxXQUF5QixDQUFDSSxRQUFVQSxPQUFPO0lBQy9EQyxXQUFXLElBQUlMLFdBQW9CLENBQUNJLFFBQVVBLE9BQU87SUFFdEUsWUFBWSxBQUF3REUsT0FBaUMsQ0FBRTthQUFuQ0EsVUFBQUE7SUFBb0M7SUFFeEcsTUFBTUMsbUJBQW1CQyxRQUFnQixFQUFFLEVBQUVDLFFBQVEsRUFBeUIsRUFBeUI7UUFDckcsSUFBSUEsYUFBYUQsVUFBVSxNQUFNLElBQUlkLG9CQUFvQjtRQUN6RCxNQUFNZ0IsZUFBZSxNQUFNLElBQUksQ0FBQ1AsYUFBYSxDQUFDUSxNQUFNLENBQUM7WUFBRUg7WUFBVUM7WUFBVUcsWUFBWSxJQUFJQztRQUFPO1FBQ2xHLElBQUksQ0FBQ1AsT0FBTyxDQUFDUSx1QkFBdUIsQ0FBQ0o7UUFDckMsT0FBT0E7SUFDVDtJQUVBLE1BQU1LLGVBQWVDLEVBQVUsRUFBRUMsTUFBYyxFQUF5QjtRQUN0RSxNQUFNUCxlQUFlLE1BQU0sSUFBSSxDQUFDUCxhQUFhLENBQUNlLE9BQU8sQ0FBQ0Y7UUFDdEQsSUFBSSxDQUFDTixjQUFjLE1BQU0sSUFBSVgsa0JBQWtCO1FBQy9DLElBQUksQ0FBQztZQUFDVyxhQUFhRixRQUFRO1lBQUVFLGFBQWFELFFBQVE7U0FBQyxDQUFDVSxRQUFRLENBQUNGLFNBQVM7WUFDcEUsTUFBTSxJQUFJdEIsbUJBQW1CO1FBQy9CO1FBQ0EsT0FBT2U7SUFDVDtJQUVBLE1BQU1VLGNBQWNDLE1BQWMsRUFBRUosTUFBYyxFQUFFLEVBQUVLLE9BQU8sRUFBb0IsRUFBb0I7UUFDbkcsTUFBTSxFQUFFTixFQUFFLEVBQUUsR0FBRyxNQUFNLElBQUksQ0FBQ0QsY0FBYyxDQUFDTSxRQUFRSjtRQUNqRCxNQUFNTSxNQUFNLE1BQU0sSUFBSSxDQUFDbEIsUUFBUSxDQUFDTSxNQUFNLENBQUM7WUFBRWEsaUJBQWlCUjtZQUFJUyxXQUFXUjtZQUFRSztZQUFTVixZQUFZLElBQUlDO1FBQU87UUFDakgsSUFBSSxDQUFDUCxPQUFPLENBQUNvQixjQUFjLENBQUNIO1FBQzVCLE9BQU9BO0lBQ1Q7QUFDRjs7O3VDQXhCdUN0QiJ9