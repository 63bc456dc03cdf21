// Lemon Squeezy's subscription_created. https://docs.lemonsqueezy.com/help/webhooks/webhook-requests
import {
  customerDigits,
  hmacSha256,
  newToken,
  type Sample,
  type SampleSignup,
  toHex,
} from './sample.ts';

/** The longest secret that Lemon Squeezy accepts. */
const SECRET_LENGTH = 40;

export const lemonsqueezy: Sample = {
  source: 'lemonsqueezy',
  proof: 'signature',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer', 'test'],
  newSecret: () => newToken().slice(0, SECRET_LENGTH),
  payload: (signup) =>
    JSON.stringify({
      meta: {
        event_name: 'subscription_created',
        test_mode: signup.test === true,
        // All values arrive as text.
        custom_data: {
          datafast_visitor_id: signup.visitorId,
          datafast_referrer: signup.referrer,
          user_id: signup.userId,
        },
      },
      data: {
        type: 'subscriptions',
        id: objectId(signup),
        attributes: {
          store_id: 4711,
          customer_id: Number.parseInt(customerDigits(signup, 8), 16),
          order_id: 31337,
          user_email: signup.email ?? null,
          user_name: signup.name ?? null,
          status: 'on_trial',
          trial_ends_at: null,
          created_at: signup.occurredAt.toISOString(),
          test_mode: signup.test === true,
        },
      },
    }),
  otherPayload: (person) =>
    lemonsqueezy.payload(person).replace('subscription_created', 'subscription_updated'),
  stableId: (signup) => `subscription_created:${objectId(signup)}`,
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'x-signature': toHex(await hmacSha256(secret, body)),
    });
    return { headers, body };
  },
};

/** There is no event id, but the object has an id. */
const objectId = ({ eventId }: SampleSignup) => eventId;
