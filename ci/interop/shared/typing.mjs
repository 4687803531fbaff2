// Typing: one state per user and conversation, whatever the device.
//
// Environment: TYPING_DEBOUNCE_MS, within which a repetition is not told; TYPING_EXPIRY_MS, after which it ends by itself.

const TYPING_DEBOUNCE_MS = Number(process.env.TYPING_DEBOUNCE_MS ?? 500);
const TYPING_EXPIRY_MS = Number(process.env.TYPING_EXPIRY_MS ?? 4000);

/** `announce(userId, conversationId, isTyping)` tells the others. */
export function typingStates(announce) {
  const typing = new Map(); // user id -> Map(conversation id -> {announcedAt, expiry})

  function start(userId, conversationId) {
    const mine = typing.get(userId) ?? typing.set(userId, new Map()).get(userId);
    const state = mine.get(conversationId) ?? mine.set(conversationId, { announcedAt: -Infinity }).get(conversationId);
    clearTimeout(state.expiry);
    state.expiry = setTimeout(stop, TYPING_EXPIRY_MS, userId, conversationId);
    const now = performance.now();
    if (now - state.announcedAt < TYPING_DEBOUNCE_MS) return;
    state.announcedAt = now;
    announce(userId, conversationId, true);
  }

  function stop(userId, conversationId) {
    const mine = typing.get(userId);
    const state = mine?.get(conversationId);
    if (!state) return; // a stop without a start is heard by nobody
    clearTimeout(state.expiry);
    mine.delete(conversationId);
    if (!mine.size) typing.delete(userId);
    announce(userId, conversationId, false);
  }

  /** The conversations the user types in. */
  const where = (userId) => [...(typing.get(userId)?.keys() ?? [])];

  return { start, stop, where };
}
