// Paddle Billing's subscription.created, which has no email, and the customer.created that says who the customer is.
// https://developer.paddle.com/webhooks/subscriptions/subscription-created
import {
  customerDigits,
  hmacSha256,
  newToken,
  type Sample,
  type SampleSignup,
  toHex,
  unixSeconds,
} from './sample.ts';

export const paddle: Sample = {
  source: 'paddle',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'userId', 'referrer', 'test'],
  newSecret: () => `pdl_ntfset_01hv8gq3318ktkfengj2r75gfx_${newToken()}`,
  payload: (signup) =>
    event(signup, 'subscription.created', {
      id: 'sub_01hv8x29kz0t586xy6zn1a62ny',
      status: 'trialing',
      customer_id: customerId(signup),
      currency_code: 'USD',
      collection_mode: 'automatic',
      started_at: signup.occurredAt.toISOString(),
      custom_data: customData(signup),
    }),
  completion: (signup, { eventId, at }) => customerCreated({ ...signup, eventId, occurredAt: at }),
  otherPayload: (person) =>
    paddle.payload(person).replace('subscription.created', 'subscription.canceled'),
  async sign(body, { secret, at }) {
    const timestamp = unixSeconds(at);
    const mac = toHex(await hmacSha256(secret, `${timestamp}:${body}`));
    const headers = new Headers({
      'content-type': 'application/json',
      'paddle-signature': `ts=${timestamp};h1=${mac}`,
    });
    return { headers, body };
  },
};

/** A one-time purchase, or a bill of a subscription. The origin says which. */
export function transactionCompleted(signup: SampleSignup, origin = 'web'): string {
  return event(signup, 'transaction.completed', {
    id: 'txn_01hv8wptq8987qeep44cyrewp9',
    status: 'completed',
    origin,
    customer_id: customerId(signup),
    custom_data: customData(signup),
  });
}

/** The event that the others are joined with. It has no custom data when the checkout creates the customer. */
export function customerCreated(signup: SampleSignup): string {
  return event(signup, 'customer.created', {
    id: customerId(signup),
    status: 'active',
    email: signup.email ?? null,
    name: signup.name ?? null,
    custom_data: null,
    locale: 'en',
  });
}

function event(signup: SampleSignup, type: string, data: object): string {
  return JSON.stringify({
    event_id: signup.eventId,
    event_type: type,
    occurred_at: signup.occurredAt.toISOString(),
    notification_id: signup.test ? 'ntfsimntf_01hv8x2adma' : 'ntf_01hv8x2adma12m8cz',
    data,
  });
}

function customData({ visitorId, referrer, userId }: SampleSignup): object {
  return { datafast_visitor_id: visitorId, datafast_referrer: referrer, user_id: userId };
}

/** The same for every event of one person. */
const customerId = (signup: SampleSignup) => `ctm_01h${customerDigits(signup, 23)}`;
