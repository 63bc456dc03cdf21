// Who may see more: whoever holds ADMIN_TOKEN, has logged in with it, or comes through Cloudflare Access. Without
// ADMIN_TOKEN configured, nobody.
import type { Context, Next } from 'hono';
import { accessToken } from './access.ts';
import { areEqual } from './equal.ts';
import { problem } from './problem.ts';
import { formToken, isSession, sessionOf } from './session.ts';
import type { WebEnv } from './web.ts';

/** An operator. A browser sends its cookies whoever asks it to, so it has to prove that one of our pages asked. */
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

/** Scripts come through Access with a service token; no browser could be told to leave all of these out. */
function isFromBrowser({ headers }: Request): boolean {
  return ['origin', 'sec-fetch-site', 'cookie'].some((name) => headers.has(name));
}

/** Whether one of our own pages asked, as far as the browser says. */
export function isFromOurPage({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null ? headers.get('origin') === new URL(url).origin : site === 'same-origin';
}

/** Whether `proof` is what the operator's own pages carry. */
export async function isProven(
  operator: Operator,
  request: Request,
  proof: string,
): Promise<boolean> {
  return (
    operator.by === 'token' || (isFromOurPage(request) && (await areEqual(proof, operator.proof)))
  );
}

/** Middleware for everything that is not for strangers. */
export async function operatorsOnly(c: Context<WebEnv>, next: Next): Promise<Response | undefined> {
  if (c.env.config.adminToken === undefined) {
    return problem(503, 'Closed until ADMIN_TOKEN is set to at least 32 characters.');
  }
  const operator = await operatorOf(c);
  if (!operator) return problem(401, undefined, { 'www-authenticate': 'Bearer' });
  const reads = ['GET', 'HEAD'].includes(c.req.method);
  if (!reads && !(await isProven(operator, c.req.raw, c.req.header('x-csrf-token') ?? ''))) {
    return problem(403, 'A browser’s request needs the x-csrf-token of its page.');
  }
  await next();
  c.header('cache-control', 'no-store');
  return undefined;
}
