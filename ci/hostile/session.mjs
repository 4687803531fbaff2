// One Engine.IO session with the Socket.IO namespace in it, correct unless a hook says otherwise. What carries it gives it
// `write(text)`, one Engine.IO packet, and `end()`.

import { randomUUID } from 'node:crypto';

import { userOf } from './chat.mjs';
import { closeFrame } from './wire/frames.mjs';

export const NAMESPACE = '/chat';

/** A Socket.IO packet of our namespace, as an Engine.IO packet. */
export const packet = (type, payload = '', id = '') => `4${type}${NAMESPACE},${id}${payload}`;

export class Session {
  sid = randomUUID();
  user = 0;
  joined = false;
  #beat = null;

  constructor(server, line, request) {
    this.server = server;
    this.line = line;
    this.request = request;
    this.hooks = server.hooks;
  }

  /** The open packet, and the heartbeat. */
  open(upgrades = []) {
    const said = { sid: this.sid, upgrades, pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000 };
    const shake = { ...said, ...this.hooks.shake };
    this.write(this.hooks.open ? this.hooks.open(shake, this) : `0${JSON.stringify(shake)}`);
    this.hooks.opened?.(this);
    if (this.hooks.beats === false) return;
    const every = Math.min(Math.max(Number(shake.pingInterval) || 25000, 50), 25000);
    this.#beat = setInterval(() => this.write('2'), every);
  }

  write(text) {
    this.line.write(text);
  }

  /** An event to this session. */
  emit(name, data) {
    if (this.hooks.emit?.(this, name, data)) return;
    this.write(packet(2, JSON.stringify([name, data])));
  }

  /** The ack of an event. */
  ack(id, value, name) {
    if (this.hooks.ack?.(this, id, value, name)) return;
    this.write(packet(3, JSON.stringify([value]), id));
  }

  /** Takes an Engine.IO packet. */
  hear(text) {
    if (this.hooks.hear?.(this, text)) return;
    if (text === '1') this.end();
    else if (text === '2probe') this.write('3probe');
    else if (text[0] === '3') this.hooks.pong?.(this);
    else if (text[0] === '4') this.#message(text.slice(1));
  }

  #message(text) {
    const [, type, namespace, id, payload] = text.match(/^(\d)(?:(\/[^,]*),?)?(\d*)(.*)$/s) ?? [];
    if (type === '0') this.#connect(namespace ?? '/', payload);
    else if (namespace !== NAMESPACE) return;
    else if (type === '1') this.#left();
    else if (type === '2') this.#event(JSON.parse(payload), id);
  }

  #connect(namespace, payload) {
    if (namespace !== NAMESPACE) {
      if (this.hooks.fence?.(this, namespace)) return;
      this.write(`44${namespace},{"message":"Invalid namespace"}`);
      return;
    }
    const token = payload ? JSON.parse(payload).token : undefined;
    const bearer = this.request.headers.authorization?.replace(/^Bearer /, '');
    this.token = token ?? bearer ?? this.request.query.get('token') ?? '';
    this.user = userOf(this.token);
    if (this.hooks.connect?.(this)) return;
    this.joined = true;
    this.write(packet(0, JSON.stringify({ sid: randomUUID() })));
    this.hooks.connected?.(this);
  }

  #event([name, data], id) {
    if (this.hooks.event?.(this, name, data, id)) return;
    const answer = this.server.chat.event(this, name, data);
    if (id !== '') this.ack(id, answer, name);
    else if (answer.success === false) this.emit('exception', { status: 'error', message: answer.message });
    this.hooks.answered?.(this, name, data, id);
  }

  #left() {
    this.joined = false;
    this.server.chat.gone(this);
  }

  end() {
    this.ended();
    this.line.end();
  }

  /** Hangs up with a code and a reason. */
  closeWith(code, reason) {
    this.line.socket.end(closeFrame(code, reason));
  }

  /** Its line is gone. */
  ended() {
    clearInterval(this.#beat);
    this.#left();
    this.server.sessions.delete(this);
    this.hooks.gone?.(this);
  }
}
