// HTTP/1.1 on a raw socket: requests are read in order, answers are bytes that one may write as one likes.

/**
 * Reads the requests of a connection. `told` gets {method, target, path, query, headers, body, socket}; where it returns
 * true, the connection is no longer HTTP and what follows is its own affair: `rest` of the request has what came already.
 */
export function readRequests(socket, told) {
  let buffer = Buffer.alloc(0);
  const hear = (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (let next = requestIn(buffer); next !== null; next = requestIn(buffer)) {
      buffer = buffer.subarray(next.length);
      const taken = told({ ...next.request, socket, rest: buffer });
      if (taken) {
        socket.off('data', hear);
        return;
      }
    }
  };
  socket.on('data', hear);
}

/** The first whole request in these bytes, and how long it is; null while there is none. */
function requestIn(buffer) {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [line, ...fields] = buffer.subarray(0, end).toString('latin1').split('\r\n');
  const headers = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
  }
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (buffer.length < length) return null;
  const [method, target] = line.split(' ');
  const url = new URL(target, 'http://hostile');
  const body = buffer.subarray(end + 4, length).toString('utf8');
  return { length, request: { method, target, path: url.pathname, query: url.searchParams, headers, body } };
}

const REASONS = { 101: 'Switching Protocols', 200: 'OK', 201: 'Created', 204: 'No Content', 302: 'Found', 400: 'Bad Request' };

/** An answer as bytes; the length is added unless `headers` says something of it, or `bare` asks for none. */
export function answerOf({ status = 200, headers = {}, body = '', version = '1.1', bare = false }) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const told = names.includes('content-length') || names.includes('transfer-encoding');
  const all = bare || told ? headers : { ...headers, 'Content-Length': bytes.length };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/${version} ${status} ${REASONS[status] ?? 'Whatever'}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** An answer in JSON. */
export const jsonAnswer = (status, value) =>
  answerOf({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/** An answer as a web page of some length. */
export const pageAnswer = (status, title, more = {}) =>
  answerOf({
    status,
    headers: { 'Content-Type': 'text/html', ...more },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body>\n${`<p>${title}</p>\n`.repeat(4000)}</body></html>\n`,
  });
