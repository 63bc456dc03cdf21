// Paddle Billing. Its signup events carry no email: customer.created tells who the customer is, in any order.
// https://developer.paddle.com/webhooks/signature-verification
import { at, type JsonObject } from './payload.ts';
import type { HmacScheme } from './scheme.ts';
import { source } from './source.ts';

const paddleSignature: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'paddle-signature' }],
  layout: { kind: 'fields', separator: ';', timestampField: 'ts', signatureField: 'h1' },
  signed: ['timestamp', ':', 'body'],
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
  // The simulator's notifications.
  isTest: (event) =>
    typeof event.notification_id === 'string' && event.notification_id.startsWith('ntfsimevt_'),
  ignore: (event) => {
    const origin = at(event, 'data.origin');
    return event.event_type === 'transaction.completed' && origin !== 'web' && origin !== 'api'
      ? 'renewal'
      : undefined;
  },
  carriers: ['data.custom_data'],
  email: ['data.email', 'data.custom_data.email'],
  personName: ['data.name'],
  userId: ['data.custom_data.user_id', customerId],
  customerId: [customerId],
});

function customerId(event: JsonObject): unknown {
  return at(event, 'data.customer_id') ?? at(event, 'data.id');
}
