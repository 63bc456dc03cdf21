// The login for browsers, and what a session may and may not do.
import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { worker } from '../worker-under-test.ts';
import { createWorld } from '../world.ts';
import { logIn, ORIGIN, openSession, postForm } from './browser-session.ts';

beforeEach(async () => {
  await createWorld();
});

const WRONG = 'wrong-admin-token-of-32-characters-or-more';
const DAY_MS = 24 * 60 * 60 * 1000;
const page = (path: string, headers: Record<string, string> = {}) =>
  exports.default.fetch(`${ORIGIN}${path}`, { headers, redirect: 'manual' });

describe('the login', () => {
  it('opens with ADMIN_TOKEN and gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const response = await logIn(env.ADMIN_TOKEN);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-whence=/);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/', 'Max-Age=604800']) {
      expect(cookie).toContain(attribute);
    }
    expect(cookie).not.toContain(env.ADMIN_TOKEN);
  });

  it('refuses another token without saying how it differs', async () => {
    const response = await logIn(WRONG);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toContain('not the ADMIN_TOKEN');
  });

  it.each([
    ['/signups/a?b=c', '/signups/a?b=c'],
    ['https://elsewhere.example/', '/'],
    ['//elsewhere.example', '/'],
    ['/.//elsewhere.example', '/elsewhere.example'],
    ['\\\\elsewhere.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('goes from %s to %s', async (next, location) => {
    const response = await postForm('/login', { token: env.ADMIN_TOKEN, next });
    expect(response.headers.get('location')).toBe(location);
  });

  it('sends a stranger to the form, and back to where they wanted to go', async () => {
    const response = await page('/signups/stripe%3Aevt_1');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/login?next=%2Fsignups%2Fstripe%253Aevt_1');
  });

  it.each([
    ['another site’s page', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a neighbour on the same site', { 'sec-fetch-site': 'same-site' }],
  ])('does not log in when %s asks', async (_, headers) => {
    expect((await logIn(env.ADMIN_TOKEN, headers)).status).toBe(403);
  });

  it('is closed, as the API is, until ADMIN_TOKEN is set', async () => {
    for (const path of ['/', '/login', '/signups/a']) {
      const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}${path}`);
      const closed = await worker.fetch(
        request,
        { ...env, ADMIN_TOKEN: '' },
        createExecutionContext(),
      );
      expect(closed.status).toBe(503);
      expect(await closed.text()).toContain('Closed until ADMIN_TOKEN is set');
    }
  });
});

describe('the throttle', () => {
  const from = (address: string) => ({ 'cf-connecting-ip': address });
  const count = () =>
    env.LEDGER.prepare('SELECT count(*) AS count FROM login_failures').first('count');

  it('closes for a client after five wrong tokens, even for the right one, and says for how long', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await logIn(WRONG, from('192.0.2.1'))).status).toBe(401);
    }
    const refused = await logIn(env.ADMIN_TOKEN, from('192.0.2.1'));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await logIn(env.ADMIN_TOKEN, from('192.0.2.2'))).status).toBe(303);
  });

  it('counts attempts at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => logIn(WRONG, from('192.0.2.1'))),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('counts the addresses of one IPv6 network as one client', async () => {
    for (let host = 0; host < 5; host += 1) await logIn(WRONG, from(`2001:db8:1:2:${host}::1`));
    expect((await logIn(WRONG, from('2001:db8:1:2:ffff::9'))).status).toBe(429);
  });

  it('recognises an IPv6 network whose zeros are left out', async () => {
    for (let host = 1; host <= 5; host += 1) await logIn(WRONG, from(`2001:db8::${host}:0:0:1`));
    expect((await logIn(WRONG, from('2001:db8::a:b:c:d'))).status).toBe(429);
    expect((await logIn(WRONG, from('2001:db8:0:1::1'))).status).toBe(401);
  });

  it('does not let strangers with many addresses lock the operator out or fill the ledger', async () => {
    await env.LEDGER.prepare(
      `INSERT INTO login_failures (client, failed_at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
       SELECT 'client' || i, ? FROM n`,
    )
      .bind(new Date().toISOString())
      .run();
    expect((await logIn(WRONG, from('192.0.2.1'))).status).toBe(401);
    expect(await count()).toBe(100);
    expect((await logIn(env.ADMIN_TOKEN, from('192.0.2.2'))).status).toBe(303);
  });

  it('forgets failures after a login, and old ones by itself', async () => {
    await logIn(WRONG, from('192.0.2.1'));
    await logIn(env.ADMIN_TOKEN, from('192.0.2.1'));
    expect(await count()).toBe(0);
    await env.LEDGER.prepare(
      "INSERT INTO login_failures VALUES ('old', '2026-01-01T00:00:00Z')",
    ).run();
    await logIn(WRONG, from('192.0.2.1'));
    expect(await count()).toBe(1);
  });

  it('keeps no address', async () => {
    await logIn(WRONG, from('192.0.2.77'));
    const rows = await env.LEDGER.prepare('SELECT * FROM login_failures').all();
    expect(JSON.stringify(rows.results)).not.toContain('192.0.2');
  });
});

describe('a session', () => {
  it('opens the pages and reads the API', async () => {
    const session = await openSession();
    expect((await session.get('/')).status).toBe(200);
    expect((await session.get('/api/signups')).status).toBe(200);
  });

  it('ends after a week', async () => {
    const session = await openSession();
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 6.9 * DAY_MS);
    expect((await session.get('/')).status).toBe(200);
    vi.spyOn(Date, 'now').mockReturnValue(now + 7 * DAY_MS);
    expect((await session.get('/')).status).toBe(303);
    vi.mocked(Date.now).mockRestore();
  });

  it('ends with the token it was opened with', async () => {
    const { cookie } = await openSession();
    const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}/api/signups`, {
      headers: { cookie },
    });
    const rotated = { ...env, ADMIN_TOKEN: 'y'.repeat(40) };
    expect((await worker.fetch(request, rotated, createExecutionContext())).status).toBe(401);
  });

  it.each([
    ['a longer life', (value: string) => value.replace(/=\d/, '=9')],
    [
      'another signature',
      (value: string) => value.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ],
    ['no signature', (value: string) => value.replace(/\.[0-9a-f]+$/, '')],
  ])('is refused with %s', async (_, forge) => {
    const { cookie } = await openSession();
    expect((await page('/', { cookie: forge(cookie) })).status).toBe(303);
  });

  it('ends with a logout', async () => {
    const session = await openSession();
    const response = await session.post('/logout');
    expect(response.headers.get('location')).toBe('/login');
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-whence=; Max-Age=0; Path=\//);
  });
});

describe('a forged request', () => {
  it.each([
    ['a form without the session’s proof', '/logout', { proof: '' }, {}],
    ['a form with another session’s proof', '/logout', { proof: 'f'.repeat(64) }, {}],
    ['another site’s form', '/logout', {}, { 'sec-fetch-site': 'cross-site' }],
    ['a replay by another site', '/signups/a/replay', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('does nothing: %s', async (_, path, fields, headers) => {
    const { cookie, proof } = await openSession();
    const response = await postForm(path, { proof, ...fields }, { cookie, ...headers });
    expect(response.status).toBe(403);
  });

  it('does not reach the API with the cookie alone; it needs the token of our own pages', async () => {
    const { cookie, proof } = await openSession();
    const erase = (headers: Record<string, string>) =>
      exports.default.fetch(`${ORIGIN}/api/people/ada@example.com`, {
        method: 'DELETE',
        headers: { cookie, origin: ORIGIN, ...headers },
      });
    expect((await erase({})).status).toBe(403);
    expect((await erase({ 'x-csrf-token': proof, origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await erase({ 'x-csrf-token': proof })).status).toBe(200);
  });
});
