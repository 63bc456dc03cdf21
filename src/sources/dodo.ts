// Dodo Payments. https://docs.dodopayments.com/developer-resources/webhooks
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const dodo = source({
  name: 'dodo',
  schemes: [standardWebhooks],
  eventType: 'type',
  signupEvents: ['subscription.active', 'payment.succeeded'],
  // webhook-id is signed and stable. The body is rendered again for every attempt.
  occurredAt: 'timestamp',
  ignore: (event) => (isSubscriptionPayment(event) ? 'subscription_payment' : undefined),
  metadataPaths: ['data.metadata'],
  email: ['data.customer.email'],
  personName: ['data.customer.name'],
  userId: ['data.customer.customer_id'],
});

/** Every renewal is a payment, too. subscription.active already announced who subscribed. */
function isSubscriptionPayment(event: JsonObject): boolean {
  const several = at(event, 'data.subscription_ids');
  return (
    event.type === 'payment.succeeded' &&
    (typeof at(event, 'data.subscription_id') === 'string' ||
      (Array.isArray(several) && several.length > 0))
  );
}
