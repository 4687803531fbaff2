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
import { ConversationsController } from './conversations.controller.js';
import { ConversationsService } from './conversations.service.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesService } from './messages.service.js';
class AppModule {
}
AppModule = _ts_decorate([
    Module({
        imports: [
            Jwt
        ],
        controllers: [
            ConversationsController,
            HealthController
        ],
        providers: [
            ConversationsService,
            MessagesGateway,
            MessagesService
        ]
    })
], AppModule);
await bootstrap(AppModule);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC9tYWluLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IE1vZHVsZSB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IGJvb3RzdHJhcCB9IGZyb20gJy4uL3NoYXJlZC9ib290c3RyYXAuanMnO1xuaW1wb3J0IHsgSGVhbHRoQ29udHJvbGxlciB9IGZyb20gJy4uL3NoYXJlZC9oZWFsdGguY29udHJvbGxlci5qcyc7XG5pbXBvcnQgeyBKd3QgfSBmcm9tICcuLi9zaGFyZWQvand0LmpzJztcbmltcG9ydCB7IENvbnZlcnNhdGlvbnNDb250cm9sbGVyIH0gZnJvbSAnLi9jb252ZXJzYXRpb25zLmNvbnRyb2xsZXIuanMnO1xuaW1wb3J0IHsgQ29udmVyc2F0aW9uc1NlcnZpY2UgfSBmcm9tICcuL2NvbnZlcnNhdGlvbnMuc2VydmljZS5qcyc7XG5pbXBvcnQgeyBNZXNzYWdlc0dhdGV3YXkgfSBmcm9tICcuL21lc3NhZ2VzLmdhdGV3YXkuanMnO1xuaW1wb3J0IHsgTWVzc2FnZXNTZXJ2aWNlIH0gZnJvbSAnLi9tZXNzYWdlcy5zZXJ2aWNlLmpzJztcblxuQE1vZHVsZSh7XG4gIGltcG9ydHM6IFtKd3RdLFxuICBjb250cm9sbGVyczogW0NvbnZlcnNhdGlvbnNDb250cm9sbGVyLCBIZWFsdGhDb250cm9sbGVyXSxcbiAgcHJvdmlkZXJzOiBbQ29udmVyc2F0aW9uc1NlcnZpY2UsIE1lc3NhZ2VzR2F0ZXdheSwgTWVzc2FnZXNTZXJ2aWNlXSxcbn0pXG5jbGFzcyBBcHBNb2R1bGUge31cblxuYXdhaXQgYm9vdHN0cmFwKEFwcE1vZHVsZSk7XG4iXSwibmFtZXMiOlsiTW9kdWxlIiwiYm9vdHN0cmFwIiwiSGVhbHRoQ29udHJvbGxlciIsIkp3dCIsIkNvbnZlcnNhdGlvbnNDb250cm9sbGVyIiwiQ29udmVyc2F0aW9uc1NlcnZpY2UiLCJNZXNzYWdlc0dhdGV3YXkiLCJNZXNzYWdlc1NlcnZpY2UiLCJBcHBNb2R1bGUiLCJpbXBvcnRzIiwiY29udHJvbGxlcnMiLCJwcm92aWRlcnMiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUFTQSxNQUFNLFFBQVEsaUJBQWlCO0FBQ3hDLFNBQVNDLFNBQVMsUUFBUSx5QkFBeUI7QUFDbkQsU0FBU0MsZ0JBQWdCLFFBQVEsaUNBQWlDO0FBQ2xFLFNBQVNDLEdBQUcsUUFBUSxtQkFBbUI7QUFDdkMsU0FBU0MsdUJBQXVCLFFBQVEsZ0NBQWdDO0FBQ3hFLFNBQVNDLG9CQUFvQixRQUFRLDZCQUE2QjtBQUNsRSxTQUFTQyxlQUFlLFFBQVEsd0JBQXdCO0FBQ3hELFNBQVNDLGVBQWUsUUFBUSx3QkFBd0I7QUFFeEQsTUFLTUM7QUFBVzs7O1FBSmZDLFNBQVM7WUFBQ047U0FBSTtRQUNkTyxhQUFhO1lBQUNOO1lBQXlCRjtTQUFpQjtRQUN4RFMsV0FBVztZQUFDTjtZQUFzQkM7WUFBaUJDO1NBQWdCOzs7QUFJckUsTUFBTU4sVUFBVU8ifQ==