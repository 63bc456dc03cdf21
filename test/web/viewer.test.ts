// VIEWER_TOKEN: read-only eyes. Sessions of viewers and operators end when they log out.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordEntries } from '../../src/ledger/record.ts';
import { readConfig } from '../../src/settings/config.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld } from '../world.ts';
import { ORIGIN } from './browser-session.ts';

const VIEWER = 'test-viewer-token-of-32-characters-or-more';
const withViewer = { ...env, VIEWER_TOKEN: VIEWER };
const EMAIL = 'ada.lovelace@example.com';
const STORY = `/signups/${encodeURIComponent('signup:a')}`;

beforeEach(async () => {
  await createWorld();
  const at = '2026-11-24T09:00:00.000Z';
  const signup = {
    version: 1 as const,
    id: 'signup:a',
    source: 'signup',
    email: EMAIL,
    name: 'Ada Lovelace',
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
  const written = {
    email: EMAIL,
    firstname: 'Ada',
    lastname: 'Lovelace',
    datafast_match: 'no_visitor_id',
  };
  const attempts = [{ destination: 'hubspot', status: 'delivered' as const, written }];
  await recordEntries(env.LEDGER, [{ signup, match: 'no_visitor_id', attempts }], at);
});

function ask(path: string, init: RequestInit<IncomingRequestCfProperties> = {}): Promise<Response> {
  const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}${path}`, {
    redirect: 'manual',
    ...init,
  });
  return Promise.resolve(worker.fetch(request, withViewer, createExecutionContext()));
}
const api = (path: string, method = 'GET', body?: unknown) =>
  ask(path, {
    method,
    headers: { authorization: `Bearer ${VIEWER}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
interface Preview {
  destinations: { properties: { property: string }[]; payload?: string }[];
}
const OUR_PAGE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };

async function openSession(token: string) {
  const form = (path: string, fields: Record<string, string>, cookie = '') =>
    ask(path, {
      method: 'POST',
      headers: { ...OUR_PAGE, cookie },
      body: new URLSearchParams(fields),
    });
  const response = await form('/login', { token });
  expect(response.status).toBe(303);
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = (path: string) => ask(path, { headers: { cookie } });
  const proof = /name="proof" value="([0-9a-f]+)"/.exec(await (await get('/')).text())?.[1] ?? '';
  return { cookie, get, post: (path: string) => form(path, { proof }, cookie) };
}

describe('a viewer', () => {
  it.each(['/api/signups', '/api/signups/signup%3Aa', '/api/stats', '/api/queue', '/api/doctor'])(
    'reads %s, and no address is in the answer',
    async (path) => {
      const response = await api(path);
      expect(response.status).toBe(200);
      const text = await response.text();
      for (const personal of [EMAIL, 'Ada', 'Lovelace']) expect(text).not.toContain(personal);
    },
  );

  it('still sees what was written beside the person', async () => {
    const response = await api('/api/signups/signup%3Aa');
    expect(await response.json()).toMatchObject({
      email: null,
      signup: null,
      deliveries: [{ fields: { datafast_match: 'no_visitor_id' } }],
    });
  });

  it('reads no address in what a service has said, or in a value that holds it', async () => {
    const at = '2026-11-24T09:05:00.000Z';
    const signup = {
      ...{ version: 1 as const, id: 'signup:b', source: 'signup', email: EMAIL, test: false },
      ...{ occurredAt: at, receivedAt: at },
    };
    const detail = `HTTP 400 Email address ${EMAIL.toUpperCase()} is invalid`;
    const written = { contact_url: `https://crm.example/?email=${EMAIL}`, kept: 'yes' };
    const reason = { code: 'hubspot_contact_refused' as const, detail };
    const attempts = [{ destination: 'hubspot', status: 'failed' as const, reason, written }];
    await recordEntries(env.LEDGER, [{ signup, match: 'no_visitor_id', attempts }], at);
    for (const path of ['/api/signups', '/api/signups/signup%3Ab']) {
      const text = await (await api(path)).text();
      expect(text).toContain('hubspot_contact_refused');
      expect(text.toLowerCase()).not.toContain(EMAIL);
    }
    const one = await api('/api/signups/signup%3Ab');
    expect(await one.json()).toMatchObject({ deliveries: [{ fields: { kept: 'yes' } }] });
  });

  it.each([
    ['POST', '/api/signups', { signups: [] }],
    ['POST', '/api/signups/signup%3Aa/replay', undefined],
    ['POST', '/api/replay', {}],
    ['DELETE', `/api/people/${encodeURIComponent(EMAIL)}`, undefined],
  ])('may not %s %s', async (method, path, body) => {
    const response = await api(path, method, body);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: 'VIEWER_TOKEN only reads.' });
  });

  it('logs in, reads the pages, and finds no button that changes something', async () => {
    const session = await openSession(VIEWER);
    const pages = [await session.get('/'), await session.get(STORY)];
    for (const page of pages) {
      expect(page.status).toBe(200);
      const text = await page.text();
      expect(
        [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]+)"/g)].map((form) => form[1]),
      ).toEqual(['/logout']);
      expect(text).not.toContain('/erase');
    }
  });

  it.each(['/', `/?q=${EMAIL}`, STORY, `${STORY}/preview`])(
    'sees on %s only the first letter and the domain of an address, and no name',
    async (path) => {
      const session = await openSession(VIEWER);
      const text = (await (await session.get(path)).text()).replaceAll(`value="${EMAIL}"`, '');
      expect(text).toContain('a…@example.com');
      for (const personal of [EMAIL, 'Ada', 'Lovelace']) expect(text).not.toContain(personal);
    },
  );

  it('sees whole what an operator sees, but for the person', async () => {
    const session = await openSession(VIEWER);
    const text = await (await session.get(STORY)).text();
    expect(text).toContain('carried no visitor ID');
    expect(text).toContain('no_visitor_id');
  });

  it('sees in a preview what the journey says, and nothing of the contact', async () => {
    const response = await api(`/api/preview?email=${EMAIL}`);
    expect(response.status).toBe(200);
    const { destinations } = await response.json<Preview>();
    const properties = destinations.flatMap((one) =>
      one.properties.map(({ property }) => property),
    );
    expect(properties).toContain('datafast_match');
    for (const property of ['email', 'firstname', 'lastname', 'name']) {
      expect(properties).not.toContain(property);
    }
    expect(destinations.every((one) => !('payload' in one))).toBe(true);
  });

  it('finds an address only when it is given whole, so that none can be guessed by its letters', async () => {
    const count = async (q: string) => {
      const response = await api(`/api/signups?q=${encodeURIComponent(q)}`);
      return (await response.json<{ items: unknown[] }>()).items.length;
    };
    expect(await count('ada')).toBe(0);
    expect(await count(EMAIL.slice(0, -1))).toBe(0);
    expect(await count(EMAIL)).toBe(1);
    expect(await count('signup:a')).toBe(1);
  });

  it('guesses none by the neighbours of a story either', async () => {
    const at = '2026-11-24T10:00:00.000Z';
    const signup = { version: 1 as const, id: 'signup:b', source: 'signup', test: false };
    await recordEntries(
      env.LEDGER,
      [{ signup: { ...signup, occurredAt: at, receivedAt: at }, attempts: [] }],
      at,
    );
    const session = await openSession(VIEWER);
    const older = async (q: string) =>
      (await (await session.get(`/signups/signup%3Ab?q=${encodeURIComponent(q)}`)).text()).includes(
        'rel="next"',
      );
    expect(await older('signup:a')).toBe(true);
    expect(await older('ada')).toBe(false);
    expect(await older(EMAIL.slice(0, -1))).toBe(false);
  });

  it('may not replay or erase from a page either', async () => {
    const session = await openSession(VIEWER);
    for (const path of [`${STORY}/erase`, '/replay?status=failed']) {
      expect((await session.get(path)).status).toBe(403);
    }
    expect((await session.post('/replay')).status).toBe(403);
    for (const action of ['replay', 'erase']) {
      expect((await session.post(`${STORY}/${action}`)).status).toBe(403);
    }
    const rows = await env.LEDGER.prepare('SELECT count(*) AS count FROM signups').first('count');
    expect(rows).toBe(1);
  });

  it('is nobody where the token is not set, is another one, or is too short', async () => {
    for (const VIEWER_TOKEN of [undefined, `${VIEWER}x`, 'short']) {
      const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}/api/stats`, {
        headers: { authorization: `Bearer ${VIEWER_TOKEN === 'short' ? 'short' : VIEWER}` },
      });
      const settings = { ...env, ...(VIEWER_TOKEN !== undefined && { VIEWER_TOKEN }) };
      expect((await worker.fetch(request, settings, createExecutionContext())).status).toBe(401);
    }
  });

  it('never becomes the operator: the same token for both opens as ADMIN_TOKEN alone, and is named', () => {
    const config = readConfig(
      { ADMIN_TOKEN: VIEWER, VIEWER_TOKEN: VIEWER },
      { sources: [], destinations: [] },
    );
    expect(config.viewerToken).toBeUndefined();
    expect(config.problems).toContainEqual(
      expect.objectContaining({ key: 'VIEWER_TOKEN', problem: 'is the same as ADMIN_TOKEN' }),
    );
  });

  it('does not see which settings are wrong', async () => {
    const response = await api('/health');
    expect(await response.json()).not.toHaveProperty('problems');
  });
});

describe('logging out', () => {
  it.each([
    ['an operator', env.ADMIN_TOKEN],
    ['a viewer', VIEWER],
  ])('ends the session of %s: a copy of the cookie opens nothing', async (_, token) => {
    const session = await openSession(token);
    const other = await openSession(token);
    expect((await session.post('/logout')).status).toBe(303);
    expect((await session.get('/')).status).toBe(303);
    expect((await session.get('/api/stats')).status).toBe(401);
    // Another browser of the same person stays logged in.
    expect((await other.get('/')).status).toBe(200);
  });

  it('keeps nothing with which the session could be opened', async () => {
    const session = await openSession(env.ADMIN_TOKEN);
    await session.post('/logout');
    const { results } = await env.LEDGER.prepare('SELECT * FROM ended_sessions').all();
    expect(results.length).toBe(1);
    const value = session.cookie.split('=')[1] ?? '';
    expect(JSON.stringify(results)).not.toContain(value);
  });
});
