// Dodo Payments: a new body for every attempt, and payments that are renewals.
import { describe, expect, it } from 'vitest';
import { dodo as sample } from '../../samples/dodo.ts';
import { dodo } from '../../src/sources/dodo.ts';
import { including, NOW, person, read, readSignup, verifyAt } from './deliver.ts';

const body = sample.payload(person);
const payment = body.replace('subscription.active', 'payment.succeeded');

describe('a Dodo event', () => {
  it('is the same signup when another attempt has another body', async () => {
    const secret = sample.newSecret();
    const ids = [body, including(body, 'data', { status: 'on_hold' })].map(async (text) => {
      const webhook = await sample.sign(text, { secret, eventId: person.eventId, at: NOW });
      const verification = await verifyAt(dodo, webhook, [secret]);
      if (!verification.ok) throw new Error(verification.reason);
      const parsed = dodo.parse(JSON.parse(text), verification.signed);
      return parsed.kind === 'signup' && parsed.signup.id;
    });
    const id = `dodo:sub_${person.eventId}`;
    expect(await Promise.all(ids)).toEqual([id, id]);
  });

  it('of a one-time payment is a signup', () => {
    const none = { subscription_id: null, subscription_ids: [] };
    const once = including(payment, 'data', { ...none, payment_id: 'pay_1' });
    expect(readSignup(dodo, once)).toMatchObject({
      id: 'dodo:pay_1',
      email: 'ada.lovelace@example.com',
    });
  });

  it.each([
    { subscription_id: 'sub_1' },
    { subscription_id: null, subscription_ids: ['sub_1', 'sub_2'] },
  ])(
    'of a payment for a subscription is ignored, because subscription.active is the signup (%j)',
    (values) => {
      expect(read(dodo, including(payment, 'data', values))).toEqual({
        kind: 'ignored',
        reason: 'subscription_payment',
      });
    },
  );
});
