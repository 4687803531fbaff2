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
import { ChatController } from './chat.controller.js';
import { ChatGateway } from './chat.gateway.js';
import { ChatService } from './chat.service.js';
class AppModule {
}
AppModule = _ts_decorate([
    Module({
        controllers: [
            ChatController,
            HealthController
        ],
        providers: [
            ChatGateway,
            ChatService
        ]
    })
], AppModule);
await bootstrap(AppModule);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsLW9wZW4vbWFpbi50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBNb2R1bGUgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBib290c3RyYXAgfSBmcm9tICcuLi9zaGFyZWQvYm9vdHN0cmFwLmpzJztcbmltcG9ydCB7IEhlYWx0aENvbnRyb2xsZXIgfSBmcm9tICcuLi9zaGFyZWQvaGVhbHRoLmNvbnRyb2xsZXIuanMnO1xuaW1wb3J0IHsgQ2hhdENvbnRyb2xsZXIgfSBmcm9tICcuL2NoYXQuY29udHJvbGxlci5qcyc7XG5pbXBvcnQgeyBDaGF0R2F0ZXdheSB9IGZyb20gJy4vY2hhdC5nYXRld2F5LmpzJztcbmltcG9ydCB7IENoYXRTZXJ2aWNlIH0gZnJvbSAnLi9jaGF0LnNlcnZpY2UuanMnO1xuXG5ATW9kdWxlKHtcbiAgY29udHJvbGxlcnM6IFtDaGF0Q29udHJvbGxlciwgSGVhbHRoQ29udHJvbGxlcl0sXG4gIHByb3ZpZGVyczogW0NoYXRHYXRld2F5LCBDaGF0U2VydmljZV0sXG59KVxuY2xhc3MgQXBwTW9kdWxlIHt9XG5cbmF3YWl0IGJvb3RzdHJhcChBcHBNb2R1bGUpO1xuIl0sIm5hbWVzIjpbIk1vZHVsZSIsImJvb3RzdHJhcCIsIkhlYWx0aENvbnRyb2xsZXIiLCJDaGF0Q29udHJvbGxlciIsIkNoYXRHYXRld2F5IiwiQ2hhdFNlcnZpY2UiLCJBcHBNb2R1bGUiLCJjb250cm9sbGVycyIsInByb3ZpZGVycyJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLE1BQU0sUUFBUSxpQkFBaUI7QUFDeEMsU0FBU0MsU0FBUyxRQUFRLHlCQUF5QjtBQUNuRCxTQUFTQyxnQkFBZ0IsUUFBUSxpQ0FBaUM7QUFDbEUsU0FBU0MsY0FBYyxRQUFRLHVCQUF1QjtBQUN0RCxTQUFTQyxXQUFXLFFBQVEsb0JBQW9CO0FBQ2hELFNBQVNDLFdBQVcsUUFBUSxvQkFBb0I7QUFFaEQsTUFJTUM7QUFBVzs7O1FBSGZDLGFBQWE7WUFBQ0o7WUFBZ0JEO1NBQWlCO1FBQy9DTSxXQUFXO1lBQUNKO1lBQWFDO1NBQVk7OztBQUl2QyxNQUFNSixVQUFVSyJ9