// An address that comes later, as providers really send it: from their webhook to the contact.
import { beforeEach, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/json.ts';
import type { Signup } from '../../src/model.ts';
import { sources } from '../../src/sources/index.ts';
import { type Consumer, openConsumer, row } from '../delivery/consumer.ts';

const START = Date.parse('2026-11-26T07:00:00.000Z');
const EMAIL = 'ada@example.com';
let consumer: Consumer;
let visitorId: string;
beforeEach(async () => {
  consumer = await openConsumer(START);
  visitorId = consumer.world.visitor({ params: { utm_source: 'google' } });
});

let count = 0;
function parse(source: string, payload: JsonObject) {
  count += 1;
  const signed = { id: `msg_${count}`, at: new Date(consumer.nowMs).toISOString() };
  return sources.get(source)?.parse(payload, signed);
}

function signupOf(source: string, payload: JsonObject): Signup {
  const parsed = parse(source, payload);
  if (parsed?.kind !== 'signup') throw new Error(`not a signup: ${parsed?.reason}`);
  const receivedAt = new Date(consumer.nowMs).toISOString();
  return { version: 1, occurredAt: receivedAt, ...parsed.signup, receivedAt };
}

/** The webhooks of these payloads, one batch after the other. */
async function hear(source: string, ...payloads: readonly JsonObject[]) {
  const signups: Signup[] = [];
  for (const payload of payloads) {
    consumer.nowMs += 60_000;
    const signup = signupOf(source, payload);
    signups.push(signup);
    await consumer.run([signup]);
  }
  return signups;
}
const contact = () => consumer.world.hubspot.contact(EMAIL)?.properties;
const contacts = () => consumer.world.hubspot.contacts().length;
const metadata = () => ({ datafast_visitor_id: visitorId });

const stripe = (type: string, object: JsonObject): JsonObject => {
  count += 1;
  const created = START / 1000;
  return { id: `evt_${count}`, object: 'event', type, created, livemode: true, data: { object } };
};
const stripeCustomer = (type: string, email: string | null) =>
  stripe(`customer.${type}`, { object: 'customer', id: 'cus_1', email, metadata: {} });
const stripeSubscription = () =>
  stripe('customer.subscription.created', {
    object: 'subscription',
    customer: 'cus_1',
    metadata: metadata(),
  });

const paddle = (type: string, data: JsonObject): JsonObject => {
  count += 1;
  const at = new Date(START).toISOString();
  return { event_id: `evt_${count}`, event_type: type, occurred_at: at, data };
};

const polar = (type: string, data: JsonObject): JsonObject => ({
  type,
  timestamp: new Date(START).toISOString(),
  data,
});
const polarMember = (role: string) =>
  polar('member.created', { id: 'm1', customer_id: 'c1', email: EMAIL, name: 'Ada', role });
const polarTeam = () =>
  polar('subscription.created', {
    id: 's1',
    customer_id: 'c1',
    metadata: metadata(),
    customer: { id: 'c1', type: 'team', email: null, name: 'Acme', metadata: {} },
  });

const clerk = (type: string, addresses: readonly JsonObject[], primary: string | null) => ({
  type,
  object: 'event',
  timestamp: START,
  data: {
    id: 'user_1',
    email_addresses: addresses,
    primary_email_address_id: primary,
    unsafe_metadata: metadata(),
    created_at: START,
  },
});
const ADDRESS = { id: 'idn_1', email_address: EMAIL };

const revenuecat = (type: string, id: string, userId: string, attributes: JsonObject) => ({
  api_version: '1.0',
  event: {
    id,
    type,
    event_timestamp_ms: START,
    app_user_id: userId,
    environment: 'PRODUCTION',
    subscriber_attributes: attributes,
  },
});
const attributes = () => ({
  $email: { value: EMAIL, updated_at_ms: START },
  datafast_visitor_id: { value: visitorId, updated_at_ms: START },
});

describe('a signup whose address comes with another event', () => {
  it.each([false, true])(
    'of Stripe and its subscription become one contact, the update first: %s',
    async (isFirst) => {
      const halves = [stripeCustomer('created', null), stripeSubscription()];
      const update = stripeCustomer('updated', EMAIL);
      await hear('stripe', ...(isFirst ? [update, ...halves] : [...halves, update]));
      expect(contacts()).toBe(1);
      expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
    },
  );

  it('of Paddle is that of a customer from before Whence', async () => {
    const update = paddle('customer.updated', { id: 'ctm_1', email: EMAIL, name: 'Ada' });
    await hear(
      'paddle',
      update,
      paddle('subscription.created', { customer_id: 'ctm_1', custom_data: metadata() }),
    );
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId, firstname: 'Ada' });
  });

  it('of Polar’s team is its owner’s, and no other member’s', async () => {
    const [signup] = await hear('polar', polarTeam());
    expect(parse('polar', polarMember('member'))).toEqual({
      kind: 'ignored',
      reason: 'completes_nothing',
    });
    expect((await row(signup?.id ?? ''))?.status).toBe('waiting');
    await hear('polar', polarMember('owner'));
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
    expect(contacts()).toBe(1);
  });

  it('of Shopify is the second event of the same customer', async () => {
    const customer = (email: string | null): JsonObject => ({
      admin_graphql_api_id: 'gid://shopify/Customer/706405506930315284',
      email,
      created_at: '2026-11-26T07:00:00Z',
      first_name: 'Ada',
    });
    await hear('shopify', customer(null));
    expect(contacts()).toBe(0);
    await hear('shopify', customer(EMAIL), customer(EMAIL));
    expect(contact()).toMatchObject({ firstname: 'Ada' });
    const old = { ...customer(EMAIL), updated_at: '2027-11-26T07:00:00Z' };
    expect(parse('shopify', old)).toMatchObject({ reason: 'completes_nothing' });
  });

  it('of Clerk is that of the update after a signup by phone', async () => {
    await hear('clerk', clerk('user.created', [], null));
    await hear('clerk', clerk('user.updated', [ADDRESS], 'idn_1'));
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
  });

  it('of RevenueCat is among the attributes of a later event, and so is the visitor', async () => {
    const [signup] = await hear(
      'revenuecat',
      revenuecat('INITIAL_PURCHASE', 'A', 'u_42', {}),
      revenuecat('RENEWAL', 'B', 'u_42', attributes()),
    );
    expect(contacts()).toBe(1);
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
    expect(await row(signup?.id ?? '')).toMatchObject({ status: 'delivered' });
  });

  it('of an anonymous user of RevenueCat waits for nobody', async () => {
    const anonymous = revenuecat('INITIAL_PURCHASE', 'A', '$RCAnonymousID:1', {});
    const [signup] = await hear('revenuecat', anonymous);
    expect(await row(signup?.id ?? '')).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'no_email' }],
    });
  });
});

describe('Supabase', () => {
  const updated = (record: JsonObject, old: JsonObject): JsonObject => ({
    type: 'UPDATE',
    schema: 'auth',
    table: 'users',
    record: {
      id: '0b1e',
      email: EMAIL,
      is_anonymous: false,
      email_confirmed_at: '2026-11-26T07:00:00Z',
      created_at: '2026-11-20T07:00:00Z',
      updated_at: '2026-11-26T07:00:00Z',
      raw_user_meta_data: metadata(),
      ...record,
    },
    old_record: { id: '0b1e', email: null, is_anonymous: true, ...old },
  });

  it('an anonymous user who becomes real signs up then, once', async () => {
    const became = updated({}, {});
    const [signup] = await hear('supabase', became, became);
    expect(signup).toMatchObject({
      id: 'supabase:0b1e',
      occurredAt: '2026-11-26T07:00:00.000Z',
      email: EMAIL,
    });
    expect(signup?.completing).toBeUndefined();
    expect(contacts()).toBe(1);
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
  });

  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['a first address', {}, { is_anonymous: false }, '2026-11-26T07:00:00.000Z'],
    ['a first address, empty before', {}, { is_anonymous: false, email: '' }, undefined],
    [
      'a first address of a user of many months',
      { created_at: '2025-11-20T07:00:00Z' },
      { is_anonymous: false },
      '2025-11-20T07:00:00.000Z',
    ],
  ])('%s is the signup of the user', (_, record, old, occurredAt) => {
    const signup = signupOf('supabase', updated(record, old));
    expect(signup).toMatchObject({ id: 'supabase:0b1e', email: EMAIL });
    if (occurredAt) expect(signup.occurredAt).toBe(occurredAt);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['still anonymous', { is_anonymous: true, email: null }, {}],
    ['of another column', {}, { email: EMAIL, is_anonymous: false, email_confirmed_at: 'x' }],
    [
      'of the address',
      { email: 'bob@example.com' },
      { email: EMAIL, email_confirmed_at: 'x', is_anonymous: false },
    ],
  ])('an update %s is ignored', (_, record, old) => {
    expect(parse('supabase', updated(record, old))?.kind).toBe('ignored');
  });

  it('a hook of either name announces the person', () => {
    for (const name of ['before-user-created', 'after-user-created']) {
      const hook = {
        metadata: { name, time: '2026-11-26T07:00:00Z' },
        user: { id: 'u', email: EMAIL },
      };
      expect(signupOf('supabase', hook)).toMatchObject({ id: 'supabase:u', email: EMAIL });
    }
  });
});

describe('Clerk’s address', () => {
  const verified = {
    ...ADDRESS,
    id: 'idn_2',
    email_address: 'two@example.com',
    verification: { status: 'verified' },
  };
  it.each<[string, readonly JsonObject[], string | null, string | undefined]>([
    ['the only one, when none is primary', [ADDRESS], null, EMAIL],
    ['the first verified one, when none is primary', [ADDRESS, verified], null, 'two@example.com'],
    ['the primary one', [ADDRESS, verified], 'idn_1', EMAIL],
    ['none, when there is none', [], null, undefined],
  ])('is %s', (_, addresses, primary, email) => {
    expect(signupOf('clerk', clerk('user.created', addresses, primary)).email).toBe(email);
  });
});

describe('an update of a user', () => {
  it('who was created more than eight days ago completes nothing', () => {
    const old = clerk('user.updated', [ADDRESS], 'idn_1');
    const later = { ...old, timestamp: START + 9 * 86_400_000 };
    expect(parse('clerk', later)).toEqual({ kind: 'ignored', reason: 'completes_nothing' });
    expect(parse('clerk', { ...old, timestamp: START + 7 * 86_400_000 })?.kind).toBe('signup');
  });

  it('without an address or a visitor completes nothing', () => {
    const event = clerk('user.updated', [], null);
    const bare = { ...event, data: { ...event.data, unsafe_metadata: {} } };
    expect(isObject(bare) && parse('clerk', bare)).toEqual({
      kind: 'ignored',
      reason: 'completes_nothing',
    });
  });
});
