// An issuer of JWTs, as Kinde and Google are. It signs with a key pair made at run time, and publishes the public half.
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface Issuer {
  sign(claims: JWTPayload): Promise<string>;
  /** A JWK set. */
  publishedKeys(): Promise<{ keys: JsonWebKey[] }>;
}

/** The keys are made when they are first needed. */
export function createIssuer(kid: string, alg: 'RS256' | 'PS256' = 'RS256'): Issuer {
  let made: ReturnType<typeof generateKeyPair> | undefined;
  const keyPair = () => {
    made ??= generateKeyPair(alg, { extractable: true });
    return made;
  };
  return {
    async sign(claims) {
      const { privateKey } = await keyPair();
      return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);
    },
    async publishedKeys() {
      const { publicKey } = await keyPair();
      const { n, e } = await exportJWK(publicKey);
      const key = { kty: 'RSA', n, e, kid, alg, use: 'sig' };
      return { keys: [key] };
    },
  };
}
