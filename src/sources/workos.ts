// WorkOS AuthKit. https://workos.com/docs/events/data-syncing/webhooks
import { joined } from './payload.ts';
import { type HmacScheme, stripeSignature } from './scheme.ts';
import { source } from './source.ts';

/** Stripe's layout in another header, with the timestamp in milliseconds. */
const workosSignature: HmacScheme = {
  ...stripeSignature,
  families: [{ signature: 'workos-signature' }],
  timestampUnit: 'milliseconds',
};

export const workos = source({
  name: 'workos',
  schemes: [workosSignature],
  eventType: 'event',
  signupEvents: ['user.created'],
  eventId: 'id',
  occurredAt: 'created_at',
  metadataPaths: ['data.metadata'],
  visitorIdIfUuid: ['data.external_id'],
  email: ['data.email'],
  personName: [joined(' ', 'data.first_name', 'data.last_name')],
  userId: ['data.id'],
});
