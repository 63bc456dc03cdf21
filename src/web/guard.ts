// Who may see more: whoever holds ADMIN_TOKEN. Without one configured, nobody.
import type { Context, Next } from 'hono';
import { problem } from './problem.ts';
import type { WebEnv } from './web.ts';

/** Whether the request carries `Authorization: Bearer <ADMIN_TOKEN>`. */
export async function isOperator(c: Context<WebEnv>): Promise<boolean> {
  const expected = c.env.config.adminToken;
  const given = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return expected !== undefined && given !== undefined && (await areEqual(given, expected));
}

/** Middleware for everything that is not for strangers. */
export async function operatorsOnly(c: Context<WebEnv>, next: Next): Promise<Response | undefined> {
  if (c.env.config.adminToken === undefined) {
    return problem(503, 'Closed until ADMIN_TOKEN is set to at least 32 characters.');
  }
  if (!(await isOperator(c))) return problem(401, undefined, { 'www-authenticate': 'Bearer' });
  await next();
  c.header('cache-control', 'no-store');
  return undefined;
}

/** Compares digests: `timingSafeEqual` wants equal lengths, and a length is a hint too. */
async function areEqual(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [digestA, digestB] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  );
  return digestA && digestB ? crypto.subtle.timingSafeEqual(digestA, digestB) : false;
}
