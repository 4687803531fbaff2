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
import { Controller, Get } from '@nestjs/common';
export class HealthController {
    check() {
        return {
            status: 'ok'
        };
    }
}
_ts_decorate([
    Get(),
    _ts_metadata("design:type", Function),
    _ts_metadata("design:paramtypes", []),
    _ts_metadata("design:returntype", void 0)
], HealthController.prototype, "check", null);
HealthController = _ts_decorate([
    Controller('healthz')
], HealthController);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9zaGFyZWQvaGVhbHRoLmNvbnRyb2xsZXIudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQ29udHJvbGxlciwgR2V0IH0gZnJvbSAnQG5lc3Rqcy9jb21tb24nO1xuXG5AQ29udHJvbGxlcignaGVhbHRoeicpXG5leHBvcnQgY2xhc3MgSGVhbHRoQ29udHJvbGxlciB7XG4gIEBHZXQoKVxuICBjaGVjaygpIHtcbiAgICByZXR1cm4geyBzdGF0dXM6ICdvaycgfTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbIkNvbnRyb2xsZXIiLCJHZXQiLCJIZWFsdGhDb250cm9sbGVyIiwiY2hlY2siLCJzdGF0dXMiXSwibWFwcGluZ3MiOiI7Ozs7Ozs7Ozs7Ozs7Ozs7OztBQUFBLFNBQVNBLFVBQVUsRUFBRUMsR0FBRyxRQUFRLGlCQUFpQjtBQUdqRCxPQUFPLE1BQU1DO0lBRVhDLFFBQVE7UUFDTixPQUFPO1lBQUVDLFFBQVE7UUFBSztJQUN4QjtBQUNGIn0=