import type { IncomingMessage } from 'node:http';

export const cors = { origin: ['http://localhost:3000'] };

/** CORS alone stops no websocket: a browser asks for none of its headers. */
export const allowRequest = ({ headers: { origin } }: IncomingMessage, decide: (error: string | null, ok: boolean) => void) =>
  decide(null, origin === undefined || cors.origin.includes(origin));
