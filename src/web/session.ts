// A browser's session: a cookie signed with ADMIN_TOKEN, so that a new token ends every session. Nothing is stored.
import { areEqual, hmac } from '../crypto.ts';
import { isThisMachine } from '../settings/setting.ts';
import { DAY_SECONDS } from '../time.ts';

const SESSION_SECONDS = 7 * DAY_SECONDS;

/** `<expires, Unix seconds>.<random UUID>.<signature>` */
const SHAPE = /^((\d{1,12})\.[0-9a-f-]{36})\.([0-9a-f]{64})$/;

export async function openSession(adminToken: string, nowMs: number): Promise<string> {
  const expires = Math.floor(nowMs / 1000) + SESSION_SECONDS;
  const claims = `${expires}.${crypto.randomUUID()}`;
  return `${claims}.${await sign(adminToken, 'session', claims)}`;
}

/** Whether this Worker signed the session and it has not expired. */
export async function isSession(
  adminToken: string,
  session: string,
  nowMs: number,
): Promise<boolean> {
  const [, claims = '', expires, signature = ''] = SHAPE.exec(session) ?? [];
  const isOurs = await areEqual(signature, await sign(adminToken, 'session', claims));
  return isOurs && Number(expires) * 1000 > nowMs;
}

/** The token in every form of this session. It proves that the form is one of our own. */
export function formToken(adminToken: string, session: string): Promise<string> {
  return sign(adminToken, 'form', session);
}

/** A browser accepts `__Host-` only with Secure and Path=/. Over plain HTTP, on this machine, it refuses the name. */
const nameFor = ({ protocol }: URL) => (protocol === 'https:' ? '__Host-whence' : 'whence');

export function sessionOf(request: Request): string | undefined {
  const name = nameFor(new URL(request.url));
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
export function sign(adminToken: string, purpose: string, text: string): Promise<string> {
  return hmac(adminToken, `${purpose}:${text}`);
}
