// A correct tiny chat of the `crm` dialect, without any wire: what a hostile server is when it behaves. Tokens are read and
// not checked; everything lives in memory.

/** The user that a token names; 0 where there is none. */
export function userOf(token) {
  try {
    return Number(JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub) || 0;
  } catch {
    return 0;
  }
}

const no = (status, message) => ({ refused: status, message });
const now = () => new Date().toISOString();

export class Chat {
  rooms = new Map(); // id -> {id, members: Set, messages: [], joined: Set of sessions}
  #last = 1000;

  /** A room for these users. */
  create(participants) {
    const room = { id: ++this.#last, members: new Set(participants), messages: [], joined: new Set() };
    this.rooms.set(room.id, room);
    return { id: room.id, participants, createdAt: now() };
  }

  #room(user, id) {
    const room = this.rooms.get(id);
    if (!room) return no(404, `Chat ${id} not found`);
    return room.members.has(user) ? room : no(403, 'You are not a participant in this chat');
  }

  /** What an event of a session does; returns what its ack says. */
  event(session, name, data) {
    const verb = { joinChat: 'join', leaveChat: 'leave', sendMessage: 'send', typing: 'typing', markAsRead: 'read' }[name];
    if (name === 'ping') return { pong: Date.now() };
    if (name === 'authenticate') {
      return { success: true, message: 'Authenticated successfully', userId: session.user, socketId: session.sid };
    }
    if (!verb) return { success: false, message: `No such event: ${name}` };
    const room = this.#room(session.user, data?.chatId);
    return room.refused ? { success: false, message: room.message } : this[verb](session, room, data);
  }

  join(session, room) {
    const others = this.#others(session, room);
    const here = [...room.joined].some((other) => other.user === session.user);
    room.joined.add(session);
    if (!here) this.#tell(others, 'userJoined', { chatId: room.id, userId: session.user });
    return { success: true, message: `Joined chat ${room.id}` };
  }

  leave(session, room) {
    if (room.joined.delete(session)) {
      this.#tell(this.#others(session, room), 'userLeft', { chatId: room.id, userId: session.user });
    }
    return { success: true, message: `Left chat ${room.id}` };
  }

  send(session, room, { content }) {
    return { success: true, data: this.post(session.user, room, content) };
  }

  typing(session, room, { isTyping }) {
    this.#tell(this.#others(session, room), 'userTyping', { chatId: room.id, userId: session.user, isTyping });
    return { success: true };
  }

  read(session, room, { messageId }) {
    this.#tell(this.#others(session, room), 'messageRead', { chatId: room.id, messageId, userId: session.user });
    return { success: true };
  }

  post(user, room, text) {
    const message = { id: ++this.#last, chatId: room.id, senderId: user, message: text, createdAt: now() };
    room.messages.push(message);
    this.#tell([...room.joined], 'newMessage', { message, chatId: room.id });
    return message;
  }

  /** A session is gone. */
  gone(session) {
    for (const room of this.rooms.values()) if (room.joined.has(session)) this.leave(session, room);
  }

  /** What a REST call is answered with: [status, JSON]. */
  rest(user, method, path, body) {
    if (path === '/healthz') return [200, { status: 'ok' }];
    if (method === 'POST' && path === '/project-chats') return [201, this.create(JSON.parse(body).participants)];
    const [, chat] = path.match(/^\/chat-messages\/chat\/(\d+)$/) ?? [];
    const posted = method === 'POST' && path === '/chat-messages' ? JSON.parse(body) : null;
    const id = posted?.chatId ?? (chat === undefined ? null : Number(chat));
    if (id === null) return [404, { statusCode: 404, message: `Cannot ${method} ${path}`, error: 'Not Found' }];
    const room = this.#room(user, id);
    if (room.refused) return [room.refused, { statusCode: room.refused, message: room.message, error: 'No' }];
    return posted ? [201, this.post(user, room, posted.content)] : [200, room.messages];
  }

  #others = (session, room) => [...room.joined].filter((other) => other.user !== session.user);

  #tell(sessions, name, data) {
    for (const session of sessions) session.emit(name, { ...data, timestamp: now() });
  }
}
