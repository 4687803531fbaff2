// Sound servers that differ from the one of ci/interop only where the `minimal` document is silent.

const SERVER = 'minimal/server.mjs';

export default [
  {
    name: 'rest-answers-200',
    kind: 'other status',
    clause: '## REST API Integration: no status is named',
    level: 'should',
    why: 'A route that creates answers 200 in most frameworks but NestJS.',
    patch: [
      { file: SERVER, find: '/^\\/chats$/, 201,', replace: '/^\\/chats$/, 200,' },
      { file: SERVER, find: '\\/message$/, 201,', replace: '\\/message$/, 200,' },
    ],
  },
];
