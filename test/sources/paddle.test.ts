// Paddle Billing: events without email, the customer that they are joined with, and several signatures in one header.
import { describe, expect, it } from 'vitest';
import { customerCreated, paddle as sample, transactionCompleted } from '../../samples/paddle.ts';
import { hmacSha256, toHex } from '../../samples/sample.ts';
import { paddle } from '../../src/sources/paddle.ts';
import { including, NOW, person, read, readSignup, VISITOR_ID, verifyAt } from './deliver.ts';

const secret = sample.newSecret();
const body = sample.payload(person);

describe('a Paddle signup', () => {
  it.each([
    ['subscription.created', body],
    ['transaction.completed', transactionCompleted(person)],
  ])('of %s has the visitor and the customer, and no email', (_, text) => {
    const signup = readSignup(paddle, text);
    expect(signup).toMatchObject({ visitorId: VISITOR_ID, userId: 'user_42' });
    expect(signup.customerId).toMatch(/^ctm_/);
    expect(signup.email).toBeUndefined();
    expect(signup.completing).toBeUndefined();
  });

  it('is completed by customer.created, which is no signup itself', () => {
    const customer = readSignup(paddle, customerCreated(person));
    expect(customer).toMatchObject({
      completing: true,
      email: 'ada.lovelace@example.com',
      name: 'Ada Lovelace',
      customerId: readSignup(paddle, body).customerId,
    });
    expect(customer.visitorId).toBeUndefined();
  });

  it('never takes an email from the custom data, because the browser writes it', () => {
    const claimed = including(body, 'custom_data', { email: 'evil@example.com' });
    expect(readSignup(paddle, claimed).email).toBeUndefined();
  });

  it('of a transaction without a customer has no customer', () => {
    const guest = including(transactionCompleted(person), 'data', { customer_id: null });
    expect(readSignup(paddle, guest).customerId).toBeUndefined();
  });

  it.each(['subscription_recurring', 'subscription_charge', 'subscription_update', 'unheard_of'])(
    'is not a transaction of origin %s',
    (origin) => {
      expect(read(paddle, transactionCompleted(person, origin))).toEqual({
        kind: 'ignored',
        reason: 'renewal',
      });
    },
  );

  it('has the same id at every destination and in every replay', () => {
    const replayed = body.replace('ntf_01hv8x2adma12m8cz', 'ntf_another');
    expect(replayed).not.toBe(body);
    expect(readSignup(paddle, replayed).id).toBe(readSignup(paddle, body).id);
  });

  it('is a test when one of its ids is from the simulator', () => {
    const simulated = body.replace(person.eventId, 'ntfsimevt_01hv8x2adma');
    expect(readSignup(paddle, simulated).test).toBe(true);
    expect(readSignup(paddle, body.replace('ntf_01', 'ntfsimntf_01')).test).toBe(true);
  });
});

describe('a Paddle signature', () => {
  const ts = NOW.getTime() / 1000;
  const good = () => hmacSha256(secret, `${ts}:${body}`).then(toHex);
  const other = '0'.repeat(64);

  it.each<[string, (h1: string) => string, boolean]>([
    ['one h1', (h1) => `ts=${ts};h1=${h1}`, true],
    ['two h1 of a rotation, the good one last', (h1) => `ts=${ts};h1=${other};h1=${h1}`, true],
    ['two h1 of a rotation, the good one first', (h1) => `ts=${ts};h1=${h1};h1=${other}`, true],
    ['an h2 beside it', (h1) => `ts=${ts};h1=${h1};h2=${other}`, true],
    ['fields in another order', (h1) => `h1=${h1};ts=${ts}`, true],
    ['only an h2', (h1) => `ts=${ts};h2=${h1}`, false],
    ['two timestamps', (h1) => `ts=${ts};ts=${ts};h1=${h1}`, false],
    ['a timestamp with something after it', (h1) => `ts=${ts}x;h1=${h1}`, false],
    ['commas instead of semicolons', (h1) => `ts=${ts},h1=${h1}`, false],
    ['half of it', (h1) => `ts=${ts};h1=${h1.slice(0, 32)}`, false],
    ['no timestamp', (h1) => `h1=${h1}`, false],
  ])('with %s', async (_, header, ok) => {
    const headers = { 'paddle-signature': header(await good()) };
    expect((await verifyAt(paddle, { headers, body }, [secret])).ok).toBe(ok);
  });

  it('with a dot between timestamp and body, as Stripe has, is refused', async () => {
    const h1 = toHex(await hmacSha256(secret, `${ts}.${body}`));
    const headers = { 'paddle-signature': `ts=${ts};h1=${h1}` };
    expect((await verifyAt(paddle, { headers, body }, [secret])).ok).toBe(false);
  });

  it('of Paddle Classic, inside a form, is refused', async () => {
    const form = 'alert_name=subscription_created&email=ada%40example.com&p_signature=bm8%3D';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await verifyAt(paddle, { headers, body: form }, [secret])).toEqual({
      ok: false,
      reason: 'header_missing',
    });
  });
});
