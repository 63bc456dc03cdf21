// Idempotency keys: the answer to a key is kept for a day, whatever it was, and goes with its parameters only.
// https://docs.stripe.com/api/idempotent_requests
import type { MiddlewareHandler } from 'hono';
import { refuse } from './errors.ts';

const KEPT_MS = 24 * 3_600_000;

interface Kept {
  at: number;
  request: string;
  status: number;
  body: string;
}

export function idempotent(now: () => number): MiddlewareHandler {
  const kept = new Map<string, Kept>();

  return async function replay(c, next) {
    const key = c.req.header('idempotency-key');
    if (c.req.method !== 'POST' || key === undefined) return next();
    const request = `${c.req.path} ${await c.req.raw.clone().text()}`;
    const earlier = kept.get(key);
    if (earlier && now() - earlier.at < KEPT_MS) {
      if (earlier.request !== request) {
        return refuse(c, 400, {
          type: 'idempotency_error',
          message:
            'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        });
      }
      return new Response(earlier.body, {
        status: earlier.status,
        headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
      });
    }
    await next();
    const { status } = c.res;
    // What was refused before it began is not kept.
    const hasBegun = status < 400 || status >= 500 || status === 402 || status === 404;
    if (hasBegun) kept.set(key, { at: now(), request, status, body: await c.res.clone().text() });
  };
}
