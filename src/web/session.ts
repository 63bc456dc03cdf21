// A browser's session: a cookie signed with ADMIN_TOKEN, so that a new token ends every session. Nothing is stored.
import { areEqual } from './equal.ts';

const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** `<expires, Unix seconds>.<chance>.<signature>` */
const SHAPE = /^((\d{1,12})\.[0-9a-f-]{36})\.([0-9a-f]{64})$/;

export async function openSession(adminToken: string, nowMs: number): Promise<string> {
  const expires = Math.floor(nowMs / 1000) + SESSION_SECONDS;
  const claims = `${expires}.${crypto.randomUUID()}`;
  return `${claims}.${await sign(adminToken, 'session', claims)}`;
}

/** Whether we signed it and it has not expired. */
export async function isSession(
  adminToken: string,
  session: string,
  nowMs: number,
): Promise<boolean> {
  const [, claims = '', expires, signature = ''] = SHAPE.exec(session) ?? [];
  const isOurs = await areEqual(signature, await sign(adminToken, 'session', claims));
  return isOurs && Number(expires) * 1000 > nowMs;
}

/** What a form of this session carries, to show that we made it. */
export function formToken(adminToken: string, session: string): Promise<string> {
  return sign(adminToken, 'form', session);
}

/** `__Host-` holds the browser to Secure and Path=/; over plain HTTP, on this machine, it would refuse the name. */
const nameFor = ({ protocol }: URL) => (protocol === 'https:' ? '__Host-whence' : 'whence');

export function sessionOf(request: Request): string | undefined {
  const name = nameFor(new URL(request.url));
  for (const pair of request.headers.get('cookie')?.split('; ') ?? []) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  }
  return undefined;
}

/** The `Set-Cookie` for a session, or that ends it. */
export function sessionCookie(request: Request, session: string | undefined): string {
  const url = new URL(request.url);
  const isHere =
    url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return [
    `${nameFor(url)}=${session ?? ''}`,
    `Max-Age=${session === undefined ? 0 : SESSION_SECONDS}`,
    `Path=/; HttpOnly; SameSite=Strict${isHere ? '' : '; Secure'}`,
  ].join('; ');
}

/** HMAC-SHA-256 in hexadecimal; `purpose` keeps one kind of signature from passing for another. */
export async function sign(adminToken: string, purpose: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(adminToken),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(`${purpose}:${text}`));
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
