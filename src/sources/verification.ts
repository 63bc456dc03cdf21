// What verifying takes and answers, whatever the scheme.
import type { JsonObject } from './payload.ts';

export interface SignedRequest {
  headers: Pick<Headers, 'get'>;
  /** The bytes as they came: decoding first would accept a byte-order mark or broken UTF-8 the sender never signed. */
  body: Uint8Array;
  secrets: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  /** The keys an issuer publishes, for JWTs. */
  issuerKeys: IssuerKeys;
}

/** Finds the key for a JWT's header among those published at a URL; shaped as `jose` wants it. */
export type IssuerKeys = (url: string) => Promise<import('jose').JWTVerifyGetKey>;

/** The reason is for the operator's log; outside, every refusal looks the same. */
export type Verification =
  | { ok: true; signed: Signed; payload?: JsonObject }
  | { ok: false; reason: Refusal };

export type Refusal =
  | 'header_missing'
  | 'header_malformed'
  | 'timestamp_outside_tolerance'
  | 'signature_mismatch'
  | 'token_mismatch'
  | 'jwt_invalid'
  /** Not the sender's fault: the provider should send it again. */
  | 'keys_unavailable';

/** What the proof vouches for beside the body. */
export interface Signed {
  /** The delivery's id, where the scheme signs one; the same for every attempt. */
  id?: string;
  /** When this attempt was signed; ISO 8601. */
  at?: string;
}
