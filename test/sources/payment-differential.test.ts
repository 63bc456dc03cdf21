// Compared with the official SDKs: they accept what our samples sign, and we refuse what they refuse, and more.
import { Paddle } from '@paddle/paddle-node-sdk';
import { webhooks as polarWebhooks } from '@polar-sh/sdk/2026-10';
import { verifyWebhookSignature } from 'creem/webhooks.js';
import DodoPayments from 'dodopayments';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { signLegacy } from '../../samples/creem.ts';
import { samples } from '../../samples/index.ts';
import { newWhsec, type Sample, type SignedWebhook } from '../../samples/sample.ts';
import { sources } from '../../src/sources/index.ts';
import type { Source } from '../../src/sources/source.ts';
import { including, person, read, verifyAt } from './deliver.ts';

/** Resolves when the SDK accepts the request, and rejects when it does not. */
type OfficialVerifier = (webhook: SignedWebhook, secret: string) => Promise<unknown>;

const cryptoProvider = Stripe.createSubtleCryptoProvider();
const dodo = new DodoPayments({ bearerToken: 'unused' });
const paddle = new Paddle('unused');
const plain = (headers: Headers) => Object.fromEntries(headers.entries());

const official: Record<string, OfficialVerifier> = {
  stripe: ({ headers, body }, secret) =>
    Stripe.webhooks.constructEventAsync(
      body,
      headers.get('stripe-signature') ?? '',
      secret,
      undefined,
      cryptoProvider,
    ),
  clerk: async ({ headers, body }, secret) => new SvixWebhook(secret).verify(body, plain(headers)),
  signup: async ({ headers, body }, secret) =>
    new StandardWebhook(secret).verify(body, plain(headers)),
  polar: ({ headers, body }, secret) => polarWebhooks.validateEvent(body, plain(headers), secret),
  paddle: async ({ headers, body }, secret) => {
    const signature = headers.get('paddle-signature') ?? '';
    if (await paddle.webhooks.isSignatureValid(body, secret, signature)) return;
    throw new Error('not valid');
  },
  dodo: async ({ headers, body }, secret) =>
    dodo.webhooks.unwrap(body, { headers: plain(headers), key: secret }),
  creem: ({ headers, body }, secret) => verifyWebhookSignature(body, headers, secret),
};

interface Verdicts {
  theirs: boolean;
  ours: boolean;
}

function of(name: string): { sample: Sample; source: Source } {
  const sample = samples.get(name);
  const source = sources.get(name);
  if (!sample || !source) throw new Error(`no ${name}`);
  return { sample, source };
}

/** Signed around the real time, because the SDKs read the real clock. */
async function signed(name: string, secret: string, offsetSeconds = 0): Promise<SignedWebhook> {
  const at = new Date(Date.now() + offsetSeconds * 1000);
  const { sample } = of(name);
  return sample.sign(sample.payload(person), { secret, eventId: person.eventId, at });
}

async function judge(name: string, webhook: SignedWebhook, secret: string): Promise<Verdicts> {
  const theirs = official[name]?.(webhook, secret);
  const { source } = of(name);
  return {
    theirs:
      (await theirs?.then(
        () => true,
        () => false,
      )) ?? false,
    ours: (await verifyAt(source, webhook, [secret], new Date())).ok,
  };
}

const BOTH_ACCEPT: Verdicts = { theirs: true, ours: true };
const BOTH_REFUSE: Verdicts = { theirs: false, ours: false };
const ONLY_WE_REFUSE: Verdicts = { theirs: true, ours: false };
const ONLY_WE_ACCEPT: Verdicts = { theirs: false, ours: true };

describe.each(Object.keys(official))('the official SDK of %s', (name) => {
  const { sample } = of(name);
  const secret = sample.newSecret();

  it('accepts what our sample signs, and so do we', async () => {
    expect(await judge(name, await signed(name, secret), secret)).toEqual(BOTH_ACCEPT);
  });

  it.each<[string, (body: string) => string]>([
    ['a space at the end', (body) => `${body} `],
    ['a byte-order mark in front', (body) => `\uFEFF${body}`],
    ['an escaped character that parses to the same text', (body) => body.replace('e', '\\u0065')],
    ['another value', (body) => body.replace('ada', 'eve').replace('user_42', 'user_43')],
  ])('refuses a body with %s, and so do we', async (_, tamper) => {
    const { headers, body } = await signed(name, secret);
    expect(tamper(body)).not.toBe(body);
    const tampered = { headers, body: tamper(body) };
    expect(await judge(name, tampered, secret)).toEqual(BOTH_REFUSE);
  });

  it('refuses another secret, and so do we', async () => {
    const webhook = await signed(name, secret);
    expect(await judge(name, webhook, sample.newSecret())).toEqual(BOTH_REFUSE);
  });

  it('refuses a request without its headers, and so do we', async () => {
    const webhook = await signed(name, secret);
    for (const header of webhook.headers.keys()) {
      if (header === 'content-type') continue;
      const headers = new Headers(webhook.headers);
      headers.delete(header);
      expect(await judge(name, { headers, body: webhook.body }, secret), header).toEqual(
        BOTH_REFUSE,
      );
    }
  });

  it('refuses what was signed ten minutes ago, and so do we', async () => {
    expect(await judge(name, await signed(name, secret, -600), secret)).toEqual(BOTH_REFUSE);
  });
});

describe('we are stricter than', () => {
  const secret = newWhsec();

  it.each(['stripe', 'paddle'])(
    'the SDK of %s, which accepts any time in the future',
    async (name) => {
      const own = of(name).sample.newSecret();
      expect(await judge(name, await signed(name, own, 86_400), own)).toEqual(ONLY_WE_REFUSE);
    },
  );

  it('Stripe’s SDK, which uses the last of two timestamps', async () => {
    const webhook = await signed('stripe', secret);
    const twice = `t=1,${webhook.headers.get('stripe-signature')}`;
    webhook.headers.set('stripe-signature', twice);
    expect(await judge('stripe', webhook, secret)).toEqual(ONLY_WE_REFUSE);
  });

  it.each(['signup', 'dodo', 'creem', 'clerk'])(
    'the SDK of %s, which reads only the number at the start of a timestamp',
    async (name) => {
      for (const suffix of ['abc', '.9']) {
        const webhook = await signed(name, secret);
        const header = name === 'clerk' ? 'svix-timestamp' : 'webhook-timestamp';
        webhook.headers.set(header, `${webhook.headers.get(header)}${suffix}`);
        expect(await judge(name, webhook, secret), suffix).toEqual(ONLY_WE_REFUSE);
      }
    },
  );

  it('Polar’s SDK, which accepts any spelling of a number as a timestamp', async () => {
    const webhook = await signed('polar', secret);
    const timestamp = Number(webhook.headers.get('webhook-timestamp'));
    for (const spelling of [`${timestamp}.9`, `0x${timestamp.toString(16)}`, `+${timestamp}`]) {
      webhook.headers.set('webhook-timestamp', spelling);
      expect(await judge('polar', webhook, secret), spelling).toEqual(ONLY_WE_REFUSE);
    }
  });

  it('Paddle’s SDK, which reads only the number at the start of a timestamp', async () => {
    const own = of('paddle').sample.newSecret();
    const webhook = await signed('paddle', own);
    const header = webhook.headers.get('paddle-signature') ?? '';
    webhook.headers.set('paddle-signature', header.replace(';', '.9;'));
    expect(await judge('paddle', webhook, own)).toEqual(ONLY_WE_REFUSE);
  });

  it('Svix’ library, which mixes header families within a request', async () => {
    const { headers, body } = await signed('clerk', secret);
    headers.set('webhook-signature', headers.get('svix-signature') ?? '');
    headers.delete('svix-signature');
    expect(await judge('clerk', { headers, body }, secret)).toEqual(ONLY_WE_REFUSE);
  });

  it.each(['signup', 'creem', 'dodo'])(
    'the SDK of %s, which ignores what follows a signature',
    async (name) => {
      const { headers, body } = await signed(name, secret);
      headers.set('webhook-signature', `${headers.get('webhook-signature')},and,more`);
      expect(await judge(name, { headers, body }, secret)).toEqual(ONLY_WE_REFUSE);
    },
  );

  it('Creem’s SDK, which falls back to the older signature when the newer one is incomplete', async () => {
    const { headers, body } = await signed('creem', secret, -86_400);
    headers.delete('webhook-timestamp');
    headers.set('creem-signature', await signLegacy(body, secret));
    expect(await judge('creem', { headers, body }, secret)).toEqual(ONLY_WE_REFUSE);
  });

  it('Dodo’s SDK, which returns the body unverified when it is given no headers', async () => {
    const body = of('dodo').sample.payload(person);
    expect(Reflect.apply(dodo.webhooks.unwrap, dodo.webhooks, [body, {}])).toMatchObject({
      type: 'subscription.active',
    });
    expect(await verifyAt(of('dodo').source, { headers: {}, body }, [secret], new Date())).toEqual({
      ok: false,
      reason: 'header_missing',
    });
  });

  it.each(['creem', 'polar'])(
    'the SDK of %s, which decodes before it verifies, and so accepts bytes that were never signed',
    async (name) => {
      const { source, sample } = of(name);
      // Every broken byte decodes to U+FFFD, and a byte-order mark decodes to nothing.
      const text = sample.payload({ ...person, name: 'Ad\uFFFD' });
      const at = new Date();
      const { headers } = await sample.sign(text, { secret, eventId: person.eventId, at });
      const bytes = [...new TextEncoder().encode(text)];
      const place = bytes.findIndex((byte, index) => byte === 0xef && bytes[index + 1] === 0xbf);
      for (const other of [bytes.toSpliced(place, 3, 0xff), [0xef, 0xbb, 0xbf, ...bytes]]) {
        const body = Uint8Array.from(other);
        const theirs =
          name === 'creem'
            ? verifyWebhookSignature(body, headers, secret)
            : polarWebhooks.validateEvent(body, plain(headers), secret);
        await expect(theirs.then(() => 'accepted')).resolves.toBe('accepted');
        const issuerKeys = () => Promise.reject(new Error('no JWT here'));
        const now = at.getTime();
        expect(await source.verify({ headers, body, secrets: [secret], now, issuerKeys })).toEqual({
          ok: false,
          reason: 'signature_mismatch',
        });
      }
    },
  );
});

describe('we accept genuine requests although', () => {
  const secret = of('paddle').sample.newSecret();

  it('Paddle’s SDK refuses them after five seconds', async () => {
    expect(await judge('paddle', await signed('paddle', secret, -60), secret)).toEqual(
      ONLY_WE_ACCEPT,
    );
  });

  it('Paddle’s SDK only checks the last h1 of a rotation', async () => {
    const webhook = await signed('paddle', secret);
    const header = webhook.headers.get('paddle-signature') ?? '';
    webhook.headers.set('paddle-signature', `${header};h1=${'0'.repeat(64)}`);
    expect(await judge('paddle', webhook, secret)).toEqual(ONLY_WE_ACCEPT);
  });

  it('Paddle’s SDK refuses hexadecimal digits in upper case', async () => {
    const webhook = await signed('paddle', secret);
    const header = webhook.headers.get('paddle-signature') ?? '';
    const upper = header.replace(/h1=.*/, (h1) => `h1=${h1.slice(3).toUpperCase()}`);
    webhook.headers.set('paddle-signature', upper);
    expect(await judge('paddle', webhook, secret)).toEqual(ONLY_WE_ACCEPT);
  });

  it('Polar’s SDK throws on events that are newer than itself, which we ignore', async () => {
    const { sample, source } = of('polar');
    const body = including(sample.payload(person), '', { type: 'unheard.of' });
    const at = new Date();
    const webhook = await sample.sign(body, { secret, eventId: person.eventId, at });
    expect(await judge('polar', webhook, secret)).toEqual(ONLY_WE_ACCEPT);
    expect(read(source, body)).toEqual({ kind: 'ignored', reason: 'not_a_signup_event' });
  });
});

describe('the order of a rotation', () => {
  it.each(['signup', 'clerk', 'dodo', 'creem', 'polar'])(
    'does not matter to us or to the SDK of %s',
    async (name) => {
      const secret = newWhsec();
      const webhook = await signed(name, secret);
      const header = name === 'clerk' ? 'svix-signature' : 'webhook-signature';
      const good = webhook.headers.get(header);
      const other = `v1,${'A'.repeat(43)}=`;
      for (const list of [`${good} ${other}`, `${other} ${good}`, `v2,x ${other} ${good}`]) {
        webhook.headers.set(header, list);
        expect(await judge(name, webhook, secret), list).toEqual(BOTH_ACCEPT);
      }
    },
  );
});
