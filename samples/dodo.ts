// Dodo Payments' subscription.active. https://docs.dodopayments.com/developer-resources/webhooks
import { Webhook } from 'standardwebhooks';
import { customerDigits, newWhsec, type Sample, unixSeconds } from './sample.ts';

export const dodo: Sample = {
  source: 'dodo',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newWhsec,
  payload: (signup) =>
    JSON.stringify({
      business_id: 'bus_7Yk2pQwErTy',
      type: 'subscription.active',
      timestamp: signup.occurredAt.toISOString(),
      data: {
        payload_type: 'Subscription',
        subscription_id: `sub_${signup.eventId}`,
        status: 'active',
        trial_period_days: 14,
        customer: {
          customer_id: signup.userId ?? `cus_${customerDigits(signup, 11)}`,
          email: signup.email ?? null,
          name: signup.name ?? null,
        },
        metadata: { datafast_visitor_id: signup.visitorId, datafast_referrer: signup.referrer },
        created_at: signup.occurredAt.toISOString(),
      },
    }),
  otherPayload: (person) =>
    dodo.payload(person).replace('subscription.active', 'subscription.cancelled'),
  // The event of a reactivation has a new webhook-id, and the same subscription.
  stableId: ({ eventId }) => `sub_${eventId}`,
  // Dodo's SDK verifies with the same library.
  async sign(body, { secret, eventId, at }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(unixSeconds(at)),
      'webhook-signature': new Webhook(secret).sign(eventId, at, body),
    });
    return { headers, body };
  },
};
