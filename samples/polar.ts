// Polar's subscription.created. https://polar.sh/docs/integrate/webhooks/endpoints
import {
  customerDigits,
  hmacSha256,
  newToken,
  type Sample,
  type SampleSignup,
  toBase64,
  unixSeconds,
} from './sample.ts';

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
        customer_id: customerId(signup),
        customer: {
          id: customerId(signup),
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
  completion: (signup, { at }) =>
    JSON.stringify({
      type: 'member.created',
      timestamp: at.toISOString(),
      data: {
        id: '7c1e2a4f-6b0d-4a51-8e2b-1d5f0c9a3b77',
        created_at: at.toISOString(),
        customer_id: customerId(signup),
        email: signup.email ?? null,
        name: signup.name ?? null,
        role: 'owner',
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

/** The same for every event of one person. */
function customerId(signup: SampleSignup): string {
  const digits = customerDigits(signup, 32);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`];
  return [...parts, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-');
}
