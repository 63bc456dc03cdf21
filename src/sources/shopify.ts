// Shopify. Topic, shop and event id are unsigned headers, so only the body says what the event is.
// https://shopify.dev/docs/apps/build/webhooks/subscribe/https
import { at, joined } from './payload.ts';
import { bodySignature } from './scheme.ts';
import { isOldCustomer, noteAttribute, objectKind, ownId } from './shopify-object.ts';
import { source } from './source.ts';
import { uuidAt, VISITOR_ID_NAMES } from './visitor-id.ts';

export const shopify = source({
  name: 'shopify',
  // Newer deliveries have no X- before the name. When both headers are there, the newer one counts.
  schemes: [bodySignature(['shopify-hmac-sha256', 'x-shopify-hmac-sha256'], 'base64')],
  unusable: (object) =>
    typeof object.topic === 'string' && typeof object.action === 'string'
      ? 'shopify_event'
      : undefined,
  eventType: objectKind,
  signupEvents: ['Customer', 'Order'],
  // Only the body is signed, so an update of a customer is the same event again.
  completes: { events: [], of: 'customer', by: ['customer.admin_graphql_api_id', ownId] },
  payment: {
    events: ['Order'],
    state: { at: 'financial_status', is: 'paid' },
    amount: 'total_price',
  },
  // The numeric id is larger than a JSON number can hold exactly. The GID is text.
  eventId: 'admin_graphql_api_id',
  occurredAt: 'created_at',
  // An imported order has been processed before. An order may be of a customer from long ago.
  createdAt: ['processed_at', 'customer.created_at'],
  ignore: (object) =>
    String(object.source_name).startsWith(RENEWAL)
      ? 'renewal'
      : isOldCustomer(object)
        ? 'completes_nothing'
        : undefined,
  isTest: (object) => at(object, 'test') === true,
  metadataPaths: [],
  visitorId: VISITOR_ID_NAMES.map(noteAttribute),
  // The note is the customer's or the shop's own text.
  visitorIdGuesses: ['note'],
  email: ['email', 'contact_email', 'customer.email'],
  emailVerified: ['verified_email', 'customer.verified_email'],
  personName: ['customer.', '', 'billing_address.', 'shipping_address.'].map((object) =>
    joined(' ', `${object}first_name`, `${object}last_name`),
  ),
  company: ['billing_address', 'customer.default_address', 'default_address'].map(
    (object) => `${object}.company`,
  ),
  userId: ['customer.admin_graphql_api_id', ownId, (object) => uuidAt(object, 'note')],
});

/** Where later orders of a subscription come from. Newer ones have `_checkout_one` after it. */
const RENEWAL = 'subscription_contract';
