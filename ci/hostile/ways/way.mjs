// What every way of being bad has, and what is expected where a way says nothing else.

/** The longest and the largest that a run of one case or of a short load may get against anything. */
export const BOUNDS = { seconds: 30, rss_mb: 300 };

/** What a run against a server that is sound in the end comes to. */
export const SOUND = { status: 0, words: [/passed/] };

/**
 * A way: `what` the server does, `why` the expected status is what its user would want, `expected` {status, words, seconds,
 * rss_mb, load: what a load run differs in}, `make` the hooks anew for each server, and `more` of {mode, args, scenario,
 * sample, interrupt}.
 */
export function way(name, what, why, expected, make, more = {}) {
  return { name, what, why, mode: 'case', ...more, expected: { words: [], ...BOUNDS, ...expected }, make };
}

/** Calls `act` every `ms` milliseconds until it returns false; ends with the process. */
export function repeat(ms, act) {
  const timer = setInterval(() => {
    if (act() === false) clearInterval(timer);
  }, ms);
}

/** Writes as fast as the other side reads, until it is gone: `next()` gives the bytes. */
export function pour(socket, next) {
  const more = () => {
    while (!socket.destroyed && socket.write(next()));
  };
  socket.on('drain', more);
  more();
}
