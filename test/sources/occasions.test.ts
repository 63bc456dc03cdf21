// One event name has several occasions. The payload tells which one is a signup, and since when the customer is one.
import { describe, expect, it } from 'vitest';
import { type Changes, read, sampleWith } from './sample-with.ts';

const NOW = '2026-11-23T09:00:00.000Z';
const LONG_AGO = '2026-06-29T07:00:00.000Z';

describe('an event that is no signup this time', () => {
  it.each<[string, string, string, Changes]>([
    ['dodo', 'a subscription that is active again', 'renewal', { 'data.created_at': LONG_AGO }],
    [
      'dodo',
      'the same after a trial of two weeks',
      'renewal',
      { 'data.created_at': '2026-11-07T09:00:00Z', 'data.trial_period_days': 14 },
    ],
    ['polar', 'a bill that is not the first', 'renewal', order('subscription_cycle')],
    ['polar', 'a bill by usage', 'renewal', order('subscription_meter_cycle')],
    ['creem', 'a later period', 'renewal', paidPeriod(LONG_AGO)],
    ['paddle', 'a later transaction', 'renewal', transaction('subscription_recurring')],
    ['paddle', 'a subscription from another system', 'imported', { 'data.import_meta': {} }],
    ['shopify', 'a later order of a subscription', 'renewal', orderFrom('subscription_contract')],
    [
      'shopify',
      'the same under its newer name',
      'renewal',
      orderFrom('subscription_contract_checkout_one'),
    ],
    ['stripe', 'a checkout that only saves a card', 'card_saved', { 'data.object.mode': 'setup' }],
    ['stripe', 'somebody else’s customer', 'connected_account', { account: 'acct_1' }],
    [
      'lemonsqueezy',
      'an order whose payment failed',
      'not_paid',
      { 'meta.event_name': 'order_created', 'data.attributes.status': 'failed' },
    ],
    [
      'revenuecat',
      'a promotion that was granted',
      'made_by_admin',
      { 'event.type': 'NON_RENEWING_PURCHASE', 'event.period_type': 'PROMOTIONAL' },
    ],
    ['kinde', 'a user whom an admin made', 'made_by_admin', { source: 'admin' }],
    ['kinde', 'a user whom the API made', 'made_by_admin', { source: 'api' }],
    ['stytch', 'a user whom an admin made', 'not_a_signup_event', { source: 'DASHBOARD' }],
    ['stytch', 'a user whom a directory made', 'not_a_signup_event', { source: 'SCIM' }],
    ['logto', 'a user whom the API made', 'not_a_signup_event', { event: 'User.Created' }],
    ['workos', 'a user of a directory', 'not_a_signup_event', { event: 'dsync.user.created' }],
    ['supabase', 'an anonymous user', 'anonymous_user', { 'record.is_anonymous': true }],
    ['signup', 'an anonymous user', 'anonymous_user', { 'data.is_anonymous': true }],
    [
      'signup',
      'an anonymous user, in camel case',
      'anonymous_user',
      { data: { isAnonymous: true, email: 'x@acme.io' } },
    ],
  ])('of %s: %s (%s)', (source, _, reason, changes) => {
    expect(read(source, changes)).toEqual({ kind: 'ignored', reason });
  });

  it.each<[string, string, Changes]>([
    ['dodo', 'the end of a trial', { 'data.created_at': '2026-11-09T09:00:00Z' }],
    [
      'dodo',
      'a payment that took a day',
      { 'data.created_at': '2026-11-22T10:00:00Z', 'data.trial_period_days': 0 },
    ],
    ['dodo', 'a subscription without a time', { 'data.created_at': undefined }],
    ['polar', 'the first bill', order('subscription_create')],
    ['polar', 'a purchase', order('purchase')],
    ['creem', 'the first period', paidPeriod(NOW)],
    ['paddle', 'a purchase on the web', transaction('web')],
    ['paddle', 'a subscription from here', { 'data.import_meta': null }],
    ['shopify', 'an order on the web', orderFrom('web')],
    ['stripe', 'a purchase', { 'data.object.mode': 'payment' }],
    ['lemonsqueezy', 'an order that is paid', { 'data.attributes.status': 'paid' }],
    ['revenuecat', 'a trial', { 'event.period_type': 'TRIAL' }],
    ['kinde', 'a user who signed up', { source: 'user' }],
    ['kinde', 'a user of whom nothing is said', { source: undefined }],
    ['signup', 'a user who is not anonymous', { 'data.is_anonymous': false }],
  ])('but %s: %s is one', (source, _, changes) => {
    expect(read(source, changes)).toMatchObject({ source });
  });

  it('of Stripe comes from a test clock, and so from test mode', () => {
    const changes = { 'data.object.test_clock': 'clock_1' };
    expect(read('stripe', changes)).toMatchObject({ test: true });
  });
});

describe('an invitation by somebody else', () => {
  const DAY_LATER = '2026-11-24T09:00:00.000Z';
  const member = (status: string): Changes => ({
    object_type: 'member',
    user: undefined,
    member: {
      member_id: 'member-1',
      status,
      email_address: 'ada@example.com',
      email_address_verified: status === 'active',
      created_at: NOW,
    },
  });
  const row = (email_confirmed_at: string | null): Changes => ({
    'record.invited_at': NOW,
    'record.email_confirmed_at': email_confirmed_at,
    old_record: { email: 'ada@example.com', email_confirmed_at: null },
  });

  it.each<[string, Changes, Changes]>([
    ['supabase', row(null), { type: 'UPDATE', ...row(DAY_LATER) }],
    ['stytch', member('invited'), { action: 'UPDATE', timestamp: DAY_LATER, ...member('active') }],
  ])('of %s has no address until it is accepted', (source, invited, accepted) => {
    const waiting = read(source, invited);
    expect(waiting).toMatchObject({ customerId: expect.any(String) });
    expect(waiting).toHaveProperty('email', undefined);
    expect(read(source, accepted)).toMatchObject({
      completing: true,
      customerId: waiting && 'customerId' in waiting && waiting.customerId,
      email: 'ada@example.com',
      emailVerified: true,
    });
  });

  it('of Stytch that is sent again completes nothing', () => {
    expect(read('stytch', { action: 'UPDATE', ...member('invited') })).toEqual({
      kind: 'ignored',
      reason: 'completes_nothing',
    });
  });
});

describe('the second event of one subscription', () => {
  it('of Dodo is the same signup, with whichever webhook-id', () => {
    const first = read('dodo');
    const again = read('dodo', { timestamp: '2026-11-23T12:00:00Z', 'data.status': 'active' });
    expect(first).toMatchObject({ id: 'dodo:sub_evt_1' });
    expect(again).toMatchObject({ id: 'dodo:sub_evt_1' });
  });
});

describe('an event of today about an old customer', () => {
  const ms = Date.parse(LONG_AGO);
  it.each<[string, string, Changes]>([
    ['stripe', 'a subscription that began elsewhere', subscription({ start_date: ms / 1000 })],
    ['stripe', 'a customer who is expanded', { 'data.object.customer': { created: ms / 1000 } }],
    ['clerk', 'a user who was imported', { 'data.created_at': ms }],
    ['auth0', 'a user', { 'data.object.created_at': LONG_AGO }],
    ['workos', 'a user', { 'data.created_at': LONG_AGO }],
    ['stytch', 'a user', { 'user.created_at': LONG_AGO }],
    ['logto', 'a user', { 'user.createdAt': ms }],
    ['firebase', 'a user, as the app says', { 'body.created_at': LONG_AGO }],
    ['polar', 'a customer', { 'data.customer.created_at': LONG_AGO }],
    ['paddle', 'a subscription', { 'data.started_at': LONG_AGO }],
    ['creem', 'a customer', { 'object.customer.created_at': LONG_AGO }],
    ['shopify', 'a customer', { 'customer.created_at': LONG_AGO }],
    ['shopify', 'an order from another shop', { processed_at: LONG_AGO }],
    ['revenuecat', 'a purchase that was restored', { 'event.purchased_at_ms': ms }],
    ['signup', 'a user, as the app says', { 'data.created_at': LONG_AGO }],
  ])('of %s: the signup of %s was then', (source, _, changes) => {
    expect(read(source, changes)).toMatchObject({ occurredAt: LONG_AGO, eventAt: NOW });
  });

  it.each<[string, Changes]>([
    ['clerk', { 'data.created_at': 0 }],
    ['auth0', { 'data.object.created_at': '0001-01-01T00:00:00Z' }],
    ['signup', { 'data.created_at': 'long ago' }],
    ['shopify', { 'customer.created_at': null }],
    ['workos', { 'data.created_at': '2026-12-01T09:00:00Z' }],
    ['polar', { 'data.customer.created_at': '2027-01-01T00:00:00Z' }],
  ])('of %s is of now when %j says nothing earlier', (source, changes) => {
    expect(read(source, changes)).toMatchObject({ occurredAt: NOW, eventAt: undefined });
  });
});

function order(billing_reason: string): Changes {
  return { type: 'order.paid', 'data.billing_reason': billing_reason };
}

function transaction(origin: string): Changes {
  return { event_type: 'transaction.completed', 'data.origin': origin };
}

function orderFrom(source_name: string): Changes {
  return { source_name };
}

function paidPeriod(created_at: string): Changes {
  return {
    eventType: 'subscription.paid',
    'object.created_at': created_at,
    'object.current_period_start_date': NOW,
  };
}

function subscription(object: object): Changes {
  const { id } = sampleWith('stripe');
  return {
    id,
    type: 'customer.subscription.created',
    'data.object': { object: 'subscription', customer: 'cus_1', ...object },
  };
}
