// Providers that send a JWT. `jose` does the cryptography, where hand-rolling goes wrong; it is loaded when first
// needed, so that nobody else pays for it.
import { isObject, type JsonObject, moment, parseObject } from './payload.ts';
import type { JwtIssuer, JwtScheme } from './scheme.ts';
import type { SignedRequest, Verification } from './verification.ts';

/** A clock may be wrong by as much as in every other scheme. */
const CLOCK_TOLERANCE_SECONDS = 300;
/** The issuer answered something else than keys, or too late: no fault of the token. */
const KEY_ERRORS = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];

/** Verifies a JWT against the pinned issuers: RS256 only, keys never from the token itself. */
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
  // By their own paths: the package as a whole would take three times the room.
  const { jwtVerify } = await import('jose/jwt/verify');
  const { JOSEError } = await import('jose/errors');
  try {
    const { payload } = await jwtVerify(token, await issuerKeys(issuer.keysUrl), {
      algorithms: ['RS256'],
      audience: issuer.audience,
      currentDate: new Date(now),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const isFromIssuer =
      payload.iss === issuer.issuer || (payload.iss === undefined && issuer.issuerOptional);
    if (!isFromIssuer) return { ok: false, reason: 'jwt_invalid' };
    const at = signedAt(payload);
    const ageSeconds = (now - (at ?? 0)) / 1000;
    if (ageSeconds > scheme.maxAgeSeconds || ageSeconds < -CLOCK_TOLERANCE_SECONDS) {
      return { ok: false, reason: 'timestamp_outside_tolerance' };
    }
    const signed = { at: new Date(at ?? now).toISOString() };
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

/** A token of this size is no token. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** `iat` where there is one, else the event's own `timestamp`, in milliseconds. */
function signedAt(claims: unknown): number | undefined {
  if (!isObject(claims)) return undefined;
  if (typeof claims.iat === 'number') return claims.iat * 1000;
  const at = moment(claims.timestamp ?? claims.event_timestamp);
  return at === undefined ? undefined : Date.parse(at);
}
