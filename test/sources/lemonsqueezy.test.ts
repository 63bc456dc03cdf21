// Lemon Squeezy: no event id, and a header that is not signed.
import { describe, expect, it } from 'vitest';
import { lemonsqueezy as sample } from '../../samples/lemonsqueezy.ts';
import { lemonsqueezy } from '../../src/sources/lemonsqueezy.ts';
import { including, NOW, person, read, readSignup, verifyAt, withHeaders } from './deliver.ts';

const body = sample.payload(person);

describe('a Lemon Squeezy event', () => {
  it('is what its signed body says, not what the X-Event-Name header says', async () => {
    const secret = sample.newSecret();
    const renewed = sample.otherPayload(person);
    const signed = await sample.sign(renewed, { secret, eventId: 'x', at: NOW });
    const claimed = withHeaders(signed, { 'x-event-name': 'subscription_created' });
    expect(await verifyAt(lemonsqueezy, claimed, [secret])).toEqual({ ok: true, signed: {} });
    expect(read(lemonsqueezy, renewed)).toEqual({ kind: 'ignored', reason: 'not_a_signup_event' });
  });

  it('has the id of the created object, text or number, and the order of a subscription has its own', () => {
    const order = body.replace('subscription_created', 'order_created');
    expect(readSignup(lemonsqueezy, including(body, 'data', { id: '77' })).id).toBe(
      'lemonsqueezy:subscription_created:77',
    );
    expect(readSignup(lemonsqueezy, including(order, 'data', { id: 77 })).id).toBe(
      'lemonsqueezy:order_created:77',
    );
  });

  it.each([{}, [], '', null, true])('with %j as id is unreadable', (id) => {
    expect(read(lemonsqueezy, including(body, 'data', { id }))).toEqual({
      kind: 'unreadable',
      reason: 'event_id_missing',
    });
  });

  it.each(['meta', 'attributes'])('comes from test mode when %s says so', (name) => {
    expect(readSignup(lemonsqueezy, including(body, name, { test_mode: true })).test).toBe(true);
  });
});
