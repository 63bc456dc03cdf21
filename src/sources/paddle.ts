// Paddle Billing. Its signup events have no email: those of the customer say who it is. They come in any order.
// https://developer.paddle.com/webhooks/signature-verification
import { isObject, type JsonObject } from '../json.ts';
import { at } from './payload.ts';
import type { HmacScheme } from './scheme.ts';
import { source } from './source.ts';

/** There are two `h1` while a secret is rotated. `h2` does not count. */
const paddleSignature: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'paddle-signature' }],
  layout: { kind: 'fields', separator: ';', timestampField: 'ts', signatureField: 'h1' },
  signedBeforeBody: ['timestamp', ':'],
  timestampUnit: 'seconds',
  encoding: 'hex',
  key: 'utf8',
};

const CUSTOMER_EVENTS = ['customer.created', 'customer.updated'];

export const paddle = source({
  name: 'paddle',
  schemes: [paddleSignature],
  eventType: 'event_type',
  signupEvents: ['subscription.created', 'transaction.completed'],
  // Customers from before Whence are updated sooner or later, and never created again.
  completes: { events: CUSTOMER_EVENTS, of: 'customer', by: [customerId] },
  payment: { events: ['transaction.completed'], amount: 'data.details.totals.total' },
  // notification_id is different for every destination.
  eventId: 'event_id',
  occurredAt: 'occurred_at',
  isTest: (event) => [event.event_id, event.notification_id].some(isSimulated),
  ignore: (event) => {
    const origin = at(event, 'data.origin');
    if (event.event_type === 'transaction.completed' && origin !== 'web' && origin !== 'api') {
      return 'renewal';
    }
    return isObject(at(event, 'data.import_meta')) ? 'imported' : undefined;
  },
  createdAt: ['data.started_at'],
  metadataPaths: ['data.custom_data'],
  // Never from custom_data: the browser writes it, and could name any person.
  email: ['data.email'],
  personName: ['data.name'],
  userId: ['data.custom_data.user_id', customerId],
});

/** Whether the simulator made this event (`ntfsimevt_…`) or notification (`ntfsimntf_…`). */
const isSimulated = (id: unknown) => typeof id === 'string' && id.startsWith('ntfsim');

/** A transaction may have no customer. Its own id is not one. */
function customerId(event: JsonObject): unknown {
  const isCustomer = CUSTOMER_EVENTS.includes(String(event.event_type));
  return at(event, isCustomer ? 'data.id' : 'data.customer_id');
}
