// Faults that are typical of NestJS backends. `DEFECT=name` puts one of them in; ../../../README.md says what each is.
const NAMES = [
    'stacked-decorators',
    'global-pipe',
    'told-twice',
    'presence-per-socket',
    'http-exception',
    'unguarded-handler',
    'joined-before-checked',
    'told-to-everyone',
    'payload-names-the-user',
    'rooms-gone-at-disconnect',
    'no-return',
    'whole-entity',
    'not-awaited',
    'rest-is-silent',
    'cors-is-no-gate',
    'to-own-devices'
];
const asked = process.env.DEFECT ?? '';
if (asked && !NAMES.includes(asked)) throw new Error(`there is no DEFECT=${asked}; there are ${NAMES.join(', ')}`);
export const hasDefect = (name)=>{
    if (!NAMES.includes(name)) throw new Error(`the defect ${name} is not listed`);
    return asked === name;
};

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9zaGFyZWQvZGVmZWN0LnRzIl0sInNvdXJjZXNDb250ZW50IjpbIi8vIEZhdWx0cyB0aGF0IGFyZSB0eXBpY2FsIG9mIE5lc3RKUyBiYWNrZW5kcy4gYERFRkVDVD1uYW1lYCBwdXRzIG9uZSBvZiB0aGVtIGluOyAuLi8uLi8uLi9SRUFETUUubWQgc2F5cyB3aGF0IGVhY2ggaXMuXG5cbmNvbnN0IE5BTUVTID0gW1xuICAnc3RhY2tlZC1kZWNvcmF0b3JzJyxcbiAgJ2dsb2JhbC1waXBlJyxcbiAgJ3RvbGQtdHdpY2UnLFxuICAncHJlc2VuY2UtcGVyLXNvY2tldCcsXG4gICdodHRwLWV4Y2VwdGlvbicsXG4gICd1bmd1YXJkZWQtaGFuZGxlcicsXG4gICdqb2luZWQtYmVmb3JlLWNoZWNrZWQnLFxuICAndG9sZC10by1ldmVyeW9uZScsXG4gICdwYXlsb2FkLW5hbWVzLXRoZS11c2VyJyxcbiAgJ3Jvb21zLWdvbmUtYXQtZGlzY29ubmVjdCcsXG4gICduby1yZXR1cm4nLFxuICAnd2hvbGUtZW50aXR5JyxcbiAgJ25vdC1hd2FpdGVkJyxcbiAgJ3Jlc3QtaXMtc2lsZW50JyxcbiAgJ2NvcnMtaXMtbm8tZ2F0ZScsXG4gICd0by1vd24tZGV2aWNlcycsXG5dO1xuXG5jb25zdCBhc2tlZCA9IHByb2Nlc3MuZW52LkRFRkVDVCA/PyAnJztcbmlmIChhc2tlZCAmJiAhTkFNRVMuaW5jbHVkZXMoYXNrZWQpKSB0aHJvdyBuZXcgRXJyb3IoYHRoZXJlIGlzIG5vIERFRkVDVD0ke2Fza2VkfTsgdGhlcmUgYXJlICR7TkFNRVMuam9pbignLCAnKX1gKTtcblxuZXhwb3J0IGNvbnN0IGhhc0RlZmVjdCA9IChuYW1lOiBzdHJpbmcpOiBib29sZWFuID0+IHtcbiAgaWYgKCFOQU1FUy5pbmNsdWRlcyhuYW1lKSkgdGhyb3cgbmV3IEVycm9yKGB0aGUgZGVmZWN0ICR7bmFtZX0gaXMgbm90IGxpc3RlZGApO1xuICByZXR1cm4gYXNrZWQgPT09IG5hbWU7XG59O1xuIl0sIm5hbWVzIjpbIk5BTUVTIiwiYXNrZWQiLCJwcm9jZXNzIiwiZW52IiwiREVGRUNUIiwiaW5jbHVkZXMiLCJFcnJvciIsImpvaW4iLCJoYXNEZWZlY3QiLCJuYW1lIl0sIm1hcHBpbmdzIjoiQUFBQSx1SEFBdUg7QUFFdkgsTUFBTUEsUUFBUTtJQUNaO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0NBQ0Q7QUFFRCxNQUFNQyxRQUFRQyxRQUFRQyxHQUFHLENBQUNDLE1BQU0sSUFBSTtBQUNwQyxJQUFJSCxTQUFTLENBQUNELE1BQU1LLFFBQVEsQ0FBQ0osUUFBUSxNQUFNLElBQUlLLE1BQU0sQ0FBQyxtQkFBbUIsRUFBRUwsTUFBTSxZQUFZLEVBQUVELE1BQU1PLElBQUksQ0FBQyxPQUFPO0FBRWpILE9BQU8sTUFBTUMsWUFBWSxDQUFDQztJQUN4QixJQUFJLENBQUNULE1BQU1LLFFBQVEsQ0FBQ0ksT0FBTyxNQUFNLElBQUlILE1BQU0sQ0FBQyxXQUFXLEVBQUVHLEtBQUssY0FBYyxDQUFDO0lBQzdFLE9BQU9SLFVBQVVRO0FBQ25CLEVBQUUifQ==