// Stripe: three events of one signup, references that may be a visitor ID, and customers in two shapes.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { stripe } from '../../src/sources/stripe.ts';

const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const OWN_ID = '7d4c7f0e-1f0b-4c55-9f57-0c1f6f1f2a11';

function parse(type: string, object: JsonObject, more: JsonObject = {}) {
  const event = { id: 'evt_1', type, created: 1_795_424_400, livemode: true, data: { object } };
  return stripe.parse({ ...event, ...more }, {});
}

describe('a Stripe event', () => {
  it.each<[string, JsonObject]>([
    ['customer', { id: 'cus_1', object: 'customer', email: 'Ada@Example.com', name: 'Ada' }],
    [
      'checkout',
      {
        id: 'cs_1',
        object: 'checkout.session',
        customer: 'cus_1',
        customer_email: 'ada@example.com',
      },
    ],
    [
      'checkout with the customer expanded',
      {
        object: 'checkout.session',
        customer: { id: 'cus_1' },
        customer_details: { email: 'ada@example.com' },
      },
    ],
  ])('of a %s has the email and the customer', (_, object) => {
    const type = object.object === 'customer' ? 'customer.created' : 'checkout.session.completed';
    expect(parse(type, object)).toMatchObject({
      kind: 'signup',
      signup: { id: 'stripe:evt_1', email: 'ada@example.com', customerId: 'cus_1' },
    });
  });

  it('of a subscription has no email, but the customer that joins it with another event', () => {
    const metadata = { datafast_visitor_id: VISITOR_ID };
    const parsed = parse('customer.subscription.created', {
      id: 'sub_1',
      object: 'subscription',
      customer: 'cus_1',
      metadata,
    });
    expect(parsed).toMatchObject({
      kind: 'signup',
      signup: { customerId: 'cus_1', visitorId: VISITOR_ID },
    });
    expect(parsed.kind === 'signup' && parsed.signup.email).toBeUndefined();
  });

  it('of a guest has no customer', () => {
    const parsed = parse('checkout.session.completed', {
      customer: null,
      customer_details: { email: 'ada@example.com' },
    });
    expect(parsed.kind === 'signup' && parsed.signup.customerId).toBeUndefined();
  });

  it('has a reference that is the user ID, and a guess at the visitor ID when it is a UUID', () => {
    const link = parse('checkout.session.completed', { client_reference_id: VISITOR_ID });
    expect(link).toMatchObject({
      signup: { visitorId: VISITOR_ID, visitorIdGuessed: true, userId: VISITOR_ID },
    });
    const metadata = { datafast_visitor_id: VISITOR_ID };
    const both = parse('checkout.session.completed', { client_reference_id: OWN_ID, metadata });
    expect(both).toMatchObject({ signup: { visitorId: VISITOR_ID, userId: OWN_ID } });
    expect(both.kind === 'signup' && both.signup.visitorIdGuessed).toBeUndefined();
    const user = parse('checkout.session.completed', { client_reference_id: 'user_42' });
    expect(user).toMatchObject({ signup: { userId: 'user_42' } });
    expect(user.kind === 'signup' && user.signup.visitorId).toBeUndefined();
    expect(user.kind === 'signup' && user.signup.visitorIdInvalid).toBeUndefined();
  });

  it('of type customer.updated that Whence itself has caused is ignored, whatever it holds', () => {
    const customer = { object: 'customer', id: 'cus_1', email: 'ada@example.com' };
    const by = (key: string | null) =>
      parse('customer.updated', customer, { request: { id: 'req_1', idempotency_key: key } });
    expect(by('whence-0123')).toEqual({ kind: 'ignored', reason: 'own_change' });
    for (const other of ['our-own-key', null]) expect(by(other)).toMatchObject({ kind: 'signup' });
  });

  it('of type customer.updated completes the signup of its customer, when it has an address', () => {
    const customer = { object: 'customer', id: 'cus_1', email: 'ada@example.com' };
    expect(parse('customer.updated', customer)).toMatchObject({
      signup: { completing: true, customerId: 'cus_1', email: 'ada@example.com' },
    });
    expect(parse('customer.updated', { ...customer, email: null })).toEqual({
      kind: 'ignored',
      reason: 'completes_nothing',
    });
  });

  it.each(['invoice.paid', 'v1.billing.meter.no_meter_found'])(
    'of type %s is no signup',
    (type) => {
      expect(parse(type, {})).toEqual({ kind: 'ignored', reason: 'not_a_signup_event' });
    },
  );

  it('without an id is unreadable', () => {
    expect(parse('customer.created', {}, { id: '' })).toEqual({
      kind: 'unreadable',
      reason: 'event_id_missing',
    });
  });
});
