// Sound servers that are alike in several dialects; each list says where its document is silent.

import { changesOf } from './text.mjs';

const backend = changesOf('shared/backend.mjs');
const tokens = changesOf('shared/tokens.mjs');

const level = 'should'; // a finding of this level, or above, fails a sound server

export const stateRecovery = (clause) => ({
  name: 'state-recovery', kind: 'socket.io', clause, level,
  why: 'Connection-state recovery is on, so that each event has an offset as its last argument.',
  patch: [backend('new Server(http, {', 'new Server(http, {\n    connectionStateRecovery: {},')],
});

export const longerHmacAccepted = (clause) => ({
  name: 'longer-hmac-accepted', kind: 'credentials', clause, level,
  why: 'A token of HS384 or HS512 with the right secret is good too.',
  patch: [tokens("['HS256']", "['HS256', 'HS384', 'HS512']")],
});

export const slowBy30Ms = {
  name: 'slow-by-30-ms', kind: 'slow', clause: 'how fast an answer is, is not said', level,
  why: 'Every event is handled 30 ms after it came, in order.',
  patch: [backend('socket.on(event, (...args) => {', 'socket.on(event, (...args) => setTimeout(() => {\n      if (!socket.connected) return;'),
    backend('      }\n    });\n  }', '      }\n    }, 30));\n  }')],
};
