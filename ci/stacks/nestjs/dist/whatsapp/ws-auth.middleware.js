/** A token says who connects; in development the query may say it as well. */ export const wsAuthMiddleware = (jwt)=>(socket, next)=>{
        const { auth, query } = socket.handshake;
        try {
            const userId = auth.token ? jwt.verify(auth.token).userId : query.userId;
            if (typeof userId !== 'string' || !userId) throw new Error('no user');
            socket.data.userId = userId;
            next();
        } catch  {
            next(new Error('Unauthorized'));
        }
    };

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy93aGF0c2FwcC93cy1hdXRoLm1pZGRsZXdhcmUudHMiXSwic291cmNlc0NvbnRlbnQiOlsiaW1wb3J0IHR5cGUgeyBKd3RTZXJ2aWNlIH0gZnJvbSAnQG5lc3Rqcy9qd3QnO1xuaW1wb3J0IHR5cGUgeyBTb2NrZXQgfSBmcm9tICdzb2NrZXQuaW8nO1xuaW1wb3J0IHR5cGUgeyBDbGFpbXMgfSBmcm9tICcuLi9zaGFyZWQvand0LmpzJztcblxudHlwZSBOZXh0ID0gKGVycm9yPzogRXJyb3IpID0+IHZvaWQ7XG5cbi8qKiBBIHRva2VuIHNheXMgd2hvIGNvbm5lY3RzOyBpbiBkZXZlbG9wbWVudCB0aGUgcXVlcnkgbWF5IHNheSBpdCBhcyB3ZWxsLiAqL1xuZXhwb3J0IGNvbnN0IHdzQXV0aE1pZGRsZXdhcmUgPSAoand0OiBKd3RTZXJ2aWNlKSA9PiAoc29ja2V0OiBTb2NrZXQsIG5leHQ6IE5leHQpID0+IHtcbiAgY29uc3QgeyBhdXRoLCBxdWVyeSB9ID0gc29ja2V0LmhhbmRzaGFrZTtcbiAgdHJ5IHtcbiAgICBjb25zdCB1c2VySWQgPSBhdXRoLnRva2VuID8gand0LnZlcmlmeTxDbGFpbXM+KGF1dGgudG9rZW4pLnVzZXJJZCA6IHF1ZXJ5LnVzZXJJZDtcbiAgICBpZiAodHlwZW9mIHVzZXJJZCAhPT0gJ3N0cmluZycgfHwgIXVzZXJJZCkgdGhyb3cgbmV3IEVycm9yKCdubyB1c2VyJyk7XG4gICAgc29ja2V0LmRhdGEudXNlcklkID0gdXNlcklkO1xuICAgIG5leHQoKTtcbiAgfSBjYXRjaCB7XG4gICAgbmV4dChuZXcgRXJyb3IoJ1VuYXV0aG9yaXplZCcpKTtcbiAgfVxufTtcbiJdLCJuYW1lcyI6WyJ3c0F1dGhNaWRkbGV3YXJlIiwiand0Iiwic29ja2V0IiwibmV4dCIsImF1dGgiLCJxdWVyeSIsImhhbmRzaGFrZSIsInVzZXJJZCIsInRva2VuIiwidmVyaWZ5IiwiRXJyb3IiLCJkYXRhIl0sIm1hcHBpbmdzIjoiQUFNQSw0RUFBNEUsR0FDNUUsT0FBTyxNQUFNQSxtQkFBbUIsQ0FBQ0MsTUFBb0IsQ0FBQ0MsUUFBZ0JDO1FBQ3BFLE1BQU0sRUFBRUMsSUFBSSxFQUFFQyxLQUFLLEVBQUUsR0FBR0gsT0FBT0ksU0FBUztRQUN4QyxJQUFJO1lBQ0YsTUFBTUMsU0FBU0gsS0FBS0ksS0FBSyxHQUFHUCxJQUFJUSxNQUFNLENBQVNMLEtBQUtJLEtBQUssRUFBRUQsTUFBTSxHQUFHRixNQUFNRSxNQUFNO1lBQ2hGLElBQUksT0FBT0EsV0FBVyxZQUFZLENBQUNBLFFBQVEsTUFBTSxJQUFJRyxNQUFNO1lBQzNEUixPQUFPUyxJQUFJLENBQUNKLE1BQU0sR0FBR0E7WUFDckJKO1FBQ0YsRUFBRSxPQUFNO1lBQ05BLEtBQUssSUFBSU8sTUFBTTtRQUNqQjtJQUNGLEVBQUUifQ==