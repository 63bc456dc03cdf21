// The headers of every answer that protect a browser.
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import assetHeaders from '../../src/web/browser/_headers?raw';
import { SECURITY_HEADERS } from '../../src/web/security-headers.ts';
import { ask, createWorld, send, somebody } from '../world.ts';
import { ORIGIN, openSession } from './browser-session.ts';

beforeEach(async () => {
  await createWorld();
});

describe('the security headers', () => {
  it.each([
    ['a page', async () => (await openSession()).get('/')],
    ['the login', () => exports.default.fetch(`${ORIGIN}/login`)],
    ['a redirect', () => exports.default.fetch(`${ORIGIN}/`, { redirect: 'manual' })],
    ['the API', () => ask('/api/signups')],
    [
      'a refused webhook',
      () => exports.default.fetch(`${ORIGIN}/webhooks/stripe`, { method: 'POST' }),
    ],
    ['nothing', () => exports.default.fetch(`${ORIGIN}/nothing`)],
  ])('are on %s', async (_, answer: () => Promise<Response>) => {
    const { headers } = await answer();
    for (const [name, value] of SECURITY_HEADERS) expect(headers.get(name)).toBe(value);
  });

  it('are not on an accepted webhook, which no browser can send', async () => {
    const { status, headers } = await send('signup', somebody());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    for (const [name] of SECURITY_HEADERS) expect(headers.get(name)).toBeNull();
  });

  it.each(['/login?next=/webhooks/stripe', '/webhooks/stripe/more', '/webhooks/', '/webhooks'])(
    'are on %s, which is no webhook',
    async (path) => {
      const { headers } = await exports.default.fetch(`${ORIGIN}${path}`);
      for (const [name, value] of SECURITY_HEADERS) expect(headers.get(name)).toBe(value);
    },
  );

  it('allow nothing inline and nothing from elsewhere', () => {
    const policy = new Map(SECURITY_HEADERS).get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
  });

  it('find nothing inline in the pages', async () => {
    const session = await openSession();
    for (const path of ['/', '/signups/none', '/login']) {
      expect(await session.html(path)).not.toMatch(/<script>|<style|\son\w+=|\sstyle=/);
    }
  });

  it('let the reference load its style and its logo', () => {
    const ofReference = assetHeaders.split('/api/*')[1] ?? '';
    expect(ofReference).toContain("style-src 'self'; img-src 'self'");
  });

  it('are on the static assets too, which do not pass through the Worker', () => {
    for (const name of [
      'Content-Security-Policy',
      'X-Content-Type-Options',
      'Strict-Transport-Security',
    ]) {
      expect(assetHeaders).toContain(name);
    }
  });
});
