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
import { hasDefect } from '../shared/defect.js';
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
        const inserted = this.messages.insert({
            chatId,
            senderId,
            message,
            createdAt: new Date(),
            readBy: []
        });
        return hasDefect('not-awaited') ? inserted : await inserted;
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

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vY2hhdC1tZXNzYWdlcy5zZXJ2aWNlLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEZvcmJpZGRlbkV4Y2VwdGlvbiwgSW5qZWN0YWJsZSwgTm90Rm91bmRFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBoYXNEZWZlY3QgfSBmcm9tICcuLi9zaGFyZWQvZGVmZWN0LmpzJztcbmltcG9ydCB7IFJlcG9zaXRvcnkgfSBmcm9tICcuLi9zaGFyZWQvcmVwb3NpdG9yeS5qcyc7XG5cbmV4cG9ydCBpbnRlcmZhY2UgQ2hhdCB7XG4gIGlkOiBudW1iZXI7XG4gIHBhcnRpY2lwYW50czogbnVtYmVyW107XG59XG5cbmV4cG9ydCBpbnRlcmZhY2UgTWVzc2FnZSB7XG4gIGlkOiBudW1iZXI7XG4gIGNoYXRJZDogbnVtYmVyO1xuICBzZW5kZXJJZDogbnVtYmVyO1xuICBtZXNzYWdlOiBzdHJpbmc7XG4gIGNyZWF0ZWRBdDogRGF0ZTtcbiAgcmVhZEJ5OiBudW1iZXJbXTtcbn1cblxuQEluamVjdGFibGUoKVxuZXhwb3J0IGNsYXNzIENoYXRNZXNzYWdlc1NlcnZpY2Uge1xuICBwcml2YXRlIHJlYWRvbmx5IGNoYXRzID0gbmV3IFJlcG9zaXRvcnk8Q2hhdD4oKGNvdW50KSA9PiBjb3VudCk7XG4gIHByaXZhdGUgcmVhZG9ubHkgbWVzc2FnZXMgPSBuZXcgUmVwb3NpdG9yeTxNZXNzYWdlPigoY291bnQpID0+IGNvdW50KTtcblxuICBjcmVhdGVDaGF0KHBhcnRpY2lwYW50czogbnVtYmVyW10pOiBQcm9taXNlPENoYXQ+IHtcbiAgICByZXR1cm4gdGhpcy5jaGF0cy5pbnNlcnQoeyBwYXJ0aWNpcGFudHMgfSk7XG4gIH1cblxuICBhc3luYyBjaGF0T2YoY2hhdElkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTxDaGF0PiB7XG4gICAgY29uc3QgY2hhdCA9IGF3YWl0IHRoaXMuY2hhdHMuZmluZE9uZShjaGF0SWQpO1xuICAgIGlmICghY2hhdCkgdGhyb3cgbmV3IE5vdEZvdW5kRXhjZXB0aW9uKGBDaGF0ICR7Y2hhdElkfSBub3QgZm91bmRgKTtcbiAgICBpZiAoIWNoYXQucGFydGljaXBhbnRzLmluY2x1ZGVzKHVzZXJJZCkpIHRocm93IG5ldyBGb3JiaWRkZW5FeGNlcHRpb24oJ1lvdSBhcmUgbm90IGEgcGFydGljaXBhbnQgaW4gdGhpcyBjaGF0Jyk7XG4gICAgcmV0dXJuIGNoYXQ7XG4gIH1cblxuICBhc3luYyBjcmVhdGUoY2hhdElkOiBudW1iZXIsIHNlbmRlcklkOiBudW1iZXIsIG1lc3NhZ2U6IHN0cmluZyk6IFByb21pc2U8TWVzc2FnZT4ge1xuICAgIGF3YWl0IHRoaXMuY2hhdE9mKGNoYXRJZCwgc2VuZGVySWQpO1xuICAgIGNvbnN0IGluc2VydGVkID0gdGhpcy5tZXNzYWdlcy5pbnNlcnQoeyBjaGF0SWQsIHNlbmRlcklkLCBtZXNzYWdlLCBjcmVhdGVkQXQ6IG5ldyBEYXRlKCksIHJlYWRCeTogW10gfSk7XG4gICAgcmV0dXJuIGhhc0RlZmVjdCgnbm90LWF3YWl0ZWQnKSA/IChpbnNlcnRlZCBhcyB1bmtub3duIGFzIE1lc3NhZ2UpIDogYXdhaXQgaW5zZXJ0ZWQ7XG4gIH1cblxuICBhc3luYyBmaW5kQWxsKGNoYXRJZDogbnVtYmVyLCB1c2VySWQ6IG51bWJlcik6IFByb21pc2U8TWVzc2FnZVtdPiB7XG4gICAgYXdhaXQgdGhpcy5jaGF0T2YoY2hhdElkLCB1c2VySWQpO1xuICAgIHJldHVybiB0aGlzLm1lc3NhZ2VzLmZpbmQoKG1lc3NhZ2UpID0+IG1lc3NhZ2UuY2hhdElkID09PSBjaGF0SWQpO1xuICB9XG5cbiAgYXN5bmMgbWFya0FzUmVhZChjaGF0SWQ6IG51bWJlciwgbWVzc2FnZUlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTx2b2lkPiB7XG4gICAgYXdhaXQgdGhpcy5jaGF0T2YoY2hhdElkLCB1c2VySWQpO1xuICAgIGNvbnN0IG1lc3NhZ2UgPSBhd2FpdCB0aGlzLm1lc3NhZ2VzLmZpbmRPbmUobWVzc2FnZUlkKTtcbiAgICBpZiAobWVzc2FnZT8uY2hhdElkICE9PSBjaGF0SWQpIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgTWVzc2FnZSAke21lc3NhZ2VJZH0gbm90IGZvdW5kYCk7XG4gICAgaWYgKCFtZXNzYWdlLnJlYWRCeS5pbmNsdWRlcyh1c2VySWQpKSBtZXNzYWdlLnJlYWRCeS5wdXNoKHVzZXJJZCk7XG4gIH1cblxuICBhc3luYyB1cGRhdGUoaWQ6IG51bWJlciwgdXNlcklkOiBudW1iZXIsIGNvbnRlbnQ6IHN0cmluZyk6IFByb21pc2U8TWVzc2FnZT4ge1xuICAgIHJldHVybiBPYmplY3QuYXNzaWduKGF3YWl0IHRoaXMub3duTWVzc2FnZShpZCwgdXNlcklkKSwgeyBtZXNzYWdlOiBjb250ZW50IH0pO1xuICB9XG5cbiAgYXN5bmMgcmVtb3ZlKGlkOiBudW1iZXIsIHVzZXJJZDogbnVtYmVyKTogUHJvbWlzZTxNZXNzYWdlPiB7XG4gICAgY29uc3QgbWVzc2FnZSA9IGF3YWl0IHRoaXMub3duTWVzc2FnZShpZCwgdXNlcklkKTtcbiAgICBhd2FpdCB0aGlzLm1lc3NhZ2VzLmRlbGV0ZShpZCk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cblxuICBwcml2YXRlIGFzeW5jIG93bk1lc3NhZ2UoaWQ6IG51bWJlciwgdXNlcklkOiBudW1iZXIpOiBQcm9taXNlPE1lc3NhZ2U+IHtcbiAgICBjb25zdCBtZXNzYWdlID0gYXdhaXQgdGhpcy5tZXNzYWdlcy5maW5kT25lKGlkKTtcbiAgICBpZiAoIW1lc3NhZ2UpIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgTWVzc2FnZSAke2lkfSBub3QgZm91bmRgKTtcbiAgICBpZiAobWVzc2FnZS5zZW5kZXJJZCAhPT0gdXNlcklkKSB0aHJvdyBuZXcgRm9yYmlkZGVuRXhjZXB0aW9uKCdZb3UgY2FuIG9ubHkgY2hhbmdlIHlvdXIgb3duIG1lc3NhZ2VzJyk7XG4gICAgcmV0dXJuIG1lc3NhZ2U7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJGb3JiaWRkZW5FeGNlcHRpb24iLCJJbmplY3RhYmxlIiwiTm90Rm91bmRFeGNlcHRpb24iLCJoYXNEZWZlY3QiLCJSZXBvc2l0b3J5IiwiQ2hhdE1lc3NhZ2VzU2VydmljZSIsImNoYXRzIiwiY291bnQiLCJtZXNzYWdlcyIsImNyZWF0ZUNoYXQiLCJwYXJ0aWNpcGFudHMiLCJpbnNlcnQiLCJjaGF0T2YiLCJjaGF0SWQiLCJ1c2VySWQiLCJjaGF0IiwiZmluZE9uZSIsImluY2x1ZGVzIiwiY3JlYXRlIiwic2VuZGVySWQiLCJtZXNzYWdlIiwiaW5zZXJ0ZWQiLCJjcmVhdGVkQXQiLCJEYXRlIiwicmVhZEJ5IiwiZmluZEFsbCIsImZpbmQiLCJtYXJrQXNSZWFkIiwibWVzc2FnZUlkIiwicHVzaCIsInVwZGF0ZSIsImlkIiwiY29udGVudCIsIk9iamVjdCIsImFzc2lnbiIsIm93bk1lc3NhZ2UiLCJyZW1vdmUiLCJkZWxldGUiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxrQkFBa0IsRUFBRUMsVUFBVSxFQUFFQyxpQkFBaUIsUUFBUSxpQkFBaUI7QUFDbkYsU0FBU0MsU0FBUyxRQUFRLHNCQUFzQjtBQUNoRCxTQUFTQyxVQUFVLFFBQVEsMEJBQTBCO0FBaUJyRCxPQUFPLE1BQU1DO0lBQ01DLFFBQVEsSUFBSUYsV0FBaUIsQ0FBQ0csUUFBVUEsT0FBTztJQUMvQ0MsV0FBVyxJQUFJSixXQUFvQixDQUFDRyxRQUFVQSxPQUFPO0lBRXRFRSxXQUFXQyxZQUFzQixFQUFpQjtRQUNoRCxPQUFPLElBQUksQ0FBQ0osS0FBSyxDQUFDSyxNQUFNLENBQUM7WUFBRUQ7UUFBYTtJQUMxQztJQUVBLE1BQU1FLE9BQU9DLE1BQWMsRUFBRUMsTUFBYyxFQUFpQjtRQUMxRCxNQUFNQyxPQUFPLE1BQU0sSUFBSSxDQUFDVCxLQUFLLENBQUNVLE9BQU8sQ0FBQ0g7UUFDdEMsSUFBSSxDQUFDRSxNQUFNLE1BQU0sSUFBSWIsa0JBQWtCLENBQUMsS0FBSyxFQUFFVyxPQUFPLFVBQVUsQ0FBQztRQUNqRSxJQUFJLENBQUNFLEtBQUtMLFlBQVksQ0FBQ08sUUFBUSxDQUFDSCxTQUFTLE1BQU0sSUFBSWQsbUJBQW1CO1FBQ3RFLE9BQU9lO0lBQ1Q7SUFFQSxNQUFNRyxPQUFPTCxNQUFjLEVBQUVNLFFBQWdCLEVBQUVDLE9BQWUsRUFBb0I7UUFDaEYsTUFBTSxJQUFJLENBQUNSLE1BQU0sQ0FBQ0MsUUFBUU07UUFDMUIsTUFBTUUsV0FBVyxJQUFJLENBQUNiLFFBQVEsQ0FBQ0csTUFBTSxDQUFDO1lBQUVFO1lBQVFNO1lBQVVDO1lBQVNFLFdBQVcsSUFBSUM7WUFBUUMsUUFBUSxFQUFFO1FBQUM7UUFDckcsT0FBT3JCLFVBQVUsaUJBQWtCa0IsV0FBa0MsTUFBTUE7SUFDN0U7SUFFQSxNQUFNSSxRQUFRWixNQUFjLEVBQUVDLE1BQWMsRUFBc0I7UUFDaEUsTUFBTSxJQUFJLENBQUNGLE1BQU0sQ0FBQ0MsUUFBUUM7UUFDMUIsT0FBTyxJQUFJLENBQUNOLFFBQVEsQ0FBQ2tCLElBQUksQ0FBQyxDQUFDTixVQUFZQSxRQUFRUCxNQUFNLEtBQUtBO0lBQzVEO0lBRUEsTUFBTWMsV0FBV2QsTUFBYyxFQUFFZSxTQUFpQixFQUFFZCxNQUFjLEVBQWlCO1FBQ2pGLE1BQU0sSUFBSSxDQUFDRixNQUFNLENBQUNDLFFBQVFDO1FBQzFCLE1BQU1NLFVBQVUsTUFBTSxJQUFJLENBQUNaLFFBQVEsQ0FBQ1EsT0FBTyxDQUFDWTtRQUM1QyxJQUFJUixTQUFTUCxXQUFXQSxRQUFRLE1BQU0sSUFBSVgsa0JBQWtCLENBQUMsUUFBUSxFQUFFMEIsVUFBVSxVQUFVLENBQUM7UUFDNUYsSUFBSSxDQUFDUixRQUFRSSxNQUFNLENBQUNQLFFBQVEsQ0FBQ0gsU0FBU00sUUFBUUksTUFBTSxDQUFDSyxJQUFJLENBQUNmO0lBQzVEO0lBRUEsTUFBTWdCLE9BQU9DLEVBQVUsRUFBRWpCLE1BQWMsRUFBRWtCLE9BQWUsRUFBb0I7UUFDMUUsT0FBT0MsT0FBT0MsTUFBTSxDQUFDLE1BQU0sSUFBSSxDQUFDQyxVQUFVLENBQUNKLElBQUlqQixTQUFTO1lBQUVNLFNBQVNZO1FBQVE7SUFDN0U7SUFFQSxNQUFNSSxPQUFPTCxFQUFVLEVBQUVqQixNQUFjLEVBQW9CO1FBQ3pELE1BQU1NLFVBQVUsTUFBTSxJQUFJLENBQUNlLFVBQVUsQ0FBQ0osSUFBSWpCO1FBQzFDLE1BQU0sSUFBSSxDQUFDTixRQUFRLENBQUM2QixNQUFNLENBQUNOO1FBQzNCLE9BQU9YO0lBQ1Q7SUFFQSxNQUFjZSxXQUFXSixFQUFVLEVBQUVqQixNQUFjLEVBQW9CO1FBQ3JFLE1BQU1NLFVBQVUsTUFBTSxJQUFJLENBQUNaLFFBQVEsQ0FBQ1EsT0FBTyxDQUFDZTtRQUM1QyxJQUFJLENBQUNYLFNBQVMsTUFBTSxJQUFJbEIsa0JBQWtCLENBQUMsUUFBUSxFQUFFNkIsR0FBRyxVQUFVLENBQUM7UUFDbkUsSUFBSVgsUUFBUUQsUUFBUSxLQUFLTCxRQUFRLE1BQU0sSUFBSWQsbUJBQW1CO1FBQzlELE9BQU9vQjtJQUNUO0FBQ0YifQ==