// Polar. https://polar.sh/docs/integrate/webhooks/endpoints
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { ofPerson, ofTeam } from './polar-customer.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const MEMBER = 'member.created';

export const polar = source({
  name: 'polar',
  // Polar signs with the text of the secret. Its own SDK also takes the decoded secret.
  schemes: [{ ...standardWebhooks, key: 'utf8_or_base64' }],
  // An endpoint of the format Discord or Slack gets a message without a type.
  unusable: ({ type, embeds, text, blocks }) =>
    type === undefined && (embeds ?? text ?? blocks) !== undefined ? 'chat_message' : undefined,
  eventType: 'type',
  signupEvents: ['subscription.created', 'order.paid', 'customer.created'],
  // A team may have no address. Its owner has one.
  completes: { events: [MEMBER], of: 'customer', by: [customerId] },
  payment: { events: ['order.paid'], amount: 'data.total_amount' },
  occurredAt: 'timestamp',
  createdAt: ['data.customer.created_at', 'data.created_at', 'data.started_at'],
  ignore: (event) => (isFirstBill(event) ? isOtherMember(event) : 'renewal'),
  metadataPaths: ['data.metadata', 'data.customer.metadata', 'data.customer_metadata'],
  // Checkout links can carry nothing else.
  visitorIdGuesses: ['data.metadata.reference_id'],
  email: ['data.customer.email', 'data.customer_email', 'data.email'],
  personName: [ofPerson('data.customer'), 'data.customer_name', ofPerson('data')],
  company: [ofTeam('data.customer'), ofTeam('data')],
  // Polar's `email_verified` is left out: it says whether the customer has opened the portal, which few buyers do.
  userId: [
    'data.customer.external_id',
    'data.external_id',
    'data.metadata.reference_id',
    'data.customer_id',
    'data.id',
  ],
});

function customerId(event: JsonObject): unknown {
  const isCustomer = event.type === 'customer.created';
  return at(event, 'data.customer_id') ?? at(event, isCustomer ? 'data.id' : 'data.customer.id');
}

/** The address of another member is not the one of the person who signed up. */
function isOtherMember(event: JsonObject) {
  const isOther = event.type === MEMBER && at(event, 'data.role') !== 'owner';
  return isOther ? 'completes_nothing' : undefined;
}

const FIRST_BILLS: readonly unknown[] = ['purchase', 'subscription_create'];

/** Every later bill of a subscription is an order, too. Other events name no reason. */
function isFirstBill(event: JsonObject): boolean {
  const reason = at(event, 'data.billing_reason');
  return typeof reason !== 'string' || FIRST_BILLS.includes(reason);
}
