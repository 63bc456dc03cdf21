// Who is the operator: everybody who holds ADMIN_TOKEN, has logged in with it, or comes through Cloudflare Access.
// Without ADMIN_TOKEN there is no operator.
import type { Context, Next } from 'hono';
import { areEqual } from '../crypto.ts';
import { accessToken } from './access.ts';
import { problem } from './problem.ts';
import { formToken, isSession, sessionOf } from './session.ts';
import type { WebEnv } from './web.ts';

/** A browser sends its cookies with every request, also with those of other sites. So a browser must prove its page. */
export type Operator = { by: 'token' } | { by: 'browser'; proof: string };

export async function operatorOf(c: Context<WebEnv>): Promise<Operator | undefined> {
  const { config, now } = c.env;
  const expected = config.adminToken;
  if (expected === undefined) return undefined;
  const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (given !== undefined) return (await areEqual(given, expected)) ? { by: 'token' } : undefined;
  const session = sessionOf(c.req.raw);
  const isOpen = session !== undefined && (await isSession(expected, session, now()));
  const pass = isOpen ? session : await accessToken(c.env, c.req.raw.headers);
  if (pass === undefined) return undefined;
  if (!isOpen && !isFromBrowser(c.req.raw)) return { by: 'token' };
  return { by: 'browser', proof: await formToken(expected, pass) };
}

export async function isOperator(c: Context<WebEnv>): Promise<boolean> {
  return (await operatorOf(c)) !== undefined;
}

/** Scripts come through Access with a service token. Every browser sends at least one of these headers. */
function isFromBrowser({ headers }: Request): boolean {
  return ['origin', 'sec-fetch-site', 'cookie'].some((name) => headers.has(name));
}

/** Whether the request comes from one of our own pages, as far as the browser says. */
export function isFromOurPage({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null ? headers.get('origin') === new URL(url).origin : site === 'same-origin';
}

/** Whether `proof` is the token of the operator's own pages. */
export async function isProven(
  operator: Operator,
  request: Request,
  proof: string,
): Promise<boolean> {
  return (
    operator.by === 'token' || (isFromOurPage(request) && (await areEqual(proof, operator.proof)))
  );
}

/** Middleware: only operators get further. */
export async function operatorsOnly(c: Context<WebEnv>, next: Next): Promise<Response | undefined> {
  if (c.env.config.adminToken === undefined) {
    return problem(503, 'Closed until ADMIN_TOKEN is set to at least 32 characters.');
  }
  const operator = await operatorOf(c);
  if (!operator) return problem(401, undefined, { 'www-authenticate': 'Bearer' });
  const reads = ['GET', 'HEAD'].includes(c.req.method);
  if (!reads && !(await isProven(operator, c.req.raw, c.req.header('x-csrf-token') ?? ''))) {
    return problem(403, 'A request from a browser needs the x-csrf-token of its page.');
  }
  await next();
  c.header('cache-control', 'no-store');
  return undefined;
}
