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
    'not-awaited'
];
const asked = process.env.DEFECT ?? '';
if (asked && !NAMES.includes(asked)) throw new Error(`there is no DEFECT=${asked}; there are ${NAMES.join(', ')}`);
export const hasDefect = (name)=>{
    if (!NAMES.includes(name)) throw new Error(`the defect ${name} is not listed`);
    return asked === name;
};

//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbInNyYy9zaGFyZWQvZGVmZWN0LnRzIl0sInNvdXJjZXNDb250ZW50IjpbIi8vIEZhdWx0cyB0aGF0IGFyZSB0eXBpY2FsIG9mIE5lc3RKUyBiYWNrZW5kcy4gYERFRkVDVD1uYW1lYCBwdXRzIG9uZSBvZiB0aGVtIGluOyAuLi8uLi8uLi9SRUFETUUubWQgc2F5cyB3aGF0IGVhY2ggaXMuXG5cbmNvbnN0IE5BTUVTID0gW1xuICAnc3RhY2tlZC1kZWNvcmF0b3JzJyxcbiAgJ2dsb2JhbC1waXBlJyxcbiAgJ3RvbGQtdHdpY2UnLFxuICAncHJlc2VuY2UtcGVyLXNvY2tldCcsXG4gICdodHRwLWV4Y2VwdGlvbicsXG4gICd1bmd1YXJkZWQtaGFuZGxlcicsXG4gICdqb2luZWQtYmVmb3JlLWNoZWNrZWQnLFxuICAndG9sZC10by1ldmVyeW9uZScsXG4gICdwYXlsb2FkLW5hbWVzLXRoZS11c2VyJyxcbiAgJ3Jvb21zLWdvbmUtYXQtZGlzY29ubmVjdCcsXG4gICduby1yZXR1cm4nLFxuICAnd2hvbGUtZW50aXR5JyxcbiAgJ25vdC1hd2FpdGVkJyxcbl07XG5cbmNvbnN0IGFza2VkID0gcHJvY2Vzcy5lbnYuREVGRUNUID8/ICcnO1xuaWYgKGFza2VkICYmICFOQU1FUy5pbmNsdWRlcyhhc2tlZCkpIHRocm93IG5ldyBFcnJvcihgdGhlcmUgaXMgbm8gREVGRUNUPSR7YXNrZWR9OyB0aGVyZSBhcmUgJHtOQU1FUy5qb2luKCcsICcpfWApO1xuXG5leHBvcnQgY29uc3QgaGFzRGVmZWN0ID0gKG5hbWU6IHN0cmluZyk6IGJvb2xlYW4gPT4ge1xuICBpZiAoIU5BTUVTLmluY2x1ZGVzKG5hbWUpKSB0aHJvdyBuZXcgRXJyb3IoYHRoZSBkZWZlY3QgJHtuYW1lfSBpcyBub3QgbGlzdGVkYCk7XG4gIHJldHVybiBhc2tlZCA9PT0gbmFtZTtcbn07XG4iXSwibmFtZXMiOlsiTkFNRVMiLCJhc2tlZCIsInByb2Nlc3MiLCJlbnYiLCJERUZFQ1QiLCJpbmNsdWRlcyIsIkVycm9yIiwiam9pbiIsImhhc0RlZmVjdCIsIm5hbWUiXSwibWFwcGluZ3MiOiJBQUFBLHVIQUF1SDtBQUV2SCxNQUFNQSxRQUFRO0lBQ1o7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7SUFDQTtJQUNBO0lBQ0E7Q0FDRDtBQUVELE1BQU1DLFFBQVFDLFFBQVFDLEdBQUcsQ0FBQ0MsTUFBTSxJQUFJO0FBQ3BDLElBQUlILFNBQVMsQ0FBQ0QsTUFBTUssUUFBUSxDQUFDSixRQUFRLE1BQU0sSUFBSUssTUFBTSxDQUFDLG1CQUFtQixFQUFFTCxNQUFNLFlBQVksRUFBRUQsTUFBTU8sSUFBSSxDQUFDLE9BQU87QUFFakgsT0FBTyxNQUFNQyxZQUFZLENBQUNDO0lBQ3hCLElBQUksQ0FBQ1QsTUFBTUssUUFBUSxDQUFDSSxPQUFPLE1BQU0sSUFBSUgsTUFBTSxDQUFDLFdBQVcsRUFBRUcsS0FBSyxjQUFjLENBQUM7SUFDN0UsT0FBT1IsVUFBVVE7QUFDbkIsRUFBRSJ9