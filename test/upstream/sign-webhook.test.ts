// Webhooks that Whence sends are genuine to the reference library.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signingKey, signWebhook } from '../../src/upstream/sign-webhook.ts';

const secretOf = (bytes: number, fill = 7) =>
  `whsec_${btoa(String.fromCharCode(...new Uint8Array(bytes).fill(fill)))}`;
const body = JSON.stringify({ type: 'alert.raised', text: 'ünï “quoted” 🚨' });
const webhook = () => ({ id: 'alert_1', atMs: Date.now(), body });

describe('a webhook that Whence sends', () => {
  it.each([24, 25, 26, 32, 64])(
    'is accepted by the reference library, key of %d bytes',
    async (bytes) => {
      const secret = secretOf(bytes);
      const headers = await signWebhook([secret], webhook());
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    },
  );

  it('is accepted under the old and under the new secret while it is rotated', async () => {
    const [old, fresh] = [secretOf(32, 1), secretOf(32, 2)];
    const headers = await signWebhook([fresh, old], webhook());
    for (const secret of [old, fresh]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  it('is refused under another secret, with another body or another id', async () => {
    const secret = secretOf(32);
    const headers = await signWebhook([secret], webhook());
    expect(() => new Webhook(secretOf(32, 9)).verify(body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'x' })).toThrow();
  });

  it('has no signature without a secret', async () => {
    expect(await signWebhook([], webhook())).not.toHaveProperty('webhook-signature');
  });
});

describe('a secret for signing', () => {
  it.each([
    'whsec_',
    secretOf(23),
    secretOf(65),
    secretOf(32).slice('whsec_'.length),
    'whsec_not base64',
    `whsec_${'A'.repeat(33)}`,
    `${secretOf(32)}=`,
    `${secretOf(24)}=`,
    `${secretOf(25)}=`.slice(0, -2),
    `whsec_${'A'.repeat(33)}=`,
    `sk_live_${'0123456789abcdef'.repeat(2)}`,
  ])('is not %s', (secret) => {
    expect(signingKey(secret)).toBeUndefined();
  });

  it('may lack its padding', () => {
    expect(signingKey(secretOf(32).replace(/=+$/, ''))).toHaveLength(32);
  });
});
