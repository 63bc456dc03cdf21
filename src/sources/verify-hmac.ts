// Verifies signatures: is this, byte for byte, what the holder of the secret signed just now?
import { isoOf } from '../time.ts';
import { decodeEd25519, decodeMac, decodeSecret } from './encoding.ts';
import { hmacKeys, importHmacKeys } from './hmac-keys.ts';
import { type HeaderFamily, type HmacScheme, TOLERANCE_SECONDS } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';

/** No rotation needs more candidates. */
const MAX_SIGNATURES = 10;
/** The specification forbids `.` in an id: it could make a part of the body look like the timestamp. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/** Verifies a request against a scheme. No request makes it throw. */
export async function verifyHmac(
  scheme: HmacScheme,
  request: SignedRequest,
): Promise<Verification> {
  const texts = headerTexts(scheme, request.headers);
  if (!texts) return { ok: false, reason: 'header_missing' };

  const header = readHeader(scheme, texts);
  if (typeof header === 'string') return { ok: false, reason: header };

  const { atMs } = header;
  if (atMs !== undefined && Math.abs(request.now - atMs) > TOLERANCE_SECONDS * 1000) {
    return { ok: false, reason: 'timestamp_outside_tolerance' };
  }

  const content = signedContent(scheme, header, request.body);
  for (const secret of request.secrets) {
    if (await isSignedWith(scheme, secret, header, content)) {
      const at = atMs === undefined ? undefined : isoOf(atMs);
      return { ok: true, signed: { id: header.id, at } };
    }
  }
  return { ok: false, reason: 'signature_mismatch' };
}

/** Whether the request carries a signature header of this scheme, complete or not. */
export function isSignedByHmac(scheme: HmacScheme, headers: Pick<Headers, 'get'>): boolean {
  return scheme.families.some(({ signature }) => headers.get(signature) !== null);
}

/** Whether a secret can be one of this scheme. */
export function isUsable(scheme: HmacScheme, secret: string): boolean {
  const isPublicKey = scheme.ed25519Version !== undefined && publicKey(secret) !== undefined;
  return isPublicKey || hmacKeys(scheme, secret).length > 0;
}

/** An Ed25519 public key of Standard Webhooks. */
function publicKey(secret: string): Uint8Array | undefined {
  const bytes = secret.startsWith('whpk_') ? decodeSecret(secret.slice(5)) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

const ED25519 = { name: 'Ed25519' };

async function isSignedWith(
  scheme: HmacScheme,
  secret: string,
  header: SignatureHeader,
  content: Uint8Array,
): Promise<boolean> {
  const verifyingKey = scheme.ed25519Version === undefined ? undefined : publicKey(secret);
  if (verifyingKey) {
    const key = await crypto.subtle.importKey('raw', verifyingKey, ED25519, false, ['verify']);
    for (const signature of header.ed25519) {
      if (await crypto.subtle.verify(ED25519, key, signature, content)) return true;
    }
    return false;
  }
  for (const key of await importHmacKeys(scheme, secret)) {
    // One pass over the body per key, for any number of signatures that a forger lists.
    const mac = await crypto.subtle.sign('HMAC', key, content);
    if (header.macs.some((candidate) => crypto.subtle.timingSafeEqual(mac, candidate))) return true;
  }
  return false;
}

interface SignatureHeader {
  id?: string;
  timestamp?: string;
  atMs?: number;
  macs: Uint8Array[];
  ed25519: Uint8Array[];
}

const PARTS = ['signature', 'timestamp', 'id'] as const;

/** The headers of one family, trimmed. */
type HeaderTexts = { [Name in keyof HeaderFamily]: string };

/** The texts of the first family that is complete. Each header is read once: it is a call out of JavaScript. */
function headerTexts(
  { families }: HmacScheme,
  headers: Pick<Headers, 'get'>,
): HeaderTexts | undefined {
  for (const family of families) {
    const texts: HeaderTexts = { signature: '' };
    for (const part of PARTS) {
      const name = family[part];
      if (name !== undefined) texts[part] = headers.get(name)?.trim() ?? '';
    }
    if (PARTS.every((part) => texts[part] !== '')) return texts;
  }
  return undefined;
}

function readHeader(
  scheme: HmacScheme,
  texts: HeaderTexts,
): SignatureHeader | 'header_malformed' | 'id_malformed' {
  const fields = readFields(scheme, texts.signature);
  const named = (name: string | undefined) =>
    fields.filter(([field]) => field === name).map(([, value]) => value);

  const [macName, timestampName] =
    scheme.layout.kind === 'fields'
      ? [scheme.layout.signatureField, scheme.layout.timestampField]
      : [scheme.layout.kind === 'list' ? scheme.layout.version : ''];
  const candidates = (name: string | undefined) => named(name).slice(0, MAX_SIGNATURES);
  const header: SignatureHeader = {
    macs: candidates(macName).flatMap((value) => decodeMac(value, scheme.encoding) ?? []),
    ed25519: candidates(scheme.ed25519Version).flatMap((value) => decodeEd25519(value) ?? []),
  };
  if (header.macs.length + header.ed25519.length === 0) return 'header_malformed';

  if (scheme.timestampUnit !== undefined) {
    const [timestamp, second] = timestampName ? named(timestampName) : [texts.timestamp];
    // With two timestamps nobody knows which one was signed.
    if (timestamp === undefined || second !== undefined) return 'header_malformed';
    header.timestamp = timestamp;
    header.atMs = timestampMs(timestamp, scheme.timestampUnit);
    if (header.atMs === undefined) return 'header_malformed';
  }
  if (texts.id !== undefined) {
    header.id = texts.id;
    if (!ID.test(header.id)) return 'id_malformed';
  }
  return header;
}

type NamedValue = readonly [name: string, value: string];

function readFields({ layout }: HmacScheme, text: string): NamedValue[] {
  switch (layout.kind) {
    case 'whole':
      return [['', text]];
    case 'fields':
      // `t=…,v1=…`
      return text.split(layout.separator).flatMap((field): NamedValue[] => {
        const equals = field.indexOf('=');
        return equals < 0 ? [] : [[field.slice(0, equals).trim(), field.slice(equals + 1).trim()]];
      });
    case 'list':
      // `v1,… v1,…`. Repeated headers arrive joined with `, `, and Supabase joins its list in this way.
      return text.split(/\s+/).flatMap((item): NamedValue[] => {
        const [version, signature, ...rest] = item.replace(/,$/, '').split(',');
        return version && signature && rest.length === 0 ? [[version, signature]] : [];
      });
  }
}

/** Only digits of the expected length: `Number()` also reads '', '0x10', ' 12 ' and '1e3'. */
function timestampMs(text: string, unit: 'seconds' | 'milliseconds'): number | undefined {
  if (unit === 'seconds') return /^[0-9]{10}$/.test(text) ? Number(text) * 1000 : undefined;
  return /^[0-9]{13}$/.test(text) ? Number(text) : undefined;
}

const encoder = new TextEncoder();

/** The bytes that were signed. The body comes last, as it came. */
function signedContent(scheme: HmacScheme, header: SignatureHeader, body: Uint8Array): Uint8Array {
  const { signedBeforeBody } = scheme;
  if (signedBeforeBody.length === 0) return body;
  const { id = '', timestamp = '' } = header;
  const parts = { id, timestamp, '.': '.', ':': ':' };
  const before = encoder.encode(signedBeforeBody.map((part) => parts[part]).join(''));
  const content = new Uint8Array(before.length + body.length);
  content.set(before);
  content.set(body, before.length);
  return content;
}
