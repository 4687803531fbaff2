import { setTimeout } from 'node:timers/promises';
/** What a database would do, in memory: every call takes a moment, and ids are given out in order. */ export class Repository {
    idOf;
    rows = new Map();
    count = 0;
    constructor(idOf){
        this.idOf = idOf;
    }
    async insert(row) {
        await setTimeout(1);
        const id = this.idOf(++this.count);
        const stored = {
            id,
            ...row
        };
        this.rows.set(id, stored);
        return stored;
    }
    async findOne(id) {
        await setTimeout(1);
        return this.rows.get(id);
    }
    async find(matches) {
        await setTimeout(1);
        return [
            ...this.rows.values()
        ].filter(matches);
    }
    async delete(id) {
        await setTimeout(1);
        this.rows.delete(id);
    }
}

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9zaGFyZWQvcmVwb3NpdG9yeS50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyBzZXRUaW1lb3V0IH0gZnJvbSAnbm9kZTp0aW1lcnMvcHJvbWlzZXMnO1xuXG4vKiogV2hhdCBhIGRhdGFiYXNlIHdvdWxkIGRvLCBpbiBtZW1vcnk6IGV2ZXJ5IGNhbGwgdGFrZXMgYSBtb21lbnQsIGFuZCBpZHMgYXJlIGdpdmVuIG91dCBpbiBvcmRlci4gKi9cbmV4cG9ydCBjbGFzcyBSZXBvc2l0b3J5PFJvdyBleHRlbmRzIHsgaWQ6IG51bWJlciB8IHN0cmluZyB9PiB7XG4gIHByaXZhdGUgcmVhZG9ubHkgcm93cyA9IG5ldyBNYXA8Um93WydpZCddLCBSb3c+KCk7XG4gIHByaXZhdGUgY291bnQgPSAwO1xuXG4gIGNvbnN0cnVjdG9yKHByaXZhdGUgcmVhZG9ubHkgaWRPZjogKGNvdW50OiBudW1iZXIpID0+IFJvd1snaWQnXSkge31cblxuICBhc3luYyBpbnNlcnQocm93OiBPbWl0PFJvdywgJ2lkJz4pOiBQcm9taXNlPFJvdz4ge1xuICAgIGF3YWl0IHNldFRpbWVvdXQoMSk7XG4gICAgY29uc3QgaWQgPSB0aGlzLmlkT2YoKyt0aGlzLmNvdW50KTtcbiAgICBjb25zdCBzdG9yZWQgPSB7IGlkLCAuLi5yb3cgfSBhcyBSb3c7XG4gICAgdGhpcy5yb3dzLnNldChpZCwgc3RvcmVkKTtcbiAgICByZXR1cm4gc3RvcmVkO1xuICB9XG5cbiAgYXN5bmMgZmluZE9uZShpZDogUm93WydpZCddKTogUHJvbWlzZTxSb3cgfCB1bmRlZmluZWQ+IHtcbiAgICBhd2FpdCBzZXRUaW1lb3V0KDEpO1xuICAgIHJldHVybiB0aGlzLnJvd3MuZ2V0KGlkKTtcbiAgfVxuXG4gIGFzeW5jIGZpbmQobWF0Y2hlczogKHJvdzogUm93KSA9PiBib29sZWFuKTogUHJvbWlzZTxSb3dbXT4ge1xuICAgIGF3YWl0IHNldFRpbWVvdXQoMSk7XG4gICAgcmV0dXJuIFsuLi50aGlzLnJvd3MudmFsdWVzKCldLmZpbHRlcihtYXRjaGVzKTtcbiAgfVxuXG4gIGFzeW5jIGRlbGV0ZShpZDogUm93WydpZCddKTogUHJvbWlzZTx2b2lkPiB7XG4gICAgYXdhaXQgc2V0VGltZW91dCgxKTtcbiAgICB0aGlzLnJvd3MuZGVsZXRlKGlkKTtcbiAgfVxufVxuIl0sIm5hbWVzIjpbInNldFRpbWVvdXQiLCJSZXBvc2l0b3J5Iiwicm93cyIsIk1hcCIsImNvdW50IiwiaWRPZiIsImluc2VydCIsInJvdyIsImlkIiwic3RvcmVkIiwic2V0IiwiZmluZE9uZSIsImdldCIsImZpbmQiLCJtYXRjaGVzIiwidmFsdWVzIiwiZmlsdGVyIiwiZGVsZXRlIl0sIm1hcHBpbmdzIjoiQUFBQSxTQUFTQSxVQUFVLFFBQVEsdUJBQXVCO0FBRWxELG9HQUFvRyxHQUNwRyxPQUFPLE1BQU1DOztJQUNNQyxPQUFPLElBQUlDLE1BQXNCO0lBQzFDQyxRQUFRLEVBQUU7SUFFbEIsWUFBWSxBQUFpQkMsSUFBa0MsQ0FBRTthQUFwQ0EsT0FBQUE7SUFBcUM7SUFFbEUsTUFBTUMsT0FBT0MsR0FBb0IsRUFBZ0I7UUFDL0MsTUFBTVAsV0FBVztRQUNqQixNQUFNUSxLQUFLLElBQUksQ0FBQ0gsSUFBSSxDQUFDLEVBQUUsSUFBSSxDQUFDRCxLQUFLO1FBQ2pDLE1BQU1LLFNBQVM7WUFBRUQ7WUFBSSxHQUFHRCxHQUFHO1FBQUM7UUFDNUIsSUFBSSxDQUFDTCxJQUFJLENBQUNRLEdBQUcsQ0FBQ0YsSUFBSUM7UUFDbEIsT0FBT0E7SUFDVDtJQUVBLE1BQU1FLFFBQVFILEVBQWEsRUFBNEI7UUFDckQsTUFBTVIsV0FBVztRQUNqQixPQUFPLElBQUksQ0FBQ0UsSUFBSSxDQUFDVSxHQUFHLENBQUNKO0lBQ3ZCO0lBRUEsTUFBTUssS0FBS0MsT0FBOEIsRUFBa0I7UUFDekQsTUFBTWQsV0FBVztRQUNqQixPQUFPO2VBQUksSUFBSSxDQUFDRSxJQUFJLENBQUNhLE1BQU07U0FBRyxDQUFDQyxNQUFNLENBQUNGO0lBQ3hDO0lBRUEsTUFBTUcsT0FBT1QsRUFBYSxFQUFpQjtRQUN6QyxNQUFNUixXQUFXO1FBQ2pCLElBQUksQ0FBQ0UsSUFBSSxDQUFDZSxNQUFNLENBQUNUO0lBQ25CO0FBQ0YifQ==