// The generic source with a key pair: the app has `whsk_…`, and the Worker only knows `whpk_…`.
import { beforeAll, describe, expect, it } from 'vitest';
import { newWhsec, toBase64, unixSeconds } from '../../samples/sample.ts';
import { signup as sample } from '../../samples/signup.ts';
import { signup } from '../../src/sources/signup.ts';
import { NOW, person, verifyAt } from './deliver.ts';

const body = sample.payload(person);
const id = person.eventId;
const timestamp = String(unixSeconds(NOW));

interface KeyPair {
  sign(content: string): Promise<string>;
  whpk: string;
}

async function newKeyPair(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  if (!(raw instanceof ArrayBuffer)) throw new Error('no raw key');
  return {
    whpk: `whpk_${toBase64(new Uint8Array(raw))}`,
    async sign(content) {
      const bytes = new TextEncoder().encode(content);
      const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, bytes);
      return `v1a,${toBase64(new Uint8Array(signature))}`;
    },
  };
}

const request = (signature: string, changes: Record<string, string> = {}) => ({
  headers: {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
    ...changes,
  },
  body,
});

describe('a v1a signature', () => {
  let keys: KeyPair;
  let good: string;
  beforeAll(async () => {
    keys = await newKeyPair();
    good = await keys.sign(`${id}.${timestamp}.${body}`);
  });
  const accepts = async (webhook: { headers: HeadersInit; body: string }, secrets: string[]) =>
    (await verifyAt(signup, webhook, secrets)).ok;

  it('is accepted with the public key, which can be set as the secret', async () => {
    expect(signup.secretProblem(keys.whpk)).toBeUndefined();
    expect(await verifyAt(signup, request(good), [keys.whpk])).toEqual({
      ok: true,
      signed: { id, at: NOW.toISOString() },
    });
  });

  it('is refused for another body, id, time or key', async () => {
    expect(await accepts({ ...request(good), body: `${body} ` }, [keys.whpk])).toBe(false);
    expect(await accepts(request(good, { 'webhook-id': 'evt_other' }), [keys.whpk])).toBe(false);
    const later = { 'webhook-timestamp': String(Number(timestamp) + 1) };
    expect(await accepts(request(good, later), [keys.whpk])).toBe(false);
    expect(await accepts(request(good), [(await newKeyPair()).whpk])).toBe(false);
  });

  it('is refused with a bit flipped in any of its bytes', async () => {
    const bytes = Uint8Array.from(atob(good.slice(4)), (c) => c.charCodeAt(0));
    for (let index = 0; index < bytes.length; index += 1) {
      const flipped = bytes.with(index, (bytes[index] ?? 0) ^ (1 << (index % 8)));
      expect(await accepts(request(`v1a,${toBase64(flipped)}`), [keys.whpk])).toBe(false);
    }
  });

  it.each<[string, (signature: string) => string]>([
    ['cut short', (signature) => signature.slice(0, -4)],
    ['without padding', (signature) => signature.replace('==', '')],
    ['with the version of a MAC', (signature) => signature.replace('v1a', 'v1')],
    ['with an unknown version', (signature) => signature.replace('v1a', 'v2a')],
    ['empty', () => 'v1a,'],
    ['all zeros', () => `v1a,${toBase64(new Uint8Array(64))}`],
  ])('is refused %s', async (_, change) => {
    expect(await accepts(request(change(good)), [keys.whpk])).toBe(false);
  });

  it('is refused with a shared secret', async () => {
    expect(await accepts(request(good), [newWhsec()])).toBe(false);
    // Also when the public key is set as if it were the bytes of a secret.
    expect(await accepts(request(good), [keys.whpk.replace('whpk_', 'whsec_')])).toBe(false);
  });

  it('is all that counts with a public key: a MAC made with that key is a forgery', async () => {
    const asSecret = keys.whpk.replace('whpk_', 'whsec_');
    const forged = await sample.sign(body, { secret: asSecret, eventId: id, at: NOW });
    expect(await verifyAt(signup, forged, [keys.whpk])).toMatchObject({ ok: false });
  });

  it('can be in a list with MACs while an app moves from one to the other', async () => {
    const secret = newWhsec();
    const mac = (await sample.sign(body, { secret, eventId: id, at: NOW })).headers.get(
      'webhook-signature',
    );
    const both = request(`${mac} ${good}`);
    expect(await accepts(both, [secret])).toBe(true);
    expect(await accepts(both, [keys.whpk])).toBe(true);
    expect(await accepts(both, [secret, keys.whpk])).toBe(true);
    expect(await accepts(both, [newWhsec()])).toBe(false);
  });
});

describe('the public key of v1a', () => {
  it.each(['whpk_', 'whpk_AAAA', `whpk_${'A'.repeat(86)}==`, 'whpk_%%%'])('is not %s', (key) => {
    expect(signup.secretProblem(key)).toBeDefined();
  });

  it('is not the private key, which only the app has', () => {
    expect(signup.secretProblem(`whsk_${'A'.repeat(86)}==`)).toBeDefined();
  });

  it('is a secret of this source only: the others refuse it', async () => {
    const { sources } = await import('../../src/sources/index.ts');
    const { whpk } = await newKeyPair();
    for (const name of ['clerk', 'dodo']) {
      expect(sources.get(name)?.secretProblem(whpk), name).toBeDefined();
    }
  });
});
