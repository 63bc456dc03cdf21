// Creem: signed as Standard Webhooks, or with its older signature of the body. https://docs.creem.io/code/webhooks
import type { JsonObject } from '../json.ts';
import { DAY_MS } from '../time.ts';
import { at, elapsedMs, type Reader } from './payload.ts';
import { bodySignature, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const TEST_MODES: readonly unknown[] = ['test', 'sandbox'];

export const creem = source({
  name: 'creem',
  // When the timestamped signature is there, it decides alone. The weaker one must not save a bad one.
  schemes: [standardWebhooks, bodySignature(['creem-signature'], 'hex')],
  eventType: (event) => at(event, 'eventType') ?? at(event, 'type'),
  signupEvents: ['checkout.completed', 'subscription.trialing', 'subscription.paid'],
  payment: {
    events: ['checkout.completed', 'subscription.paid'],
    amount: (event) => at(event, 'object.order.amount') ?? at(event, 'data.order.amount'),
  },
  eventId: 'id',
  occurredAt: 'created_at',
  isTest: (event) =>
    TEST_MODES.includes(at(event, 'object.mode') ?? at(event, 'data.mode') ?? at(event, 'mode')),
  createdAt: ['object.customer.created_at', 'data.customer.created_at'],
  ignore: (event) => (isRenewal(event) ? 'renewal' : undefined),
  // Newer deliveries say `data`, older ones say `object`.
  metadataPaths: ['object', 'data'].flatMap((object) => [
    `${object}.metadata`,
    `${object}.order.metadata`,
    `${object}.subscription.metadata`,
  ]),
  email: ['object.customer.email', 'data.customer.email'],
  personName: ['object.customer.name', 'data.customer.name'],
  userId: ['object.customer.id', 'data.customer.id'],
});

/** Every period is paid, and only the first one begins together with the subscription. */
function isRenewal(event: JsonObject): boolean {
  const beganMs = elapsedMs(event, either('created_at'), either('current_period_start_date'));
  const type = at(event, 'eventType') ?? at(event, 'type');
  return type === 'subscription.paid' && beganMs > DAY_MS;
}

function either(name: string): Reader {
  return (event) => at(event, `object.${name}`) ?? at(event, `data.${name}`);
}
