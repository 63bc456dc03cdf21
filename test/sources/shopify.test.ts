// Shopify: only the body is signed, so only the body counts.
import { describe, expect, it } from 'vitest';
import { customerCreated, shopify as sample } from '../../samples/shopify.ts';
import { shopify } from '../../src/sources/shopify.ts';
import {
  including,
  NOW,
  person,
  read,
  readSignup,
  VISITOR_ID,
  verifyAt,
  withHeaders,
} from './deliver.ts';

const secret = sample.newSecret();
const body = sample.payload(person);
const sign = (text: string) => sample.sign(text, { secret, eventId: person.eventId, at: NOW });

describe('a Shopify request', () => {
  it('is accepted with the newer header as with the older one', async () => {
    const mac = (await sign(body)).headers.get('x-shopify-hmac-sha256') ?? '';
    const newer = { headers: { 'shopify-hmac-sha256': mac }, body };
    expect(await verifyAt(shopify, newer, [secret])).toMatchObject({ ok: true });
  });

  it('is refused when the newer header is wrong beside a good older one', async () => {
    const mixed = withHeaders(await sign(body), { 'shopify-hmac-sha256': `${'A'.repeat(43)}=` });
    expect(await verifyAt(shopify, mixed, [secret])).toMatchObject({ ok: false });
  });

  it.each(['x-shopify-', 'shopify-'])(
    'is the same signup with anything in its unsigned %s headers',
    async (prefix) => {
      const claimed = withHeaders(await sign(body), {
        [`${prefix}topic`]: 'customers/create',
        [`${prefix}event-id`]: crypto.randomUUID(),
        [`${prefix}webhook-id`]: crypto.randomUUID(),
        [`${prefix}shop-domain`]: 'another.example.com',
        [`${prefix}test`]: 'true',
      });
      const verification = await verifyAt(shopify, claimed, [secret]);
      // Only what is proven is read: no id, no topic, no shop from the headers.
      expect(verification).toEqual({ ok: true, signed: {} });
      expect(readSignup(shopify, body)).toMatchObject({
        test: false,
        id: expect.stringMatching(/Order/),
      });
    },
  );

  it('with another object in its body is ignored, even with the topic customers/create', async () => {
    const product = body.replace('/Order/', '/Product/');
    const claimed = withHeaders(await sign(product), { 'x-shopify-topic': 'customers/create' });
    expect(await verifyAt(shopify, claimed, [secret])).toMatchObject({ ok: true });
    expect(read(shopify, product)).toEqual({ kind: 'ignored', reason: 'not_a_signup_event' });
  });

  it.each([42, 'gid://shopify/Customer/', 'gid://shopify/Customer/1/../2', 'x', null])(
    'without a proper global id is unreadable: %j',
    (admin_graphql_api_id) => {
      expect(read(shopify, including(body, '', { admin_graphql_api_id }))).toEqual({
        kind: 'unreadable',
        reason: 'event_type_missing',
      });
    },
  );

  it('signed in hex, as other providers do, is refused', async () => {
    const mac = (await sign(body)).headers.get('x-shopify-hmac-sha256') ?? '';
    const hex = [...atob(mac)].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    const headers = { 'x-shopify-hmac-sha256': hex };
    expect(await verifyAt(shopify, { headers, body }, [secret])).toMatchObject({ ok: false });
  });
});

describe('a Shopify signup', () => {
  it('can be a created customer, with the visitor ID as the note', () => {
    expect(readSignup(shopify, customerCreated(person))).toMatchObject({
      email: 'ada.lovelace@example.com',
      name: 'Ada Lovelace',
      userId: expect.stringMatching(/^gid:\/\/shopify\/Customer\/\d+$/),
      visitorId: VISITOR_ID,
    });
    const noted = customerCreated({ ...person, visitorId: 'prefers a call' });
    expect(readSignup(shopify, noted).visitorId).toBeUndefined();
  });

  it.each(['datafast_visitor_id', 'datafastVisitorId', 'visitor_id'])(
    'has the cart attribute %s of its order',
    (name) => {
      const note_attributes = ['junk', { name: 'gift', value: 'yes' }, { name, value: VISITOR_ID }];
      expect(readSignup(shopify, including(body, '', { note_attributes })).visitorId).toBe(
        VISITOR_ID,
      );
    },
  );

  it('of an order by a guest has no user ID', () => {
    const guest = including(body, '', { customer: null });
    expect(readSignup(shopify, guest).userId).toBeUndefined();
    expect(readSignup(shopify, including(body, 'customer', {})).userId).toMatch(/Customer/);
  });
});
