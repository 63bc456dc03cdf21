// Verifies a request with the scheme of its source: did the holder of the secret send it?
import type { Scheme } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';
import { isSignedByHmac, isUsable, verifyHmac } from './verify-hmac.ts';
import { verifyJwt } from './verify-jwt.ts';
import { tokenProblem, verifyToken } from './verify-token.ts';
import { wrongKind } from './wrong-kind.ts';

/**
 * Verifies a request. Of several schemes, the first one that the request addresses decides alone: a bad signature must
 * not be saved by a weaker proof. No request makes it throw.
 */
export async function verify(
  schemes: readonly Scheme[],
  request: SignedRequest,
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

function isAddressed(scheme: Scheme, { headers }: SignedRequest): boolean {
  switch (scheme.kind) {
    case 'hmac':
      return isSignedByHmac(scheme, headers);
    case 'token':
      return headers.get(scheme.header) !== null;
    case 'jwt':
      return scheme.token === 'body' || headers.get('authorization') !== null;
  }
}

/** Why a secret works with none of the schemes; `undefined` when it works with one. */
export function secretProblem(schemes: readonly Scheme[], secret: string): string | undefined {
  // The issuer of a JWT is an address.
  const kind = schemes.some((scheme) => scheme.kind === 'jwt') ? undefined : wrongKind(secret);
  if (kind !== undefined) return kind;
  const problems = schemes.map((scheme) => problemWith(scheme, secret));
  return problems.includes(undefined) ? undefined : problems[0];
}

function problemWith(scheme: Scheme, secret: string): string | undefined {
  switch (scheme.kind) {
    case 'hmac':
      if (scheme.prefix && !secret.startsWith(scheme.prefix)) {
        return `does not begin with ${scheme.prefix}, so it is no signing secret of this provider`;
      }
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
