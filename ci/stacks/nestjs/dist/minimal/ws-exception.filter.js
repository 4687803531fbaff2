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
import { Catch, HttpException, Logger } from '@nestjs/common';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';
export class WsExceptionFilter extends BaseWsExceptionFilter {
    catch(exception, host) {
        host.switchToWs().getClient().emit('error', {
            message: this.messageOf(exception)
        });
    }
    messageOf(exception) {
        if (exception instanceof WsException) return exception.message;
        if (exception instanceof HttpException) {
            const response = exception.getResponse();
            return [
                response.message ?? exception.message
            ].flat().join(', ');
        }
        Logger.error(exception);
        return 'Internal server error';
    }
}
WsExceptionFilter = _ts_decorate([
    Catch()
], WsExceptionFilter);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9taW5pbWFsL3dzLWV4Y2VwdGlvbi5maWx0ZXIudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHsgQXJndW1lbnRzSG9zdCwgQ2F0Y2gsIEh0dHBFeGNlcHRpb24sIExvZ2dlciB9IGZyb20gJ0BuZXN0anMvY29tbW9uJztcbmltcG9ydCB7IEJhc2VXc0V4Y2VwdGlvbkZpbHRlciwgV3NFeGNlcHRpb24gfSBmcm9tICdAbmVzdGpzL3dlYnNvY2tldHMnO1xuXG4vKiogVGVsbHMgZXJyb3JzIGJ5IHRoZSBkb2N1bWVudGVkIGV2ZW50IGBlcnJvcmAsIHdob2V2ZXIgaGFzIHRocm93biB0aGVtLiAqL1xuQENhdGNoKClcbmV4cG9ydCBjbGFzcyBXc0V4Y2VwdGlvbkZpbHRlciBleHRlbmRzIEJhc2VXc0V4Y2VwdGlvbkZpbHRlciB7XG4gIGNhdGNoKGV4Y2VwdGlvbjogdW5rbm93biwgaG9zdDogQXJndW1lbnRzSG9zdCk6IHZvaWQge1xuICAgIGhvc3Quc3dpdGNoVG9XcygpLmdldENsaWVudCgpLmVtaXQoJ2Vycm9yJywgeyBtZXNzYWdlOiB0aGlzLm1lc3NhZ2VPZihleGNlcHRpb24pIH0pO1xuICB9XG5cbiAgcHJpdmF0ZSBtZXNzYWdlT2YoZXhjZXB0aW9uOiB1bmtub3duKTogc3RyaW5nIHtcbiAgICBpZiAoZXhjZXB0aW9uIGluc3RhbmNlb2YgV3NFeGNlcHRpb24pIHJldHVybiBleGNlcHRpb24ubWVzc2FnZTtcbiAgICBpZiAoZXhjZXB0aW9uIGluc3RhbmNlb2YgSHR0cEV4Y2VwdGlvbikge1xuICAgICAgY29uc3QgcmVzcG9uc2UgPSBleGNlcHRpb24uZ2V0UmVzcG9uc2UoKSBhcyB7IG1lc3NhZ2U/OiBzdHJpbmcgfCBzdHJpbmdbXSB9O1xuICAgICAgcmV0dXJuIFtyZXNwb25zZS5tZXNzYWdlID8/IGV4Y2VwdGlvbi5tZXNzYWdlXS5mbGF0KCkuam9pbignLCAnKTtcbiAgICB9XG4gICAgTG9nZ2VyLmVycm9yKGV4Y2VwdGlvbik7XG4gICAgcmV0dXJuICdJbnRlcm5hbCBzZXJ2ZXIgZXJyb3InO1xuICB9XG59XG4iXSwibmFtZXMiOlsiQ2F0Y2giLCJIdHRwRXhjZXB0aW9uIiwiTG9nZ2VyIiwiQmFzZVdzRXhjZXB0aW9uRmlsdGVyIiwiV3NFeGNlcHRpb24iLCJXc0V4Y2VwdGlvbkZpbHRlciIsImNhdGNoIiwiZXhjZXB0aW9uIiwiaG9zdCIsInN3aXRjaFRvV3MiLCJnZXRDbGllbnQiLCJlbWl0IiwibWVzc2FnZSIsIm1lc3NhZ2VPZiIsInJlc3BvbnNlIiwiZ2V0UmVzcG9uc2UiLCJmbGF0Iiwiam9pbiIsImVycm9yIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7O0FBQUEsU0FBd0JBLEtBQUssRUFBRUMsYUFBYSxFQUFFQyxNQUFNLFFBQVEsaUJBQWlCO0FBQzdFLFNBQVNDLHFCQUFxQixFQUFFQyxXQUFXLFFBQVEscUJBQXFCO0FBSXhFLE9BQU8sTUFBTUMsMEJBQTBCRjtJQUNyQ0csTUFBTUMsU0FBa0IsRUFBRUMsSUFBbUIsRUFBUTtRQUNuREEsS0FBS0MsVUFBVSxHQUFHQyxTQUFTLEdBQUdDLElBQUksQ0FBQyxTQUFTO1lBQUVDLFNBQVMsSUFBSSxDQUFDQyxTQUFTLENBQUNOO1FBQVc7SUFDbkY7SUFFUU0sVUFBVU4sU0FBa0IsRUFBVTtRQUM1QyxJQUFJQSxxQkFBcUJILGFBQWEsT0FBT0csVUFBVUssT0FBTztRQUM5RCxJQUFJTCxxQkFBcUJOLGVBQWU7WUFDdEMsTUFBTWEsV0FBV1AsVUFBVVEsV0FBVztZQUN0QyxPQUFPO2dCQUFDRCxTQUFTRixPQUFPLElBQUlMLFVBQVVLLE9BQU87YUFBQyxDQUFDSSxJQUFJLEdBQUdDLElBQUksQ0FBQztRQUM3RDtRQUNBZixPQUFPZ0IsS0FBSyxDQUFDWDtRQUNiLE9BQU87SUFDVDtBQUNGIn0=