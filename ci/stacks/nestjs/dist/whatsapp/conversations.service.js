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
import { randomUUID } from 'node:crypto';
import { Repository } from '../shared/repository.js';
export class ConversationsService {
    conversations = new Repository(()=>randomUUID());
    online = new Map();
    create(participants) {
        return this.conversations.insert({
            participants: [
                ...new Set(participants)
            ]
        });
    }
    async findFor(id, userId) {
        const conversation = await this.conversations.findOne(id);
        if (!conversation) throw new NotFoundException(`Conversation ${id} not found`);
        if (!conversation.participants.includes(userId)) {
            throw new ForbiddenException('You are not a participant in this conversation');
        }
        return conversation;
    }
    /** Says whether it is the first socket of the user. */ connected(userId) {
        const sockets = (this.online.get(userId) ?? 0) + 1;
        this.online.set(userId, sockets);
        return sockets === 1;
    }
    /** Says whether it was the last socket of the user. */ disconnected(userId) {
        const sockets = (this.online.get(userId) ?? 1) - 1;
        if (sockets > 0) this.online.set(userId, sockets);
        else this.online.delete(userId);
        return sockets === 0;
    }
}
ConversationsService = _ts_decorate([
    Injectable()
], ConversationsService);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9jb252ZXJzYXRpb25zLnNlcnZpY2UudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgRm9yYmlkZGVuRXhjZXB0aW9uLCBJbmplY3RhYmxlLCBOb3RGb3VuZEV4Y2VwdGlvbiB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IHJhbmRvbVVVSUQgfSBmcm9tICdub2RlOmNyeXB0byc7XG5pbXBvcnQgeyBSZXBvc2l0b3J5IH0gZnJvbSAnLi4vc2hhcmVkL3JlcG9zaXRvcnkuanMnO1xuXG5leHBvcnQgaW50ZXJmYWNlIENvbnZlcnNhdGlvbiB7XG4gIGlkOiBzdHJpbmc7XG4gIHBhcnRpY2lwYW50czogc3RyaW5nW107XG59XG5cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBDb252ZXJzYXRpb25zU2VydmljZSB7XG4gIHByaXZhdGUgcmVhZG9ubHkgY29udmVyc2F0aW9ucyA9IG5ldyBSZXBvc2l0b3J5PENvbnZlcnNhdGlvbj4oKCkgPT4gcmFuZG9tVVVJRCgpKTtcbiAgcHJpdmF0ZSByZWFkb25seSBvbmxpbmUgPSBuZXcgTWFwPHN0cmluZywgbnVtYmVyPigpO1xuXG4gIGNyZWF0ZShwYXJ0aWNpcGFudHM6IHN0cmluZ1tdKTogUHJvbWlzZTxDb252ZXJzYXRpb24+IHtcbiAgICByZXR1cm4gdGhpcy5jb252ZXJzYXRpb25zLmluc2VydCh7IHBhcnRpY2lwYW50czogWy4uLm5ldyBTZXQocGFydGljaXBhbnRzKV0gfSk7XG4gIH1cblxuICBhc3luYyBmaW5kRm9yKGlkOiBzdHJpbmcsIHVzZXJJZDogc3RyaW5nKTogUHJvbWlzZTxDb252ZXJzYXRpb24+IHtcbiAgICBjb25zdCBjb252ZXJzYXRpb24gPSBhd2FpdCB0aGlzLmNvbnZlcnNhdGlvbnMuZmluZE9uZShpZCk7XG4gICAgaWYgKCFjb252ZXJzYXRpb24pIHRocm93IG5ldyBOb3RGb3VuZEV4Y2VwdGlvbihgQ29udmVyc2F0aW9uICR7aWR9IG5vdCBmb3VuZGApO1xuICAgIGlmICghY29udmVyc2F0aW9uLnBhcnRpY2lwYW50cy5pbmNsdWRlcyh1c2VySWQpKSB7XG4gICAgICB0aHJvdyBuZXcgRm9yYmlkZGVuRXhjZXB0aW9uKCdZb3UgYXJlIG5vdCBhIHBhcnRpY2lwYW50IGluIHRoaXMgY29udmVyc2F0aW9uJyk7XG4gICAgfVxuICAgIHJldHVybiBjb252ZXJzYXRpb247XG4gIH1cblxuICAvKiogU2F5cyB3aGV0aGVyIGl0IGlzIHRoZSBmaXJzdCBzb2NrZXQgb2YgdGhlIHVzZXIuICovXG4gIGNvbm5lY3RlZCh1c2VySWQ6IHN0cmluZyk6IGJvb2xlYW4ge1xuICAgIGNvbnN0IHNvY2tldHMgPSAodGhpcy5vbmxpbmUuZ2V0KHVzZXJJZCkgPz8gMCkgKyAxO1xuICAgIHRoaXMub25saW5lLnNldCh1c2VySWQsIHNvY2tldHMpO1xuICAgIHJldHVybiBzb2NrZXRzID09PSAxO1xuICB9XG5cbiAgLyoqIFNheXMgd2hldGhlciBpdCB3YXMgdGhlIGxhc3Qgc29ja2V0IG9mIHRoZSB1c2VyLiAqL1xuICBkaXNjb25uZWN0ZWQodXNlcklkOiBzdHJpbmcpOiBib29sZWFuIHtcbiAgICBjb25zdCBzb2NrZXRzID0gKHRoaXMub25saW5lLmdldCh1c2VySWQpID8/IDEpIC0gMTtcbiAgICBpZiAoc29ja2V0cyA+IDApIHRoaXMub25saW5lLnNldCh1c2VySWQsIHNvY2tldHMpO1xuICAgIGVsc2UgdGhpcy5vbmxpbmUuZGVsZXRlKHVzZXJJZCk7XG4gICAgcmV0dXJuIHNvY2tldHMgPT09IDA7XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJGb3JiaWRkZW5FeGNlcHRpb24iLCJJbmplY3RhYmxlIiwiTm90Rm91bmRFeGNlcHRpb24iLCJyYW5kb21VVUlEIiwiUmVwb3NpdG9yeSIsIkNvbnZlcnNhdGlvbnNTZXJ2aWNlIiwiY29udmVyc2F0aW9ucyIsIm9ubGluZSIsIk1hcCIsImNyZWF0ZSIsInBhcnRpY2lwYW50cyIsImluc2VydCIsIlNldCIsImZpbmRGb3IiLCJpZCIsInVzZXJJZCIsImNvbnZlcnNhdGlvbiIsImZpbmRPbmUiLCJpbmNsdWRlcyIsImNvbm5lY3RlZCIsInNvY2tldHMiLCJnZXQiLCJzZXQiLCJkaXNjb25uZWN0ZWQiLCJkZWxldGUiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxrQkFBa0IsRUFBRUMsVUFBVSxFQUFFQyxpQkFBaUIsUUFBUSxpQkFBaUI7QUFDbkYsU0FBU0MsVUFBVSxRQUFRLGNBQWM7QUFDekMsU0FBU0MsVUFBVSxRQUFRLDBCQUEwQjtBQVFyRCxPQUFPLE1BQU1DO0lBQ01DLGdCQUFnQixJQUFJRixXQUF5QixJQUFNRCxjQUFjO0lBQ2pFSSxTQUFTLElBQUlDLE1BQXNCO0lBRXBEQyxPQUFPQyxZQUFzQixFQUF5QjtRQUNwRCxPQUFPLElBQUksQ0FBQ0osYUFBYSxDQUFDSyxNQUFNLENBQUM7WUFBRUQsY0FBYzttQkFBSSxJQUFJRSxJQUFJRjthQUFjO1FBQUM7SUFDOUU7SUFFQSxNQUFNRyxRQUFRQyxFQUFVLEVBQUVDLE1BQWMsRUFBeUI7UUFDL0QsTUFBTUMsZUFBZSxNQUFNLElBQUksQ0FBQ1YsYUFBYSxDQUFDVyxPQUFPLENBQUNIO1FBQ3RELElBQUksQ0FBQ0UsY0FBYyxNQUFNLElBQUlkLGtCQUFrQixDQUFDLGFBQWEsRUFBRVksR0FBRyxVQUFVLENBQUM7UUFDN0UsSUFBSSxDQUFDRSxhQUFhTixZQUFZLENBQUNRLFFBQVEsQ0FBQ0gsU0FBUztZQUMvQyxNQUFNLElBQUlmLG1CQUFtQjtRQUMvQjtRQUNBLE9BQU9nQjtJQUNUO0lBRUEscURBQXFELEdBQ3JERyxVQUFVSixNQUFjLEVBQVc7UUFDakMsTUFBTUssVUFBVSxBQUFDLENBQUEsSUFBSSxDQUFDYixNQUFNLENBQUNjLEdBQUcsQ0FBQ04sV0FBVyxDQUFBLElBQUs7UUFDakQsSUFBSSxDQUFDUixNQUFNLENBQUNlLEdBQUcsQ0FBQ1AsUUFBUUs7UUFDeEIsT0FBT0EsWUFBWTtJQUNyQjtJQUVBLHFEQUFxRCxHQUNyREcsYUFBYVIsTUFBYyxFQUFXO1FBQ3BDLE1BQU1LLFVBQVUsQUFBQyxDQUFBLElBQUksQ0FBQ2IsTUFBTSxDQUFDYyxHQUFHLENBQUNOLFdBQVcsQ0FBQSxJQUFLO1FBQ2pELElBQUlLLFVBQVUsR0FBRyxJQUFJLENBQUNiLE1BQU0sQ0FBQ2UsR0FBRyxDQUFDUCxRQUFRSzthQUNwQyxJQUFJLENBQUNiLE1BQU0sQ0FBQ2lCLE1BQU0sQ0FBQ1Q7UUFDeEIsT0FBT0ssWUFBWTtJQUNyQjtBQUNGIn0=