// Stripe's checkout.session.completed. https://docs.stripe.com/api/checkout/sessions/object
import Stripe from 'stripe';
import { changed, customerDigits, newWhsec, type Sample, unixSeconds } from './sample.ts';

const cryptoProvider = Stripe.createSubtleCryptoProvider();

export const stripe: Sample = {
  source: 'stripe',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer', 'test'],
  newSecret: newWhsec,
  payload: (signup) =>
    JSON.stringify(
      {
        id: signup.eventId,
        object: 'event',
        api_version: '2026-03-25',
        created: unixSeconds(signup.occurredAt),
        livemode: signup.test !== true,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type: 'checkout.session.completed',
        data: {
          object: {
            id: `cs_live_${signup.eventId}`,
            object: 'checkout.session',
            client_reference_id: signup.userId ?? null,
            customer: `cus_${customerDigits(signup, 14)}`,
            customer_details: { email: signup.email ?? null, name: signup.name ?? null },
            customer_email: null,
            metadata: {
              ...(signup.visitorId === undefined ? {} : { datafast_visitor_id: signup.visitorId }),
              ...(signup.referrer === undefined ? {} : { datafast_referrer: signup.referrer }),
            },
            mode: 'subscription',
            payment_status: 'paid',
            status: 'complete',
          },
        },
      },
      null,
      2,
    ),
  completion: (signup, { eventId, at }) =>
    changed(stripe.payload(signup), {
      id: eventId,
      type: 'customer.updated',
      created: unixSeconds(at),
      'data.object': {
        id: `cus_${customerDigits(signup, 14)}`,
        object: 'customer',
        email: signup.email ?? null,
        name: signup.name ?? null,
        metadata: {},
      },
    }),
  otherPayload: (person) =>
    stripe.payload(person).replace('checkout.session.completed', 'customer.deleted'),
  async sign(body, { secret, at }) {
    const header = await Stripe.webhooks.generateTestHeaderStringAsync({
      payload: body,
      secret,
      timestamp: unixSeconds(at),
      cryptoProvider,
    });
    const headers = new Headers({ 'stripe-signature': header, 'content-type': 'application/json' });
    return { headers, body };
  },
};
