// The WhatsApp clone on Bun: its own HTTP server with routes, and the engine that Socket.IO has for it.

import { Server as Engine } from '@socket.io/bun-engine';
import { z } from 'zod';
import * as conversations from './conversations';
import { io, tellMessage, tellStatus } from './sockets';

const NewConversation = z.object({ participants: z.array(z.string().min(1)).min(2) });
const NewMessage = z.object({ senderId: z.string().min(1), type: z.string().default('text'), content: z.union([z.string().min(1), z.number(), z.object({})]) });
const Reader = z.object({ userId: z.string().min(1) });

const engine = new Engine({ path: '/socket.io/', cors: { origin: process.env.FRONTEND_URL ?? 'http://localhost:3000' } });
io.bind(engine);
const { websocket, ...limits } = engine.handler();

type Handler = (request: Bun.BunRequest) => Promise<Response>;

/** A route whose refusals are answered as JSON. */
const route = (handler: Handler): Handler => async (request) => {
  try {
    return await handler(request);
  } catch (error) {
    const status = error instanceof conversations.Refused ? error.statusCode : 400;
    return Response.json({ error: (error as Error).message }, { status });
  }
};

Bun.serve({
  ...limits,
  websocket,
  hostname: '127.0.0.1',
  port: Number(process.env.PORT ?? 3000),
  routes: {
    '/healthz': Response.json({ status: 'ok' }),
    '/api/conversations': {
      POST: route(async (request) => {
        const { participants } = NewConversation.parse(await request.json());
        return Response.json(conversations.create(participants), { status: 201 });
      }),
    },
    '/api/conversations/:id/messages': {
      GET: route(async (request) => Response.json({ messages: conversations.find(request.params.id).messages })),
      POST: route(async (request) => {
        const { senderId, type, content } = NewMessage.parse(await request.json());
        const message = conversations.addMessage(request.params.id, senderId, type, content);
        tellMessage(message);
        return Response.json(message, { status: 201 });
      }),
    },
    '/api/conversations/:id/messages/read': {
      POST: route(async (request) => {
        const moved = conversations.markAsRead(request.params.id, Reader.parse(await request.json()).userId);
        moved.forEach(tellStatus);
        return Response.json({ updated: moved.length });
      }),
    },
  },
  fetch: (request, server) =>
    new URL(request.url).pathname === '/socket.io/' ? engine.handleRequest(request, server) : new Response('Not Found', { status: 404 }),
});
