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
        const token = this.extractToken(client);
        if (!token) throw new WsException('Unauthorized: no token provided');
        try {
            const { sub, role, type } = this.jwt.verify(token);
            client.data.user = {
                id: Number(sub),
                role,
                type
            };
        } catch  {
            throw new WsException('Unauthorized: invalid token');
        }
        return true;
    }
    extractToken({ handshake }) {
        const [type, bearer] = handshake.headers.authorization?.split(' ') ?? [];
        const { token } = handshake.query;
        return handshake.auth.token ?? (type === 'Bearer' ? bearer : undefined) ?? (Array.isArray(token) ? token[0] : token);
    }
}
WsJwtGuard = _ts_decorate([
    Injectable(),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", [
        typeof JwtService === "undefined" ? Object : JwtService
    ])
], WsJwtGuard);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9jcm0vd3Mtand0Lmd1YXJkLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IENhbkFjdGl2YXRlLCBFeGVjdXRpb25Db250ZXh0LCBJbmplY3RhYmxlIH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuaW1wb3J0IHsgSnd0U2VydmljZSB9IGZyb20gJ0BuZXN0anMvand0JztcbmltcG9ydCB7IFdzRXhjZXB0aW9uIH0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcbmltcG9ydCB0eXBlIHsgU29ja2V0IH0gZnJvbSAnc29ja2V0LmlvJztcbmltcG9ydCB0eXBlIHsgQ2xhaW1zIH0gZnJvbSAnLi4vc2hhcmVkL2p3dC5qcyc7XG5cbi8qKiBWYWxpZGF0ZXMgdGhlIHRva2VuIGZyb20gaGFuZHNoYWtlIGF1dGgsIGhlYWRlcnMsIG9yIHF1ZXJ5IHBhcmFtcywgd2l0aCBldmVyeSBldmVudC4gKi9cbkBJbmplY3RhYmxlKClcbmV4cG9ydCBjbGFzcyBXc0p3dEd1YXJkIGltcGxlbWVudHMgQ2FuQWN0aXZhdGUge1xuICBjb25zdHJ1Y3Rvcihwcml2YXRlIHJlYWRvbmx5IGp3dDogSnd0U2VydmljZSkge31cblxuICBjYW5BY3RpdmF0ZShjb250ZXh0OiBFeGVjdXRpb25Db250ZXh0KTogYm9vbGVhbiB7XG4gICAgY29uc3QgY2xpZW50ID0gY29udGV4dC5zd2l0Y2hUb1dzKCkuZ2V0Q2xpZW50PFNvY2tldD4oKTtcbiAgICBjb25zdCB0b2tlbiA9IHRoaXMuZXh0cmFjdFRva2VuKGNsaWVudCk7XG4gICAgaWYgKCF0b2tlbikgdGhyb3cgbmV3IFdzRXhjZXB0aW9uKCdVbmF1dGhvcml6ZWQ6IG5vIHRva2VuIHByb3ZpZGVkJyk7XG4gICAgdHJ5IHtcbiAgICAgIGNvbnN0IHsgc3ViLCByb2xlLCB0eXBlIH0gPSB0aGlzLmp3dC52ZXJpZnk8Q2xhaW1zPih0b2tlbik7XG4gICAgICBjbGllbnQuZGF0YS51c2VyID0geyBpZDogTnVtYmVyKHN1YiksIHJvbGUsIHR5cGUgfTtcbiAgICB9IGNhdGNoIHtcbiAgICAgIHRocm93IG5ldyBXc0V4Y2VwdGlvbignVW5hdXRob3JpemVkOiBpbnZhbGlkIHRva2VuJyk7XG4gICAgfVxuICAgIHJldHVybiB0cnVlO1xuICB9XG5cbiAgcHJpdmF0ZSBleHRyYWN0VG9rZW4oeyBoYW5kc2hha2UgfTogU29ja2V0KTogc3RyaW5nIHwgdW5kZWZpbmVkIHtcbiAgICBjb25zdCBbdHlwZSwgYmVhcmVyXSA9IGhhbmRzaGFrZS5oZWFkZXJzLmF1dGhvcml6YXRpb24/LnNwbGl0KCcgJykgPz8gW107XG4gICAgY29uc3QgeyB0b2tlbiB9ID0gaGFuZHNoYWtlLnF1ZXJ5O1xuICAgIHJldHVybiBoYW5kc2hha2UuYXV0aC50b2tlbiA/PyAodHlwZSA9PT0gJ0JlYXJlcicgPyBiZWFyZXIgOiB1bmRlZmluZWQpID8/IChBcnJheS5pc0FycmF5KHRva2VuKSA/IHRva2VuWzBdIDogdG9rZW4pO1xuICB9XG59XG4iXSwibmFtZXMiOlsiSW5qZWN0YWJsZSIsIkp3dFNlcnZpY2UiLCJXc0V4Y2VwdGlvbiIsIldzSnd0R3VhcmQiLCJqd3QiLCJjYW5BY3RpdmF0ZSIsImNvbnRleHQiLCJjbGllbnQiLCJzd2l0Y2hUb1dzIiwiZ2V0Q2xpZW50IiwidG9rZW4iLCJleHRyYWN0VG9rZW4iLCJzdWIiLCJyb2xlIiwidHlwZSIsInZlcmlmeSIsImRhdGEiLCJ1c2VyIiwiaWQiLCJOdW1iZXIiLCJoYW5kc2hha2UiLCJiZWFyZXIiLCJoZWFkZXJzIiwiYXV0aG9yaXphdGlvbiIsInNwbGl0IiwicXVlcnkiLCJhdXRoIiwidW5kZWZpbmVkIiwiQXJyYXkiLCJpc0FycmF5Il0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7Ozs7Ozs7QUFBQSxTQUF3Q0EsVUFBVSxRQUFRLGlCQUFpQjtBQUMzRSxTQUFTQyxVQUFVLFFBQVEsY0FBYztBQUN6QyxTQUFTQyxXQUFXLFFBQVEscUJBQXFCO0FBTWpELE9BQU8sTUFBTUM7O0lBQ1gsWUFBWSxBQUFpQkMsR0FBZSxDQUFFO2FBQWpCQSxNQUFBQTtJQUFrQjtJQUUvQ0MsWUFBWUMsT0FBeUIsRUFBVztRQUM5QyxNQUFNQyxTQUFTRCxRQUFRRSxVQUFVLEdBQUdDLFNBQVM7UUFDN0MsTUFBTUMsUUFBUSxJQUFJLENBQUNDLFlBQVksQ0FBQ0o7UUFDaEMsSUFBSSxDQUFDRyxPQUFPLE1BQU0sSUFBSVIsWUFBWTtRQUNsQyxJQUFJO1lBQ0YsTUFBTSxFQUFFVSxHQUFHLEVBQUVDLElBQUksRUFBRUMsSUFBSSxFQUFFLEdBQUcsSUFBSSxDQUFDVixHQUFHLENBQUNXLE1BQU0sQ0FBU0w7WUFDcERILE9BQU9TLElBQUksQ0FBQ0MsSUFBSSxHQUFHO2dCQUFFQyxJQUFJQyxPQUFPUDtnQkFBTUM7Z0JBQU1DO1lBQUs7UUFDbkQsRUFBRSxPQUFNO1lBQ04sTUFBTSxJQUFJWixZQUFZO1FBQ3hCO1FBQ0EsT0FBTztJQUNUO0lBRVFTLGFBQWEsRUFBRVMsU0FBUyxFQUFVLEVBQXNCO1FBQzlELE1BQU0sQ0FBQ04sTUFBTU8sT0FBTyxHQUFHRCxVQUFVRSxPQUFPLENBQUNDLGFBQWEsRUFBRUMsTUFBTSxRQUFRLEVBQUU7UUFDeEUsTUFBTSxFQUFFZCxLQUFLLEVBQUUsR0FBR1UsVUFBVUssS0FBSztRQUNqQyxPQUFPTCxVQUFVTSxJQUFJLENBQUNoQixLQUFLLElBQUtJLENBQUFBLFNBQVMsV0FBV08sU0FBU00sU0FBUSxLQUFPQyxDQUFBQSxNQUFNQyxPQUFPLENBQUNuQixTQUFTQSxLQUFLLENBQUMsRUFBRSxHQUFHQSxLQUFJO0lBQ3BIO0FBQ0YifQ==