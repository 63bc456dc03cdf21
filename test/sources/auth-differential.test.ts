// The same bytes in the providers' own SDKs and in published vectors: WorkOS, Svix for Stytch, Logto.
import { WorkOS } from '@workos-inc/node';
import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import {
  hmacSha256,
  newToken,
  newWhsec,
  toBase64,
  toHex,
  unixSeconds,
} from '../../samples/sample.ts';
import { logto } from '../../src/sources/logto.ts';
import type { Source } from '../../src/sources/source.ts';
import { stytch } from '../../src/sources/stytch.ts';
import { workos } from '../../src/sources/workos.ts';

const BODY = '{"event":"user.created","data":{"first_name":"Zoë 👩‍🚀","note":"a \\u0022 b"}}';

/** The real time, because the SDKs read the real clock. */
const now = new Date();

async function isVerified(
  source: Source,
  headers: Record<string, string>,
  body: string,
  secret: string,
): Promise<boolean> {
  const { ok } = await source.verify({
    headers: new Headers(headers),
    body: new TextEncoder().encode(body),
    secrets: [secret],
    now: now.getTime(),
    issuerKeys: () => Promise.reject(new Error('no JWT here')),
  });
  return ok;
}

/** Whether the SDK accepts it. The SDK throws when it does not. */
const isAccepted = (verifying: () => unknown) =>
  Promise.resolve()
    .then(verifying)
    .then(
      () => true,
      () => false,
    );

const TAMPERED = ['', ' ', `${BODY} `, BODY.replace('Zoë', 'Zoe'), BODY.replace('\\u0022', '"')];

describe('WorkOS’ SDK', () => {
  const { webhooks } = new WorkOS('sk_test_whence');
  const secret = newToken();
  const header = async (at = now.getTime()) =>
    `t=${at}, v1=${await webhooks.computeSignature(at, BODY, secret)}`;
  const sdk = (sigHeader: string, body: string) =>
    isAccepted(() => webhooks.verifyHeader({ payload: body, sigHeader, secret }));
  const ours = (sigHeader: string, body: string) =>
    isVerified(workos, { 'workos-signature': sigHeader }, body, secret);

  it('signs what Whence verifies', async () => {
    expect(await ours(await header(), BODY)).toBe(true);
  });

  it('verifies what is signed by hand', async () => {
    const at = now.getTime();
    const mac = toHex(await hmacSha256(secret, `${at}.${BODY}`));
    expect(await sdk(`t=${at}, v1=${mac}`, BODY)).toBe(true);
    expect(await ours(`t=${at}, v1=${mac}`, BODY)).toBe(true);
  });

  it.each(TAMPERED)('refuses the body %j, and so does Whence', async (body) => {
    expect([await sdk(await header(), body), await ours(await header(), body)]).toEqual([
      false,
      false,
    ]);
  });

  it('accepts any future timestamp, and Whence does not', async () => {
    const future = await header(now.getTime() + 86_400_000);
    expect([await sdk(future, BODY), await ours(future, BODY)]).toEqual([true, false]);
  });

  it.each([
    ['seconds', unixSeconds(now)],
    ['microseconds', now.getTime() * 1000],
  ])('can sign %s, which Whence refuses', async (_, at) => {
    expect(await ours(await header(at), BODY)).toBe(false);
  });

  it('checks only the first v1, and Whence accepts every v1 of a rotation', async () => {
    const rotated = (await header()).replace('v1=', `v1=${'0'.repeat(64)},v1=`);
    expect([await sdk(rotated, BODY), await ours(rotated, BODY)]).toEqual([false, true]);
  });

  it('accepts other bytes when it is given an object, and Whence verifies only the bytes', async () => {
    const spaced = `${BODY.slice(0, -1)} }`;
    const compact = JSON.stringify(JSON.parse(spaced));
    const at = now.getTime();
    const forCompact = `t=${at}, v1=${await webhooks.computeSignature(at, compact, secret)}`;
    const object = await isAccepted(() =>
      webhooks.verifyHeader({ payload: JSON.parse(spaced), sigHeader: forCompact, secret }),
    );
    expect([object, await ours(forCompact, spaced)]).toEqual([true, false]);
  });
});

describe('Svix’ SDK, which delivers for Stytch', () => {
  const secret = newWhsec();
  const svix = new Webhook(secret);
  const signed = (prefix: string, id = 'msg_2fCxZ8r1bW') => ({
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(unixSeconds(now)),
    [`${prefix}-signature`]: svix.sign(id, now, BODY),
  });
  const sdk = (headers: Record<string, string>, body: string) =>
    isAccepted(() => svix.verify(body, headers));
  const ours = (headers: Record<string, string>, body: string) =>
    isVerified(stytch, headers, body, secret);

  it.each(['svix', 'webhook'])('signs what Whence verifies, with %s- headers', async (prefix) => {
    expect([await sdk(signed(prefix), BODY), await ours(signed(prefix), BODY)]).toEqual([
      true,
      true,
    ]);
  });

  it('verifies what is signed by hand', async () => {
    const key = atob(secret.slice('whsec_'.length));
    const bytes = Uint8Array.from(key, (character) => character.charCodeAt(0));
    const imported = await crypto.subtle.importKey(
      'raw',
      bytes,
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const content = new TextEncoder().encode(`msg_1.${unixSeconds(now)}.${BODY}`);
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, content));
    const headers = { ...signed('svix', 'msg_1'), 'svix-signature': `v1,${toBase64(mac)}` };
    expect([await sdk(headers, BODY), await ours(headers, BODY)]).toEqual([true, true]);
  });

  it.each(TAMPERED)('refuses the body %j, and so does Whence', async (body) => {
    expect([await sdk(signed('svix'), body), await ours(signed('svix'), body)]).toEqual([
      false,
      false,
    ]);
  });

  it('mixes header families, and Whence does not', async () => {
    const { 'svix-signature': signature = '', ...rest } = signed('svix');
    const mixed = { ...rest, 'webhook-signature': signature };
    expect([await sdk(mixed, BODY), await ours(mixed, BODY)]).toEqual([true, false]);
  });
});

// https://github.com/logto-io/logto/blob/master/packages/core/src/utils/sign.test.ts
describe('Logto’s published vectors', () => {
  const vectors = [
    [
      '{"bar":"bar","foo":"foo"}',
      '436958f1dbfefab37712fb3927760490fbf7757da8c0b2306ee7b485f0360eee',
    ],
    ['{}', 'c76356efa19d219d1d7e08ccb20b1d26db53b143156f406c99dcb8e0876d6c55'],
  ] as const;
  // HMAC pads short keys with zeros, so this is the same key in the length that Whence requires.
  const secret = 'foo'.padEnd(16, '\0');

  it.each(vectors)('%s', async (body, mac) => {
    expect(toHex(await hmacSha256('foo', body))).toBe(mac);
    const headers = { 'logto-signature-sha-256': mac };
    expect(await isVerified(logto, headers, body, secret)).toBe(true);
    expect(await isVerified(logto, headers, `${body} `, secret)).toBe(false);
    const prefixed = { 'logto-signature-sha-256': `sha256=${mac}` };
    expect(await isVerified(logto, prefixed, body, secret)).toBe(false);
  });

  it('have a key that is too short as a secret', async () => {
    const [body, mac] = vectors[0];
    expect(await isVerified(logto, { 'logto-signature-sha-256': mac }, body, 'foo')).toBe(false);
  });
});
