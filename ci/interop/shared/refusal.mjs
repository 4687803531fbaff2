// Refusals: what a client may read when it asked for something it cannot have.

const REASONS = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 413: 'Payload Too Large' };

/** A refusal that its receiver may read; anything else thrown is a bug and is answered without its text. */
export class Refusal extends Error {
  constructor(statusCode, message) {
    super(message);
    this.statusCode = statusCode;
  }

  /** The same as the body of a REST answer. */
  get body() {
    const { statusCode, message } = this;
    return { statusCode, message, error: REASONS[statusCode] ?? 'Internal Server Error' };
  }
}

export function refuse(statusCode, message) {
  throw new Refusal(statusCode, message);
}

export function readable(error) {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal(500, 'Internal server error');
}
