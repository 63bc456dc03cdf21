// Creem's checkout.completed with the newer signature. `signLegacy` makes the older one.
// https://docs.creem.io/code/webhooks
import { Webhook } from 'standardwebhooks';
import { customerDigits, hmacSha256, newWhsec, type Sample, toHex, unixSeconds } from './sample.ts';

export const creem: Sample = {
  source: 'creem',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer', 'test'],
  newSecret: newWhsec,
  payload: (signup) => {
    const mode = signup.test ? 'test' : 'prod';
    return JSON.stringify({
      id: signup.eventId,
      eventType: 'checkout.completed',
      created_at: signup.occurredAt.getTime(),
      object: {
        id: 'ch_4l0N34kxo16AhRKUHFUuXr',
        object: 'checkout',
        status: 'completed',
        mode,
        order: { id: 'ord_4aDwWXjMLpes4Kj4XqNnUA', object: 'order', status: 'paid', mode },
        customer: {
          id: signup.userId ?? `cust_${customerDigits(signup, 22)}`,
          object: 'customer',
          email: signup.email ?? null,
          name: signup.name ?? null,
          mode,
        },
        metadata: { datafast_visitor_id: signup.visitorId, datafast_referrer: signup.referrer },
      },
    });
  },
  otherPayload: (person) => creem.payload(person).replace('checkout.completed', 'refund.created'),
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

/** The older `creem-signature`: over the body alone, with the whole text of the secret as key. */
export async function signLegacy(body: string, secret: string): Promise<string> {
  return toHex(await hmacSha256(secret, body));
}
