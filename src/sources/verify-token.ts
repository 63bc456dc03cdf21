// Providers that sign nothing and send a token the operator chose instead.
import type { TokenScheme } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';

/** With no signature and no timestamp the token is all there is: it must not be guessable. */
const MIN_TOKEN_LENGTH = 32;

/** Verifies the token, with or without `Bearer` in front. Lengths are compared as digests, so they leak nothing. */
export async function verifyToken(
  { header }: TokenScheme,
  request: SignedRequest,
): Promise<Verification> {
  const given = request.headers
    .get(header)
    ?.trim()
    .replace(/^Bearer +/i, '');
  if (!given) return { ok: false, reason: 'header_missing' };
  const digest = await digestOf(given);
  for (const secret of request.secrets) {
    if (tokenProblem(secret) !== undefined) continue;
    if (crypto.subtle.timingSafeEqual(digest, await digestOf(secret))) {
      return { ok: true, signed: {} };
    }
  }
  return { ok: false, reason: 'token_mismatch' };
}

/** Why a secret cannot be such a token; `undefined` when it can. */
export function tokenProblem(secret: string): string | undefined {
  // A signing secret set beside the token must not become a token itself.
  if (/^(v1a?,)?wh(sec|pk|sk)_/.test(secret)) return 'is a signing key, not a token';
  return secret.length < MIN_TOKEN_LENGTH
    ? `is shorter than ${MIN_TOKEN_LENGTH} characters, and nothing else protects this source`
    : undefined;
}

function digestOf(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
