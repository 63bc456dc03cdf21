// Polar's subscription.created. https://polar.sh/docs/integrate/webhooks/endpoints
import { hmacSha256, newToken, type Sample, toBase64, unixSeconds } from './sample.ts';

export const polar: Sample = {
  source: 'polar',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: () => `polar_whs_${newToken()}`,
  payload: (signup) =>
    JSON.stringify({
      type: 'subscription.created',
      timestamp: signup.occurredAt.toISOString(),
      data: {
        id: '0b6a3c55-5a6e-4a39-93a9-3f2f1a4a4f0e',
        created_at: signup.occurredAt.toISOString(),
        status: 'trialing',
        amount: 2900,
        currency: 'usd',
        recurring_interval: 'month',
        customer_id: '8a5c0d3e-7d0f-4b0e-8d55-0f8a3c0f6c11',
        customer: {
          id: '8a5c0d3e-7d0f-4b0e-8d55-0f8a3c0f6c11',
          external_id: signup.userId ?? null,
          email: signup.email ?? null,
          name: signup.name ?? null,
          metadata: {},
        },
        // The metadata of the checkout.
        metadata: { datafast_visitor_id: signup.visitorId, datafast_referrer: signup.referrer },
        product: { id: '5b1f3a7c-2c35-4d43-8f4e-3f3a5b0c9d77', name: 'Pro' },
      },
    }),
  otherPayload: (person) =>
    polar.payload(person).replace('subscription.created', 'subscription.canceled'),
  // The key is the whole text of the secret, with its prefix. The SDK can verify, but not sign.
  async sign(body, { secret, eventId, at }) {
    const timestamp = String(unixSeconds(at));
    const mac = await hmacSha256(secret, `${eventId}.${timestamp}.${body}`);
    const headers = new Headers({
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${toBase64(mac)}`,
    });
    return { headers, body };
  },
};
