// Is this request what the holder of the secret sent? One door for every scheme.
import type { JsonObject } from './payload.ts';
import type { Scheme } from './scheme.ts';
import { isSignedByHmac, isUsable, verifyHmac } from './verify-hmac.ts';
import { verifyJwt } from './verify-jwt.ts';
import { tokenProblem, verifyToken } from './verify-token.ts';

export interface Delivered {
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

/**
 * Verifies a request. Of several schemes the first one the request addresses decides alone: a bad signature
 * must not fall through to a weaker proof. Never throws on what a sender can choose.
 */
export async function verify(
  schemes: readonly Scheme[],
  request: Delivered,
): Promise<Verification> {
  const isChoice = schemes.length > 1;
  const addressed = isChoice ? schemes.find((scheme) => isAddressed(scheme, request)) : undefined;
  const scheme = addressed ?? schemes[0];
  switch (scheme?.kind) {
    case 'hmac':
      return verifyHmac(scheme, request);
    case 'token':
      return verifyToken(scheme, request);
    case 'jwt':
      return verifyJwt(scheme, request);
    case undefined:
      return { ok: false, reason: 'header_missing' };
  }
}

function isAddressed(scheme: Scheme, { headers }: Delivered): boolean {
  switch (scheme.kind) {
    case 'hmac':
      return isSignedByHmac(scheme, headers);
    case 'token':
      return headers.get(scheme.header) !== null;
    case 'jwt':
      return scheme.token === 'body' || headers.get('authorization') !== null;
  }
}

/** Why a secret can serve none of the schemes; `undefined` when it serves one. */
export function secretProblem(schemes: readonly Scheme[], secret: string): string | undefined {
  const problems = schemes.map((scheme) => problemWith(scheme, secret));
  return problems.includes(undefined) ? undefined : problems[0];
}

function problemWith(scheme: Scheme, secret: string): string | undefined {
  switch (scheme.kind) {
    case 'hmac':
      return isUsable(scheme, secret)
        ? undefined
        : 'is not in the form the provider shows, or too short to be a secret';
    case 'token':
      return tokenProblem(secret);
    case 'jwt': {
      const issuer = scheme.issuer(secret);
      return 'problem' in issuer ? issuer.problem : undefined;
    }
  }
}
