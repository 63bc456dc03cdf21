// Stripe. A completed checkout has metadata, email and name together, and a created customer may have them. A created
// subscription has no email: another event of its customer brings it.
// https://docs.stripe.com/api/checkout/sessions/object
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import type { SourceReason } from './reasons.ts';
import { stripeSignature } from './scheme.ts';
import { source } from './source.ts';

/** Places of a name, the most precise one first. */
const named = (name: string) =>
  ['customer_details', 'collected_information', 'customer']
    .map((object) => `data.object.${object}.${name}`)
    .concat(`data.object.${name}`);

export const stripe = source({
  name: 'stripe',
  schemes: [stripeSignature],
  eventType: 'type',
  signupEvents: ['checkout.session.completed', 'customer.created', 'customer.subscription.created'],
  completes: { events: ['customer.updated'], of: 'customer', by: [customerId] },
  payment: {
    events: ['checkout.session.completed'],
    state: { at: 'data.object.payment_status', is: 'paid' },
    amount: 'data.object.amount_total',
  },
  eventId: 'id',
  occurredAt: 'created',
  // The time of a test clock is made up.
  isTest: (event) =>
    event.livemode === false || typeof at(event, 'data.object.test_clock') === 'string',
  unusable: (event) => (event.object === 'v2.core.event' ? 'thin_event' : undefined),
  ignore,
  // Subscriptions that are moved to Stripe start in the past. The customer is here when the endpoint expands it.
  createdAt: ['data.object.start_date', 'data.object.customer.created'],
  metadataPaths: ['data.object.metadata'],
  // Payment Links cannot carry metadata. Stripe suggests the user's ID for the reference, which may be a UUID, too.
  visitorIdGuesses: ['data.object.client_reference_id'],
  email: ['data.object.customer_details.email', 'data.object.customer_email', 'data.object.email'],
  // `name` may be the company's.
  personName: [...named('individual_name'), ...named('name')],
  company: named('business_name'),
  userId: ['data.object.client_reference_id', customerId],
});

/** Every write onto a customer carries such a key, and Stripe names it in the event of the change. */
const OWN_WRITE = /^whence-/;

function ignore(event: JsonObject): SourceReason | undefined {
  // The customers of a connected account are not the operator's.
  if (event.account !== undefined) return 'connected_account';
  if (OWN_WRITE.test(String(at(event, 'request.idempotency_key')))) return 'own_change';
  return at(event, 'data.object.mode') === 'setup' ? 'card_saved' : undefined;
}

/** `customer` is an id, or the whole customer when the endpoint's version expands it. Guests have none. */
function customerId(event: JsonObject): unknown {
  const expanded = at(event, 'data.object.customer.id');
  if (expanded !== undefined) return expanded;
  const isCustomer = at(event, 'data.object.object') === 'customer';
  return at(event, isCustomer ? 'data.object.id' : 'data.object.customer');
}
