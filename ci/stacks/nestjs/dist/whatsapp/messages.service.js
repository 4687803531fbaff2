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
import { forwardRef, Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Repository } from '../shared/repository.js';
import { ConversationsService } from './conversations.service.js';
import { MessagesGateway } from './messages.gateway.js';
const toDto = ({ id, ...message })=>({
        messageId: id,
        ...message
    });
export class MessagesService {
    conversations;
    gateway;
    messages = new Repository(()=>randomUUID());
    constructor(conversations, gateway){
        this.conversations = conversations;
        this.gateway = gateway;
    }
    async create(conversationId, { senderId, type = 'text', content }) {
        await this.conversations.findFor(conversationId, senderId);
        const row = {
            conversationId,
            senderId,
            type,
            content,
            status: 'sent',
            timestamp: new Date()
        };
        const message = toDto(await this.messages.insert(row));
        this.gateway.emitMessage(message);
        return message;
    }
    async findAll(conversationId) {
        const messages = await this.messages.find((message)=>message.conversationId === conversationId);
        return {
            messages: messages.map(toDto)
        };
    }
    async markAsRead(conversationId, userId) {
        await this.conversations.findFor(conversationId, userId);
        const unread = await this.messages.find((message)=>message.conversationId === conversationId && message.senderId !== userId && message.status !== 'read');
        for (const message of unread){
            message.status = 'read';
            this.gateway.emitStatus({
                messageId: message.id,
                conversationId,
                status: 'read',
                updatedAt: new Date().toISOString()
            });
        }
        return {
            updated: unread.length
        };
    }
}
MessagesService = _ts_decorate([
    Injectable(),
    _ts_param(1, Inject(forwardRef(()=>MessagesGateway))),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof ConversationsService === "undefined" ? Object : ConversationsService,
        typeof WrapperType === "undefined" ? Object : WrapperType
    ])
], MessagesService);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9tZXNzYWdlcy5zZXJ2aWNlLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IGZvcndhcmRSZWYsIEluamVjdCwgSW5qZWN0YWJsZSB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IHJhbmRvbVVVSUQgfSBmcm9tICdub2RlOmNyeXB0byc7XG5pbXBvcnQgeyBSZXBvc2l0b3J5IH0gZnJvbSAnLi4vc2hhcmVkL3JlcG9zaXRvcnkuanMnO1xuaW1wb3J0IHR5cGUgeyBXcmFwcGVyVHlwZSB9IGZyb20gJy4uL3NoYXJlZC93cmFwcGVyLXR5cGUuanMnO1xuaW1wb3J0IHsgQ29udmVyc2F0aW9uc1NlcnZpY2UgfSBmcm9tICcuL2NvbnZlcnNhdGlvbnMuc2VydmljZS5qcyc7XG5pbXBvcnQgdHlwZSB7IENyZWF0ZU1lc3NhZ2VEdG8sIE1lc3NhZ2VSZWNlaXZlZER0bywgTWVzc2FnZVN0YXR1cyB9IGZyb20gJy4vZHRvLmpzJztcbmltcG9ydCB7IE1lc3NhZ2VzR2F0ZXdheSB9IGZyb20gJy4vbWVzc2FnZXMuZ2F0ZXdheS5qcyc7XG5cbmludGVyZmFjZSBNZXNzYWdlIHtcbiAgaWQ6IHN0cmluZztcbiAgY29udmVyc2F0aW9uSWQ6IHN0cmluZztcbiAgc2VuZGVySWQ6IHN0cmluZztcbiAgdHlwZTogc3RyaW5nO1xuICBjb250ZW50OiB1bmtub3duO1xuICBzdGF0dXM6IE1lc3NhZ2VTdGF0dXM7XG4gIHRpbWVzdGFtcDogRGF0ZTtcbn1cblxuY29uc3QgdG9EdG8gPSAoeyBpZCwgLi4ubWVzc2FnZSB9OiBNZXNzYWdlKTogTWVzc2FnZVJlY2VpdmVkRHRvID0+ICh7IG1lc3NhZ2VJZDogaWQsIC4uLm1lc3NhZ2UgfSk7XG5cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBNZXNzYWdlc1NlcnZpY2Uge1xuICBwcml2YXRlIHJlYWRvbmx5IG1lc3NhZ2VzID0gbmV3IFJlcG9zaXRvcnk8TWVzc2FnZT4oKCkgPT4gcmFuZG9tVVVJRCgpKTtcblxuICBjb25zdHJ1Y3RvcihcbiAgICBwcml2YXRlIHJlYWRvbmx5IGNvbnZlcnNhdGlvbnM6IENvbnZlcnNhdGlvbnNTZXJ2aWNlLFxuICAgIEBJbmplY3QoZm9yd2FyZFJlZigoKSA9PiBNZXNzYWdlc0dhdGV3YXkpKSBwcml2YXRlIHJlYWRvbmx5IGdhdGV3YXk6IFdyYXBwZXJUeXBlPE1lc3NhZ2VzR2F0ZXdheT4sXG4gICkge31cblxuICBhc3luYyBjcmVhdGUoY29udmVyc2F0aW9uSWQ6IHN0cmluZywgeyBzZW5kZXJJZCwgdHlwZSA9ICd0ZXh0JywgY29udGVudCB9OiBDcmVhdGVNZXNzYWdlRHRvKSB7XG4gICAgYXdhaXQgdGhpcy5jb252ZXJzYXRpb25zLmZpbmRGb3IoY29udmVyc2F0aW9uSWQsIHNlbmRlcklkKTtcbiAgICBjb25zdCByb3cgPSB7IGNvbnZlcnNhdGlvbklkLCBzZW5kZXJJZCwgdHlwZSwgY29udGVudCwgc3RhdHVzOiAnc2VudCcgYXMgY29uc3QsIHRpbWVzdGFtcDogbmV3IERhdGUoKSB9O1xuICAgIGNvbnN0IG1lc3NhZ2UgPSB0b0R0byhhd2FpdCB0aGlzLm1lc3NhZ2VzLmluc2VydChyb3cpKTtcbiAgICB0aGlzLmdhdGV3YXkuZW1pdE1lc3NhZ2UobWVzc2FnZSk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cblxuICBhc3luYyBmaW5kQWxsKGNvbnZlcnNhdGlvbklkOiBzdHJpbmcpIHtcbiAgICBjb25zdCBtZXNzYWdlcyA9IGF3YWl0IHRoaXMubWVzc2FnZXMuZmluZCgobWVzc2FnZSkgPT4gbWVzc2FnZS5jb252ZXJzYXRpb25JZCA9PT0gY29udmVyc2F0aW9uSWQpO1xuICAgIHJldHVybiB7IG1lc3NhZ2VzOiBtZXNzYWdlcy5tYXAodG9EdG8pIH07XG4gIH1cblxuICBhc3luYyBtYXJrQXNSZWFkKGNvbnZlcnNhdGlvbklkOiBzdHJpbmcsIHVzZXJJZDogc3RyaW5nKSB7XG4gICAgYXdhaXQgdGhpcy5jb252ZXJzYXRpb25zLmZpbmRGb3IoY29udmVyc2F0aW9uSWQsIHVzZXJJZCk7XG4gICAgY29uc3QgdW5yZWFkID0gYXdhaXQgdGhpcy5tZXNzYWdlcy5maW5kKFxuICAgICAgKG1lc3NhZ2UpID0+IG1lc3NhZ2UuY29udmVyc2F0aW9uSWQgPT09IGNvbnZlcnNhdGlvbklkICYmIG1lc3NhZ2Uuc2VuZGVySWQgIT09IHVzZXJJZCAmJiBtZXNzYWdlLnN0YXR1cyAhPT0gJ3JlYWQnLFxuICAgICk7XG4gICAgZm9yIChjb25zdCBtZXNzYWdlIG9mIHVucmVhZCkge1xuICAgICAgbWVzc2FnZS5zdGF0dXMgPSAncmVhZCc7XG4gICAgICB0aGlzLmdhdGV3YXkuZW1pdFN0YXR1cyh7IG1lc3NhZ2VJZDogbWVzc2FnZS5pZCwgY29udmVyc2F0aW9uSWQsIHN0YXR1czogJ3JlYWQnLCB1cGRhdGVkQXQ6IG5ldyBEYXRlKCkudG9JU09TdHJpbmcoKSB9KTtcbiAgICB9XG4gICAgcmV0dXJuIHsgdXBkYXRlZDogdW5yZWFkLmxlbmd0aCB9O1xuICB9XG59XG4iXSwibmFtZXMiOlsiZm9yd2FyZFJlZiIsIkluamVjdCIsIkluamVjdGFibGUiLCJyYW5kb21VVUlEIiwiUmVwb3NpdG9yeSIsIkNvbnZlcnNhdGlvbnNTZXJ2aWNlIiwiTWVzc2FnZXNHYXRld2F5IiwidG9EdG8iLCJpZCIsIm1lc3NhZ2UiLCJtZXNzYWdlSWQiLCJNZXNzYWdlc1NlcnZpY2UiLCJtZXNzYWdlcyIsImNvbnZlcnNhdGlvbnMiLCJnYXRld2F5IiwiY3JlYXRlIiwiY29udmVyc2F0aW9uSWQiLCJzZW5kZXJJZCIsInR5cGUiLCJjb250ZW50IiwiZmluZEZvciIsInJvdyIsInN0YXR1cyIsInRpbWVzdGFtcCIsIkRhdGUiLCJpbnNlcnQiLCJlbWl0TWVzc2FnZSIsImZpbmRBbGwiLCJmaW5kIiwibWFwIiwibWFya0FzUmVhZCIsInVzZXJJZCIsInVucmVhZCIsImVtaXRTdGF0dXMiLCJ1cGRhdGVkQXQiLCJ0b0lTT1N0cmluZyIsInVwZGF0ZWQiLCJsZW5ndGgiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsVUFBVSxFQUFFQyxNQUFNLEVBQUVDLFVBQVUsUUFBUSxpQkFBaUI7QUFDaEUsU0FBU0MsVUFBVSxRQUFRLGNBQWM7QUFDekMsU0FBU0MsVUFBVSxRQUFRLDBCQUEwQjtBQUVyRCxTQUFTQyxvQkFBb0IsUUFBUSw2QkFBNkI7QUFFbEUsU0FBU0MsZUFBZSxRQUFRLHdCQUF3QjtBQVl4RCxNQUFNQyxRQUFRLENBQUMsRUFBRUMsRUFBRSxFQUFFLEdBQUdDLFNBQWtCLEdBQTBCLENBQUE7UUFBRUMsV0FBV0Y7UUFBSSxHQUFHQyxPQUFPO0lBQUMsQ0FBQTtBQUdoRyxPQUFPLE1BQU1FOzs7SUFDTUMsV0FBVyxJQUFJUixXQUFvQixJQUFNRCxjQUFjO0lBRXhFLFlBQ0UsQUFBaUJVLGFBQW1DLEVBQ3BELEFBQTREQyxPQUFxQyxDQUNqRzthQUZpQkQsZ0JBQUFBO2FBQzJDQyxVQUFBQTtJQUMzRDtJQUVILE1BQU1DLE9BQU9DLGNBQXNCLEVBQUUsRUFBRUMsUUFBUSxFQUFFQyxPQUFPLE1BQU0sRUFBRUMsT0FBTyxFQUFvQixFQUFFO1FBQzNGLE1BQU0sSUFBSSxDQUFDTixhQUFhLENBQUNPLE9BQU8sQ0FBQ0osZ0JBQWdCQztRQUNqRCxNQUFNSSxNQUFNO1lBQUVMO1lBQWdCQztZQUFVQztZQUFNQztZQUFTRyxRQUFRO1lBQWlCQyxXQUFXLElBQUlDO1FBQU87UUFDdEcsTUFBTWYsVUFBVUYsTUFBTSxNQUFNLElBQUksQ0FBQ0ssUUFBUSxDQUFDYSxNQUFNLENBQUNKO1FBQ2pELElBQUksQ0FBQ1AsT0FBTyxDQUFDWSxXQUFXLENBQUNqQjtRQUN6QixPQUFPQTtJQUNUO0lBRUEsTUFBTWtCLFFBQVFYLGNBQXNCLEVBQUU7UUFDcEMsTUFBTUosV0FBVyxNQUFNLElBQUksQ0FBQ0EsUUFBUSxDQUFDZ0IsSUFBSSxDQUFDLENBQUNuQixVQUFZQSxRQUFRTyxjQUFjLEtBQUtBO1FBQ2xGLE9BQU87WUFBRUosVUFBVUEsU0FBU2lCLEdBQUcsQ0FBQ3RCO1FBQU87SUFDekM7SUFFQSxNQUFNdUIsV0FBV2QsY0FBc0IsRUFBRWUsTUFBYyxFQUFFO1FBQ3ZELE1BQU0sSUFBSSxDQUFDbEIsYUFBYSxDQUFDTyxPQUFPLENBQUNKLGdCQUFnQmU7UUFDakQsTUFBTUMsU0FBUyxNQUFNLElBQUksQ0FBQ3BCLFFBQVEsQ0FBQ2dCLElBQUksQ0FDckMsQ0FBQ25CLFVBQVlBLFFBQVFPLGNBQWMsS0FBS0Esa0JBQWtCUCxRQUFRUSxRQUFRLEtBQUtjLFVBQVV0QixRQUFRYSxNQUFNLEtBQUs7UUFFOUcsS0FBSyxNQUFNYixXQUFXdUIsT0FBUTtZQUM1QnZCLFFBQVFhLE1BQU0sR0FBRztZQUNqQixJQUFJLENBQUNSLE9BQU8sQ0FBQ21CLFVBQVUsQ0FBQztnQkFBRXZCLFdBQVdELFFBQVFELEVBQUU7Z0JBQUVRO2dCQUFnQk0sUUFBUTtnQkFBUVksV0FBVyxJQUFJVixPQUFPVyxXQUFXO1lBQUc7UUFDdkg7UUFDQSxPQUFPO1lBQUVDLFNBQVNKLE9BQU9LLE1BQU07UUFBQztJQUNsQztBQUNGOzs7dUNBM0I2Qi9CIn0=