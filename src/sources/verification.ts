// What every scheme takes to verify a request, and what it answers.
import type { JsonObject } from '../json.ts';

export interface SignedRequest {
  headers: Pick<Headers, 'get'>;
  /** The bytes as they came. Decoding first would accept a byte-order mark or broken UTF-8 that was never signed. */
  body: Uint8Array;
  secrets: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  /** The keys an issuer publishes, for JWTs. */
  issuerKeys: IssuerKeys;
}

/** Finds the key for a JWT's header among the keys published at a URL, in the shape that `jose` takes. */
export type IssuerKeys = (url: string) => Promise<import('jose').JWTVerifyGetKey>;

/** The reason is for the operator's log. Outside, every refusal looks the same. */
export type Verification =
  | { ok: true; signed: Signed; payload?: JsonObject }
  | { ok: false; reason: Refusal };

export type Refusal =
  | 'header_missing'
  | 'header_malformed'
  /** Everything else is well-formed. Anybody may know it, because it says nothing of the secret. */
  | 'id_malformed'
  | 'timestamp_outside_tolerance'
  | 'signature_mismatch'
  | 'token_mismatch'
  | 'jwt_invalid'
  /** The sender did nothing wrong, and should send it again. */
  | 'keys_unavailable';

/** What is proven beside the body. */
export interface Signed {
  /** The id of the event, when the scheme signs one. It is the same for every attempt. */
  id?: string;
  /** When this attempt was signed; ISO 8601. */
  at?: string;
}
