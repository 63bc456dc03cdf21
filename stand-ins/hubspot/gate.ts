// Who may call HubSpot, for what, and how often. Checked before any endpoint sees the request.
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

const DAY_MS = 86_400_000;

export interface Limits {
  per10Seconds: number;
  /** Counted from midnight to midnight in the time zone of the portal. */
  perDay: number;
  utcOffsetMilliseconds: number;
  now: () => number;
}

/** A rolling window of ten seconds, and the count of a day. */
export function limited({
  per10Seconds,
  perDay,
  utcOffsetMilliseconds,
  now,
}: Limits): MiddlewareHandler {
  let taken: number[] = [];
  let today = { day: 0, requests: 0 };

  return async function limitRate(c, next) {
    const day = Math.floor((now() + utcOffsetMilliseconds) / DAY_MS);
    if (day !== today.day) today = { day, requests: 0 };
    taken = taken.filter((at) => now() - at < INTERVAL_MS);
    const isDayOver = today.requests >= perDay;
    const isOver = isDayOver || taken.length >= per10Seconds;
    if (!isOver) {
      taken.push(now());
      today.requests += 1;
    }
    c.header('X-HubSpot-RateLimit-Max', String(per10Seconds));
    c.header('X-HubSpot-RateLimit-Remaining', String(per10Seconds - taken.length));
    c.header('X-HubSpot-RateLimit-Interval-Milliseconds', String(INTERVAL_MS));
    c.header('X-HubSpot-RateLimit-Daily', String(perDay));
    c.header('X-HubSpot-RateLimit-Daily-Remaining', String(perDay - today.requests));
    // No Retry-After: HubSpot documents none here.
    return isOver
      ? c.json(rateLimitBody(isDayOver ? 'DAILY' : 'TEN_SECONDLY_ROLLING'), 429)
      : next();
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

/** One of the scopes is enough. */
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
