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
import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { Repository } from '../shared/repository.js';
export class ChatsService {
    conversations = new Repository((count)=>count);
    messages = new Repository((count)=>count);
    createConversation({ sender_id, receiver_id }) {
        return this.conversations.insert({
            sender_id,
            receiver_id
        });
    }
    async conversationOf(id, userId) {
        const conversation = await this.conversations.findOne(id);
        if (!conversation) throw new NotFoundException('Conversation not found');
        if (conversation.sender_id !== userId && conversation.receiver_id !== userId) {
            throw new ForbiddenException('Unauthorized to join this conversation');
        }
        return conversation;
    }
    async createMessage(dto) {
        const conversation = await this.conversationOf(dto.conversation_id, dto.sender_id);
        const { sender_id, conversation_id, message_type, content } = dto;
        const row = await this.messages.insert({
            sender_id,
            conversation_id,
            message_type,
            content,
            timestamp: new Date()
        });
        return {
            ...row,
            conversation
        };
    }
    async history(id, { page, limit }) {
        const conversation = await this.conversations.findOne(id);
        if (!conversation) throw new NotFoundException('Conversation not found');
        const all = await this.messages.find((row)=>row.conversation_id === id);
        const newest = all.reverse().slice((page - 1) * limit, page * limit);
        const messages = newest.map((row)=>({
                ...row,
                conversation
            }));
        return {
            messages,
            total: all.length,
            page,
            limit,
            totalPages: Math.ceil(all.length / limit)
        };
    }
}
ChatsService = _ts_decorate([
    Injectable()
], ChatsService);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9nYXRld2F5L2NoYXRzLnNlcnZpY2UudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgRm9yYmlkZGVuRXhjZXB0aW9uLCBJbmplY3RhYmxlLCBOb3RGb3VuZEV4Y2VwdGlvbiB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IFJlcG9zaXRvcnkgfSBmcm9tICcuLi9zaGFyZWQvcmVwb3NpdG9yeS5qcyc7XG5pbXBvcnQgdHlwZSB7IENyZWF0ZUNvbnZlcnNhdGlvbkR0bywgQ3JlYXRlTWVzc2FnZUR0bywgUGFnZUR0byB9IGZyb20gJy4vZHRvLmpzJztcblxuZXhwb3J0IGludGVyZmFjZSBDb252ZXJzYXRpb24ge1xuICBpZDogbnVtYmVyO1xuICBzZW5kZXJfaWQ6IG51bWJlcjtcbiAgcmVjZWl2ZXJfaWQ6IG51bWJlcjtcbn1cblxuaW50ZXJmYWNlIE1lc3NhZ2VSb3cgZXh0ZW5kcyBDcmVhdGVNZXNzYWdlRHRvIHtcbiAgaWQ6IG51bWJlcjtcbiAgdGltZXN0YW1wOiBEYXRlO1xufVxuXG5leHBvcnQgaW50ZXJmYWNlIE1lc3NhZ2UgZXh0ZW5kcyBNZXNzYWdlUm93IHtcbiAgY29udmVyc2F0aW9uOiBDb252ZXJzYXRpb247XG59XG5cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBDaGF0c1NlcnZpY2Uge1xuICBwcml2YXRlIHJlYWRvbmx5IGNvbnZlcnNhdGlvbnMgPSBuZXcgUmVwb3NpdG9yeTxDb252ZXJzYXRpb24+KChjb3VudCkgPT4gY291bnQpO1xuICBwcml2YXRlIHJlYWRvbmx5IG1lc3NhZ2VzID0gbmV3IFJlcG9zaXRvcnk8TWVzc2FnZVJvdz4oKGNvdW50KSA9PiBjb3VudCk7XG5cbiAgY3JlYXRlQ29udmVyc2F0aW9uKHsgc2VuZGVyX2lkLCByZWNlaXZlcl9pZCB9OiBDcmVhdGVDb252ZXJzYXRpb25EdG8pOiBQcm9taXNlPENvbnZlcnNhdGlvbj4ge1xuICAgIHJldHVybiB0aGlzLmNvbnZlcnNhdGlvbnMuaW5zZXJ0KHsgc2VuZGVyX2lkLCByZWNlaXZlcl9pZCB9KTtcbiAgfVxuXG4gIGFzeW5jIGNvbnZlcnNhdGlvbk9mKGlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTxDb252ZXJzYXRpb24+IHtcbiAgICBjb25zdCBjb252ZXJzYXRpb24gPSBhd2FpdCB0aGlzLmNvbnZlcnNhdGlvbnMuZmluZE9uZShpZCk7XG4gICAgaWYgKCFjb252ZXJzYXRpb24pIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbignQ29udmVyc2F0aW9uIG5vdCBmb3VuZCcpO1xuICAgIGlmIChjb252ZXJzYXRpb24uc2VuZGVyX2lkICE9PSB1c2VySWQgJiYgY29udmVyc2F0aW9uLnJlY2VpdmVyX2lkICE9PSB1c2VySWQpIHtcbiAgICAgIHRocm93IG5ldyBGb3JiaWRkZW5FeGNlcHRpb24oJ1VuYXV0aG9yaXplZCB0byBqb2luIHRoaXMgY29udmVyc2F0aW9uJyk7XG4gICAgfVxuICAgIHJldHVybiBjb252ZXJzYXRpb247XG4gIH1cblxuICBhc3luYyBjcmVhdGVNZXNzYWdlKGR0bzogQ3JlYXRlTWVzc2FnZUR0byk6IFByb21pc2U8TWVzc2FnZT4ge1xuICAgIGNvbnN0IGNvbnZlcnNhdGlvbiA9IGF3YWl0IHRoaXMuY29udmVyc2F0aW9uT2YoZHRvLmNvbnZlcnNhdGlvbl9pZCwgZHRvLnNlbmRlcl9pZCk7XG4gICAgY29uc3QgeyBzZW5kZXJfaWQsIGNvbnZlcnNhdGlvbl9pZCwgbWVzc2FnZV90eXBlLCBjb250ZW50IH0gPSBkdG87XG4gICAgY29uc3Qgcm93ID0gYXdhaXQgdGhpcy5tZXNzYWdlcy5pbnNlcnQoeyBzZW5kZXJfaWQsIGNvbnZlcnNhdGlvbl9pZCwgbWVzc2FnZV90eXBlLCBjb250ZW50LCB0aW1lc3RhbXA6IG5ldyBEYXRlKCkgfSk7XG4gICAgcmV0dXJuIHsgLi4ucm93LCBjb252ZXJzYXRpb24gfTtcbiAgfVxuXG4gIGFzeW5jIGhpc3RvcnkoaWQ6IG51bWJlciwgeyBwYWdlLCBsaW1pdCB9OiBQYWdlRHRvKSB7XG4gICAgY29uc3QgY29udmVyc2F0aW9uID0gYXdhaXQgdGhpcy5jb252ZXJzYXRpb25zLmZpbmRPbmUoaWQpO1xuICAgIGlmICghY29udmVyc2F0aW9uKSB0aHJvdyBuZXcgTm90Rm91bmRFeGNlcHRpb24oJ0NvbnZlcnNhdGlvbiBub3QgZm91bmQnKTtcbiAgICBjb25zdCBhbGwgPSBhd2FpdCB0aGlzLm1lc3NhZ2VzLmZpbmQoKHJvdykgPT4gcm93LmNvbnZlcnNhdGlvbl9pZCA9PT0gaWQpO1xuICAgIGNvbnN0IG5ld2VzdCA9IGFsbC5yZXZlcnNlKCkuc2xpY2UoKHBhZ2UgLSAxKSAqIGxpbWl0LCBwYWdlICogbGltaXQpO1xuICAgIGNvbnN0IG1lc3NhZ2VzID0gbmV3ZXN0Lm1hcCgocm93KSA9PiAoeyAuLi5yb3csIGNvbnZlcnNhdGlvbiB9KSk7XG4gICAgcmV0dXJuIHsgbWVzc2FnZXMsIHRvdGFsOiBhbGwubGVuZ3RoLCBwYWdlLCBsaW1pdCwgdG90YWxQYWdlczogTWF0aC5jZWlsKGFsbC5sZW5ndGggLyBsaW1pdCkgfTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbIkZvcmJpZGRlbkV4Y2VwdGlvbiIsIkluamVjdGFibGUiLCJOb3RGb3VuZEV4Y2VwdGlvbiIsIlJlcG9zaXRvcnkiLCJDaGF0c1NlcnZpY2UiLCJjb252ZXJzYXRpb25zIiwiY291bnQiLCJtZXNzYWdlcyIsImNyZWF0ZUNvbnZlcnNhdGlvbiIsInNlbmRlcl9pZCIsInJlY2VpdmVyX2lkIiwiaW5zZXJ0IiwiY29udmVyc2F0aW9uT2YiLCJpZCIsInVzZXJJZCIsImNvbnZlcnNhdGlvbiIsImZpbmRPbmUiLCJjcmVhdGVNZXNzYWdlIiwiZHRvIiwiY29udmVyc2F0aW9uX2lkIiwibWVzc2FnZV90eXBlIiwiY29udGVudCIsInJvdyIsInRpbWVzdGFtcCIsIkRhdGUiLCJoaXN0b3J5IiwicGFnZSIsImxpbWl0IiwiYWxsIiwiZmluZCIsIm5ld2VzdCIsInJldmVyc2UiLCJzbGljZSIsIm1hcCIsInRvdGFsIiwibGVuZ3RoIiwidG90YWxQYWdlcyIsIk1hdGgiLCJjZWlsIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0Esa0JBQWtCLEVBQUVDLFVBQVUsRUFBRUMsaUJBQWlCLFFBQVEsaUJBQWlCO0FBQ25GLFNBQVNDLFVBQVUsUUFBUSwwQkFBMEI7QUFtQnJELE9BQU8sTUFBTUM7SUFDTUMsZ0JBQWdCLElBQUlGLFdBQXlCLENBQUNHLFFBQVVBLE9BQU87SUFDL0RDLFdBQVcsSUFBSUosV0FBdUIsQ0FBQ0csUUFBVUEsT0FBTztJQUV6RUUsbUJBQW1CLEVBQUVDLFNBQVMsRUFBRUMsV0FBVyxFQUF5QixFQUF5QjtRQUMzRixPQUFPLElBQUksQ0FBQ0wsYUFBYSxDQUFDTSxNQUFNLENBQUM7WUFBRUY7WUFBV0M7UUFBWTtJQUM1RDtJQUVBLE1BQU1FLGVBQWVDLEVBQVUsRUFBRUMsTUFBYyxFQUF5QjtRQUN0RSxNQUFNQyxlQUFlLE1BQU0sSUFBSSxDQUFDVixhQUFhLENBQUNXLE9BQU8sQ0FBQ0g7UUFDdEQsSUFBSSxDQUFDRSxjQUFjLE1BQU0sSUFBSWIsa0JBQWtCO1FBQy9DLElBQUlhLGFBQWFOLFNBQVMsS0FBS0ssVUFBVUMsYUFBYUwsV0FBVyxLQUFLSSxRQUFRO1lBQzVFLE1BQU0sSUFBSWQsbUJBQW1CO1FBQy9CO1FBQ0EsT0FBT2U7SUFDVDtJQUVBLE1BQU1FLGNBQWNDLEdBQXFCLEVBQW9CO1FBQzNELE1BQU1ILGVBQWUsTUFBTSxJQUFJLENBQUNILGNBQWMsQ0FBQ00sSUFBSUMsZUFBZSxFQUFFRCxJQUFJVCxTQUFTO1FBQ2pGLE1BQU0sRUFBRUEsU0FBUyxFQUFFVSxlQUFlLEVBQUVDLFlBQVksRUFBRUMsT0FBTyxFQUFFLEdBQUdIO1FBQzlELE1BQU1JLE1BQU0sTUFBTSxJQUFJLENBQUNmLFFBQVEsQ0FBQ0ksTUFBTSxDQUFDO1lBQUVGO1lBQVdVO1lBQWlCQztZQUFjQztZQUFTRSxXQUFXLElBQUlDO1FBQU87UUFDbEgsT0FBTztZQUFFLEdBQUdGLEdBQUc7WUFBRVA7UUFBYTtJQUNoQztJQUVBLE1BQU1VLFFBQVFaLEVBQVUsRUFBRSxFQUFFYSxJQUFJLEVBQUVDLEtBQUssRUFBVyxFQUFFO1FBQ2xELE1BQU1aLGVBQWUsTUFBTSxJQUFJLENBQUNWLGFBQWEsQ0FBQ1csT0FBTyxDQUFDSDtRQUN0RCxJQUFJLENBQUNFLGNBQWMsTUFBTSxJQUFJYixrQkFBa0I7UUFDL0MsTUFBTTBCLE1BQU0sTUFBTSxJQUFJLENBQUNyQixRQUFRLENBQUNzQixJQUFJLENBQUMsQ0FBQ1AsTUFBUUEsSUFBSUgsZUFBZSxLQUFLTjtRQUN0RSxNQUFNaUIsU0FBU0YsSUFBSUcsT0FBTyxHQUFHQyxLQUFLLENBQUMsQUFBQ04sQ0FBQUEsT0FBTyxDQUFBLElBQUtDLE9BQU9ELE9BQU9DO1FBQzlELE1BQU1wQixXQUFXdUIsT0FBT0csR0FBRyxDQUFDLENBQUNYLE1BQVMsQ0FBQTtnQkFBRSxHQUFHQSxHQUFHO2dCQUFFUDtZQUFhLENBQUE7UUFDN0QsT0FBTztZQUFFUjtZQUFVMkIsT0FBT04sSUFBSU8sTUFBTTtZQUFFVDtZQUFNQztZQUFPUyxZQUFZQyxLQUFLQyxJQUFJLENBQUNWLElBQUlPLE1BQU0sR0FBR1I7UUFBTztJQUMvRjtBQUNGIn0=