// Polar. https://polar.sh/docs/integrate/webhooks/endpoints
import { at, type JsonObject } from './payload.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const polar = source({
  name: 'polar',
  // Polar signs with the text of the secret; its own SDK takes the decoded one as well.
  schemes: [{ ...standardWebhooks, key: 'utf8_or_base64' }],
  eventType: 'type',
  signupEvents: ['subscription.created', 'order.paid', 'customer.created'],
  occurredAt: 'timestamp',
  ignore: (event) => (isFirstBill(event) ? undefined : 'renewal'),
  metadataPaths: ['data.metadata', 'data.customer.metadata', 'data.customer_metadata'],
  // Checkout links carry nothing but this.
  visitorIdIfUuid: ['data.metadata.reference_id'],
  email: ['data.customer.email', 'data.customer_email', 'data.email'],
  personName: ['data.customer.name', 'data.customer_name', 'data.name'],
  userId: ['data.customer.external_id', 'data.external_id', 'data.customer_id', 'data.id'],
});

const FIRST_BILLS: readonly unknown[] = ['purchase', 'subscription_create'];

/** An order also stands for every later bill of a subscription; other events name no reason. */
function isFirstBill(event: JsonObject): boolean {
  const reason = at(event, 'data.billing_reason');
  return typeof reason !== 'string' || FIRST_BILLS.includes(reason);
}
