// Creem: signed as Standard Webhooks, or with its older signature of the body. https://docs.creem.io/code/webhooks
import { at, type JsonObject, moment } from './payload.ts';
import { bodySignature, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const TEST_MODES: readonly unknown[] = ['test', 'sandbox'];
const DAY_MS = 86_400_000;

export const creem = source({
  name: 'creem',
  // Where the timestamped signature is there it decides: no falling through to the weaker one.
  schemes: [standardWebhooks, bodySignature(['creem-signature'], 'hex')],
  eventType: (event) => at(event, 'eventType') ?? at(event, 'type'),
  signupEvents: ['checkout.completed', 'subscription.trialing', 'subscription.paid'],
  eventId: 'id',
  occurredAt: 'created_at',
  isTest: (event) =>
    TEST_MODES.includes(at(event, 'object.mode') ?? at(event, 'data.mode') ?? at(event, 'mode')),
  ignore: (event) => (isRenewal(event) ? 'renewal' : undefined),
  // Newer deliveries say `data` where older ones say `object`.
  metadataPaths: ['object', 'data'].flatMap((object) => [
    `${object}.metadata`,
    `${object}.order.metadata`,
    `${object}.subscription.metadata`,
  ]),
  email: ['object.customer.email', 'data.customer.email'],
  personName: ['object.customer.name', 'data.customer.name'],
  userId: ['object.customer.id', 'data.customer.id'],
});

/** Every period is paid; only the subscription's first begins with it. */
function isRenewal(event: JsonObject): boolean {
  const [created, periodStart] = ['created_at', 'current_period_start_date'].map((name) =>
    Date.parse(moment(at(event, `object.${name}`) ?? at(event, `data.${name}`)) ?? ''),
  );
  const type = at(event, 'eventType') ?? at(event, 'type');
  return type === 'subscription.paid' && Number(periodStart) - Number(created) > DAY_MS;
}
