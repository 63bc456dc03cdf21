// WorkOS AuthKit. https://workos.com/docs/events/data-syncing/webhooks
import { at, joined } from './payload.ts';
import { type HmacScheme, stripeSignature } from './scheme.ts';
import { source } from './source.ts';

/** Stripe's layout in another header, with the timestamp in milliseconds. */
const workosSignature: HmacScheme = {
  ...stripeSignature,
  families: [{ signature: 'workos-signature' }],
  timestampUnit: 'milliseconds',
};

const VERIFIED = 'authentication.email_verification_succeeded';

export const workos = source({
  name: 'workos',
  schemes: [workosSignature],
  eventType: 'event',
  signupEvents: ['user.created'],
  completes: {
    events: ['user.updated', VERIFIED],
    of: 'user',
    // The event of a verification is about a code, and names its user.
    by: ['data.user_id', 'data.id'],
  },
  eventId: 'id',
  occurredAt: 'created_at',
  metadataPaths: ['data.metadata'],
  visitorIdGuesses: ['data.external_id'],
  email: ['data.email'],
  emailVerified: [(event) => (event.event === VERIFIED ? true : at(event, 'data.email_verified'))],
  // The event of a verification is about a code, and names its user.
  createdAt: [(event) => (event.event === VERIFIED ? undefined : at(event, 'data.created_at'))],
  personName: [joined(' ', 'data.first_name', 'data.last_name'), 'data.name'],
  userId: ['data.external_id', 'data.id'],
});
