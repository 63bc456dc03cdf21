// Kinde: the body is a JWT. Its events have no custom properties, and so no visitor ID. The app's own call to the
// generic source brings it. https://docs.kinde.com/integrate/webhooks/about-webhooks/
import { joined } from './payload.ts';
import type { JwtScheme } from './scheme.ts';
import { source } from './source.ts';

/** Who made a user that did not sign up. A person's own sign-up is by `user`. */
const MADE_FOR_THEM: readonly unknown[] = ['admin', 'api'];

/** Kinde sends again for up to 36 hours. */
const MAX_AGE_SECONDS = 48 * 60 * 60;

const kindeJwt: JwtScheme = {
  kind: 'jwt',
  token: 'body',
  maxAgeSeconds: MAX_AGE_SECONDS,
  issuer: (setting) => {
    const host = setting.replace(/^https:\/\//, '').replace(/\/$/, '');
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host)) {
      return { problem: 'is not a Kinde domain such as https://acme.kinde.com' };
    }
    const issuer = `https://${host.toLowerCase()}`;
    return { issuer, keysUrl: `${issuer}/.well-known/jwks`, issuerOptional: true };
  },
};

export const kinde = source({
  name: 'kinde',
  schemes: [kindeJwt],
  eventType: 'type',
  signupEvents: ['user.created'],
  // An update does not say when the user was created.
  completes: { events: ['user.updated'], of: 'user', by: ['data.user.id'] },
  eventId: 'event_id',
  occurredAt: (event) => event.event_timestamp ?? event.timestamp,
  ignore: ({ type, source }) =>
    type === 'user.created' && MADE_FOR_THEM.includes(source) ? 'made_by_admin' : undefined,
  metadataPaths: [],
  email: ['data.user.email'],
  // Not in Kinde's types of today: it verifies an address before it creates the user.
  emailVerified: ['data.user.email_verified', 'data.user.is_email_verified'],
  personName: [joined(' ', 'data.user.first_name', 'data.user.last_name')],
  userId: ['data.user.id'],
});
