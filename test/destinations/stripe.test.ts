// Stripe customers: what is added to their metadata, what is left alone, and whom nothing is written to.
import Stripe from 'stripe';
import { beforeEach, describe, expect, it } from 'vitest';
import { mergePeople } from '../../src/delivery/merge.ts';
import { newDestinationMemory, openDestinations } from '../../src/destinations/index.ts';
import { stripe } from '../../src/destinations/stripe/stripe.ts';
import type { Contact } from '../../src/model.ts';
import type { StripeErrorContent } from '../../stand-ins/stripe/errors.ts';
import { createStripe, type StripeOptions, type StripeStandIn } from '../../stand-ins/stripe.ts';
import { contactsOf, NOON, signup } from './people.ts';

const KEY = 'rk_live_for_tests';
let nowMs = Date.parse(NOON);
let account: StripeStandIn;

beforeEach(() => {
  nowMs = Date.parse(NOON);
  account = createStripe({ key: KEY, now: () => nowMs });
  account.addCustomer({ id: 'cus_ada' });
});

function use(options: Partial<StripeOptions>) {
  account = createStripe({ key: KEY, now: () => nowMs, ...options });
}

interface Given {
  settings?: Record<string, string>;
  names?: Record<string, string | null>;
  memory?: ReturnType<typeof newDestinationMemory>;
}

function open({ settings = {}, names = {}, memory }: Given = {}) {
  const values = new Map(Object.entries({ STRIPE_API_KEY: KEY, ...settings }));
  const byDestination = new Map([['stripe', new Map(Object.entries(names))]]);
  const io = {
    fetch: async (...request: Parameters<typeof fetch>) =>
      account.app.fetch(new Request(...request)),
    now: () => nowMs,
    ...(memory && { memory }),
  };
  const [opened] = openDestinations(values, byDestination, io, [stripe]);
  if (!opened) throw new Error('the settings do not open Stripe');
  return opened;
}

const ADA = { source: 'stripe', customerId: 'cus_ada', params: { utm_source: 'google' } };
const paid = (more: Parameters<typeof signup>[0] = {}) =>
  signup({
    ...ADA,
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' },
    ...more,
  });
const only = (...signups: ReturnType<typeof signup>[]): Contact => {
  const [contact] = contactsOf(...signups);
  if (!contact) throw new Error('no contact');
  return contact;
};
const write = async (contact: Contact, given?: Given) => (await open(given).upsert([contact]))[0];
const metadata = () => account.customer('cus_ada')?.metadata;
const methods = () => account.requests.map(({ method }) => method);
const refusal = (status: number, error: StripeErrorContent) => ({ status, body: { error } });

describe('a Stripe customer', () => {
  it('gets first touch and converting touch, and nothing that names the person', async () => {
    const touched = paid({ name: 'Ada', visitor: { firstSeenAt: '2026-11-01T08:00:00.000Z' } });
    const conversion = { channel: 'Email', source: 'Newsletter', campaign: 'nov' } as const;
    const contact = only({ ...touched, journey: { conversion } });
    const outcome = await write(contact);
    expect(outcome).toMatchObject({
      status: 'delivered',
      externalId: 'cus_ada',
      convertingChannel: 'Email',
    });
    expect(metadata()).toEqual({
      datafast_visitor_id: touched.visitor?.visitorId,
      datafast_channel: 'Paid Search',
      datafast_source: 'Google',
      datafast_medium: 'cpc',
      datafast_campaign: 'brand',
      datafast_first_seen_at: '2026-11-01T08:00:00.000Z',
      datafast_converting_channel: 'Email',
      datafast_converting_source: 'Newsletter',
      datafast_converting_campaign: 'nov',
    });
    expect(methods()).toEqual(['GET', 'POST']);
    // The customer does not say of which signup the converting touch is.
    expect(await write(contact)).toMatchObject({ convertingChannel: undefined });
    expect(account.undocumented).toEqual([]);
  });

  it('gets at most fifteen keys of at most 500 characters, and no click ID', async () => {
    expect(stripe.fields.length).toBeLessThanOrEqual(15);
    expect(stripe.fields.map(({ property }) => property).join()).not.toContain('click');
    const campaign = 'x'.repeat(700);
    await write(only(paid({ params: { utm_source: 'google', utm_campaign: campaign } })));
    expect(metadata()?.datafast_campaign).toHaveLength(500);
  });

  it('keeps what others have put there', async () => {
    account.addCustomer({ id: 'cus_ada', metadata: { plan: 'pro', datafast_source: 'Podcast' } });
    await write(only(paid()));
    expect(metadata()).toMatchObject({
      plan: 'pro',
      datafast_source: 'Podcast',
      datafast_channel: 'Paid Search',
    });
  });

  it('on which the app has put the visitor ID still gets the first touch of that visitor', async () => {
    const touched = paid();
    const { visitorId = '' } = touched.visitor ?? {};
    account.addCustomer({ id: 'cus_ada', metadata: { datafast_visitor_id: visitorId } });
    const outcome = await write(only(touched));
    expect(metadata()).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_source: 'Google',
    });
    expect(outcome).toMatchObject({
      firstTouch: { kind: 'written', visitorId, channel: 'Paid Search', source: 'Google' },
    });
    account.addCustomer({ id: 'cus_ada', metadata: { datafast_visitor_id: visitorId } });
    await write(only({ ...touched, attribution: { ...touched.attribution, channel: 'Unknown' } }));
    expect(metadata()).toMatchObject({ datafast_channel: 'Unknown' });
  });

  it('on which the app has put another visitor’s ID gets nothing', async () => {
    account.addCustomer({ id: 'cus_ada', metadata: { datafast_visitor_id: 'another' } });
    expect(await write(only(paid()))).toMatchObject({ status: 'delivered', written: {} });
    expect(methods()).toEqual(['GET']);
  });

  it('whose source was unknown gets the known one of the same visitor, and no other', async () => {
    const first = signup({ ...ADA, params: {} });
    await write(only(first));
    expect(metadata()).toMatchObject({ datafast_channel: 'Unknown' });
    await write(only(paid()));
    expect(metadata()).toMatchObject({ datafast_channel: 'Unknown' });
    const { channel, source } = paid().attribution;
    const known = only({ ...first, attribution: { ...first.attribution, channel, source } });
    expect(await write(known)).toMatchObject({ firstTouch: { kind: 'written', channel, source } });
    expect(await write(known)).toMatchObject({ firstTouch: { kind: 'held', channel, source } });
    expect(metadata()).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_source: 'Google',
    });
  });

  it('keeps its first and its converting touch when a later checkout comes another way', async () => {
    const first = only(paid());
    await write(first);
    const before = { ...metadata() };
    const later = paid({ at: '2026-11-24T12:00:00.000Z', params: { utm_source: 'reddit' } });
    const conversion = { channel: 'Email', source: 'Newsletter' } as const;
    const { visitor } = first.first;
    await write(only({ ...later, visitor, journey: { conversion } }));
    expect(metadata()).toEqual(before);
    expect(methods()).toEqual(['GET', 'POST', 'GET']);
  });

  it('gets the live score only when it is asked for, and never an older one', async () => {
    const scored = (score: number, at: string) =>
      only(paid({ at, visitor: { prediction: { score } } }));
    await write(scored(70, NOON));
    expect(metadata()).not.toHaveProperty('datafast_lead_score');
    const given = { settings: { STRIPE_LIVE_FIELDS: 'true' } };
    await write(scored(71, NOON), given);
    await write(scored(20, '2026-11-20T12:00:00.000Z'), given);
    expect(metadata()).toMatchObject({ datafast_lead_score: '71' });
  });

  it('gets the operator’s own keys', async () => {
    const names = { datafast_source: 'acquisition_source', datafast_medium: null };
    await write(only(paid()), { names });
    expect(metadata()).toMatchObject({ acquisition_source: 'Google' });
    expect(metadata()).not.toHaveProperty('datafast_source');
    expect(metadata()).not.toHaveProperty('datafast_medium');
  });
});

describe('two signups of one Stripe customer', () => {
  it('with two addresses are one customer, and one address with two customers is two', () => {
    const group = (...signups: ReturnType<typeof signup>[]) =>
      mergePeople('customerId', signups).map(({ signups: theirs }) => theirs.length);
    expect(group(paid({ email: 'a@example.com' }), paid({ email: 'b@example.com' }))).toEqual([2]);
    expect(group(paid(), paid({ customerId: 'cus_b' }))).toEqual([1, 1]);
    expect(group(paid(), paid({ source: 'paddle' }))).toEqual([1, 1]);
  });
});

describe('nothing is written', () => {
  it.each([
    ['for a guest, who has no customer', { customerId: undefined }, 'stripe_no_customer'],
    ['for a customer of another provider', { source: 'paddle' }, 'stripe_no_customer'],
    ['for a signup of test mode with a live key', { test: true }, 'stripe_other_mode'],
    ['for a signup without a visitor', { visitor: null }, 'stripe_no_visitor'],
  ] as const)('%s, and Stripe is not asked', async (_, given, code) => {
    expect(await write(only(paid(given)))).toMatchObject({ status: 'skipped', reason: { code } });
    expect(await open().preview?.(only(paid(given)))).toMatchObject({
      failed: { reason: { code } },
    });
    expect(account.requests).toEqual([]);
  });

  it('yet for a visitor that DataFast does not know yet, and a refresh may write it', async () => {
    const unknown = { ...paid(), visitor: undefined, match: 'not_found' as const };
    expect(await write(only(unknown))).toMatchObject({ status: 'delivered', written: {} });
    expect(account.requests).toEqual([]);
  });

  it('onto a customer that is deleted, or was never there', async () => {
    account.deleteCustomer('cus_ada');
    const gone = { status: 'skipped', reason: { code: 'stripe_customer_gone' } };
    expect(await write(only(paid()))).toMatchObject(gone);
    expect(await write(only(paid({ customerId: 'cus_never' })))).toMatchObject(gone);
  });

  it('onto a customer of the other mode, whether Stripe names the mode or shows the customer', async () => {
    account.addCustomer({ id: 'cus_ada', livemode: false });
    const other = { status: 'skipped', reason: { code: 'stripe_other_mode' } };
    expect(await write(only(paid()))).toMatchObject(other);
    account.failWith({ status: 200, body: { id: 'cus_ada', livemode: false, metadata: {} } });
    expect(await write(only(paid()))).toMatchObject(other);
  });

  it('with a key of test mode for a signup of test mode is written', async () => {
    use({ key: 'rk_test_for_tests' });
    account.addCustomer({ id: 'cus_ada' });
    const settings = { STRIPE_API_KEY: 'rk_test_for_tests' };
    const outcome = await write(only(paid({ test: true })), { settings });
    expect(outcome).toMatchObject({ status: 'delivered' });
    expect(open({ settings }).contactUrl?.('cus_ada')).toContain('/test/customers/cus_ada');
  });

  it('where fifty keys leave no room, and the signup says so', async () => {
    const keys = Array.from({ length: 46 }, (_, index) => [`key_${index}`, 'x']);
    account.addCustomer({ id: 'cus_ada', metadata: Object.fromEntries(keys) });
    expect(await write(only(paid()))).toMatchObject({
      status: 'rejected',
      reason: { code: 'stripe_metadata_full' },
    });
    expect(methods()).toEqual(['GET']);
  });
});

describe('erasing a person in Stripe', () => {
  const erase = (given: { externalIds?: string[]; customers?: string[]; names?: Given['names'] }) =>
    open({ names: given.names ?? {} }).erase?.({
      emails: ['ada@example.com'],
      customers: given.customers ?? [],
      signups: [],
      externalIds: given.externalIds ?? [],
    });

  it('removes our keys from each of their customers, and leaves those of others', async () => {
    account.addCustomer({ id: 'cus_second', metadata: { plan: 'pro' } });
    await write(only(paid()));
    await write(only(paid({ customerId: 'cus_second' })));
    const erased = await erase({
      customers: ['stripe:cus_ada', 'paddle:cus_x'],
      externalIds: ['cus_second'],
    });
    expect(erased).toMatchObject({
      erased: expect.arrayContaining(['datafast_channel']),
      kept: [],
    });
    expect(metadata()).toEqual({});
    expect(account.customer('cus_second')?.metadata).toEqual({ plan: 'pro' });
    expect(account.undocumented).toEqual([]);
  });

  it('also removes a live score that is not asked for any more', async () => {
    await write(only(paid({ visitor: { prediction: { score: 70 } } })), {
      settings: { STRIPE_LIVE_FIELDS: 'true' },
    });
    await erase({ externalIds: ['cus_ada'] });
    expect(metadata()).toEqual({});
  });

  it('leaves a key of the operator’s own name, and says so', async () => {
    const names = { datafast_source: 'lead_source' };
    await write(only(paid()), { names });
    expect(await erase({ externalIds: ['cus_ada'], names })).toMatchObject({
      kept: ['lead_source'],
    });
    expect(metadata()).toEqual({ lead_source: 'Google' });
  });

  it('passes over customers that are deleted or of the other mode', async () => {
    account.addCustomer({ id: 'cus_test', livemode: false, metadata: { datafast_source: 'X' } });
    account.deleteCustomer('cus_ada');
    expect(await erase({ externalIds: ['cus_ada'] })).toMatchObject({
      failed: { status: 'skipped', reason: { code: 'stripe_customer_gone' } },
    });
    expect(await erase({ externalIds: ['cus_test', 'cus_ada'] })).toMatchObject({
      failed: { status: 'skipped' },
    });
    expect(account.customer('cus_test')?.metadata).toEqual({ datafast_source: 'X' });
  });

  it('can be repeated after an answer that was lost', async () => {
    await write(only(paid()));
    account.failWith(({ method }) => (method === 'POST' ? { status: 500 } : undefined));
    expect(await erase({ externalIds: ['cus_ada'] })).toMatchObject({
      failed: { status: 'retry' },
    });
    account.failWith(undefined);
    nowMs += 60_000;
    expect(await erase({ externalIds: ['cus_ada'] })).toHaveProperty('erased');
    expect(metadata()).toEqual({});
  });
});

describe('a Stripe key', () => {
  it('without the permission to write is named, with the permission, before and after deploying', async () => {
    use({ permissions: ['rak_customer_read'] });
    account.addCustomer({ id: 'cus_ada' });
    expect(await open().check()).toMatchObject([
      {
        code: 'forbidden',
        key: 'STRIPE_API_KEY',
        problem: expect.stringContaining('rak_customer_write'),
      },
    ]);
    expect(await write(only(paid()))).toMatchObject({
      status: 'retry',
      afterSeconds: 600,
      reason: { code: 'stripe_permission_missing', detail: 'rak_customer_write' },
    });
  });

  it('that is right is checked without reading or changing anybody', async () => {
    expect(await open().check()).toEqual([]);
    expect(account.requests.map(({ path }) => path)).not.toContain('/v1/customers/cus_ada');
    expect(account.events).toEqual([]);
  });

  it('that leads to another address is named', async () => {
    account.failWith(refusal(404, { type: 'invalid_request_error', message: 'Unrecognized URL' }));
    expect(await open().check()).toMatchObject([{ code: 'refused', key: 'STRIPE_URL' }]);
    expect(await write(only(paid()))).toMatchObject({ status: 'retry', afterSeconds: 600 });
  });

  it.each(['sk_live_1', 'rk_test_1', 'rk_live_abcDEF123'])('%s can be one', (text) => {
    expect(stripe.settings[0]?.read(text)).toEqual({ value: text });
  });

  it.each(['whsec_abc', 'pk_live_1', 'rk_live_', 'rk_live_1 2'])('%s cannot be one', (text) => {
    expect(stripe.settings[0]?.read(text)).toHaveProperty('problem');
  });
});

describe('Stripe keeps the answer to an Idempotency-Key, and', () => {
  const failNextWrite = (times: number) => {
    let left = times;
    account.failWith(({ method }) => {
      if (method !== 'POST' || left <= 0) return undefined;
      left -= 1;
      return refusal(500, { type: 'api_error', message: 'Something went wrong.' });
    });
  };

  it('the next attempt gets another key, so that a kept error is not met again', async () => {
    failNextWrite(1);
    const contact = only(paid());
    const memory = newDestinationMemory();
    expect(await write(contact, { memory })).toMatchObject({ status: 'retry' });
    expect(await write(contact, { memory })).toMatchObject({ status: 'retry' });
    expect(await write({ ...contact, attempts: 1 }, { memory })).toMatchObject({
      status: 'delivered',
      written: { datafast_source: 'Google' },
    });
  });

  it('an attempt whose answer was lost is repeated without a second change', async () => {
    account.failWith(({ method }) => (method === 'POST' ? { answerLost: 'whole' } : undefined));
    const contact = only(paid());
    expect(await write(contact)).toMatchObject({ status: 'retry' });
    account.failWith(undefined);
    expect(await write(contact)).toMatchObject({ status: 'delivered', externalId: 'cus_ada' });
    expect(account.events).toHaveLength(1);
  });
});

describe('a limit of Stripe', () => {
  it('for a second lets the others wait two seconds, and one locked customer delays nobody else', async () => {
    for (const id of ['cus_b', 'cus_c', 'cus_d', 'cus_e']) account.addCustomer({ id });
    const people = ['cus_ada', 'cus_b', 'cus_c', 'cus_d', 'cus_e'].map((customerId) =>
      only(paid({ customerId, email: `${customerId}@example.com` })),
    );
    account.failWith(({ url }) =>
      url.endsWith('cus_ada')
        ? refusal(429, { type: 'invalid_request_error', code: 'lock_timeout', message: 'locked' })
        : undefined,
    );
    const outcomes = await open().upsert(people);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'retry',
      ...people.slice(1).map(() => 'delivered'),
    ]);
    account.failWith(
      refusal(429, { type: 'invalid_request_error', code: 'rate_limit', message: '' }),
    );
    expect(await open().upsert(people)).toMatchObject(
      people.map(() => ({ status: 'snooze', afterSeconds: 2 })),
    );
  });
});

describe('the official package', () => {
  const sdk = () =>
    new Stripe(KEY, {
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(async (input, init) => {
        const request = new Request(input, init);
        sent.push(await request.clone().text());
        return account.app.fetch(request);
      }),
    });
  let sent: string[] = [];

  it('reads what was written, and would have sent the same', async () => {
    const bodies: string[] = [];
    account.failWith(async (request) => {
      if (request.method === 'POST') bodies.push(await request.text());
      return undefined;
    });
    const outcome = await write(only(paid()));
    const written = outcome?.status === 'delivered' ? outcome.written : {};
    sent = [];
    const customer = await sdk().customers.retrieve('cus_ada');
    expect(!customer.deleted && customer.metadata).toEqual(written);
    sent = [];
    await sdk().customers.update('cus_ada', { metadata: written });
    const pairs = (body = '') => [...new URLSearchParams(body)];
    expect(pairs(sent[0])).toEqual(pairs(bodies[0]));
    // The same again changes nothing, and tells nobody.
    expect(account.events).toHaveLength(1);
  });
});
