// Who may call Attio, for what and how often.
import type { MiddlewareHandler } from 'hono';
import { bearerToken } from '../requests.ts';
import { refuse } from './errors.ts';

export interface Token {
  value: string;
  scopes: readonly string[];
  isRevoked: boolean;
}

/** `GET /v2/self` answers any token. It says in its answer whether the token is one. */
export function authenticated(token: Token): MiddlewareHandler {
  return async function authenticate(c, next) {
    const isKnown = bearerToken(c.req.header('authorization')) === token.value;
    if ((isKnown && !token.isRevoked) || c.req.path === '/v2/self') return next();
    return refuse(c, 401, {
      type: 'auth_error',
      code: 'unauthorized',
      message: 'The access token is invalid.',
    });
  };
}

/** A read-write scope reads as well. */
export function needs(token: Token, ...scopes: string[]): MiddlewareHandler {
  return async function checkScopes(c, next) {
    const isGranted = (scope: string) =>
      token.scopes.includes(scope) || token.scopes.includes(scope.replace(/:read$/, ':read-write'));
    if (scopes.every(isGranted)) return next();
    return refuse(c, 403, {
      type: 'auth_error',
      code: 'unauthorized',
      message: `The access token does not have the required scopes: ${scopes.join(', ')}`,
    });
  };
}

export interface Limits {
  readsPerSecond: number;
  writesPerSecond: number;
  now: () => number;
}

/** By the second of the clock. https://docs.attio.com/rest-api/guides/rate-limiting */
export function limited({ readsPerSecond, writesPerSecond, now }: Limits): MiddlewareHandler {
  let current = { second: 0, reads: 0, writes: 0 };
  return async function limitRate(c, next) {
    const second = Math.floor(now() / 1000);
    if (second !== current.second) current = { second, reads: 0, writes: 0 };
    const isRead = c.req.method === 'GET' || c.req.path.endsWith('/query');
    const isOver = isRead ? current.reads >= readsPerSecond : current.writes >= writesPerSecond;
    if (!isOver) {
      current[isRead ? 'reads' : 'writes'] += 1;
      return next();
    }
    // A date, and always one.
    c.header('retry-after', new Date((second + 1) * 1000).toUTCString());
    return refuse(c, 429, {
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      message: 'Rate limit exceeded, please try again later',
    });
  };
}
