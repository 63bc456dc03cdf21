// Compared with the official SDKs of Clerk, Shopify and Kinde: they accept what our samples sign, and we refuse what they
// refuse, and more.
import { verifyWebhook } from '@clerk/backend/webhooks';
import { decodeWebhook } from '@kinde/webhooks';
import '@shopify/shopify-api/adapters/web-api';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { createLocalJWKSet } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clerk as clerkSample } from '../../samples/clerk.ts';
import { kinde as kindeSample } from '../../samples/kinde.ts';
import type { SignedWebhook } from '../../samples/sample.ts';
import { shopify as shopifySample } from '../../samples/shopify.ts';
import { clerk } from '../../src/sources/clerk.ts';
import { kinde } from '../../src/sources/kinde.ts';
import { shopify } from '../../src/sources/shopify.ts';
import { NOW, person, verifyAt, withHeaders } from './deliver.ts';

/** Whether the SDK accepts it. Some throw when they do not. */
const accepts = (verifying: () => Promise<boolean>) => verifying().catch(() => false);

const requestOf = ({ headers, body }: SignedWebhook) =>
  new Request('https://whence.example/webhooks', { method: 'POST', headers, body });

/** Around the real time, because the SDKs read the real clock. */
const signing = (secret: string, offsetSeconds = 0) => ({
  secret,
  eventId: person.eventId,
  at: new Date(Date.now() + offsetSeconds * 1000),
});

const TAMPERED: [string, (body: string) => string][] = [
  ['a space at the end', (body) => `${body} `],
  ['an escaped character that parses to the same text', (body) => body.replace('e', '\\u0065')],
  ['another value', (body) => body.replace('Ada', 'Eve')],
];

describe('Clerk’s SDK', () => {
  const secret = clerkSample.newSecret();
  const signed = (offset = 0) =>
    clerkSample.sign(clerkSample.payload(person), signing(secret, offset));
  async function judge(webhook: SignedWebhook, by = secret) {
    const theirs = await accepts(async () => {
      const { type } = await verifyWebhook(requestOf(webhook), { signingSecret: by });
      return type === 'user.created';
    });
    return { theirs, ours: (await verifyAt(clerk, webhook, [by], new Date())).ok };
  }

  it('accepts what our sample signs, and so do we', async () => {
    expect(await judge(await signed())).toEqual({ theirs: true, ours: true });
  });

  it.each(TAMPERED)('refuses a body with %s, and so do we', async (_, tamper) => {
    const { headers, body } = await signed();
    expect(tamper(body)).not.toBe(body);
    expect(await judge({ headers, body: tamper(body) })).toEqual({ theirs: false, ours: false });
  });

  it.each([-600, 600])('refuses what was signed %d seconds from now, and so do we', async (at) => {
    expect(await judge(await signed(at))).toEqual({ theirs: false, ours: false });
  });

  it('refuses another secret or a missing header, and so do we', async () => {
    const other = clerkSample.newSecret();
    expect(await judge(await signed(), other)).toEqual({ theirs: false, ours: false });
    for (const name of ['svix-id', 'svix-timestamp', 'svix-signature']) {
      const { headers, body } = await signed();
      headers.delete(name);
      expect(await judge({ headers, body }), name).toEqual({ theirs: false, ours: false });
    }
  });

  it('reads only the number at the start of a timestamp, and we do not', async () => {
    const { headers, body } = await signed();
    headers.set('svix-timestamp', `${headers.get('svix-timestamp')}.9`);
    expect(await judge({ headers, body })).toEqual({ theirs: true, ours: false });
  });
});

describe('Shopify’s SDK', () => {
  const secret = shopifySample.newSecret();
  const { webhooks } = shopifyApi({
    apiKey: 'unused',
    apiSecretKey: secret,
    apiVersion: ApiVersion.July26,
    hostName: 'whence.example',
    isEmbeddedApp: false,
    logger: { log: () => {} },
  });
  // The SDK also wants the headers that are not signed.
  const unsigned = {
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'acme.myshopify.com',
    'x-shopify-api-version': '2026-07',
    'x-shopify-webhook-id': crypto.randomUUID(),
  };
  const signed = async () =>
    withHeaders(await shopifySample.sign(shopifySample.payload(person), signing(secret)), unsigned);
  async function judge(webhook: SignedWebhook) {
    const theirs = await accepts(async () => {
      const rawRequest = requestOf(webhook);
      return (await webhooks.validate({ rawBody: webhook.body, rawRequest })).valid;
    });
    return { theirs, ours: (await verifyAt(shopify, webhook, [secret], new Date())).ok };
  }

  it('accepts what our sample signs, and so do we', async () => {
    expect(await judge(await signed())).toEqual({ theirs: true, ours: true });
  });

  it.each(TAMPERED)('refuses a body with %s, and so do we', async (_, tamper) => {
    const { headers, body } = await signed();
    expect(tamper(body)).not.toBe(body);
    expect(await judge({ headers, body: tamper(body) })).toEqual({ theirs: false, ours: false });
  });

  it.each(['', 'AAAA', `${'A'.repeat(43)}=`])(
    'refuses the signature %j, and so do we',
    async (mac) => {
      const { headers, body } = await signed();
      headers.set('x-shopify-hmac-sha256', mac);
      expect(await judge({ headers, body })).toEqual({ theirs: false, ours: false });
    },
  );

  it('prefers the header of Shopify Events, and so do we', async () => {
    const { headers, body } = await signed();
    headers.set('shopify-hmac-sha256', `${'A'.repeat(43)}=`);
    expect(await judge({ headers, body })).toEqual({ theirs: false, ours: false });
  });

  it('wants a topic and a shop in headers that nobody signed, and we read none of them', async () => {
    const { headers, body } = await signed();
    for (const name of Object.keys(unsigned)) headers.delete(name);
    expect(await judge({ headers, body })).toEqual({ theirs: false, ours: true });
  });
});

describe('Kinde’s SDK', () => {
  const domain = kindeSample.newSecret();
  const signed = (by = domain) => kindeSample.sign(kindeSample.payload(person), signing(by));
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  async function judge({ headers, body }: SignedWebhook) {
    const publishedKeys = (url: string) => kindeSample.publishedKeys?.(url) ?? { keys: [] };
    vi.stubGlobal('fetch', async (url: string) => Response.json(await publishedKeys(url)));
    const theirs = await accepts(async () => (await decodeWebhook(body, domain)) !== null);
    const { ok } = await kinde.verify({
      headers,
      body: new TextEncoder().encode(body),
      secrets: [domain],
      now: NOW.getTime(),
      issuerKeys: async (url) => createLocalJWKSet(await publishedKeys(url)),
    });
    return { theirs, ours: ok };
  }

  it('accepts what our sample signs, and so do we', async () => {
    expect(await judge(await signed())).toEqual({ theirs: true, ours: true });
  });

  it('refuses a token of another domain’s keys, and so do we', async () => {
    const other = await signed(kindeSample.newSecret());
    expect(await judge(other)).toEqual({ theirs: false, ours: false });
  });

  it.each<[string, (token: string[]) => string[]]>([
    ['other claims', ([head = '', , mac = '']) => [head, btoa('{"type":"user.created"}'), mac]],
    ['no signature', ([head = '', claims = '']) => [head, claims, '']],
    ['alg none', ([, claims = '']) => [btoa('{"alg":"none"}'), claims, '']],
    ['two parts', ([head = '', claims = '']) => [head, claims]],
  ])('refuses a token with %s, and so do we', async (_, change) => {
    const { headers, body } = await signed();
    const changed = change(body.split('.')).join('.').replaceAll('=', '');
    expect(await judge({ headers, body: changed })).toEqual({ theirs: false, ours: false });
  });
});
