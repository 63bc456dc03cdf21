// Kinde's JWT: only RS256, only keys of the pinned domain, and no old tokens.
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createIssuer } from '../../samples/issuer.ts';
import { kinde as sample } from '../../samples/kinde.ts';
import { issuerKeys } from '../../src/sources/issuer-keys.ts';
import { kinde } from '../../src/sources/kinde.ts';
import { NOW, openWebhookRoute } from './webhook-route.ts';

const DOMAIN = 'https://acme.kinde.com';
const KEYS_URL = `${DOMAIN}/.well-known/jwks`;
const KID = '2a:e0:6f:c1';
const claims = JSON.parse(
  sample.payload({
    eventId: 'event_01',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    occurredAt: new Date(NOW.getTime() - 30_000),
  }),
);
const issuer = createIssuer(KID);

/** The webhook route with an issuer that answers `answer`, and the addresses that it asked. */
function doorway(
  answer: () => Response | Promise<Response> = published,
  now: () => number = () => NOW.getTime(),
) {
  const asked: string[] = [];
  const send: typeof fetch = async (input) => {
    asked.push(new Request(input).url);
    return answer();
  };
  const settings = { KINDE_WEBHOOK_SECRET: DOMAIN };
  return { ...openWebhookRoute({ settings, issuerKeys: issuerKeys(send, now) }), asked };
}

async function published(...others: ReturnType<typeof createIssuer>[]): Promise<Response> {
  const sets = await Promise.all([issuer, ...others].map((each) => each.publishedKeys()));
  return Response.json({ keys: sets.flatMap(({ keys }) => keys) });
}

const webhook = (body: string) => ({ headers: { 'content-type': 'application/jwt' }, body });
const encoded = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
const inSeconds = (offset: number) => Math.floor(NOW.getTime() / 1000) + offset;

async function signedWith(alg: string, header: object = {}, kid = KID): Promise<string> {
  const { privateKey } = await generateKeyPair(alg);
  return new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** The public key as text. A careless verifier would use it as a shared secret. */
async function publicKeyText(): Promise<string> {
  const { keys } = await issuer.publishedKeys();
  const key = await importJWK({ kty: 'RSA', ...keys[0] }, 'RS256', { extractable: true });
  if (key instanceof Uint8Array) throw new Error('not a public key');
  return exportSPKI(key);
}

afterEach(() => {
  vi.useRealTimers();
});

describe('Kinde’s JWT', () => {
  it('is accepted with any webhook-id beside it, and only the pinned domain is asked for keys', async () => {
    const { post, queued, asked } = doorway();
    const body = await issuer.sign(claims);
    for (const id of ['msg_1', 'msg_2']) {
      const headers = { 'content-type': 'application/jwt', 'webhook-id': id };
      expect((await post('kinde', { headers, body })).status).toBe(200);
    }
    expect(new Set(queued.map(({ id }) => id))).toEqual(new Set(['kinde:event_01']));
    expect(asked).toEqual([KEYS_URL]);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['alg none', () => `${encoded({ alg: 'none', kid: KID })}.${encoded(claims)}.`],
    [
      'HS256 under the public key',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: KID })
          .sign(new TextEncoder().encode(await publicKeyText())),
    ],
    ['ES256', () => signedWith('ES256')],
    ['another key under the known kid', () => signedWith('RS256')],
    ['an unknown kid', () => signedWith('RS256', {}, 'another')],
    ['a jku of its own', () => signedWith('RS256', { jku: 'https://evil.example/keys' }, 'evil')],
    [
      'a jwk of its own',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(publicKey) })
          .sign(privateKey);
      },
    ],
    ['another issuer', () => issuer.sign({ ...claims, iss: 'https://evil.kinde.com' })],
    ['an expiry long past', () => issuer.sign({ ...claims, exp: inSeconds(-301) })],
    ['a start in the future', () => issuer.sign({ ...claims, nbf: inSeconds(301) })],
    ['an age of 49 hours', () => issuer.sign({ ...claims, timestamp: '2026-11-21T08:00:00Z' })],
    ['a time in the future', () => issuer.sign({ ...claims, timestamp: '2026-11-23T09:05:01Z' })],
    [
      'no time at all',
      () => issuer.sign({ ...claims, timestamp: undefined, event_timestamp: undefined }),
    ],
    ['its claims without a signature', () => JSON.stringify(claims)],
    ['nothing', () => ''],
  ])('with %s is refused', async (_, token) => {
    const { post, queued, asked } = doorway();
    expect((await post('kinde', webhook(await token()))).status).toBe(401);
    expect(queued).toEqual([]);
    // A stranger must not choose which address the Worker asks.
    expect(asked.filter((url) => url !== KEYS_URL)).toEqual([]);
  });

  it('signed with a key of Kinde is refused when it is not RS256', async () => {
    const pss = createIssuer('pss', 'PS256');
    const { post } = doorway(() => published(pss));
    expect((await post('kinde', webhook(await pss.sign(claims)))).status).toBe(401);
  });

  it('that is sent again after a day and a half is still accepted', async () => {
    const { post, queued } = doorway();
    const old = { ...claims, timestamp: '2026-11-21T21:00:00.000000+00:00' };
    expect((await post('kinde', webhook(await issuer.sign(old)))).status).toBe(200);
    expect(queued).toHaveLength(1);
  });

  it('that only says who a person is announces no signup', async () => {
    const { post, queued } = doorway();
    const idToken = { iss: DOMAIN, sub: 'kp_1', email: 'eve@example.com', iat: inSeconds(-5) };
    expect((await post('kinde', webhook(await issuer.sign(idToken)))).status).toBe(400);
    expect(queued).toEqual([]);
  });
});

describe('KINDE_WEBHOOK_SECRET', () => {
  it.each([
    ['https://acme.kinde.com', true],
    ['https://acme.kinde.com/', true],
    ['acme.kinde.com', true],
    ['https://auth.acme.example', true],
    ['http://acme.kinde.com', false],
    ['https://acme.kinde.com/api', false],
    ['https://acme.kinde.com@evil.example', false],
    ['https://acme.kinde.com:8443', false],
    ['acme', false],
  ])('%s names a domain: %s', (setting, isDomain) => {
    expect(kinde.secretProblem(setting) === undefined).toBe(isDomain);
  });
});

describe('Kinde’s keys', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['nobody answers', () => Promise.reject(new TypeError('network'))],
    ['the answer is an error', () => new Response('', { status: 500 })],
    ['the answer leads elsewhere', () => Response.redirect('https://evil.example/keys')],
    ['the answer is no JSON', () => new Response('<html>')],
    ['the answer holds no keys', () => Response.json({ error: 'maintenance' })],
  ])('cannot be read while %s: the answer is 503 until they can be read', async (_, answer) => {
    let isBroken = true;
    let nowMs = NOW.getTime();
    const { post, queued, asked } = doorway(
      () => (isBroken ? answer() : published()),
      () => nowMs,
    );
    const body = await issuer.sign(claims);
    const { status, headers } = await post('kinde', webhook(body));
    expect(status).toBe(503);
    expect(headers.get('retry-after')).not.toBeNull();
    isBroken = false;
    // An issuer that is down is not asked again for a moment.
    expect((await post('kinde', webhook(body))).status).toBe(503);
    expect(asked).toHaveLength(1);
    nowMs += 10_000;
    expect((await post('kinde', webhook(body))).status).toBe(200);
    expect(queued).toHaveLength(1);
  });

  it('are asked for once, for any number of unknown kids that strangers make up', async () => {
    const { post, asked } = doorway();
    await post('kinde', webhook(await issuer.sign(claims)));
    for (const kid of ['a', 'b', 'c']) {
      await post('kinde', webhook(await signedWith('RS256', {}, kid)));
    }
    expect(asked).toEqual([KEYS_URL]);
  });

  it('are still found for everybody when the token of a stranger names no key', async () => {
    const { post } = doorway(() => published(createIssuer('next')));
    const { privateKey } = await generateKeyPair('RS256');
    const nameless = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey);
    expect((await post('kinde', webhook(nameless))).status).toBe(401);
    expect((await post('kinde', webhook(await issuer.sign(claims)))).status).toBe(200);
  });

  it('are asked for again after half a minute, so that a new key is found', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    const next = createIssuer('next');
    let isRotated = false;
    const { post, asked } = doorway(() => (isRotated ? published(next) : published()));
    await post('kinde', webhook(await issuer.sign(claims)));
    isRotated = true;
    const body = await next.sign(claims);
    expect((await post('kinde', webhook(body))).status).toBe(401);
    vi.setSystemTime(NOW.getTime() + 31_000);
    expect((await post('kinde', webhook(body))).status).toBe(200);
    expect(asked).toHaveLength(2);
  });
});
