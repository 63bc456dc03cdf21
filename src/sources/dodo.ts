// Dodo Payments. https://docs.dodopayments.com/developer-resources/webhooks
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const dodo = source({
  name: 'dodo',
  schemes: [standardWebhooks],
  eventType: 'type',
  signupEvents: ['subscription.active', 'payment.succeeded'],
  // webhook-id is signed and stable; the body is rendered anew for every attempt.
  occurredAt: 'timestamp',
  carriers: ['data.metadata'],
  email: ['data.customer.email'],
  personName: ['data.customer.name'],
  userId: ['data.customer.customer_id'],
});
