// The signature core: is this request, byte for byte, what the holder of the secret sent just now?
import { decodeMac, decodeSecret } from './encoding.ts';
import { type HeaderFamily, type Scheme, TOLERANCE_SECONDS } from './scheme.ts';

export interface Delivered {
  headers: Pick<Headers, 'get'>;
  /** The bytes as they came: decoding first would accept a byte-order mark or broken UTF-8 the sender never signed. */
  body: Uint8Array;
  secrets: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
}

/** The reason is for the operator's log; outside, every refusal looks the same. */
export type Verification =
  | { ok: true; signed: Signed }
  | {
      ok: false;
      reason:
        | 'header_missing'
        | 'header_malformed'
        | 'timestamp_outside_tolerance'
        | 'signature_mismatch';
    };

/** What the signature vouches for beside the body. */
export interface Signed {
  /** The delivery's id, where the scheme signs one; the same for every attempt. */
  id?: string;
  /** When this attempt was signed; ISO 8601. */
  at: string;
}

/** More candidates than any rotation needs. */
const MAX_SIGNATURES = 10;
/** The specification forbids `.` in an id: with it, a part of the body could be passed off as timestamp. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/** Verifies a request against a scheme. Never throws on what a sender can choose. */
export async function verify(scheme: Scheme, request: Delivered): Promise<Verification> {
  const family = scheme.families.find((candidate) => isComplete(candidate, request.headers));
  if (!family) return { ok: false, reason: 'header_missing' };

  const header = readHeader(scheme, family, request.headers);
  if (!header) return { ok: false, reason: 'header_malformed' };

  if (Math.abs(request.now - header.atMs) > TOLERANCE_SECONDS * 1000) {
    return { ok: false, reason: 'timestamp_outside_tolerance' };
  }

  const content = signedContent(scheme, header, request.body);
  for (const secret of request.secrets) {
    const bytes = keyBytes(scheme, secret);
    if (!bytes) continue;
    const key = await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign']);
    // One pass over the body per secret, however many signatures a stranger lists.
    const mac = await crypto.subtle.sign('HMAC', key, content);
    if (header.signatures.some((signature) => crypto.subtle.timingSafeEqual(mac, signature))) {
      return { ok: true, signed: { id: header.id, at: new Date(header.atMs).toISOString() } };
    }
  }
  return { ok: false, reason: 'signature_mismatch' };
}

/** Shorter than any provider's; a slip of the pen (`# prod`, a bare `whsec_`) must not become a key. */
const MIN_SECRET_BYTES = 16;

/** The HMAC key a secret stands for; `undefined` when it cannot be a secret of this scheme. */
export function keyBytes(scheme: Scheme, secret: string): Uint8Array | undefined {
  const own = secret.replace(/^whsec_/, '');
  const bytes = scheme.key === 'base64' ? decodeSecret(own) : new TextEncoder().encode(own);
  if (!bytes || bytes.length < MIN_SECRET_BYTES) return undefined;
  return scheme.key === 'base64' ? bytes : new TextEncoder().encode(secret);
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

interface SignatureHeader {
  id?: string;
  timestamp: string;
  atMs: number;
  signatures: Uint8Array[];
}

function isComplete(family: HeaderFamily, headers: Pick<Headers, 'get'>): boolean {
  return [family.signature, family.timestamp, family.id].every(
    (name) => name === undefined || Boolean(headers.get(name)?.trim()),
  );
}

function readHeader(
  scheme: Scheme,
  family: HeaderFamily,
  headers: Pick<Headers, 'get'>,
): SignatureHeader | undefined {
  const text = headers.get(family.signature)?.trim() ?? '';
  const layout = scheme.layout;
  const fields = layout.kind === 'fields' ? readFields(text) : readList(text);

  const timestamps =
    layout.kind === 'fields'
      ? fields.filter(([name]) => name === layout.timestampField).map(([, value]) => value)
      : [headers.get(family.timestamp ?? '')?.trim() ?? ''];
  const [timestamp, second] = timestamps;
  // Two timestamps leave it to the reader which one was signed.
  if (timestamp === undefined || second !== undefined) return undefined;
  const atMs = timestampMs(timestamp, scheme.timestampUnit);
  if (atMs === undefined) return undefined;

  const version = layout.kind === 'fields' ? layout.signatureField : layout.version;
  const signatures = fields
    .filter(([name]) => name === version)
    .slice(0, MAX_SIGNATURES)
    .map(([, value]) => decodeMac(value, scheme.encoding))
    .filter((bytes) => bytes !== undefined);
  if (signatures.length === 0) return undefined;

  if (family.id === undefined) return { timestamp, atMs, signatures };
  const id = headers.get(family.id)?.trim() ?? '';
  return ID.test(id) ? { id, timestamp, atMs, signatures } : undefined;
}

type NamedValue = readonly [name: string, value: string];

/** `t=…,v1=…` → pairs. */
function readFields(text: string): NamedValue[] {
  return text.split(',').flatMap((field): NamedValue[] => {
    const equals = field.indexOf('=');
    return equals < 0 ? [] : [[field.slice(0, equals).trim(), field.slice(equals + 1).trim()]];
  });
}

/** `v1,… v1,…` → pairs. Repeated headers arrive joined with `, `, and Supabase joins its list so. */
function readList(text: string): NamedValue[] {
  return text.split(/\s+/).flatMap((item): NamedValue[] => {
    const [version, signature, ...rest] = item.replace(/,$/, '').split(',');
    return version && signature && rest.length === 0 ? [[version, signature]] : [];
  });
}

/** Digits of the expected length only: `Number()` also reads '', '0x10', ' 12 ' and '1e3'. */
function timestampMs(text: string, unit: Scheme['timestampUnit']): number | undefined {
  if (unit === 'seconds') return /^[0-9]{10}$/.test(text) ? Number(text) * 1000 : undefined;
  return /^[0-9]{13}$/.test(text) ? Number(text) : undefined;
}

function signedContent(scheme: Scheme, header: SignatureHeader, body: Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  const parts = scheme.signed.map((part) => {
    if (part === 'body') return body;
    if (part === 'id') return encoder.encode(header.id ?? '');
    return encoder.encode(part === 'timestamp' ? header.timestamp : part);
  });
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    content.set(part, offset);
    offset += part.length;
  }
  return content;
}
