// A webhook that is genuine, and set up in a way from which no signup can come. It is answered 200, with its own reason.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { SOURCE_REASONS } from '../../src/sources/reasons.ts';
import { type Changes, read, sampleWith } from './sample-with.ts';
import { NOW, openWebhookRoute } from './webhook-route.ts';

const THIN = {
  id: 'evt_65',
  object: 'v2.core.event',
  created: '2026-11-26T07:00:00.000Z',
  livemode: true,
  related_object: { id: 'cs_1', type: 'checkout.session', url: '/v1/checkout/sessions/cs_1' },
};
const SHOPIFY_EVENT = {
  topic: 'Customer',
  action: 'create',
  data: { customer: { id: 'gid://shopify/Customer/1', email: 'ada@mail.example' } },
};

async function answerTo(source: string, event: object) {
  const sample = samples.get(source);
  if (!sample) throw new Error(`no ${source}`);
  const secret = sample.newSecret();
  const route = openWebhookRoute({
    settings: { [`${source.toUpperCase()}_WEBHOOK_SECRET`]: secret },
  });
  const signed = await sample.sign(JSON.stringify(event), { secret, eventId: 'evt_1', at: NOW });
  const { status, answer } = await route.post(source, signed);
  return { status, answer, queued: route.queued.length };
}

describe('a genuine webhook from which no signup can come', () => {
  it.each<[string, string, string, object]>([
    ['stripe', 'thin_event', 'a checkout', { ...THIN, type: 'v1.checkout.session.completed' }],
    ['stripe', 'thin_event', 'a customer', { ...THIN, type: 'v1.customer.created' }],
    ['stripe', 'thin_event', 'any event', { ...THIN, type: 'v1.billing.meter.no_meter_found' }],
    ['supabase', 'other_table', 'public.profiles', table('public', 'profiles')],
    ['supabase', 'other_table', 'public.users', table('public', 'users')],
    ['supabase', 'other_table', 'auth.sessions', table('auth', 'sessions')],
    ['supabase', 'other_table', 'a deletion', { ...table('public', 'users'), type: 'DELETE' }],
    ['shopify', 'shopify_event', 'one of Shopify Events', SHOPIFY_EVENT],
    ['polar', 'chat_message', 'Discord', { content: '', embeds: [{ title: 'New order' }] }],
    ['polar', 'chat_message', 'Slack', { text: 'New order', blocks: [] }],
    ['auth0', 'log_stream', 'one entry', { log_id: '9002', data: { type: 'ss' } }],
    ['auth0', 'log_stream', 'several entries', { logs: [{ log_id: '9002' }] }],
    ['shopify', 'shopify_event', 'another one', { ...SHOPIFY_EVENT, topic: 'Order' }],
  ])('of %s is ignored as %s: %s', async (source, reason, _, event) => {
    expect(await answerTo(source, event)).toEqual({
      status: 200,
      answer: { status: 'ignored', reason },
      queued: 0,
    });
    expect(SOURCE_REASONS).toHaveProperty([reason, 'todo']);
  });

  it.each([
    ['a deleted order', { id: 820982911946154500 }],
    ['a cart', { id: 'eeafa272cebfd4b22385bc4b645e762c', token: 'eeaf', line_items: [] }],
    ['a request for data', { shop_id: 954889, customer: { email: 'ada@mail.example' } }],
    ['a product', { admin_graphql_api_id: 'gid://shopify/Product/1', title: 'Shirt' }],
    ['a shop', { id: 1, email: 'shop@mail.example', domain: null }],
  ])('of Shopify has another topic: %s', async (_, event) => {
    expect(await answerTo('shopify', event)).toMatchObject({
      status: 200,
      answer: { status: 'ignored', reason: 'not_a_signup_event' },
    });
  });

  it('of Shopify is signed under the newer header as under the older one', async () => {
    const secret = 'shpss_0123456789abcdef0123456789abcdef';
    const route = openWebhookRoute({ settings: { SHOPIFY_WEBHOOK_SECRET: secret } });
    const body = JSON.stringify(SHOPIFY_EVENT);
    const signed = await samples.get('shopify')?.sign(body, { secret, eventId: '', at: NOW });
    const mac = signed?.headers.get('x-shopify-hmac-sha256') ?? '';
    const answer = await route.post('shopify', { headers: { 'shopify-hmac-sha256': mac }, body });
    expect(answer).toMatchObject({ status: 200, answer: { reason: 'shopify_event' } });
  });
});

describe('the older names of an event', () => {
  it('of Auth0 count, too', () => {
    const created = { type: 'com.auth0.user.created', specversion: undefined, spec_version: '1.0' };
    expect(read('auth0', created)).toMatchObject({ id: 'auth0:evt_1', email: 'ada@example.com' });
    expect(read('auth0', { type: 'com.auth0.user.deleted' })).toMatchObject({
      reason: 'not_a_signup_event',
    });
    expect(read('auth0', { type: 'com.example.user.created' })).toMatchObject({
      reason: 'not_a_signup_event',
    });
  });
});

function table(schema: string, name: string): Changes {
  return sampleWith('supabase', { schema, table: name });
}
