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
import { ChatsController } from './chats.controller.js';
import { ChatsGateway } from './chats.gateway.js';
import { ChatsService } from './chats.service.js';
class AppModule {
}
AppModule = _ts_decorate([
    Module({
        controllers: [
            ChatsController,
            HealthController
        ],
        providers: [
            ChatsGateway,
            ChatsService
        ]
    })
], AppModule);
await bootstrap(AppModule);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9nYXRld2F5L21haW4udHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgTW9kdWxlIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHsgYm9vdHN0cmFwIH0gZnJvbSAnLi4vc2hhcmVkL2Jvb3RzdHJhcC5qcyc7XG5pbXBvcnQgeyBIZWFsdGhDb250cm9sbGVyIH0gZnJvbSAnLi4vc2hhcmVkL2hlYWx0aC5jb250cm9sbGVyLmpzJztcbmltcG9ydCB7IENoYXRzQ29udHJvbGxlciB9IGZyb20gJy4vY2hhdHMuY29udHJvbGxlci5qcyc7XG5pbXBvcnQgeyBDaGF0c0dhdGV3YXkgfSBmcm9tICcuL2NoYXRzLmdhdGV3YXkuanMnO1xuaW1wb3J0IHsgQ2hhdHNTZXJ2aWNlIH0gZnJvbSAnLi9jaGF0cy5zZXJ2aWNlLmpzJztcblxuQE1vZHVsZSh7XG4gIGNvbnRyb2xsZXJzOiBbQ2hhdHNDb250cm9sbGVyLCBIZWFsdGhDb250cm9sbGVyXSxcbiAgcHJvdmlkZXJzOiBbQ2hhdHNHYXRld2F5LCBDaGF0c1NlcnZpY2VdLFxufSlcbmNsYXNzIEFwcE1vZHVsZSB7fVxuXG5hd2FpdCBib290c3RyYXAoQXBwTW9kdWxlKTtcbiJdLCJuYW1lcyI6WyJNb2R1bGUiLCJib290c3RyYXAiLCJIZWFsdGhDb250cm9sbGVyIiwiQ2hhdHNDb250cm9sbGVyIiwiQ2hhdHNHYXRld2F5IiwiQ2hhdHNTZXJ2aWNlIiwiQXBwTW9kdWxlIiwiY29udHJvbGxlcnMiLCJwcm92aWRlcnMiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxNQUFNLFFBQVEsaUJBQWlCO0FBQ3hDLFNBQVNDLFNBQVMsUUFBUSx5QkFBeUI7QUFDbkQsU0FBU0MsZ0JBQWdCLFFBQVEsaUNBQWlDO0FBQ2xFLFNBQVNDLGVBQWUsUUFBUSx3QkFBd0I7QUFDeEQsU0FBU0MsWUFBWSxRQUFRLHFCQUFxQjtBQUNsRCxTQUFTQyxZQUFZLFFBQVEscUJBQXFCO0FBRWxELE1BSU1DO0FBQVc7OztRQUhmQyxhQUFhO1lBQUNKO1lBQWlCRDtTQUFpQjtRQUNoRE0sV0FBVztZQUFDSjtZQUFjQztTQUFhOzs7QUFJekMsTUFBTUosVUFBVUsifQ==