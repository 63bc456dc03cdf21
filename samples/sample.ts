// What a provider sends when somebody signs up: a payload in its documented shape, proven as the provider does it, by
// the provider's own SDK when it can sign.

/** The person who signs up in a sample. */
export interface SampleSignup {
  /** The provider's event id. The same id is the same event. */
  eventId: string;
  email?: string;
  name?: string;
  userId?: string;
  /** What the app put in the place of the visitor ID. */
  visitorId?: unknown;
  referrer?: string;
  occurredAt: Date;
  test?: boolean;
}

/** What an event of the provider can carry. */
export type Carried = 'visitorId' | 'email' | 'name' | 'userId' | 'referrer' | 'test';

/** A request as it goes over the wire. */
export interface SignedWebhook {
  headers: Headers;
  body: string;
}

/** An event after the signup, of the same person. */
export interface LaterEvent {
  eventId: string;
  at: Date;
}

export interface Sample {
  /** The name of the source, which is also its route. */
  source: string;
  /** `signature`: the bytes are signed. `token`: nothing is signed. `jwt`: the payload is inside a signed token. */
  proof: 'signature' | 'token' | 'jwt';
  /** Whether a signed timestamp limits how long a captured request can be sent again. */
  isTimestamped: boolean;
  carries: readonly Carried[];
  /** A random secret as the operator would set it. */
  newSecret(): string;
  /** The event as text. This is what is signed, byte for byte, unless the proof is a JWT. */
  payload(signup: SampleSignup): string;
  /** An event that completes the signup: it has the address of the person. Absent where nothing completes one. */
  completion?(signup: SampleSignup, later: LaterEvent): string;
  /** A genuine event of the provider that means no signup. */
  otherPayload(signup: SampleSignup): string;
  /** One attempt to deliver `payload`, proven at `at`. */
  sign(payload: string, by: { secret: string; eventId: string; at: Date }): Promise<SignedWebhook>;
  /** What follows `<source>:` in the id of the signup, when it is not the id of the event. */
  stableId?(signup: SampleSignup): string;
  /** For JWTs: the public keys that the issuer publishes at this URL. */
  publishedKeys?(url: string): Promise<{ keys: JsonWebKey[] }>;
}

/** The payload with other values at these dotted paths. */
export function changed(payload: string, values: Readonly<Record<string, unknown>>): string {
  const paths = new Map(Object.entries(values));
  const walk = (value: unknown, path: string): unknown => {
    if (paths.has(path)) return paths.get(path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}.${index}`));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, walk(inner, path === '' ? key : `${path}.${key}`)]),
    );
  };
  return JSON.stringify(walk(JSON.parse(payload), ''));
}

/**
 * Hexadecimal digits that are the same in every event of one person, and others for another person: the body of the
 * provider's id of the customer. Events with the same customer are joined. 32 digits at most.
 */
export function customerDigits({ userId, email, eventId }: SampleSignup, count: number): string {
  const text = userId ?? email ?? eventId;
  const words = [0, 1, 2, 3].map((seed) => fnv1a(`${seed}${text}`).toString(16).padStart(8, '0'));
  return words.join('').slice(0, count);
}

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** 32 random bytes, in the form that most providers show. */
export function newWhsec(): string {
  return `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`;
}

/** A token as an operator makes it up: 48 hexadecimal digits. */
export function newToken(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(24)));
}

export const unixSeconds = (at: Date) => Math.floor(at.getTime() / 1000);

/** HMAC-SHA256, for providers whose SDK cannot sign. It is independent of the code that it tests. */
export async function hmacSha256(key: string, content: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(content)));
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
