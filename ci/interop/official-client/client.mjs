// What the examples of every document need: the official client, sockets that keep what they hear, bounded waits, REST.
//
// Environment: URL of the server (http://127.0.0.1:3000), JWT_SECRET that it checks tokens with.

import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import { io } from 'socket.io-client';

export const { URL: url = 'http://127.0.0.1:3000' } = process.env;
const { JWT_SECRET: secret } = process.env;

export const WAIT_MS = 2000;
export const RFC3339_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const CONTENT = 'ünïcode, "quotes" and 🚀';

export const isPresence = (event) => event === 'user:online' || event === 'user:offline';

export function mint(claims, { expiresIn = '5m', key = secret } = {}) {
  if (!key) throw new Error('JWT_SECRET is not set');
  return jwt.sign(claims, key, { algorithm: 'HS256', expiresIn });
}

// ---------------------------------------------------------------- waiting

export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${WAIT_MS} ms`)), WAIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// ---------------------------------------------------------------- sockets

const sockets = [];

/** Ends the sockets of a test, and hands them out first to whoever has something left to say. */
export async function closeAll(farewell = () => {}) {
  const open = sockets.splice(0);
  await Promise.all(open.filter((socket) => socket.connected).map(farewell));
  for (const socket of open) socket.disconnect();
}

/** A socket that keeps every event it hears until a test asks for it; presence, of whoever comes and goes, apart. */
export function open(place, options = {}) {
  const socket = io(url + place, { forceNew: true, reconnection: false, timeout: WAIT_MS, ...options });
  sockets.push(socket);
  Object.assign(socket, { heard: [], presence: [], wake: () => {} });
  socket.onAny((event, data) => {
    (isPresence(event) ? socket.presence : socket.heard).push([event, data]);
    socket.wake();
  });
  return socket;
}

export const connected = (socket) =>
  within(
    new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', reject);
    }),
    'connect',
  );

export const ask = (socket, event, ...data) => socket.timeout(WAIT_MS).emitWithAck(event, ...data);

/** The next event that was heard, whatever its name. */
async function nextOf(socket, what) {
  const arrived = () => new Promise((resolve) => (socket.wake = () => socket.heard.length && resolve()));
  if (!socket.heard.length) await within(arrived(), what);
  return socket.heard.shift();
}

/** Takes the next event of the socket, which must have this name: nothing else may have come before it. */
export async function next(socket, name) {
  const [event, data] = await nextOf(socket, name);
  assert.equal(event, name);
  return data;
}

/** Takes the next events, which have these names, in any order. */
export async function nextOfEach(socket, ...names) {
  const taken = new Map();
  for (const _ of names) taken.set(...(await nextOf(socket, names.join(', '))));
  assert.deepEqual([...taken.keys()].sort(), [...names].sort());
  return names.map((name) => taken.get(name));
}

/** Waits for a piece of presence. */
export function heardOf(socket, event, userId) {
  const isThere = () => socket.presence.some(([name, data]) => name === event && data.userId === userId);
  const arrived = new Promise((resolve) => {
    socket.wake = () => isThere() && resolve();
    socket.wake();
  });
  return within(arrived, `${event} of ${userId}`);
}

/** The next event is a refusal, by one of the names that Socket.IO backends give it. */
export async function refused(socket, ...names) {
  const [event, data] = await nextOf(socket, names.join(' or '));
  assert.ok(names.includes(event), `${event} ${JSON.stringify(data)}`);
  assert.ok(typeof data.message === 'string' && data.message, JSON.stringify(data));
  return data.message;
}

/** Whatever was on its way to this socket has arrived once the answer of a namespace that nobody has is there. */
export async function settled(socket) {
  await assert.rejects(connected(socket.io.socket(`/fence-${Math.random()}`)), /namespace/i);
}

/** Nothing but what was asked for has reached these sockets. */
export async function quiet(...silent) {
  for (const socket of silent) {
    await settled(socket);
    assert.deepEqual(socket.heard, []);
  }
}

/** Takes everything that has reached this socket. */
export async function takeAll(socket) {
  await settled(socket);
  return socket.heard.splice(0);
}

// ---------------------------------------------------------------- transports

export const TRANSPORTS = [['websocket'], ['polling'], ['websocket', 'polling'], undefined];

export const nameOf = (transports) => transports?.join(', then ') ?? "the client's default transports";

export const overTransports = (transports) => (transports ? { transports } : {});

/** The socket uses the transport it was asked to use, or the default has become a WebSocket. */
export async function assertTransport(socket, transports) {
  const { engine } = socket.io;
  if (!transports && engine.transport.name !== 'websocket') {
    await within(new Promise((resolve) => engine.once('upgrade', resolve)), 'upgrade');
  }
  assert.equal(engine.transport.name, transports?.[0] ?? 'websocket');
}

// ---------------------------------------------------------------- REST

export async function rest(method, path, { body, token } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(WAIT_MS),
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

/** A REST refusal says its status, and why. */
export function assertRestRefused(answer, statusCode) {
  assert.equal(answer.status, statusCode);
  assert.equal(answer.body.statusCode, statusCode);
  assert.ok(answer.body.message && answer.body.error, JSON.stringify(answer.body));
}
