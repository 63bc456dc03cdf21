// Dodo Payments. https://docs.dodopayments.com/developer-resources/webhooks
import type { JsonObject } from '../json.ts';
import { DAY_MS } from '../time.ts';
import { at, elapsedMs } from './payload.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const dodo = source({
  name: 'dodo',
  schemes: [standardWebhooks],
  eventType: 'type',
  signupEvents: ['subscription.active', 'payment.succeeded'],
  payment: { events: ['payment.succeeded'], amount: 'data.total_amount' },
  // A subscription that becomes active again has a new webhook-id.
  eventId: (event) => at(event, 'data.subscription_id') ?? at(event, 'data.payment_id'),
  occurredAt: 'timestamp',
  createdAt: ['data.created_at'],
  ignore: (event) =>
    isSubscriptionPayment(event)
      ? 'subscription_payment'
      : isReactivation(event)
        ? 'renewal'
        : undefined,
  metadataPaths: ['data.metadata'],
  email: ['data.customer.email'],
  personName: ['data.customer.name'],
  userId: ['data.customer.customer_id'],
});

/** A subscription becomes active again after a failed renewal. For the first time it does so at the end of its trial at the latest. */
function isReactivation(event: JsonObject): boolean {
  const trialDays = Number(at(event, 'data.trial_period_days') ?? 0) || 0;
  const activeAfterMs = elapsedMs(event, 'data.created_at', 'timestamp');
  return event.type === 'subscription.active' && activeAfterMs > (trialDays + 1) * DAY_MS;
}

/** Every renewal is a payment, too. subscription.active already announced who subscribed. */
function isSubscriptionPayment(event: JsonObject): boolean {
  const several = at(event, 'data.subscription_ids');
  return (
    event.type === 'payment.succeeded' &&
    (typeof at(event, 'data.subscription_id') === 'string' ||
      (Array.isArray(several) && several.length > 0))
  );
}
