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
import { forwardRef, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
import { ChatGateway } from './chat.gateway.js';
export class ChatService {
    gateway;
    conversations = new Repository((count)=>count);
    messages = new Repository((count)=>count);
    constructor(gateway){
        this.gateway = gateway;
    }
    async create(user1_id, user2_id) {
        const conversation = await this.conversations.insert({
            user1_id,
            user2_id
        });
        this.gateway.conversationCreated(conversation);
        return conversation;
    }
    async get(id) {
        const conversation = await this.conversations.findOne(id);
        if (!conversation) throw new NotFoundException(`Conversation ${id} not found`);
        return conversation;
    }
    async send(conversationId, senderId, message) {
        await this.get(conversationId);
        const row = await this.messages.insert({
            conversationId,
            senderId,
            message,
            createdAt: new Date()
        });
        this.gateway.newMessage(row);
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

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vY2hhdC5zZXJ2aWNlLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IGZvcndhcmRSZWYsIEluamVjdCwgSW5qZWN0YWJsZSwgTm90Rm91bmRFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBSZXBvc2l0b3J5IH0gZnJvbSAnLi4vc2hhcmVkL3JlcG9zaXRvcnkuanMnO1xuaW1wb3J0IHR5cGUgeyBXcmFwcGVyVHlwZSB9IGZyb20gJy4uL3NoYXJlZC93cmFwcGVyLXR5cGUuanMnO1xuaW1wb3J0IHsgQ2hhdEdhdGV3YXkgfSBmcm9tICcuL2NoYXQuZ2F0ZXdheS5qcyc7XG5cbmV4cG9ydCBpbnRlcmZhY2UgQ29udmVyc2F0aW9uIHtcbiAgaWQ6IG51bWJlcjtcbiAgdXNlcjFfaWQ6IG51bWJlcjtcbiAgdXNlcjJfaWQ6IG51bWJlcjtcbn1cblxuZXhwb3J0IGludGVyZmFjZSBNZXNzYWdlIHtcbiAgaWQ6IG51bWJlcjtcbiAgY29udmVyc2F0aW9uSWQ6IG51bWJlcjtcbiAgc2VuZGVySWQ6IG51bWJlcjtcbiAgbWVzc2FnZTogc3RyaW5nO1xuICBjcmVhdGVkQXQ6IERhdGU7XG59XG5cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBDaGF0U2VydmljZSB7XG4gIHByaXZhdGUgcmVhZG9ubHkgY29udmVyc2F0aW9ucyA9IG5ldyBSZXBvc2l0b3J5PENvbnZlcnNhdGlvbj4oKGNvdW50KSA9PiBjb3VudCk7XG4gIHByaXZhdGUgcmVhZG9ubHkgbWVzc2FnZXMgPSBuZXcgUmVwb3NpdG9yeTxNZXNzYWdlPigoY291bnQpID0+IGNvdW50KTtcblxuICBjb25zdHJ1Y3RvcihASW5qZWN0KGZvcndhcmRSZWYoKCkgPT4gQ2hhdEdhdGV3YXkpKSBwcml2YXRlIHJlYWRvbmx5IGdhdGV3YXk6IFdyYXBwZXJUeXBlPENoYXRHYXRld2F5Pikge31cblxuICBhc3luYyBjcmVhdGUodXNlcjFfaWQ6IG51bWJlciwgdXNlcjJfaWQ6IG51bWJlcik6IFByb21pc2U8Q29udmVyc2F0aW9uPiB7XG4gICAgY29uc3QgY29udmVyc2F0aW9uID0gYXdhaXQgdGhpcy5jb252ZXJzYXRpb25zLmluc2VydCh7IHVzZXIxX2lkLCB1c2VyMl9pZCB9KTtcbiAgICB0aGlzLmdhdGV3YXkuY29udmVyc2F0aW9uQ3JlYXRlZChjb252ZXJzYXRpb24pO1xuICAgIHJldHVybiBjb252ZXJzYXRpb247XG4gIH1cblxuICBhc3luYyBnZXQoaWQ6IG51bWJlcik6IFByb21pc2U8Q29udmVyc2F0aW9uPiB7XG4gICAgY29uc3QgY29udmVyc2F0aW9uID0gYXdhaXQgdGhpcy5jb252ZXJzYXRpb25zLmZpbmRPbmUoaWQpO1xuICAgIGlmICghY29udmVyc2F0aW9uKSB0aHJvdyBuZXcgTm90Rm91bmRFeGNlcHRpb24oYENvbnZlcnNhdGlvbiAke2lkfSBub3QgZm91bmRgKTtcbiAgICByZXR1cm4gY29udmVyc2F0aW9uO1xuICB9XG5cbiAgYXN5bmMgc2VuZChjb252ZXJzYXRpb25JZDogbnVtYmVyLCBzZW5kZXJJZDogbnVtYmVyLCBtZXNzYWdlOiBzdHJpbmcpOiBQcm9taXNlPE1lc3NhZ2U+IHtcbiAgICBhd2FpdCB0aGlzLmdldChjb252ZXJzYXRpb25JZCk7XG4gICAgY29uc3Qgcm93ID0gYXdhaXQgdGhpcy5tZXNzYWdlcy5pbnNlcnQoeyBjb252ZXJzYXRpb25JZCwgc2VuZGVySWQsIG1lc3NhZ2UsIGNyZWF0ZWRBdDogbmV3IERhdGUoKSB9KTtcbiAgICB0aGlzLmdhdGV3YXkubmV3TWVzc2FnZShyb3cpO1xuICAgIHJldHVybiByb3c7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJmb3J3YXJkUmVmIiwiSW5qZWN0IiwiSW5qZWN0YWJsZSIsIk5vdEZvdW5kRXhjZXB0aW9uIiwiUmVwb3NpdG9yeSIsIkNoYXRHYXRld2F5IiwiQ2hhdFNlcnZpY2UiLCJjb252ZXJzYXRpb25zIiwiY291bnQiLCJtZXNzYWdlcyIsImdhdGV3YXkiLCJjcmVhdGUiLCJ1c2VyMV9pZCIsInVzZXIyX2lkIiwiY29udmVyc2F0aW9uIiwiaW5zZXJ0IiwiY29udmVyc2F0aW9uQ3JlYXRlZCIsImdldCIsImlkIiwiZmluZE9uZSIsInNlbmQiLCJjb252ZXJzYXRpb25JZCIsInNlbmRlcklkIiwibWVzc2FnZSIsInJvdyIsImNyZWF0ZWRBdCIsIkRhdGUiLCJuZXdNZXNzYWdlIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLFVBQVUsRUFBRUMsTUFBTSxFQUFFQyxVQUFVLEVBQUVDLGlCQUFpQixRQUFRLGlCQUFpQjtBQUNuRixTQUFTQyxVQUFVLFFBQVEsMEJBQTBCO0FBRXJELFNBQVNDLFdBQVcsUUFBUSxvQkFBb0I7QUFpQmhELE9BQU8sTUFBTUM7O0lBQ01DLGdCQUFnQixJQUFJSCxXQUF5QixDQUFDSSxRQUFVQSxPQUFPO0lBQy9EQyxXQUFXLElBQUlMLFdBQW9CLENBQUNJLFFBQVVBLE9BQU87SUFFdEUsWUFBWSxBQUF3REUsT0FBaUMsQ0FBRTthQUFuQ0EsVUFBQUE7SUFBb0M7SUFFeEcsTUFBTUMsT0FBT0MsUUFBZ0IsRUFBRUMsUUFBZ0IsRUFBeUI7UUFDdEUsTUFBTUMsZUFBZSxNQUFNLElBQUksQ0FBQ1AsYUFBYSxDQUFDUSxNQUFNLENBQUM7WUFBRUg7WUFBVUM7UUFBUztRQUMxRSxJQUFJLENBQUNILE9BQU8sQ0FBQ00sbUJBQW1CLENBQUNGO1FBQ2pDLE9BQU9BO0lBQ1Q7SUFFQSxNQUFNRyxJQUFJQyxFQUFVLEVBQXlCO1FBQzNDLE1BQU1KLGVBQWUsTUFBTSxJQUFJLENBQUNQLGFBQWEsQ0FBQ1ksT0FBTyxDQUFDRDtRQUN0RCxJQUFJLENBQUNKLGNBQWMsTUFBTSxJQUFJWCxrQkFBa0IsQ0FBQyxhQUFhLEVBQUVlLEdBQUcsVUFBVSxDQUFDO1FBQzdFLE9BQU9KO0lBQ1Q7SUFFQSxNQUFNTSxLQUFLQyxjQUFzQixFQUFFQyxRQUFnQixFQUFFQyxPQUFlLEVBQW9CO1FBQ3RGLE1BQU0sSUFBSSxDQUFDTixHQUFHLENBQUNJO1FBQ2YsTUFBTUcsTUFBTSxNQUFNLElBQUksQ0FBQ2YsUUFBUSxDQUFDTSxNQUFNLENBQUM7WUFBRU07WUFBZ0JDO1lBQVVDO1lBQVNFLFdBQVcsSUFBSUM7UUFBTztRQUNsRyxJQUFJLENBQUNoQixPQUFPLENBQUNpQixVQUFVLENBQUNIO1FBQ3hCLE9BQU9BO0lBQ1Q7QUFDRjs7O3VDQXBCdUNuQiJ9