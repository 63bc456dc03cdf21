// Cloudflare Access: everybody it lets in is the operator. A forged token opens nothing.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { worker } from '../worker-under-test.ts';
import { createWorld } from '../world.ts';

const AUDIENCE = 'a'.repeat(64);
const ISSUER = 'https://acme.cloudflareaccess.com';
const settings = { ACCESS_TEAM_DOMAIN: 'acme', ACCESS_AUD: AUDIENCE };
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Keys;
let theirs: Keys;

beforeAll(async () => {
  ours = await generateKeyPair('RS256', { extractable: true });
  theirs = await generateKeyPair('RS256', { extractable: true });
});

beforeEach(async () => {
  const world = await createWorld();
  const keys = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'a', alg: 'RS256' }] };
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const { url } = new Request(input, init);
    return url === `${ISSUER}/cdn-cgi/access/certs`
      ? Promise.resolve(Response.json(keys))
      : world.fetch(input, init);
  });
});

interface Token {
  issuer?: string;
  audience?: string;
  expires?: string;
  keys?: Keys;
}
const sign = ({ issuer = ISSUER, audience = AUDIENCE, expires = '1h', keys = ours }: Token = {}) =>
  new SignJWT({ email: 'operator@example.com' })
    .setProtectedHeader({ alg: 'RS256', kid: 'a' })
    .setIssuer(issuer)
    .setAudience([audience])
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(keys.privateKey);

function ask(
  token: string,
  path = '/api/signups',
  init: { method?: string; headers?: Record<string, string> } = {},
  more: object = settings,
) {
  const request = new Request<unknown, IncomingRequestCfProperties>(
    `https://whence.example${path}`,
    {
      redirect: 'manual',
      ...init,
      headers: { 'cf-access-jwt-assertion': token, ...init.headers },
    },
  );
  return worker.fetch(request, { ...env, ...more }, createExecutionContext());
}

describe('Cloudflare Access', () => {
  it.each(['/', '/api/signups'])('opens %s', async (path) => {
    expect((await ask(await sign(), path)).status).toBe(200);
  });

  it.each<[string, Token]>([
    ['another team', { issuer: 'https://other.cloudflareaccess.com' }],
    ['another application', { audience: 'b'.repeat(64) }],
    ['yesterday', { expires: '-1h' }],
    ['a stranger', {}],
  ])('does not open with a token of %s', async (who, token) => {
    const keys = who === 'a stranger' ? theirs : ours;
    expect((await ask(await sign({ ...token, keys }))).status).toBe(401);
  });

  it('does not open with a text that is not a token, or where it is not configured', async () => {
    expect((await ask('nonsense')).status).toBe(401);
    expect((await ask(await sign(), '/api/signups', {}, {})).status).toBe(401);
  });

  it('lets a script write, and a browser only from our own pages', async () => {
    const erase = { method: 'DELETE' };
    const path = '/api/people/ada@example.com';
    expect((await ask(await sign(), path, erase)).status).toBe(200);
    const cookie = { cookie: 'CF_Authorization=x', origin: 'https://evil.example' };
    expect((await ask(await sign(), path, { ...erase, headers: cookie })).status).toBe(403);
  });
});
