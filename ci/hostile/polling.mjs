// HTTP long-polling and the upgrade from it, correct unless a hook says otherwise. *Engine.IO 4, "HTTP long-polling".*

import { answerOf } from './wire/http.mjs';

const SEPARATOR = '\x1e';

const plain = (body, status = 200) =>
  answerOf({ status, headers: { 'Content-Type': 'text/plain; charset=UTF-8' }, body });

/** What a session says by polling: kept until somebody asks for it, or sent on the websocket it has moved to. */
class Line {
  #queue = [];
  #asking = null;
  #released = false;
  websocket = null;

  constructor(hooks) {
    this.hooks = hooks;
  }

  write(text) {
    if (this.websocket) {
      this.websocket.write(text);
      return;
    }
    this.#queue.push(text);
    this.#flush();
  }

  /** A GET that waits for the next packets. */
  ask(request) {
    if (this.hooks.poll?.(request, this.#queue)) return;
    this.#asking = request;
    if (this.#released && this.#queue.length === 0) this.#queue.push('6');
    this.#flush();
  }

  /** Lets go of each GET: the client probes a websocket, and soon asks no more until that is decided. */
  release() {
    this.#released = true;
    this.write('6');
  }

  /** Goes on with a websocket. */
  move(websocket) {
    this.websocket = websocket;
    for (const text of this.#queue.splice(0)) websocket.write(text);
  }

  #flush() {
    if (!this.#asking || this.#queue.length === 0) return;
    const request = this.#asking;
    this.#asking = null;
    const payload = this.#queue.splice(0).join(this.hooks.separator ?? SEPARATOR);
    request.socket.write(plain(payload));
  }

  end() {
    this.#flush();
    this.websocket?.end();
  }
}

/** One request of polling. */
export function poll(server, request) {
  const { method, query, socket } = request;
  if (!query.get('sid')) {
    const line = new Line(server.hooks);
    const session = server.begin(line, request);
    session.open(['websocket']);
    line.ask(request);
    return;
  }
  const session = server.bySid(query.get('sid'));
  if (!session) {
    socket.write(plain('{"code":1,"message":"Session ID unknown"}', 400));
  } else if (method === 'GET') {
    session.line.ask(request);
  } else {
    if (server.hooks.posted?.(request, session)) return;
    socket.write(plain('ok'));
    for (const text of request.body.split(SEPARATOR)) session.hear(text);
  }
}

export { plain };
