// Digests and signatures that several rooms need. Webhook keys are in sources/.

const encoder = new TextEncoder();

/** The two digits of each byte. Every address of a batch is a digest, so they are not worked out again and again. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  let hex = '';
  for (const byte of new Uint8Array(bytes)) hex += HEX[byte];
  return hex;
}

export function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', encoder.encode(text));
}

/** A short name for a text that must not be readable where the name stands: 128 bits of SHA-256, in hex. */
export async function digest(text: string): Promise<string> {
  return toHex(new Uint8Array(await sha256(text), 0, 16));
}

/** Compares two secrets. The time it takes says nothing about either, not even about the length. */
export async function areEqual(a: string, b: string): Promise<boolean> {
  const [digestA, digestB] = await Promise.all([sha256(a), sha256(b)]);
  return crypto.subtle.timingSafeEqual(digestA, digestB);
}

/** HMAC-SHA-256 of a text under a text key, in hex. */
export async function hmac(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return toHex(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}
