// FusionAuth: a webhook with a header that the operator chose. https://fusionauth.io/docs/extend/events-and-webhooks/
import { at, joined } from './payload.ts';
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';

const VERIFIED = 'user.email.verified';

export const fusionauth = source({
  name: 'fusionauth',
  schemes: [bearerToken],
  eventType: 'event.type',
  // `user.create` comes before the user exists, and the creation may still fail.
  signupEvents: ['user.create.complete'],
  completes: {
    events: [VERIFIED, 'user.update.complete', 'user.registration.create.complete'],
    of: 'user',
    by: ['event.user.id'],
  },
  eventId: 'event.id',
  occurredAt: 'event.createInstant',
  createdAt: ['event.user.insertInstant'],
  // A field of the registration form is `user.data.…` or `registration.data.…`.
  metadataPaths: ['event.user.data', 'event.registration.data'],
  email: ['event.user.email'],
  emailVerified: [
    (payload) =>
      at(payload, 'event.type') === VERIFIED ? true : at(payload, 'event.user.verified'),
  ],
  personName: ['event.user.fullName', joined(' ', 'event.user.firstName', 'event.user.lastName')],
  userId: ['event.user.id'],
});
