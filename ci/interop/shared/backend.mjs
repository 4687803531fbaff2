// What every backend here has in common and no document describes: listening, REST routing, CORS, answering a socket.
//
// Environment: PORT, HOST, ALLOWED_ORIGINS (comma separated), LOG=1 for one line per event.

import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { readable, refuse } from './refusal.mjs';

const { HOST = '127.0.0.1', LOG } = process.env;
const PORT = Number(process.env.PORT ?? 3000);
const ALLOWED_ORIGINS = (process.env.ALLOWED_ORIGINS ?? 'http://localhost:3000,http://localhost:5173').split(',');
const MAX_BODY_BYTES = 1_000_000;

/** How many messages a conversation keeps; the oldest go first, so that a long load run does not grow without end. */
export const MAX_MESSAGES = 10_000;

export const log = LOG ? (...words) => console.log(...words) : () => {};
export const timestamp = () => new Date().toISOString();

const originAllowed = (origin) => origin === undefined || ALLOWED_ORIGINS.includes(origin);

// ---------------------------------------------------------------- REST

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    if (body.length <= MAX_BODY_BYTES) body += chunk; // the rest is read and dropped, so that the answer is heard
  }
  if (body.length > MAX_BODY_BYTES) refuse(413, 'request entity too large');
  try {
    return JSON.parse(body || '{}');
  } catch {
    return refuse(400, 'The request body is not valid JSON');
  }
}

async function dispatch(request, { routes, caller, health }) {
  const { pathname, searchParams } = new URL(request.url, 'http://host');
  if (request.method === 'GET' && pathname === '/healthz') return [200, { status: 'ok', ...health() }];
  for (const [method, pattern, status, handler] of routes) {
    const match = request.method === method && pattern.exec(pathname);
    if (!match) continue;
    const user = caller?.(request.headers);
    const body = method === 'POST' || method === 'PUT' ? await bodyOf(request) : undefined;
    return [status, handler({ user, id: match[1], query: Object.fromEntries(searchParams), body })];
  }
  return refuse(404, `Cannot ${request.method} ${pathname}`);
}

function allowOrigin({ headers: { origin } }, response) {
  response.setHeader('Vary', 'Origin');
  if (origin === undefined || !originAllowed(origin)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Allow-Methods', 'GET,POST,PUT,DELETE');
  response.setHeader('Access-Control-Allow-Headers', 'authorization,content-type');
}

async function answerRest(request, response, app) {
  allowOrigin(request, response);
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  let status, body;
  try {
    [status, body] = await dispatch(request, app);
  } catch (error) {
    const refusal = readable(error);
    [status, body] = [refusal.statusCode, refusal.body];
  }
  if (body === undefined) return response.writeHead(status).end();
  return response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

// ---------------------------------------------------------------- sockets

/**
 * Answers the events of one socket. A handler gets `(user, payload, socket, ack)`, the user being what `caller(payload)`
 * finds; what it returns goes to the ack, where the client asked for one, what it throws to `refused(message, request)`.
 */
export function answerEvents(socket, events, { caller, refused }) {
  for (const [event, handler] of Object.entries(events)) {
    socket.on(event, (...args) => {
      const ack = typeof args.at(-1) === 'function' ? args.pop() : undefined;
      const [payload] = args;
      try {
        const answer = handler(caller(payload), payload, socket, ack);
        if (answer !== undefined) ack?.(answer);
      } catch (error) {
        const { message } = readable(error);
        log('refused', socket.id, event, message);
        refused(message, { event, payload, ack });
      }
    });
  }
}

/**
 * A backend with one namespace. Each route is `[method, path pattern, status, handler({user, id, query, body})]`, where
 * `id` is what the pattern captured and `user` what `caller(headers)` found, where there is a caller.
 */
export function backend({ namespace, routes, caller, health = () => ({}) }) {
  const http = createServer((request, response) => answerRest(request, response, { routes, caller, health }));
  const io = new Server(http, {
    cors: { origin: ALLOWED_ORIGINS, credentials: true },
    // CORS alone stops a browser from reading a polling answer, not from opening a WebSocket.
    allowRequest: (request, decide) => decide('Origin not allowed', originAllowed(request.headers.origin)),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
  return {
    gateway: io.of(namespace),
    listen: () => http.listen(PORT, HOST, () => console.log(`listening on http://${HOST}:${http.address().port}`)),
  };
}
