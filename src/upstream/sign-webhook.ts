// Signs webhooks that Whence sends, so that a receiver can check them with any Standard Webhooks library.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

export interface OutgoingWebhook {
  /** The same for every attempt, without a dot. */
  id: string;
  /** When this attempt is made. */
  atMs: number;
  /** As it goes over the wire. */
  body: string;
}

/** Shorter keys are guessed too easily, longer ones are not of the standard. */
const [MIN_KEY_BYTES, MAX_KEY_BYTES] = [24, 64];
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const encoder = new TextEncoder();

/** The key that a `whsec_…` secret means; `undefined` when it is none. */
export function signingKey(secret: string): Uint8Array | undefined {
  const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '';
  // `atob` throws on any other length, and on padding that does not end a group of four.
  if (text.length % 4 === 1 || (text.endsWith('=') && text.length % 4 !== 0)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return bytes.length >= MIN_KEY_BYTES && bytes.length <= MAX_KEY_BYTES ? bytes : undefined;
}

/**
 * The headers of the webhook, with one signature for each secret: while a secret is rotated, a receiver accepts the old or
 * the new one. A secret that is none makes no signature.
 */
export async function signWebhook(
  secrets: readonly string[],
  { id, atMs, body }: OutgoingWebhook,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signed = encoder.encode(`${id}.${timestamp}.${body}`);
  const keys = secrets.flatMap((secret) => signingKey(secret) ?? []);
  const signatures = await Promise.all(
    keys.map(async (bytes) => {
      const key = await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign']);
      const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
      return `v1,${btoa(String.fromCharCode(...mac))}`;
    }),
  );
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}
