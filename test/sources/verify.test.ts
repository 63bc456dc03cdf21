// The verification of signatures, with published vectors and malformed headers.
import { describe, expect, it } from 'vitest';
import { type Scheme, standardWebhooks, stripeSignature, svix } from '../../src/sources/scheme.ts';
import { verify } from '../../src/sources/verify.ts';

const check = (
  scheme: Scheme,
  headers: Record<string, string>,
  body: string,
  secret: string,
  nowSeconds: number,
) =>
  verify([scheme], {
    headers: new Headers(headers),
    body: new TextEncoder().encode(body),
    secrets: [secret],
    now: nowSeconds * 1000,
    issuerKeys: () => Promise.reject(new Error('no JWT here')),
  });

// https://docs.svix.com/receiving/verifying-payloads/how-manual
const vector = {
  secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
  id: 'msg_loFOjxBNrRLzqYUf',
  timestamp: '1731705121',
  body: '{"event_type":"ping","data":{"success":true}}',
  signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
};

describe('published vectors', () => {
  it.each([
    ['svix-', svix],
    ['webhook-', svix],
    ['webhook-', standardWebhooks],
  ] as const)('Svix’ documented example verifies with %s headers', async (prefix, scheme) => {
    const headers = {
      [`${prefix}id`]: vector.id,
      [`${prefix}timestamp`]: vector.timestamp,
      [`${prefix}signature`]: vector.signature,
    };
    expect(await check(scheme, headers, vector.body, vector.secret, 1731705121)).toMatchObject({
      ok: true,
      signed: { id: vector.id },
    });
  });
});

describe('a list of signatures', () => {
  const headers = (signature: string) => ({
    'webhook-id': vector.id,
    'webhook-timestamp': vector.timestamp,
    'webhook-signature': signature,
  });
  const other = `v1,${'A'.repeat(43)}=`;
  const good = vector.signature;

  it.each([
    [`${good} ${other}`, true],
    [`${other} ${good}`, true],
    [`${other}, ${good}`, true],
    [`${good}, ${other}`, true],
    [`v2,x ${good}`, true],
    [`v1a,${good.slice(3)}`, false],
    [good.slice(3), false],
    ['v1,', false],
    ['v1', false],
    [`${good},extra`, false],
    [good.slice(0, -6), false],
    [good.replace('=', ''), false],
    [good.replaceAll('/', '_'), false],
    // The last digit has two spare bits: these are the same bytes in another spelling.
    [good.replace('D0=', 'D1='), false],
    [`${other} `.repeat(10) + good, false],
  ])('%s → %s', async (signature, ok) => {
    const verification = await check(
      standardWebhooks,
      headers(signature),
      vector.body,
      vector.secret,
      1731705121,
    );
    expect(verification.ok).toBe(ok);
  });

  it.each([
    'hello',
    '1731705121abc',
    '1731705121.9',
    '0x67381a21',
    '-1731705121',
    '١٧٣١٧٠٥١٢١',
    '1731705121000',
    ' ',
    'Infinity',
  ])('a timestamp of %s is refused', async (timestamp) => {
    const changed = { ...headers(good), 'webhook-timestamp': encodeURI(timestamp) };
    expect(
      await check(standardWebhooks, changed, vector.body, vector.secret, 1731705121),
    ).toMatchObject({ ok: false, reason: expect.stringMatching(/^header_/) });
  });

  it('header families are never mixed within a request', async () => {
    const mixed = {
      'svix-id': vector.id,
      'svix-timestamp': vector.timestamp,
      'webhook-signature': good,
    };
    expect(await check(svix, mixed, vector.body, vector.secret, 1731705121)).toEqual({
      ok: false,
      reason: 'header_missing',
    });
  });

  it.each(['msg.1731705121', 'a b', 'jan\u00e9', '\t.', 'x'.repeat(257)])(
    'an id of %j is refused by name: a dot could hide the timestamp',
    async (id) => {
      const changed = { ...headers(good), 'webhook-id': id };
      expect(
        await check(standardWebhooks, changed, vector.body, vector.secret, 1731705121),
      ).toEqual({ ok: false, reason: 'id_malformed' });
      const unsigned = { ...changed, 'webhook-signature': 'v1,' };
      expect(
        await check(standardWebhooks, unsigned, vector.body, vector.secret, 1731705121),
      ).toEqual({ ok: false, reason: 'header_malformed' });
    },
  );
});

describe('the Stripe-style header', () => {
  const secret = 'whsec_test_secret_of_ample_length';
  const body = '{"id":"evt_1"}';

  async function mac(key: Uint8Array, content: string): Promise<string> {
    const hmac = await crypto.subtle.importKey(
      'raw',
      key,
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const digest = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(content));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const genuine = () => mac(new TextEncoder().encode(secret), `1731705121.${body}`);

  it.each<[string, (signature: string) => string, boolean]>([
    ['one v1', (v1) => `t=1731705121,v1=${v1}`, true],
    ['a second v1 during rotation', (v1) => `t=1731705121,v1=${'0'.repeat(64)},v1=${v1}`, true],
    ['a v0 of test mode beside it', (v1) => `t=1731705121,v1=${v1},v0=${'0'.repeat(64)}`, true],
    ['upper-case hex', (v1) => `t=1731705121,v1=${v1.toUpperCase()}`, true],
    ['only v0: a downgrade', (v1) => `t=1731705121,v0=${v1}`, false],
    ['two timestamps', (v1) => `t=1731705121,t=1731705121,v1=${v1}`, false],
    ['no timestamp', (v1) => `v1=${v1}`, false],
    ['a timestamp in milliseconds', (v1) => `t=1731705121000,v1=${v1}`, false],
    ['66 hex digits', (v1) => `t=1731705121,v1=${v1}00`, false],
    ['an odd number of digits', (v1) => `t=1731705121,v1=${v1.slice(1)}`, false],
    ['an empty v1', () => 't=1731705121,v1=', false],
    ['another format', () => 'hello', false],
  ])('with %s', async (_, header, ok) => {
    const headers = { 'stripe-signature': header(await genuine()) };
    expect((await check(stripeSignature, headers, body, secret, 1731705121)).ok).toBe(ok);
  });

  it('the key is the whole text of the secret, not the text decoded', async () => {
    const base64 = btoa('sixteen bytes or more');
    const decoded = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const headers = {
      'stripe-signature': `t=1731705121,v1=${await mac(decoded, `1731705121.${body}`)}`,
    };
    expect((await check(stripeSignature, headers, body, `whsec_${base64}`, 1731705121)).ok).toBe(
      false,
    );
  });
});
