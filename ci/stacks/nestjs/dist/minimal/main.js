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
import { Module } from '@nestjs/common';
import { bootstrap } from '../shared/bootstrap.js';
import { HealthController } from '../shared/health.controller.js';
import { Jwt } from '../shared/jwt.js';
import { ChatGateway } from './chat.gateway.js';
import { ChatService } from './chat.service.js';
import { ChatsController } from './chats.controller.js';
import { WsJwtGuard } from './ws-jwt.guard.js';
class AppModule {
}
AppModule = _ts_decorate([
    Module({
        imports: [
            Jwt
        ],
        controllers: [
            ChatsController,
            HealthController
        ],
        providers: [
            ChatGateway,
            ChatService,
            WsJwtGuard
        ]
    })
], AppModule);
await bootstrap(AppModule);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL21haW4udHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgTW9kdWxlIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHsgYm9vdHN0cmFwIH0gZnJvbSAnLi4vc2hhcmVkL2Jvb3RzdHJhcC5qcyc7XG5pbXBvcnQgeyBIZWFsdGhDb250cm9sbGVyIH0gZnJvbSAnLi4vc2hhcmVkL2hlYWx0aC5jb250cm9sbGVyLmpzJztcbmltcG9ydCB7IEp3dCB9IGZyb20gJy4uL3NoYXJlZC9qd3QuanMnO1xuaW1wb3J0IHsgQ2hhdEdhdGV3YXkgfSBmcm9tICcuL2NoYXQuZ2F0ZXdheS5qcyc7XG5pbXBvcnQgeyBDaGF0U2VydmljZSB9IGZyb20gJy4vY2hhdC5zZXJ2aWNlLmpzJztcbmltcG9ydCB7IENoYXRzQ29udHJvbGxlciB9IGZyb20gJy4vY2hhdHMuY29udHJvbGxlci5qcyc7XG5pbXBvcnQgeyBXc0p3dEd1YXJkIH0gZnJvbSAnLi93cy1qd3QuZ3VhcmQuanMnO1xuXG5ATW9kdWxlKHtcbiAgaW1wb3J0czogW0p3dF0sXG4gIGNvbnRyb2xsZXJzOiBbQ2hhdHNDb250cm9sbGVyLCBIZWFsdGhDb250cm9sbGVyXSxcbiAgcHJvdmlkZXJzOiBbQ2hhdEdhdGV3YXksIENoYXRTZXJ2aWNlLCBXc0p3dEd1YXJkXSxcbn0pXG5jbGFzcyBBcHBNb2R1bGUge31cblxuYXdhaXQgYm9vdHN0cmFwKEFwcE1vZHVsZSk7XG4iXSwibmFtZXMiOlsiTW9kdWxlIiwiYm9vdHN0cmFwIiwiSGVhbHRoQ29udHJvbGxlciIsIkp3dCIsIkNoYXRHYXRld2F5IiwiQ2hhdFNlcnZpY2UiLCJDaGF0c0NvbnRyb2xsZXIiLCJXc0p3dEd1YXJkIiwiQXBwTW9kdWxlIiwiaW1wb3J0cyIsImNvbnRyb2xsZXJzIiwicHJvdmlkZXJzIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7O0FBQUEsU0FBU0EsTUFBTSxRQUFRLGlCQUFpQjtBQUN4QyxTQUFTQyxTQUFTLFFBQVEseUJBQXlCO0FBQ25ELFNBQVNDLGdCQUFnQixRQUFRLGlDQUFpQztBQUNsRSxTQUFTQyxHQUFHLFFBQVEsbUJBQW1CO0FBQ3ZDLFNBQVNDLFdBQVcsUUFBUSxvQkFBb0I7QUFDaEQsU0FBU0MsV0FBVyxRQUFRLG9CQUFvQjtBQUNoRCxTQUFTQyxlQUFlLFFBQVEsd0JBQXdCO0FBQ3hELFNBQVNDLFVBQVUsUUFBUSxvQkFBb0I7QUFFL0MsTUFLTUM7QUFBVzs7O1FBSmZDLFNBQVM7WUFBQ047U0FBSTtRQUNkTyxhQUFhO1lBQUNKO1lBQWlCSjtTQUFpQjtRQUNoRFMsV0FBVztZQUFDUDtZQUFhQztZQUFhRTtTQUFXOzs7QUFJbkQsTUFBTU4sVUFBVU8ifQ==