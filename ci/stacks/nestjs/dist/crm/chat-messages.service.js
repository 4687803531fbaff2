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
export class ChatMessagesService {
    chats = new Repository((count)=>count);
    messages = new Repository((count)=>count);
    createChat(participants) {
        return this.chats.insert({
            participants
        });
    }
    async chatOf(chatId, userId) {
        const chat = await this.chats.findOne(chatId);
        if (!chat) throw new NotFoundException(`Chat ${chatId} not found`);
        if (!chat.participants.includes(userId)) throw new ForbiddenException('You are not a participant in this chat');
        return chat;
    }
    async create(chatId, senderId, message) {
        await this.chatOf(chatId, senderId);
        return this.messages.insert({
            chatId,
            senderId,
            message,
            createdAt: new Date(),
            readBy: []
        });
    }
    async findAll(chatId, userId) {
        await this.chatOf(chatId, userId);
        return this.messages.find((message)=>message.chatId === chatId);
    }
    async markAsRead(chatId, messageId, userId) {
        await this.chatOf(chatId, userId);
        const message = await this.messages.findOne(messageId);
        if (message?.chatId !== chatId) throw new NotFoundException(`Message ${messageId} not found`);
        if (!message.readBy.includes(userId)) message.readBy.push(userId);
    }
    async update(id, userId, content) {
        return Object.assign(await this.ownMessage(id, userId), {
            message: content
        });
    }
    async remove(id, userId) {
        const message = await this.ownMessage(id, userId);
        await this.messages.delete(id);
        return message;
    }
    async ownMessage(id, userId) {
        const message = await this.messages.findOne(id);
        if (!message) throw new NotFoundException(`Message ${id} not found`);
        if (message.senderId !== userId) throw new ForbiddenException('You can only change your own messages');
        return message;
    }
}
ChatMessagesService = _ts_decorate([
    Injectable()
], ChatMessagesService);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vY2hhdC1tZXNzYWdlcy5zZXJ2aWNlLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEZvcmJpZGRlbkV4Y2VwdGlvbiwgSW5qZWN0YWJsZSwgTm90Rm91bmRFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBSZXBvc2l0b3J5IH0gZnJvbSAnLi4vc2hhcmVkL3JlcG9zaXRvcnkuanMnO1xuXG5leHBvcnQgaW50ZXJmYWNlIENoYXQge1xuICBpZDogbnVtYmVyO1xuICBwYXJ0aWNpcGFudHM6IG51bWJlcltdO1xufVxuXG5leHBvcnQgaW50ZXJmYWNlIE1lc3NhZ2Uge1xuICBpZDogbnVtYmVyO1xuICBjaGF0SWQ6IG51bWJlcjtcbiAgc2VuZGVySWQ6IG51bWJlcjtcbiAgbWVzc2FnZTogc3RyaW5nO1xuICBjcmVhdGVkQXQ6IERhdGU7XG4gIHJlYWRCeTogbnVtYmVyW107XG59XG5cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBDaGF0TWVzc2FnZXNTZXJ2aWNlIHtcbiAgcHJpdmF0ZSByZWFkb25seSBjaGF0cyA9IG5ldyBSZXBvc2l0b3J5PENoYXQ+KChjb3VudCkgPT4gY291bnQpO1xuICBwcml2YXRlIHJlYWRvbmx5IG1lc3NhZ2VzID0gbmV3IFJlcG9zaXRvcnk8TWVzc2FnZT4oKGNvdW50KSA9PiBjb3VudCk7XG5cbiAgY3JlYXRlQ2hhdChwYXJ0aWNpcGFudHM6IG51bWJlcltdKTogUHJvbWlzZTxDaGF0PiB7XG4gICAgcmV0dXJuIHRoaXMuY2hhdHMuaW5zZXJ0KHsgcGFydGljaXBhbnRzIH0pO1xuICB9XG5cbiAgYXN5bmMgY2hhdE9mKGNoYXRJZDogbnVtYmVyLCB1c2VySWQ6IG51bWJlcik6IFByb21pc2U8Q2hhdD4ge1xuICAgIGNvbnN0IGNoYXQgPSBhd2FpdCB0aGlzLmNoYXRzLmZpbmRPbmUoY2hhdElkKTtcbiAgICBpZiAoIWNoYXQpIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgQ2hhdCAke2NoYXRJZH0gbm90IGZvdW5kYCk7XG4gICAgaWYgKCFjaGF0LnBhcnRpY2lwYW50cy5pbmNsdWRlcyh1c2VySWQpKSB0aHJvdyBuZXcgRm9yYmlkZGVuRXhjZXB0aW9uKCdZb3UgYXJlIG5vdCBhIHBhcnRpY2lwYW50IGluIHRoaXMgY2hhdCcpO1xuICAgIHJldHVybiBjaGF0O1xuICB9XG5cbiAgYXN5bmMgY3JlYXRlKGNoYXRJZDogbnVtYmVyLCBzZW5kZXJJZDogbnVtYmVyLCBtZXNzYWdlOiBzdHJpbmcpOiBQcm9taXNlPE1lc3NhZ2U+IHtcbiAgICBhd2FpdCB0aGlzLmNoYXRPZihjaGF0SWQsIHNlbmRlcklkKTtcbiAgICByZXR1cm4gdGhpcy5tZXNzYWdlcy5pbnNlcnQoeyBjaGF0SWQsIHNlbmRlcklkLCBtZXNzYWdlLCBjcmVhdGVkQXQ6IG5ldyBEYXRlKCksIHJlYWRCeTogW10gfSk7XG4gIH1cblxuICBhc3luYyBmaW5kQWxsKGNoYXRJZDogbnVtYmVyLCB1c2VySWQ6IG51bWJlcik6IFByb21pc2U8TWVzc2FnZVtdPiB7XG4gICAgYXdhaXQgdGhpcy5jaGF0T2YoY2hhdElkLCB1c2VySWQpO1xuICAgIHJldHVybiB0aGlzLm1lc3NhZ2VzLmZpbmQoKG1lc3NhZ2UpID0+IG1lc3NhZ2UuY2hhdElkID09PSBjaGF0SWQpO1xuICB9XG5cbiAgYXN5bmMgbWFya0FzUmVhZChjaGF0SWQ6IG51bWJlciwgbWVzc2FnZUlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTx2b2lkPiB7XG4gICAgYXdhaXQgdGhpcy5jaGF0T2YoY2hhdElkLCB1c2VySWQpO1xuICAgIGNvbnN0IG1lc3NhZ2UgPSBhd2FpdCB0aGlzLm1lc3NhZ2VzLmZpbmRPbmUobWVzc2FnZUlkKTtcbiAgICBpZiAobWVzc2FnZT8uY2hhdElkICE9PSBjaGF0SWQpIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgTWVzc2FnZSAke21lc3NhZ2VJZH0gbm90IGZvdW5kYCk7XG4gICAgaWYgKCFtZXNzYWdlLnJlYWRCeS5pbmNsdWRlcyh1c2VySWQpKSBtZXNzYWdlLnJlYWRCeS5wdXNoKHVzZXJJZCk7XG4gIH1cblxuICBhc3luYyB1cGRhdGUoaWQ6IG51bWJlciwgdXNlcklkOiBudW1iZXIsIGNvbnRlbnQ6IHN0cmluZyk6IFByb21pc2U8TWVzc2FnZT4ge1xuICAgIHJldHVybiBPYmplY3QuYXNzaWduKGF3YWl0IHRoaXMub3duTWVzc2FnZShpZCwgdXNlcklkKSwgeyBtZXNzYWdlOiBjb250ZW50IH0pO1xuICB9XG5cbiAgYXN5bmMgcmVtb3ZlKGlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTxNZXNzYWdlPiB7XG4gICAgY29uc3QgbWVzc2FnZSA9IGF3YWl0IHRoaXMub3duTWVzc2FnZShpZCwgdXNlcklkKTtcbiAgICBhd2FpdCB0aGlzLm1lc3NhZ2VzLmRlbGV0ZShpZCk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cblxuICBwcml2YXRlIGFzeW5jIG93bk1lc3NhZ2UoaWQ6IG51bWJlciwgdXNlcklkOiBudW1iZXIpOiBQcm9taXNlPE1lc3NhZ2U+IHtcbiAgICBjb25zdCBtZXNzYWdlID0gYXdhaXQgdGhpcy5tZXNzYWdlcy5maW5kT25lKGlkKTtcbiAgICBpZiAoIW1lc3NhZ2UpIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgTWVzc2FnZSAke2lkfSBub3QgZm91bmRgKTtcbiAgICBpZiAobWVzc2FnZS5zZW5kZXJJZCAhPT0gdXNlcklkKSB0aHJvdyBuZXcgRm9yYmlkZGVuRXhjZXB0aW9uKCdZb3UgY2FuIG9ubHkgY2hhbmdlIHlvdXIgb3duIG1lc3NhZ2VzJyk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJGb3JiaWRkZW5FeGNlcHRpb24iLCJJbmplY3RhYmxlIiwiTm90Rm91bmRFeGNlcHRpb24iLCJSZXBvc2l0b3J5IiwiQ2hhdE1lc3NhZ2VzU2VydmljZSIsImNoYXRzIiwiY291bnQiLCJtZXNzYWdlcyIsImNyZWF0ZUNoYXQiLCJwYXJ0aWNpcGFudHMiLCJpbnNlcnQiLCJjaGF0T2YiLCJjaGF0SWQiLCJ1c2VySWQiLCJjaGF0IiwiZmluZE9uZSIsImluY2x1ZGVzIiwiY3JlYXRlIiwic2VuZGVySWQiLCJtZXNzYWdlIiwiY3JlYXRlZEF0IiwiRGF0ZSIsInJlYWRCeSIsImZpbmRBbGwiLCJmaW5kIiwibWFya0FzUmVhZCIsIm1lc3NhZ2VJZCIsInB1c2giLCJ1cGRhdGUiLCJpZCIsImNvbnRlbnQiLCJPYmplY3QiLCJhc3NpZ24iLCJvd25NZXNzYWdlIiwicmVtb3ZlIiwiZGVsZXRlIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0Esa0JBQWtCLEVBQUVDLFVBQVUsRUFBRUMsaUJBQWlCLFFBQVEsaUJBQWlCO0FBQ25GLFNBQVNDLFVBQVUsUUFBUSwwQkFBMEI7QUFpQnJELE9BQU8sTUFBTUM7SUFDTUMsUUFBUSxJQUFJRixXQUFpQixDQUFDRyxRQUFVQSxPQUFPO0lBQy9DQyxXQUFXLElBQUlKLFdBQW9CLENBQUNHLFFBQVVBLE9BQU87SUFFdEVFLFdBQVdDLFlBQXNCLEVBQWlCO1FBQ2hELE9BQU8sSUFBSSxDQUFDSixLQUFLLENBQUNLLE1BQU0sQ0FBQztZQUFFRDtRQUFhO0lBQzFDO0lBRUEsTUFBTUUsT0FBT0MsTUFBYyxFQUFFQyxNQUFjLEVBQWlCO1FBQzFELE1BQU1DLE9BQU8sTUFBTSxJQUFJLENBQUNULEtBQUssQ0FBQ1UsT0FBTyxDQUFDSDtRQUN0QyxJQUFJLENBQUNFLE1BQU0sTUFBTSxJQUFJWixrQkFBa0IsQ0FBQyxLQUFLLEVBQUVVLE9BQU8sVUFBVSxDQUFDO1FBQ2pFLElBQUksQ0FBQ0UsS0FBS0wsWUFBWSxDQUFDTyxRQUFRLENBQUNILFNBQVMsTUFBTSxJQUFJYixtQkFBbUI7UUFDdEUsT0FBT2M7SUFDVDtJQUVBLE1BQU1HLE9BQU9MLE1BQWMsRUFBRU0sUUFBZ0IsRUFBRUMsT0FBZSxFQUFvQjtRQUNoRixNQUFNLElBQUksQ0FBQ1IsTUFBTSxDQUFDQyxRQUFRTTtRQUMxQixPQUFPLElBQUksQ0FBQ1gsUUFBUSxDQUFDRyxNQUFNLENBQUM7WUFBRUU7WUFBUU07WUFBVUM7WUFBU0MsV0FBVyxJQUFJQztZQUFRQyxRQUFRLEVBQUU7UUFBQztJQUM3RjtJQUVBLE1BQU1DLFFBQVFYLE1BQWMsRUFBRUMsTUFBYyxFQUFzQjtRQUNoRSxNQUFNLElBQUksQ0FBQ0YsTUFBTSxDQUFDQyxRQUFRQztRQUMxQixPQUFPLElBQUksQ0FBQ04sUUFBUSxDQUFDaUIsSUFBSSxDQUFDLENBQUNMLFVBQVlBLFFBQVFQLE1BQU0sS0FBS0E7SUFDNUQ7SUFFQSxNQUFNYSxXQUFXYixNQUFjLEVBQUVjLFNBQWlCLEVBQUViLE1BQWMsRUFBaUI7UUFDakYsTUFBTSxJQUFJLENBQUNGLE1BQU0sQ0FBQ0MsUUFBUUM7UUFDMUIsTUFBTU0sVUFBVSxNQUFNLElBQUksQ0FBQ1osUUFBUSxDQUFDUSxPQUFPLENBQUNXO1FBQzVDLElBQUlQLFNBQVNQLFdBQVdBLFFBQVEsTUFBTSxJQUFJVixrQkFBa0IsQ0FBQyxRQUFRLEVBQUV3QixVQUFVLFVBQVUsQ0FBQztRQUM1RixJQUFJLENBQUNQLFFBQVFHLE1BQU0sQ0FBQ04sUUFBUSxDQUFDSCxTQUFTTSxRQUFRRyxNQUFNLENBQUNLLElBQUksQ0FBQ2Q7SUFDNUQ7SUFFQSxNQUFNZSxPQUFPQyxFQUFVLEVBQUVoQixNQUFjLEVBQUVpQixPQUFlLEVBQW9CO1FBQzFFLE9BQU9DLE9BQU9DLE1BQU0sQ0FBQyxNQUFNLElBQUksQ0FBQ0MsVUFBVSxDQUFDSixJQUFJaEIsU0FBUztZQUFFTSxTQUFTVztRQUFRO0lBQzdFO0lBRUEsTUFBTUksT0FBT0wsRUFBVSxFQUFFaEIsTUFBYyxFQUFvQjtRQUN6RCxNQUFNTSxVQUFVLE1BQU0sSUFBSSxDQUFDYyxVQUFVLENBQUNKLElBQUloQjtRQUMxQyxNQUFNLElBQUksQ0FBQ04sUUFBUSxDQUFDNEIsTUFBTSxDQUFDTjtRQUMzQixPQUFPVjtJQUNUO0lBRUEsTUFBY2MsV0FBV0osRUFBVSxFQUFFaEIsTUFBYyxFQUFvQjtRQUNyRSxNQUFNTSxVQUFVLE1BQU0sSUFBSSxDQUFDWixRQUFRLENBQUNRLE9BQU8sQ0FBQ2M7UUFDNUMsSUFBSSxDQUFDVixTQUFTLE1BQU0sSUFBSWpCLGtCQUFrQixDQUFDLFFBQVEsRUFBRTJCLEdBQUcsVUFBVSxDQUFDO1FBQ25FLElBQUlWLFFBQVFELFFBQVEsS0FBS0wsUUFBUSxNQUFNLElBQUliLG1CQUFtQjtRQUM5RCxPQUFPbUI7SUFDVDtBQUNGIn0=