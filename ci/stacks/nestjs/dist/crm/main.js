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
import { ChatMessagesController } from './chat-messages.controller.js';
import { ChatMessagesService } from './chat-messages.service.js';
import { ChatGateway } from './chat.gateway.js';
import { cors } from './cors.js';
import { WsJwtGuard } from './ws-jwt.guard.js';
class AppModule {
}
AppModule = _ts_decorate([
    Module({
        imports: [
            Jwt
        ],
        controllers: [
            ChatMessagesController,
            HealthController
        ],
        providers: [
            ChatGateway,
            ChatMessagesService,
            WsJwtGuard
        ]
    })
], AppModule);
await bootstrap(AppModule, {
    cors
});

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vbWFpbi50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBNb2R1bGUgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBib290c3RyYXAgfSBmcm9tICcuLi9zaGFyZWQvYm9vdHN0cmFwLmpzJztcbmltcG9ydCB7IEhlYWx0aENvbnRyb2xsZXIgfSBmcm9tICcuLi9zaGFyZWQvaGVhbHRoLmNvbnRyb2xsZXIuanMnO1xuaW1wb3J0IHsgSnd0IH0gZnJvbSAnLi4vc2hhcmVkL2p3dC5qcyc7XG5pbXBvcnQgeyBDaGF0TWVzc2FnZXNDb250cm9sbGVyIH0gZnJvbSAnLi9jaGF0LW1lc3NhZ2VzLmNvbnRyb2xsZXIuanMnO1xuaW1wb3J0IHsgQ2hhdE1lc3NhZ2VzU2VydmljZSB9IGZyb20gJy4vY2hhdC1tZXNzYWdlcy5zZXJ2aWNlLmpzJztcbmltcG9ydCB7IENoYXRHYXRld2F5IH0gZnJvbSAnLi9jaGF0LmdhdGV3YXkuanMnO1xuaW1wb3J0IHsgY29ycyB9IGZyb20gJy4vY29ycy5qcyc7XG5pbXBvcnQgeyBXc0p3dEd1YXJkIH0gZnJvbSAnLi93cy1qd3QuZ3VhcmQuanMnO1xuXG5ATW9kdWxlKHtcbiAgaW1wb3J0czogW0p3dF0sXG4gIGNvbnRyb2xsZXJzOiBbQ2hhdE1lc3NhZ2VzQ29udHJvbGxlciwgSGVhbHRoQ29udHJvbGxlcl0sXG4gIHByb3ZpZGVyczogW0NoYXRHYXRld2F5LCBDaGF0TWVzc2FnZXNTZXJ2aWNlLCBXc0p3dEd1YXJkXSxcbn0pXG5jbGFzcyBBcHBNb2R1bGUge31cblxuYXdhaXQgYm9vdHN0cmFwKEFwcE1vZHVsZSwgeyBjb3JzIH0pO1xuIl0sIm5hbWVzIjpbIk1vZHVsZSIsImJvb3RzdHJhcCIsIkhlYWx0aENvbnRyb2xsZXIiLCJKd3QiLCJDaGF0TWVzc2FnZXNDb250cm9sbGVyIiwiQ2hhdE1lc3NhZ2VzU2VydmljZSIsIkNoYXRHYXRld2F5IiwiY29ycyIsIldzSnd0R3VhcmQiLCJBcHBNb2R1bGUiLCJpbXBvcnRzIiwiY29udHJvbGxlcnMiLCJwcm92aWRlcnMiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxNQUFNLFFBQVEsaUJBQWlCO0FBQ3hDLFNBQVNDLFNBQVMsUUFBUSx5QkFBeUI7QUFDbkQsU0FBU0MsZ0JBQWdCLFFBQVEsaUNBQWlDO0FBQ2xFLFNBQVNDLEdBQUcsUUFBUSxtQkFBbUI7QUFDdkMsU0FBU0Msc0JBQXNCLFFBQVEsZ0NBQWdDO0FBQ3ZFLFNBQVNDLG1CQUFtQixRQUFRLDZCQUE2QjtBQUNqRSxTQUFTQyxXQUFXLFFBQVEsb0JBQW9CO0FBQ2hELFNBQVNDLElBQUksUUFBUSxZQUFZO0FBQ2pDLFNBQVNDLFVBQVUsUUFBUSxvQkFBb0I7QUFFL0MsTUFLTUM7QUFBVzs7O1FBSmZDLFNBQVM7WUFBQ1A7U0FBSTtRQUNkUSxhQUFhO1lBQUNQO1lBQXdCRjtTQUFpQjtRQUN2RFUsV0FBVztZQUFDTjtZQUFhRDtZQUFxQkc7U0FBVzs7O0FBSTNELE1BQU1QLFVBQVVRLFdBQVc7SUFBRUY7QUFBSyJ9