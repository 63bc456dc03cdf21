// Polar: which of its many bills are a signup, and the two keys that its secret can mean.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { polar as sample } from '../../samples/polar.ts';
import { newWhsec } from '../../samples/sample.ts';
import { polar } from '../../src/sources/polar.ts';
import { including, NOW, person, read, readSignup, VISITOR_ID, verifyAt } from './deliver.ts';

const body = sample.payload(person);
const order = body.replace('subscription.created', 'order.paid');

describe('a Polar secret', () => {
  it('is the key as its whole text with the prefix, as Polar signs', async () => {
    const secret = newWhsec();
    const webhook = await sample.sign(body, { secret, eventId: 'msg_1', at: NOW });
    expect(await verifyAt(polar, webhook, [secret])).toMatchObject({ ok: true });
    const text = secret.slice('whsec_'.length);
    expect(await verifyAt(polar, webhook, [text])).toMatchObject({ ok: false });
  });

  it('is the key base64-decoded, as generic senders of Standard Webhooks sign', async () => {
    const secret = newWhsec();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(NOW.getTime() / 1000),
      'webhook-signature': new Webhook(secret).sign('msg_1', NOW, body),
    };
    expect(await verifyAt(polar, { headers, body }, [secret])).toMatchObject({ ok: true });
  });
});

describe('a Polar order', () => {
  it.each(['purchase', 'subscription_create'])('for %s is a signup', (billing_reason) => {
    const paid = including(order, 'data', { billing_reason });
    expect(read(polar, paid)).toMatchObject({ kind: 'signup' });
  });

  it.each(['subscription_cycle', 'subscription_update', 'subscription_meter_cycle'])(
    'for %s is no signup',
    (billing_reason) => {
      const paid = including(order, 'data', { billing_reason });
      expect(read(polar, paid)).toEqual({ kind: 'ignored', reason: 'renewal' });
    },
  );
});

describe('a Polar signup', () => {
  it('has the visitor of a checkout link in reference_id, when it is a UUID', () => {
    const link = (reference_id: string) =>
      including(sample.payload({ ...person, visitorId: undefined }), 'metadata', { reference_id });
    expect(readSignup(polar, link(VISITOR_ID)).visitorId).toBe(VISITOR_ID);
    const other = readSignup(polar, link('order-4711'));
    expect([other.visitorId, other.visitorIdInvalid]).toEqual([undefined, undefined]);
  });

  it('can be a created customer, which has the email at another place', () => {
    const created = JSON.stringify({
      type: 'customer.created',
      timestamp: NOW.toISOString(),
      data: {
        id: 'b5a1',
        external_id: 'user_42',
        email: 'Ada@Example.com',
        name: 'Ada',
        metadata: { datafast_visitor_id: VISITOR_ID },
      },
    });
    expect(readSignup(polar, created)).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada',
      userId: 'user_42',
      visitorId: VISITOR_ID,
    });
  });
});
