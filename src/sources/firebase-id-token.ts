// How an ID token of Firebase proves itself. https://firebase.google.com/docs/auth/admin/verify-id-tokens
import type { JwtScheme } from './scheme.ts';

const KEYS_URL =
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

/** An ID token is valid for an hour. */
const MAX_AGE_SECONDS = 60 * 60;

export const firebaseIdToken: JwtScheme = {
  kind: 'jwt',
  token: 'bearer',
  maxAgeSeconds: MAX_AGE_SECONDS,
  issuer: (project) =>
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)
      ? {
          issuer: `https://securetoken.google.com/${project}`,
          audience: project,
          keysUrl: KEYS_URL,
        }
      : { problem: 'is not a Firebase project ID' },
};
