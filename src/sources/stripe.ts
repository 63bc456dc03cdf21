// Stripe. A completed checkout has metadata, email and name together, and a created customer may have them. A created
// subscription has no email: another event of its customer brings it.
// https://docs.stripe.com/api/checkout/sessions/object
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { stripeSignature } from './scheme.ts';
import { source } from './source.ts';

export const stripe = source({
  name: 'stripe',
  schemes: [stripeSignature],
  eventType: 'type',
  signupEvents: ['checkout.session.completed', 'customer.created', 'customer.subscription.created'],
  completes: { events: ['customer.updated'], by: [customerId] },
  eventId: 'id',
  occurredAt: 'created',
  isTest: (event) => event.livemode === false,
  // The customers of a connected account are not the operator's.
  ignore: (event) => (event.account === undefined ? undefined : 'connected_account'),
  metadataPaths: ['data.object.metadata'],
  // Payment Links cannot carry metadata. Stripe suggests the user's ID for the reference, which may be a UUID, too.
  visitorIdGuesses: ['data.object.client_reference_id'],
  email: ['data.object.customer_details.email', 'data.object.customer_email', 'data.object.email'],
  personName: ['data.object.customer_details.name', 'data.object.name'],
  userId: ['data.object.client_reference_id', customerId],
});

/** `customer` is an id, or the whole customer when the endpoint's version expands it. Guests have none. */
function customerId(event: JsonObject): unknown {
  const expanded = at(event, 'data.object.customer.id');
  if (expanded !== undefined) return expanded;
  const isCustomer = at(event, 'data.object.object') === 'customer';
  return at(event, isCustomer ? 'data.object.id' : 'data.object.customer');
}
