// The vectors that Stripe, Paddle, Standard Webhooks and Svix publish have the same results here.
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { hmacSha256, toHex, unixSeconds } from '../../samples/sample.ts';
import { paddle } from '../../src/sources/paddle.ts';
import { bodySignature, standardWebhooks } from '../../src/sources/scheme.ts';
import { signup } from '../../src/sources/signup.ts';
import { verify } from '../../src/sources/verify.ts';
import { verifyAt } from './deliver.ts';

const cryptoProvider = Stripe.createSubtleCryptoProvider();

/**
 * The published vectors have secrets of 11 and 12 characters, which are too short for us. HMAC pads short keys with
 * zero bytes (RFC 2104), so the padded secrets are the same keys.
 */
const padded = (secret: string) => secret.padEnd(16, '\0');

describe('published vectors', () => {
  // https://github.com/stripe/stripe-node: documented at CryptoProvider, and its tests.
  it.each([
    ['', 'f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfcaf9521f43fd8927fd'],
    ['\u{1f600}', '837da296d05c4fe31f61d5d7ead035099d9585a5bcde87de952012a78f0b0c43'],
    [
      '{"obj1":"hello","obj2":"world"}',
      'bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363',
    ],
  ])('of Stripe: %j', async (text, mac) => {
    const verification = await verify([bodySignature(['signature'], 'hex')], {
      headers: new Headers({ signature: mac }),
      body: new TextEncoder().encode(text),
      secrets: [padded('test_secret')],
      now: 0,
      issuerKeys: () => Promise.reject(new Error('no JWT here')),
    });
    expect(verification).toEqual({ ok: true, signed: {} });
    expect(toHex(await hmacSha256('test_secret', text))).toBe(mac);
    expect(await cryptoProvider.computeHMACSignatureAsync(text, 'test_secret')).toBe(mac);
  });

  // https://github.com/PaddleHQ/paddle-node-sdk, tests of the validator.
  const paddleMac = 'a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9';
  const rotatedMac = '28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261';
  it.each([
    ['one h1', '{"data": ["1", "2"]}', `h1=${paddleMac}`, 'VALID_SECRET', true],
    [
      'two h1 and an h2',
      '{"data": "value"}',
      `h1=${rotatedMac};h1=${rotatedMac};h2=RANDOM_HASH`,
      'VALID_SECRET',
      true,
    ],
    ['another secret', '{"data": ["1", "2"]}', `h1=${paddleMac}`, 'INVALID_VALID_SECRET', false],
    ['more spaces', '{ "data": [ "1", "2" ]}', `h1=${paddleMac}`, 'VALID_SECRET', false],
  ])('of Paddle: %s', async (_, body, signatures, secret, ok) => {
    const headers = { 'paddle-signature': `ts=1698796800;${signatures}` };
    const at = new Date(1698796800_000);
    const verification = await verifyAt(paddle, { headers, body }, [padded(secret)], at);
    expect(verification.ok).toBe(ok);
  });

  // https://github.com/standard-webhooks/standard-webhooks and https://github.com/svix/svix-webhooks, their tests.
  const documented = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1614265330_000),
    body: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    v1: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const standardHeaders = (signature: string) => ({
    'webhook-id': documented.id,
    'webhook-timestamp': String(unixSeconds(documented.at)),
    'webhook-signature': signature,
  });

  it('of Standard Webhooks, with and without the secret’s prefix', async () => {
    const { id, at, body, secret, v1 } = documented;
    expect(new Webhook(secret).sign(id, at, body)).toBe(v1);
    for (const spelling of [secret, secret.slice('whsec_'.length), `v1,${secret}`]) {
      const verification = await verify([standardWebhooks], {
        headers: new Headers(standardHeaders(v1)),
        body: new TextEncoder().encode(body),
        secrets: [spelling],
        now: at.getTime(),
        issuerKeys: () => Promise.reject(new Error('no JWT here')),
      });
      expect(verification, spelling).toMatchObject({ ok: true, signed: { id } });
    }
  });

  it('of Standard Webhooks with a key pair, from Svix’ server', async () => {
    const v1a =
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    const webhook = { headers: standardHeaders(v1a), body: documented.body };
    const whpk = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
    expect(await verifyAt(signup, webhook, [whpk], documented.at)).toMatchObject({
      ok: true,
      signed: { id: documented.id },
    });
  });
});
