// A browser's session: a cookie signed with the token of the login, so that a new token ends every session. Only what
// was logged out is stored.
import { areEqual, digest, hmac } from '../crypto.ts';
import { isThisMachine } from '../settings/setting.ts';
import { DAY_SECONDS } from '../time.ts';

const SESSION_SECONDS = 7 * DAY_SECONDS;

/** `<expires, Unix seconds>.<random UUID>.<signature>` */
const SHAPE = /^((\d{1,12})\.[0-9a-f-]{36})\.([0-9a-f]{64})$/;

/** The cookie's value for somebody who has just proved to hold the token. */
export async function openSession(token: string, nowMs: number): Promise<string> {
  const expires = Math.floor(nowMs / 1000) + SESSION_SECONDS;
  const claims = `${expires}.${crypto.randomUUID()}`;
  return `${claims}.${await sign(token, 'session', claims)}`;
}

/** Whether this Worker signed the session and it has not expired. */
export async function isSession(token: string, session: string, nowMs: number): Promise<boolean> {
  const [, claims = '', expires, signature = ''] = SHAPE.exec(session) ?? [];
  const isOurs = await areEqual(signature, await sign(token, 'session', claims));
  return isOurs && Number(expires) * 1000 > nowMs;
}

/** Names a session where it must not be readable. */
export const markOf = (session: string): Promise<string> => digest(session);

/** When it expires, in Unix seconds. */
export const expiryOf = (session: string): number => Number(SHAPE.exec(session)?.[2] ?? 0);

/** The token in every form of this session. It proves that the form is one of our own. */
export function formToken(token: string, session: string): Promise<string> {
  return sign(token, 'form', session);
}

/** A browser accepts `__Host-` only with Secure and Path=/. Over plain HTTP, on this machine, it refuses the name. */
const nameFor = ({ protocol }: URL) => (protocol === 'https:' ? '__Host-whence' : 'whence');

/** The value of the session's cookie, not yet checked. */
export const sessionOf = (request: Request): string | undefined =>
  cookieOf(request, nameFor(new URL(request.url)));

export function cookieOf(request: Request, name: string): string | undefined {
  for (const pair of request.headers.get('cookie')?.split('; ') ?? []) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  }
  return undefined;
}

/** The `Set-Cookie` of a session; without a session, the one that ends it. */
export function sessionCookie(request: Request, session: string | undefined): string {
  const url = new URL(request.url);
  const isPlain = url.protocol === 'http:' && isThisMachine(url);
  return [
    `${nameFor(url)}=${session ?? ''}`,
    `Max-Age=${session === undefined ? 0 : SESSION_SECONDS}`,
    `Path=/; HttpOnly; SameSite=Strict${isPlain ? '' : '; Secure'}`,
  ].join('; ');
}

/** A signature in hex. `purpose` keeps a signature of one kind from being used as another. */
export function sign(token: string, purpose: string, text: string): Promise<string> {
  return hmac(token, `${purpose}:${text}`);
}
