// Verifies tokens: some providers sign nothing and send a token that the operator chose.
import { areEqual } from '../crypto.ts';
import { toBase64 } from './encoding.ts';
import type { TokenScheme } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';

/** Nothing but the token proves a request, so it must be too long to guess. */
const MIN_TOKEN_LENGTH = 32;

/** Verifies the token, with or without the word before it. */
export async function verifyToken(
  { header, user }: TokenScheme,
  request: SignedRequest,
): Promise<Verification> {
  const given = request.headers
    .get(header)
    ?.trim()
    .replace(user === undefined ? /^Bearer +/i : /^Basic +/i, '');
  if (!given) return { ok: false, reason: 'header_missing' };
  for (const secret of request.secrets) {
    if (tokenProblem(secret) === undefined && (await areEqual(given, sent(secret, user)))) {
      return { ok: true, signed: {} };
    }
  }
  return { ok: false, reason: 'token_mismatch' };
}

/** The token as it stands in the header. */
function sent(secret: string, user: string | undefined): string {
  return user === undefined ? secret : toBase64(new TextEncoder().encode(`${user}:${secret}`));
}

/** Why a secret cannot be such a token; `undefined` when it can. */
export function tokenProblem(secret: string): string | undefined {
  // A signing secret that is set beside the token must not count as a token.
  if (/^(v1a?,)?wh(sec|pk|sk)_/.test(secret)) return 'is a signing key, not a token';
  return secret.length < MIN_TOKEN_LENGTH
    ? `is shorter than ${MIN_TOKEN_LENGTH} characters, and nothing else protects this source`
    : undefined;
}
