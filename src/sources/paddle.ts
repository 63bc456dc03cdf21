// Paddle Billing. Its signup events carry no email: customer.created tells who the customer is, in any order.
// https://developer.paddle.com/webhooks/signature-verification
import { at, type JsonObject } from './payload.ts';
import type { HmacScheme } from './scheme.ts';
import { source } from './source.ts';

/** `h1` stands there twice while a secret is rotated; `h2` is no version that counts. */
const paddleSignature: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'paddle-signature' }],
  layout: { kind: 'fields', separator: ';', timestampField: 'ts', signatureField: 'h1' },
  signedBeforeBody: ['timestamp', ':'],
  timestampUnit: 'seconds',
  encoding: 'hex',
  key: 'utf8',
};

export const paddle = source({
  name: 'paddle',
  schemes: [paddleSignature],
  eventType: 'event_type',
  signupEvents: ['subscription.created', 'transaction.completed'],
  customerEvents: ['customer.created'],
  // notification_id is another one for every destination.
  eventId: 'event_id',
  occurredAt: 'occurred_at',
  isTest: (event) => [event.event_id, event.notification_id].some(isSimulated),
  ignore: (event) => {
    const origin = at(event, 'data.origin');
    return event.event_type === 'transaction.completed' && origin !== 'web' && origin !== 'api'
      ? 'renewal'
      : undefined;
  },
  metadataPaths: ['data.custom_data'],
  // Never out of custom_data: the browser writes that, and could name anybody.
  email: ['data.email'],
  personName: ['data.name'],
  userId: ['data.custom_data.user_id', customerId],
  customerId: [customerId],
});

/** The simulator's events (`ntfsimevt_…`) and notifications (`ntfsimntf_…`). */
const isSimulated = (id: unknown) => typeof id === 'string' && id.startsWith('ntfsim');

/** A transaction may be without a customer; its own id is none. */
function customerId(event: JsonObject): unknown {
  return at(event, event.event_type === 'customer.created' ? 'data.id' : 'data.customer_id');
}
