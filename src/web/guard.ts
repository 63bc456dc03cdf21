// Who asks. The operator holds ADMIN_TOKEN, has logged in with it, or comes through Cloudflare Access. A viewer holds
// VIEWER_TOKEN and only reads. Without ADMIN_TOKEN everything is closed.
import type { Context, Next } from 'hono';
import { areEqual } from '../crypto.ts';
import { isEnded } from '../ledger/ended-sessions.ts';
import type { Config } from '../settings/config.ts';
import { accessToken } from './access.ts';
import type { Caller, Role } from './caller.ts';
import { problem } from './problem.ts';
import { formToken, isSession, markOf, sessionOf } from './session.ts';
import type { WebEnv } from './web.ts';

/** The tokens that open dashboard and API. */
export function tokensOf({
  adminToken,
  viewerToken,
}: Pick<Config, 'adminToken' | 'viewerToken'>): readonly { role: Role; token: string }[] {
  if (adminToken === undefined) return [];
  const operator = { role: 'operator' as const, token: adminToken };
  return viewerToken === undefined
    ? [operator]
    : [operator, { role: 'viewer', token: viewerToken }];
}

/** Whose token it is. */
export async function roleOf(config: Config, given: string): Promise<Role | undefined> {
  for (const { role, token } of tokensOf(config)) {
    if (await areEqual(given, token)) return role;
  }
  return undefined;
}

/** By token, by session, or by Cloudflare Access; `undefined` for strangers. */
export async function callerOf(c: Context<WebEnv>): Promise<Caller | undefined> {
  const { config } = c.env;
  const [operator] = tokensOf(config);
  if (operator === undefined) return undefined;
  const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (given !== undefined) {
    const role = await roleOf(config, given);
    return role && { role };
  }
  const inSession = await sessionCallerOf(c);
  if (inSession) return inSession;
  const pass = await accessToken(c.env, c.req.raw.headers);
  if (pass === undefined) return undefined;
  if (!isFromBrowser(c.req.raw)) return { role: 'operator' };
  return { role: 'operator', proof: await formToken(operator.token, pass) };
}

async function sessionCallerOf({ env, req }: Context<WebEnv>): Promise<Caller | undefined> {
  const { config, now, ledger } = env;
  const session = sessionOf(req.raw);
  if (session === undefined) return undefined;
  for (const { role, token } of tokensOf(config)) {
    if (!(await isSession(token, session, now()))) continue;
    // While the ledger does not answer, the operator must still see what is wrong.
    const ended = await isEnded(ledger, await markOf(session)).catch(() => false);
    return ended ? undefined : { role, proof: await formToken(token, session) };
  }
  return undefined;
}

/** Whether the request may see details and change something. */
export async function isOperator(c: Context<WebEnv>): Promise<boolean> {
  return (await callerOf(c))?.role === 'operator';
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

/** Whether `given` is the token of the caller's own pages. */
export async function isProven(
  { proof }: Caller,
  request: Request,
  given: string,
): Promise<boolean> {
  return proof === undefined || (isFromOurPage(request) && (await areEqual(given, proof)));
}

/** Middleware of the API: a viewer reads, and nobody else but the operator gets further. */
export async function callersOnly(c: Context<WebEnv>, next: Next): Promise<Response | undefined> {
  if (c.env.config.adminToken === undefined) {
    return problem(503, 'Closed until ADMIN_TOKEN is set to at least 32 characters.');
  }
  const caller = await callerOf(c);
  if (!caller) return problem(401, undefined, { 'www-authenticate': 'Bearer' });
  const reads = ['GET', 'HEAD'].includes(c.req.method);
  if (!reads && caller.role === 'viewer') return problem(403, 'VIEWER_TOKEN only reads.');
  if (!reads && !(await isProven(caller, c.req.raw, c.req.header('x-csrf-token') ?? ''))) {
    return problem(403, 'A request from a browser needs the x-csrf-token of its page.');
  }
  c.set('caller', caller);
  await next();
  c.header('cache-control', 'no-store');
  return undefined;
}
