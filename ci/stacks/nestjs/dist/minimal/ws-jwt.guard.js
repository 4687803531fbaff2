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
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { WsException } from '@nestjs/websockets';
export class WsJwtGuard {
    jwt;
    constructor(jwt){
        this.jwt = jwt;
    }
    canActivate(context) {
        const client = context.switchToWs().getClient();
        client.data.userId = this.userOf(client);
        return true;
    }
    userOf(client) {
        try {
            return Number(this.jwt.verify(client.handshake.auth.token).sub);
        } catch  {
            throw new WsException('Unauthorized: invalid or missing token');
        }
    }
}
WsJwtGuard = _ts_decorate([
    Injectable(),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof JwtService === "undefined" ? Object : JwtService
    ])
], WsJwtGuard);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL3dzLWp3dC5ndWFyZC50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBDYW5BY3RpdmF0ZSwgRXhlY3V0aW9uQ29udGV4dCwgSW5qZWN0YWJsZSB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IEp3dFNlcnZpY2UgfSBmcm9tICdAbmVzdGpzL2p3dCc7XG5pbXBvcnQgeyBXc0V4Y2VwdGlvbiB9IGZyb20gJ0BuZXN0anMvd2Vic29ja2V0cyc7XG5pbXBvcnQgdHlwZSB7IFNvY2tldCB9IGZyb20gJ3NvY2tldC5pbyc7XG5pbXBvcnQgdHlwZSB7IENsYWltcyB9IGZyb20gJy4uL3NoYXJlZC9qd3QuanMnO1xuXG4vKiogQ2hlY2tzIHRoZSB0b2tlbiB3aXRoIGV2ZXJ5IGV2ZW50LCBzbyB0aGF0IG9uZSB0aGF0IGV4cGlyZXMgc3RvcHMgd29ya2luZy4gKi9cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBXc0p3dEd1YXJkIGltcGxlbWVudHMgQ2FuQWN0aXZhdGUge1xuICBjb25zdHJ1Y3Rvcihwcml2YXRlIHJlYWRvbmx5IGp3dDogSnd0U2VydmljZSkge31cblxuICBjYW5BY3RpdmF0ZShjb250ZXh0OiBFeGVjdXRpb25Db250ZXh0KTogYm9vbGVhbiB7XG4gICAgY29uc3QgY2xpZW50ID0gY29udGV4dC5zd2l0Y2hUb1dzKCkuZ2V0Q2xpZW50PFNvY2tldD4oKTtcbiAgICBjbGllbnQuZGF0YS51c2VySWQgPSB0aGlzLnVzZXJPZihjbGllbnQpO1xuICAgIHJldHVybiB0cnVlO1xuICB9XG5cbiAgdXNlck9mKGNsaWVudDogU29ja2V0KTogbnVtYmVyIHtcbiAgICB0cnkge1xuICAgICAgcmV0dXJuIE51bWJlcih0aGlzLmp3dC52ZXJpZnk8Q2xhaW1zPihjbGllbnQuaGFuZHNoYWtlLmF1dGgudG9rZW4pLnN1Yik7XG4gICAgfSBjYXRjaCB7XG4gICAgICB0aHJvdyBuZXcgV3NFeGNlcHRpb24oJ1VuYXV0aG9yaXplZDogaW52YWxpZCBvciBtaXNzaW5nIHRva2VuJyk7XG4gICAgfVxuICB9XG59XG4iXSwibmFtZXMiOlsiSW5qZWN0YWJsZSIsIkp3dFNlcnZpY2UiLCJXc0V4Y2VwdGlvbiIsIldzSnd0R3VhcmQiLCJqd3QiLCJjYW5BY3RpdmF0ZSIsImNvbnRleHQiLCJjbGllbnQiLCJzd2l0Y2hUb1dzIiwiZ2V0Q2xpZW50IiwiZGF0YSIsInVzZXJJZCIsInVzZXJPZiIsIk51bWJlciIsInZlcmlmeSIsImhhbmRzaGFrZSIsImF1dGgiLCJ0b2tlbiIsInN1YiJdLCJtYXBwaW5ncyI6Ijs7Ozs7Ozs7Ozs7Ozs7Ozs7O0FBQUEsU0FBd0NBLFVBQVUsUUFBUSxpQkFBaUI7QUFDM0UsU0FBU0MsVUFBVSxRQUFRLGNBQWM7QUFDekMsU0FBU0MsV0FBVyxRQUFRLHFCQUFxQjtBQU1qRCxPQUFPLE1BQU1DOztJQUNYLFlBQVksQUFBaUJDLEdBQWUsQ0FBRTthQUFqQkEsTUFBQUE7SUFBa0I7SUFFL0NDLFlBQVlDLE9BQXlCLEVBQVc7UUFDOUMsTUFBTUMsU0FBU0QsUUFBUUUsVUFBVSxHQUFHQyxTQUFTO1FBQzdDRixPQUFPRyxJQUFJLENBQUNDLE1BQU0sR0FBRyxJQUFJLENBQUNDLE1BQU0sQ0FBQ0w7UUFDakMsT0FBTztJQUNUO0lBRUFLLE9BQU9MLE1BQWMsRUFBVTtRQUM3QixJQUFJO1lBQ0YsT0FBT00sT0FBTyxJQUFJLENBQUNULEdBQUcsQ0FBQ1UsTUFBTSxDQUFTUCxPQUFPUSxTQUFTLENBQUNDLElBQUksQ0FBQ0MsS0FBSyxFQUFFQyxHQUFHO1FBQ3hFLEVBQUUsT0FBTTtZQUNOLE1BQU0sSUFBSWhCLFlBQVk7UUFDeEI7SUFDRjtBQUNGIn0=