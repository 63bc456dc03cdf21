// Cloudflare Access in front of the Worker: everybody it lets in is the operator.
// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
import type { Config } from '../settings/config.ts';
import type { IssuerKeys } from '../sources/verification.ts';

interface AccessDependencies {
  config: Pick<Config, 'access'>;
  issuerKeys: IssuerKeys;
  now(): number;
}

/** The verified token of a request that came through Access. */
export async function accessToken(
  { config: { access }, issuerKeys, now }: AccessDependencies,
  headers: Headers,
): Promise<string | undefined> {
  const token = headers.get('cf-access-jwt-assertion');
  if (!access || !token) return undefined;
  const { jwtVerify } = await import('jose/jwt/verify');
  try {
    await jwtVerify(token, await issuerKeys(`${access.issuer}/cdn-cgi/access/certs`), {
      ...access,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
      currentDate: new Date(now()),
    });
    return token;
  } catch {
    return undefined;
  }
}
