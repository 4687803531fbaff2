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
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
/** Where the tokens of all dialects are checked. */ export const Jwt = JwtModule.register({
    secret: process.env.JWT_SECRET ?? 'development',
    verifyOptions: {
        algorithms: [
            'HS256'
        ]
    }
});
export class JwtAuthGuard {
    jwt;
    constructor(jwt){
        this.jwt = jwt;
    }
    canActivate(context) {
        const request = context.switchToHttp().getRequest();
        const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
        try {
            if (scheme !== 'Bearer') throw new Error('no bearer token');
            request.userId = Number(this.jwt.verify(token).sub);
            return true;
        } catch  {
            throw new UnauthorizedException();
        }
    }
}
JwtAuthGuard = _ts_decorate([
    Injectable(),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof JwtService === "undefined" ? Object : JwtService
    ])
], JwtAuthGuard);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9zaGFyZWQvand0LnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IENhbkFjdGl2YXRlLCBFeGVjdXRpb25Db250ZXh0LCBJbmplY3RhYmxlLCBVbmF1dGhvcml6ZWRFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBKd3RNb2R1bGUsIEp3dFNlcnZpY2UgfSBmcm9tICdAbmVzdGpzL2p3dCc7XG5pbXBvcnQgdHlwZSB7IFJlcXVlc3QgfSBmcm9tICdleHByZXNzJztcblxuLyoqIFdoZXJlIHRoZSB0b2tlbnMgb2YgYWxsIGRpYWxlY3RzIGFyZSBjaGVja2VkLiAqL1xuZXhwb3J0IGNvbnN0IEp3dCA9IEp3dE1vZHVsZS5yZWdpc3Rlcih7XG4gIHNlY3JldDogcHJvY2Vzcy5lbnYuSldUX1NFQ1JFVCA/PyAnZGV2ZWxvcG1lbnQnLFxuICB2ZXJpZnlPcHRpb25zOiB7IGFsZ29yaXRobXM6IFsnSFMyNTYnXSB9LFxufSk7XG5cbmV4cG9ydCBpbnRlcmZhY2UgQ2xhaW1zIHtcbiAgc3ViPzogbnVtYmVyIHwgc3RyaW5nO1xuICB1c2VySWQ/OiBzdHJpbmc7XG4gIHJvbGU/OiBzdHJpbmc7XG4gIHR5cGU/OiBzdHJpbmc7XG59XG5cbi8qKiBBIGJlYXJlciB0b2tlbiBmb3IgUkVTVC4gKi9cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBKd3RBdXRoR3VhcmQgaW1wbGVtZW50cyBDYW5BY3RpdmF0ZSB7XG4gIGNvbnN0cnVjdG9yKHByaXZhdGUgcmVhZG9ubHkgand0OiBKd3RTZXJ2aWNlKSB7fVxuXG4gIGNhbkFjdGl2YXRlKGNvbnRleHQ6IEV4ZWN1dGlvbkNvbnRleHQpOiBib29sZWFuIHtcbiAgICBjb25zdCByZXF1ZXN0ID0gY29udGV4dC5zd2l0Y2hUb0h0dHAoKS5nZXRSZXF1ZXN0PFJlcXVlc3QgJiB7IHVzZXJJZDogbnVtYmVyIH0+KCk7XG4gICAgY29uc3QgW3NjaGVtZSwgdG9rZW5dID0gcmVxdWVzdC5oZWFkZXJzLmF1dGhvcml6YXRpb24/LnNwbGl0KCcgJykgPz8gW107XG4gICAgdHJ5IHtcbiAgICAgIGlmIChzY2hlbWUgIT09ICdCZWFyZXInKSB0aHJvdyBuZXcgRXJyb3IoJ25vIGJlYXJlciB0b2tlbicpO1xuICAgICAgcmVxdWVzdC51c2VySWQgPSBOdW1iZXIodGhpcy5qd3QudmVyaWZ5PENsYWltcz4odG9rZW4pLnN1Yik7XG4gICAgICByZXR1cm4gdHJ1ZTtcbiAgICB9IGNhdGNoIHtcbiAgICAgIHRocm93IG5ldyBVbmF1dGhvcml6ZWRFeGNlcHRpb24oKTtcbiAgICB9XG4gIH1cbn1cbiJdLCJuYW1lcyI6WyJJbmplY3RhYmxlIiwiVW5hdXRob3JpemVkRXhjZXB0aW9uIiwiSnd0TW9kdWxlIiwiSnd0U2VydmljZSIsIkp3dCIsInJlZ2lzdGVyIiwic2VjcmV0IiwicHJvY2VzcyIsImVudiIsIkpXVF9TRUNSRVQiLCJ2ZXJpZnlPcHRpb25zIiwiYWxnb3JpdGhtcyIsIkp3dEF1dGhHdWFyZCIsImp3dCIsImNhbkFjdGl2YXRlIiwiY29udGV4dCIsInJlcXVlc3QiLCJzd2l0Y2hUb0h0dHAiLCJnZXRSZXF1ZXN0Iiwic2NoZW1lIiwidG9rZW4iLCJoZWFkZXJzIiwiYXV0aG9yaXphdGlvbiIsInNwbGl0IiwiRXJyb3IiLCJ1c2VySWQiLCJOdW1iZXIiLCJ2ZXJpZnkiLCJzdWIiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQXdDQSxVQUFVLEVBQUVDLHFCQUFxQixRQUFRLGlCQUFpQjtBQUNsRyxTQUFTQyxTQUFTLEVBQUVDLFVBQVUsUUFBUSxjQUFjO0FBR3BELGtEQUFrRCxHQUNsRCxPQUFPLE1BQU1DLE1BQU1GLFVBQVVHLFFBQVEsQ0FBQztJQUNwQ0MsUUFBUUMsUUFBUUMsR0FBRyxDQUFDQyxVQUFVLElBQUk7SUFDbENDLGVBQWU7UUFBRUMsWUFBWTtZQUFDO1NBQVE7SUFBQztBQUN6QyxHQUFHO0FBV0gsT0FBTyxNQUFNQzs7SUFDWCxZQUFZLEFBQWlCQyxHQUFlLENBQUU7YUFBakJBLE1BQUFBO0lBQWtCO0lBRS9DQyxZQUFZQyxPQUF5QixFQUFXO1FBQzlDLE1BQU1DLFVBQVVELFFBQVFFLFlBQVksR0FBR0MsVUFBVTtRQUNqRCxNQUFNLENBQUNDLFFBQVFDLE1BQU0sR0FBR0osUUFBUUssT0FBTyxDQUFDQyxhQUFhLEVBQUVDLE1BQU0sUUFBUSxFQUFFO1FBQ3ZFLElBQUk7WUFDRixJQUFJSixXQUFXLFVBQVUsTUFBTSxJQUFJSyxNQUFNO1lBQ3pDUixRQUFRUyxNQUFNLEdBQUdDLE9BQU8sSUFBSSxDQUFDYixHQUFHLENBQUNjLE1BQU0sQ0FBU1AsT0FBT1EsR0FBRztZQUMxRCxPQUFPO1FBQ1QsRUFBRSxPQUFNO1lBQ04sTUFBTSxJQUFJM0I7UUFDWjtJQUNGO0FBQ0YifQ==