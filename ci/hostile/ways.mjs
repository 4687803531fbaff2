// All ways of being bad, by group, and that of being good, without which nothing is proved.

import { EVENTS } from './ways/events.mjs';
import { FLOODS } from './ways/floods.mjs';
import { FRAMES } from './ways/frames.mjs';
import { HANDSHAKE } from './ways/handshake.mjs';
import { HEARTBEAT } from './ways/heartbeat.mjs';
import { HTTP } from './ways/http.mjs';
import { POLLS } from './ways/polling.mjs';
import { REST } from './ways/rest.mjs';
import { SOCKETIO } from './ways/socketio.mjs';
import { TCP } from './ways/tcp.mjs';
import { SOUND, way } from './ways/way.mjs';

const good = way('sound', 'nothing is wrong', 'nothing is wrong', { ...SOUND, seconds: 15 }, () => ({}), {
  mode: 'both',
  sample: true,
});

export const WAYS = [
  good,
  ...TCP,
  ...HTTP,
  ...HANDSHAKE,
  ...FRAMES,
  ...HEARTBEAT,
  ...SOCKETIO,
  ...EVENTS,
  ...FLOODS,
  ...POLLS,
  ...REST,
];

/** The way of this name. */
export function wayOf(name) {
  const found = WAYS.find((way) => way.name === name);
  if (!found) throw new Error(`there is no way \`${name}\`; known are: ${WAYS.map((way) => way.name).join(', ')}`);
  return found;
}
