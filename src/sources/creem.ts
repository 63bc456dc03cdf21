// Creem: signed as Standard Webhooks, or with its older signature of the body. https://docs.creem.io/code/webhooks
import { at } from './payload.ts';
import { bodySignature, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const TEST_MODES: readonly unknown[] = ['test', 'sandbox'];

export const creem = source({
  name: 'creem',
  // Where the timestamped signature is there it decides: no falling through to the weaker one.
  schemes: [standardWebhooks, bodySignature(['creem-signature'], 'hex')],
  eventType: (event) => event.eventType ?? event.type,
  signupEvents: ['checkout.completed', 'subscription.trialing', 'subscription.paid'],
  eventId: 'id',
  occurredAt: 'created_at',
  isTest: (event) => TEST_MODES.includes(at(event, 'object.mode') ?? event.mode),
  carriers: [
    'object.metadata',
    'object.order.metadata',
    'object.subscription.metadata',
    'data.metadata',
  ],
  email: ['object.customer.email', 'data.customer.email'],
  personName: ['object.customer.name', 'data.customer.name'],
  userId: ['object.customer.id', 'data.customer.id'],
});
