// JSON web tokens, HS256 with JWT_SECRET.

import jwt from 'jsonwebtoken';
import { refuse } from './refusal.mjs';

const { JWT_SECRET } = process.env;

if (!JWT_SECRET) {
  console.error('JWT_SECRET is not set');
  process.exit(2);
}

/** The token of an `Authorization: Bearer …` header. */
export function bearer(headers) {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : undefined;
}

/** What a valid token claims; whoever holds one is a user, since accounts are kept elsewhere. */
export function claimsOf(token) {
  if (typeof token !== 'string' || !token) refuse(401, 'No token provided');
  try {
    return jwt.verify(token, JWT_SECRET, { algorithms: ['HS256'] });
  } catch (error) {
    return refuse(401, error instanceof jwt.TokenExpiredError ? 'Token expired' : 'Invalid token');
  }
}

const subject = (claims) => claims.sub ?? claims.userId ?? claims.id;

/** The user of a token, where users are numbers. */
export function numberedUser(claims) {
  const id = Number(subject(claims));
  return Number.isSafeInteger(id) && id > 0 ? id : refuse(401, 'Invalid token');
}

/** The user of a token, where users are names. */
export function namedUser(claims) {
  const id = String(subject(claims) ?? '');
  return id || refuse(401, 'Invalid token');
}
