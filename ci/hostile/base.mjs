// The raw server: TCP, HTTP, the websocket upgrade, polling and REST in front of the tiny chat. A way of being bad is a set
// of hooks; each is called where its name says, and one that returns true has dealt with the matter itself.
//
//   connection(socket)             a TCP connection has come
//   request(request, server)       any HTTP request
//   rest(request, server)          one that is REST
//   upgrade(request, server)       one that asks for a websocket
//   accept                         headers beside or instead of those that accept a websocket
//   accepted(session), silent: true  a websocket was accepted; no open packet follows
//   shake, open(shake, session)    what the open packet says; its text
//   opened(session), hear(session, text), connect(session), connected(session), event(session, name, data, id),
//   answered(session, name, …), ack(session, id, value, name), emit(session, name, data), fence(session, namespace),
//   pong(session), gone(session)   see session.mjs
//   beats: false                   no heartbeat
//   poll(request, queue), posted(request, session), separator   see polling.mjs

import net from 'node:net';

import { Chat, userOf } from './chat.mjs';
import { poll } from './polling.mjs';
import { Session } from './session.mjs';
import { CLOSE, FrameReader, PING, PONG, acceptKey, closeFrame, frame } from './wire/frames.mjs';
import { answerOf, jsonAnswer, readRequests } from './wire/http.mjs';

export class Hostile {
  chat = new Chat();
  sessions = new Set();

  constructor(hooks) {
    this.hooks = hooks;
  }

  listen(port) {
    const server = net.createServer({ noDelay: true }, (socket) => this.#connection(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  }

  #connection(socket) {
    socket.on('error', () => {}); // the other side may leave in any way it likes
    if (this.hooks.connection?.(socket)) return;
    readRequests(socket, (request) => this.#request(request));
  }

  #request(request) {
    if (this.hooks.request?.(request, this)) return false;
    const wantsWebsocket = (request.headers.upgrade ?? '').toLowerCase() === 'websocket';
    if (wantsWebsocket) return this.#upgrade(request);
    if (request.path.startsWith('/socket.io')) poll(this, request);
    else this.#rest(request);
    return false;
  }

  #rest(request) {
    if (this.hooks.rest?.(request, this)) return;
    request.socket.write(jsonAnswer(...this.restOf(request)));
  }

  /** What a REST call is answered with when all is well. */
  restOf({ method, path, headers, body }) {
    return this.chat.rest(userOf(headers.authorization ?? ''), method, path, body);
  }

  #upgrade(request) {
    if (this.hooks.upgrade?.(request, this)) return true;
    this.accept(request);
    return true;
  }

  /** Accepts a websocket, and opens or moves a session. */
  accept(request) {
    const { socket, headers, query } = request;
    const fields = {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Accept': acceptKey(headers['sec-websocket-key']),
      ...this.hooks.accept,
    };
    socket.write(answerOf({ status: 101, headers: fields, bare: true }));
    const line = {
      socket,
      write: (text) => socket.write(frame(text)),
      raw: (bytes) => socket.write(bytes),
      end: () => socket.end(closeFrame(1000)),
    };
    const known = query.get('sid') ? this.bySid(query.get('sid')) : null;
    const session = known ?? this.begin(line, request);
    this.#read(socket, request.rest, session, line, known !== null);
    if (known) return;
    this.hooks.accepted?.(session);
    if (!this.hooks.silent) session.open();
  }

  #read(socket, rest, session, line, moves) {
    const reader = new FrameReader();
    const hear = (bytes) => {
      for (const { opcode, payload } of reader.push(bytes)) {
        if (opcode === CLOSE) socket.end(closeFrame(1000));
        else if (opcode === PING) socket.write(frame(payload, { opcode: PONG }));
        else if (opcode !== PONG) this.#text(session, line, payload.toString('utf8'), moves);
      }
    };
    socket.on('data', hear);
    socket.on('close', () => session.ended());
    if (rest.length > 0) hear(rest);
  }

  #text(session, line, text, moves) {
    if (moves && text === '2probe') {
      if (this.hooks.probe?.(session, line)) return;
      line.write('3probe');
      session.line.release();
    } else if (moves && text === '5') session.line.move(line);
    else session.hear(text);
  }

  /** A new session on this line. */
  begin(line, request) {
    const session = new Session(this, line, request);
    this.sessions.add(session);
    return session;
  }

  bySid(sid) {
    return [...this.sessions].find((session) => session.sid === sid) ?? null;
  }
}
