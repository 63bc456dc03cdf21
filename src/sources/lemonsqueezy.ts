// Lemon Squeezy: JSON:API, with the app's values in meta.custom_data. https://docs.lemonsqueezy.com/help/webhooks
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { bodySignature } from './scheme.ts';
import { source } from './source.ts';

export const lemonsqueezy = source({
  name: 'lemonsqueezy',
  schemes: [bodySignature(['x-signature'], 'hex')],
  secretIsChosen: true,
  // The X-Event-Name header says the same, but is not signed.
  eventType: 'meta.event_name',
  signupEvents: ['subscription_created', 'order_created'],
  payment: {
    events: ['order_created'],
    state: { at: 'data.attributes.status', is: 'paid' },
    amount: 'data.attributes.total',
  },
  eventId: objectId,
  occurredAt: 'data.attributes.created_at',
  isTest: (event) =>
    at(event, 'data.attributes.test_mode') === true || at(event, 'meta.test_mode') === true,
  ignore: (event) => (at(event, 'data.attributes.status') === 'failed' ? 'not_paid' : undefined),
  metadataPaths: ['meta.custom_data'],
  email: ['data.attributes.user_email'],
  personName: ['data.attributes.user_name'],
  userId: ['meta.custom_data.user_id'],
});

/** No event id is documented, but an object is created only once. */
function objectId(event: JsonObject): string | undefined {
  const id = at(event, 'data.id');
  const isId = (typeof id === 'string' && id !== '') || typeof id === 'number';
  return isId ? `${at(event, 'meta.event_name')}:${id}` : undefined;
}
