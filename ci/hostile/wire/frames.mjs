// WebSocket frames, written as one likes and read as RFC 6455 has them. Nothing here refuses to write what is wrong.

import { createHash } from 'node:crypto';

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The `Sec-WebSocket-Accept` that goes with a key. */
export const acceptKey = (key) => createHash('sha1').update(`${key}${GUID}`).digest('base64');

/**
 * One frame. `claims` is the length that its header names instead of the true one, `rsv` the three reserved bits as a
 * number, `mask` four bytes that a server must not use.
 */
export function frame(payload, { opcode = TEXT, fin = true, rsv = 0, mask = null, claims = null } = {}) {
  const body = Buffer.isBuffer(payload) ? Buffer.from(payload) : Buffer.from(payload, 'utf8');
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head = Buffer.concat([Buffer.from([first]), lengthOf(claims ?? BigInt(body.length), mask !== null)]);
  if (mask === null) return Buffer.concat([head, body]);
  for (let at = 0; at < body.length; at += 1) body[at] ^= mask[at % 4];
  return Buffer.concat([head, mask, body]);
}

function lengthOf(length, masked) {
  const bit = masked ? 0x80 : 0;
  if (length < 126n) return Buffer.from([bit | Number(length)]);
  const long = Buffer.alloc(length < 65536n ? 3 : 9);
  long[0] = bit | (length < 65536n ? 126 : 127);
  if (length < 65536n) long.writeUInt16BE(Number(length), 1);
  else long.writeBigUInt64BE(length, 1);
  return long;
}

/** A close frame with a code and a reason, which may be bytes. */
export function closeFrame(code, reason = '') {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame(Buffer.concat([head, Buffer.from(reason)]), { opcode: CLOSE });
}

/** Reads the frames of a client, which are masked and, as our client writes them, not fragmented. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  /** The whole frames that these bytes complete: {opcode, payload}. */
  push(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames = [];
    for (let next = this.#take(); next !== null; next = this.#take()) frames.push(next);
    return frames;
  }

  #take() {
    const bytes = this.#rest;
    if (bytes.length < 2) return null;
    const short = bytes[1] & 0x7f;
    const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + wide + (bytes[1] & 0x80 ? 4 : 0);
    if (bytes.length < start) return null;
    const length = wide === 2 ? bytes.readUInt16BE(2) : wide === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return null;
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (bytes[1] & 0x80) {
      const mask = bytes.subarray(start - 4, start);
      for (let at = 0; at < payload.length; at += 1) payload[at] ^= mask[at % 4];
    }
    this.#rest = bytes.subarray(start + length);
    return { opcode: bytes[0] & 0x0f, payload };
  }
}
