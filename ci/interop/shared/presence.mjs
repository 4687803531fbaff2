// Presence: a user is online from the first socket to the last.

export function presence() {
  const sockets = new Map(); // user id -> Set(socket id)
  return {
    /** Whether this is the first socket of the user. */
    arrive(userId, socket) {
      const devices = sockets.get(userId) ?? sockets.set(userId, new Set()).get(userId);
      devices.add(socket.id);
      return devices.size === 1;
    },
    /** Whether this was the last socket of the user. */
    leave(userId, socket) {
      const devices = sockets.get(userId);
      if (!devices?.delete(socket.id) || devices.size) return false;
      return sockets.delete(userId);
    },
    count: () => sockets.size,
  };
}
