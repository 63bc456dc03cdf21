// Polar. https://polar.sh/docs/integrate/webhooks/endpoints
import { at } from './payload.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const polar = source({
  name: 'polar',
  // Polar signs with the text of the secret; its own SDK takes the decoded one as well.
  schemes: [{ ...standardWebhooks, key: 'utf8_or_base64' }],
  eventType: 'type',
  signupEvents: ['subscription.created', 'order.paid', 'customer.created'],
  occurredAt: 'timestamp',
  ignore: (event) =>
    at(event, 'data.billing_reason') === 'subscription_cycle' ? 'renewal' : undefined,
  carriers: ['data.metadata', 'data.customer.metadata', 'data.customer_metadata'],
  // Checkout links carry nothing but this.
  visitorIdIfUuid: ['data.metadata.reference_id'],
  email: ['data.customer.email', 'data.customer_email', 'data.email'],
  personName: ['data.customer.name', 'data.customer_name', 'data.name'],
  userId: ['data.customer.external_id', 'data.external_id', 'data.customer_id', 'data.id'],
});
