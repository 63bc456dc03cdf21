// Makes the keys that a secret, as the operator set it, may mean.
import { decodeHex, decodeSecret } from './encoding.ts';
import type { HmacScheme } from './scheme.ts';

/** Shorter than any provider's secret. A slip (`# prod`, only `whsec_`) must not become a key. */
const MIN_SECRET_BYTES = 16;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** The bytes of each key that a secret may mean; none when it cannot be a secret of this scheme. */
export function hmacKeys(scheme: HmacScheme, secret: string): Uint8Array[] {
  // Keys of another kind. `whpk_` is a public key, which everybody may know.
  if (/^(v1a?,)?wh[ps]k_/.test(secret)) return [];
  if (scheme.key === 'hex') return [decodeHex(secret)].filter((bytes) => bytes !== undefined);
  // Supabase shows its secrets with the version before them.
  const own = secret.replace(/^v1,(?=whsec_)/, '').replace(/^whsec_/, '');
  const keys: Uint8Array[] = [];
  if (scheme.key !== 'base64' && isLongEnough(new TextEncoder().encode(own))) {
    keys.push(new TextEncoder().encode(secret));
  }
  const decoded = scheme.key === 'utf8' ? undefined : decodeSecret(own);
  if (decoded && isLongEnough(decoded)) keys.push(decoded);
  return keys;
}

const isLongEnough = (bytes: Uint8Array) => bytes.length >= MIN_SECRET_BYTES;

/**
 * One entry per configured secret, for as long as the isolate lives: importing a key costs as much as signing. The map
 * holds values, never promises: a request must not wait for another request.
 */
const imported = new Map<string, readonly CryptoKey[]>();

/** The same keys, ready to sign with. */
export async function importHmacKeys(
  scheme: HmacScheme,
  secret: string,
): Promise<readonly CryptoKey[]> {
  const name = `${scheme.key} ${secret}`;
  const known = imported.get(name);
  if (known) return known;
  const keys = await Promise.all(
    hmacKeys(scheme, secret).map((bytes) =>
      crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign']),
    ),
  );
  imported.set(name, keys);
  return keys;
}
