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
import { Catch, HttpException, HttpStatus, Logger } from '@nestjs/common';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';
export class WsExceptionFilter extends BaseWsExceptionFilter {
    catch(exception, host) {
        const client = host.switchToWs().getClient();
        client.emit('error', {
            status: 'error',
            ...this.describe(exception)
        });
    }
    describe(exception) {
        if (exception instanceof WsException) return {
            message: exception.message
        };
        if (exception instanceof HttpException) {
            const { message } = exception.getResponse();
            return {
                message: [
                    message
                ].flat().join(', '),
                statusCode: exception.getStatus()
            };
        }
        Logger.error(exception);
        return {
            message: 'Internal server error',
            statusCode: HttpStatus.INTERNAL_SERVER_ERROR
        };
    }
}
WsExceptionFilter = _ts_decorate([
    Catch()
], WsExceptionFilter);

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC93cy1leGNlcHRpb24uZmlsdGVyLnRzIl0sInNvdXJjZXNDb250ZW50IjpbImltcG9ydCB7IEFyZ3VtZW50c0hvc3QsIENhdGNoLCBIdHRwRXhjZXB0aW9uLCBIdHRwU3RhdHVzLCBMb2dnZXIgfSBmcm9tICdAbmVzdGpzL2NvbW1vbic7XG5pbXBvcnQgeyBCYXNlV3NFeGNlcHRpb25GaWx0ZXIsIFdzRXhjZXB0aW9uIH0gZnJvbSAnQG5lc3Rqcy93ZWJzb2NrZXRzJztcblxuQENhdGNoKClcbmV4cG9ydCBjbGFzcyBXc0V4Y2VwdGlvbkZpbHRlciBleHRlbmRzIEJhc2VXc0V4Y2VwdGlvbkZpbHRlciB7XG4gIGNhdGNoKGV4Y2VwdGlvbjogdW5rbm93biwgaG9zdDogQXJndW1lbnRzSG9zdCk6IHZvaWQge1xuICAgIGNvbnN0IGNsaWVudCA9IGhvc3Quc3dpdGNoVG9XcygpLmdldENsaWVudCgpO1xuICAgIGNsaWVudC5lbWl0KCdlcnJvcicsIHsgc3RhdHVzOiAnZXJyb3InLCAuLi50aGlzLmRlc2NyaWJlKGV4Y2VwdGlvbikgfSk7XG4gIH1cblxuICBwcml2YXRlIGRlc2NyaWJlKGV4Y2VwdGlvbjogdW5rbm93bikge1xuICAgIGlmIChleGNlcHRpb24gaW5zdGFuY2VvZiBXc0V4Y2VwdGlvbikgcmV0dXJuIHsgbWVzc2FnZTogZXhjZXB0aW9uLm1lc3NhZ2UgfTtcbiAgICBpZiAoZXhjZXB0aW9uIGluc3RhbmNlb2YgSHR0cEV4Y2VwdGlvbikge1xuICAgICAgY29uc3QgeyBtZXNzYWdlIH0gPSBleGNlcHRpb24uZ2V0UmVzcG9uc2UoKSBhcyB7IG1lc3NhZ2U6IHN0cmluZyB8IHN0cmluZ1tdIH07XG4gICAgICByZXR1cm4geyBtZXNzYWdlOiBbbWVzc2FnZV0uZmxhdCgpLmpvaW4oJywgJyksIHN0YXR1c0NvZGU6IGV4Y2VwdGlvbi5nZXRTdGF0dXMoKSB9O1xuICAgIH1cbiAgICBMb2dnZXIuZXJyb3IoZXhjZXB0aW9uKTtcbiAgICByZXR1cm4geyBtZXNzYWdlOiAnSW50ZXJuYWwgc2VydmVyIGVycm9yJywgc3RhdHVzQ29kZTogSHR0cFN0YXR1cy5JTlRFUk5BTF9TRVJWRVJfRVJST1IgfTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbIkNhdGNoIiwiSHR0cEV4Y2VwdGlvbiIsIkh0dHBTdGF0dXMiLCJMb2dnZXIiLCJCYXNlV3NFeGNlcHRpb25GaWx0ZXIiLCJXc0V4Y2VwdGlvbiIsIldzRXhjZXB0aW9uRmlsdGVyIiwiY2F0Y2giLCJleGNlcHRpb24iLCJob3N0IiwiY2xpZW50Iiwic3dpdGNoVG9XcyIsImdldENsaWVudCIsImVtaXQiLCJzdGF0dXMiLCJkZXNjcmliZSIsIm1lc3NhZ2UiLCJnZXRSZXNwb25zZSIsImZsYXQiLCJqb2luIiwic3RhdHVzQ29kZSIsImdldFN0YXR1cyIsImVycm9yIiwiSU5URVJOQUxfU0VSVkVSX0VSUk9SIl0sIm1hcHBpbmdzIjoiOzs7Ozs7Ozs7Ozs7O0FBQUEsU0FBd0JBLEtBQUssRUFBRUMsYUFBYSxFQUFFQyxVQUFVLEVBQUVDLE1BQU0sUUFBUSxpQkFBaUI7QUFDekYsU0FBU0MscUJBQXFCLEVBQUVDLFdBQVcsUUFBUSxxQkFBcUI7QUFHeEUsT0FBTyxNQUFNQywwQkFBMEJGO0lBQ3JDRyxNQUFNQyxTQUFrQixFQUFFQyxJQUFtQixFQUFRO1FBQ25ELE1BQU1DLFNBQVNELEtBQUtFLFVBQVUsR0FBR0MsU0FBUztRQUMxQ0YsT0FBT0csSUFBSSxDQUFDLFNBQVM7WUFBRUMsUUFBUTtZQUFTLEdBQUcsSUFBSSxDQUFDQyxRQUFRLENBQUNQLFVBQVU7UUFBQztJQUN0RTtJQUVRTyxTQUFTUCxTQUFrQixFQUFFO1FBQ25DLElBQUlBLHFCQUFxQkgsYUFBYSxPQUFPO1lBQUVXLFNBQVNSLFVBQVVRLE9BQU87UUFBQztRQUMxRSxJQUFJUixxQkFBcUJQLGVBQWU7WUFDdEMsTUFBTSxFQUFFZSxPQUFPLEVBQUUsR0FBR1IsVUFBVVMsV0FBVztZQUN6QyxPQUFPO2dCQUFFRCxTQUFTO29CQUFDQTtpQkFBUSxDQUFDRSxJQUFJLEdBQUdDLElBQUksQ0FBQztnQkFBT0MsWUFBWVosVUFBVWEsU0FBUztZQUFHO1FBQ25GO1FBQ0FsQixPQUFPbUIsS0FBSyxDQUFDZDtRQUNiLE9BQU87WUFBRVEsU0FBUztZQUF5QkksWUFBWWxCLFdBQVdxQixxQkFBcUI7UUFBQztJQUMxRjtBQUNGIn0=