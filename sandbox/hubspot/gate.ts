// Who may call HubSpot, for what, and how often: asked before any endpoint sees the request.
import type { MiddlewareHandler } from 'hono';
import { bearerToken } from '../requests.ts';
import { errorBody, refuse } from './errors.ts';

const INTERVAL_MS = 10_000;

export function authenticated(token: string): MiddlewareHandler {
  return async function authenticate(c, next) {
    if (bearerToken(c.req.header('authorization')) === token) return next();
    return refuse(c, 401, {
      message:
        'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      category: 'INVALID_AUTHENTICATION',
    });
  };
}

/** A rolling window: a place is free again ten seconds after it was taken. */
export function limited(limit: number, now: () => number): MiddlewareHandler {
  let taken: number[] = [];

  return async function limitRate(c, next) {
    taken = taken.filter((at) => now() - at < INTERVAL_MS);
    const isOver = taken.length >= limit;
    if (!isOver) taken.push(now());
    c.header('X-HubSpot-RateLimit-Max', String(limit));
    c.header('X-HubSpot-RateLimit-Remaining', String(limit - taken.length));
    c.header('X-HubSpot-RateLimit-Interval-Milliseconds', String(INTERVAL_MS));
    // No Retry-After: HubSpot documents none here.
    return isOver ? c.json(rateLimitBody('TEN_SECONDLY_ROLLING'), 429) : next();
  };
}

export function rateLimitBody(policyName: 'TEN_SECONDLY_ROLLING' | 'DAILY') {
  return {
    ...errorBody({
      message: `You have reached your ${policyName.toLowerCase()} limit.`,
      errorType: 'RATE_LIMIT',
      policyName,
    }),
    requestId: crypto.randomUUID(),
  };
}

/** Any one of the scopes will do. */
export function needs(granted: readonly string[], ...scopes: string[]): MiddlewareHandler {
  return async function checkScopes(c, next) {
    if (scopes.some((scope) => granted.includes(scope))) return next();
    const detail = {
      message: 'One or more of the following scopes are required.',
      context: { requiredGranularScopes: scopes },
    };
    return refuse(c, 403, {
      message:
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
      category: 'MISSING_SCOPES',
      errors: [detail],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
    });
  };
}
