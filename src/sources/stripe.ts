// Stripe: a completed checkout carries metadata, email and name together; a created customer may.
// https://docs.stripe.com/api/checkout/sessions/object

import { visitorIdFrom } from '../model.ts';
import { at, type JsonObject } from './payload.ts';
import { stripeSignature } from './scheme.ts';
import { source } from './source.ts';

export const stripe = source({
  name: 'stripe',
  scheme: stripeSignature,
  eventType: 'type',
  signupEvents: ['checkout.session.completed', 'customer.created'],
  eventId: 'id',
  occurredAt: 'created',
  isTest: (event) => event.livemode === false,
  carriers: ['data.object.metadata'],
  // Payment Links cannot carry metadata; the reference also holds user IDs.
  visitorIdIfUuid: ['data.object.client_reference_id'],
  email: ['data.object.customer_details.email', 'data.object.customer_email', 'data.object.email'],
  personName: ['data.object.customer_details.name', 'data.object.name'],
  userId: [ownReference, 'data.object.customer', 'data.object.id'],
});

/** A reference that is a visitor ID says nothing about the user. */
function ownReference(event: JsonObject): unknown {
  const reference = at(event, 'data.object.client_reference_id');
  return typeof reference === 'string' && visitorIdFrom(reference) ? undefined : reference;
}
