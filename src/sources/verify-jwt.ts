// Verifies JWTs. `jose` does the cryptography, because own code easily goes wrong there. It is loaded when it is first
// needed, so that other sources do not pay for it.
import { isObject, type JsonObject, parseObject } from '../json.ts';
import { isoOf, timeOf } from '../time.ts';
import { moment } from './payload.ts';
import { type JwtIssuer, type JwtScheme, TOLERANCE_SECONDS } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';

/** The issuer answered something else than keys, or too late. The token may still be good. */
const KEY_ERRORS = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];
/** No token is as large. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Verifies a JWT against the pinned issuers. Only RS256 counts, and keys never come from the token itself. */
export async function verifyJwt(scheme: JwtScheme, request: SignedRequest): Promise<Verification> {
  const token = tokenOf(scheme, request);
  if (token === undefined) return { ok: false, reason: 'header_missing' };
  let refusal: Verification = { ok: false, reason: 'jwt_invalid' };
  for (const secret of request.secrets) {
    const issuer = scheme.issuer(secret);
    if ('problem' in issuer) continue;
    const verification = await verifyWith(scheme, issuer, token, request);
    if (verification.ok) return verification;
    if (verification.reason === 'keys_unavailable') refusal = verification;
  }
  return refusal;
}

async function verifyWith(
  scheme: JwtScheme,
  issuer: JwtIssuer,
  token: string,
  request: SignedRequest,
): Promise<Verification> {
  const { now, issuerKeys } = request;
  // By their own paths: the whole package is three times as large.
  const { jwtVerify } = await import('jose/jwt/verify');
  const { JOSEError } = await import('jose/errors');
  try {
    const { payload } = await jwtVerify(token, await issuerKeys(issuer.keysUrl), {
      algorithms: ['RS256'],
      audience: issuer.audience,
      currentDate: new Date(now),
      clockTolerance: TOLERANCE_SECONDS,
    });
    const isFromIssuer =
      payload.iss === issuer.issuer || (payload.iss === undefined && issuer.issuerOptional);
    if (!isFromIssuer) return { ok: false, reason: 'jwt_invalid' };
    const at = signedAt(payload);
    const ageSeconds = (now - (at ?? 0)) / 1000;
    if (ageSeconds > scheme.maxAgeSeconds || ageSeconds < -TOLERANCE_SECONDS) {
      return { ok: false, reason: 'timestamp_outside_tolerance' };
    }
    const signed = { at: isoOf(at ?? now) };
    const claims: JsonObject = payload;
    if (scheme.token === 'body') return { ok: true, signed, payload: claims };
    return { ok: true, signed, payload: { claims, body: parseObject(request.body) ?? {} } };
  } catch (error) {
    const isInvalid = error instanceof JOSEError && !KEY_ERRORS.includes(error.code);
    return { ok: false, reason: isInvalid ? 'jwt_invalid' : 'keys_unavailable' };
  }
}

function tokenOf({ token }: JwtScheme, { headers, body }: SignedRequest): string | undefined {
  const text =
    token === 'body'
      ? new TextDecoder().decode(body.subarray(0, MAX_TOKEN_BYTES))
      : /^Bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
  return text?.trim() || undefined;
}

/** `iat`, or the event's own `timestamp` when there is none; in milliseconds. */
function signedAt(claims: unknown): number | undefined {
  if (!isObject(claims)) return undefined;
  if (typeof claims.iat === 'number') return claims.iat * 1000;
  return timeOf(moment(claims.timestamp ?? claims.event_timestamp));
}
