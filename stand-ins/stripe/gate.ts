// Who may call Stripe, for what and how often, and what a request may look like.
import type { MiddlewareHandler } from 'hono';
import { bearerToken } from '../requests.ts';
import { refuse } from './errors.ts';

export const READ = 'rak_customer_read';
export const WRITE = 'rak_customer_write';

/** A restricted key's write permission reads as well. */
const GRANTS: Readonly<Record<string, readonly string[]>> = {
  [READ]: [READ, WRITE],
  [WRITE]: [WRITE],
};

export function authenticated(key: string): MiddlewareHandler {
  return async function authenticate(c, next) {
    c.header('request-id', `req_${crypto.randomUUID().slice(0, 14)}`);
    const given = bearerToken(c.req.header('authorization'));
    if (given === key) return next();
    return refuse(c, 401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${given?.slice(0, 8)}****${given?.slice(-4)}`,
    });
  };
}

export function needs(granted: readonly string[], permission: string): MiddlewareHandler {
  return async function checkPermission(c, next) {
    if (GRANTS[permission]?.some((one) => granted.includes(one))) return next();
    return refuse(c, 403, {
      type: 'invalid_request_error',
      code: 'more_permissions_required',
      message: `The provided key 'rk_live_******abcd' does not have the required permissions for this endpoint on account 'acct_1'. Having the '${permission}' permission would allow this request to continue.`,
      doc_url: 'https://docs.stripe.com/error-codes/more-permissions-required',
    });
  };
}

/** https://docs.stripe.com/rate-limits: so many requests a second to one endpoint. */
export function limited(perSecond: number, now: () => number): MiddlewareHandler {
  const taken = new Map<string, number[]>();
  return async function limitRate(c, next) {
    const recent = (taken.get(c.req.method) ?? []).filter((at) => now() - at < 1000);
    if (recent.length >= perSecond) {
      c.header('stripe-rate-limited-reason', 'endpoint-rate');
      return refuse(c, 429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Request rate limit exceeded.',
        doc_url: 'https://docs.stripe.com/error-codes/rate-limit',
      });
    }
    taken.set(c.req.method, [...recent, now()]);
    return next();
  };
}

const VERSION = /^\d{4}-\d{2}-\d{2}\.[a-z]+$/;

/** Fails the connection at a request that Stripe does not document, so that no test passes with one. */
export function documentedOnly(found: string[]): MiddlewareHandler {
  return async function refuseUndocumented(c, next) {
    const complaints = await undocumentedOf(c.req.raw);
    found.push(...complaints);
    if (complaints.length > 0) throw new Error(`Stripe documents no such request: ${complaints}`);
    await next();
  };
}

async function undocumentedOf(request: Request): Promise<string[]> {
  const { pathname, search } = new URL(request.url);
  const label = `${request.method} ${pathname}`;
  const complaints: string[] = [];
  if (!/^\/v1\/customers\/[^/]+$/.test(pathname) || !/^(GET|POST)$/.test(request.method)) {
    complaints.push(`${label}: no such endpoint`);
  }
  if (search !== '') complaints.push(`${label}: parameters that Whence does not use`);
  if (!VERSION.test(request.headers.get('stripe-version') ?? '')) {
    complaints.push(`${label}: no pinned Stripe-Version`);
  }
  const body = await request.clone().text();
  if (request.method === 'GET') {
    return body === '' ? complaints : [...complaints, `${label}: no body`];
  }
  if (request.headers.get('content-type') !== 'application/x-www-form-urlencoded') {
    complaints.push(`${label}: not application/x-www-form-urlencoded`);
  }
  if ((request.headers.get('idempotency-key') ?? '').length > 255) {
    complaints.push(`${label}: the Idempotency-Key is longer than 255 characters`);
  }
  const others = [...new URLSearchParams(body).keys()].filter(
    (name) => !/^metadata\[[^[\]]+\]$/.test(name),
  );
  return [...complaints, ...others.map((name) => `${label}: ${name}`)];
}
