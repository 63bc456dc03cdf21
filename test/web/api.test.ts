// The API an operator’s scripts rely on.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordEntries } from '../../src/ledger/record.ts';
import type { DeliveryStatus } from '../../src/model.ts';
import { ask, createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

async function recorded(id: string, receivedAt: string, status: DeliveryStatus = 'delivered') {
  const signup = {
    version: 1 as const,
    id,
    source: 'signup',
    email: `${id.slice(-1)}@example.com`,
    occurredAt: receivedAt,
    receivedAt,
    test: false,
  };
  const attempts = [
    {
      destination: 'hubspot',
      status,
      reason:
        status === 'failed' ? { code: 'hubspot_unauthorized', detail: 'HTTP 401' } : undefined,
    },
  ];
  await recordEntries(env.LEDGER, [{ signup, attempts }], receivedAt);
}

interface Page {
  items: { id: string }[];
  nextCursor: string | null;
}
const page = async (query: string) => (await ask(`/api/signups${query}`)).json<Page>();

describe('the list of signups', () => {
  beforeEach(async () => {
    // Two of them have the same millisecond: a cursor with only the time would lose one.
    await recorded('signup:a', '2026-11-23T09:00:00.000Z');
    await recorded('signup:b', '2026-11-23T09:00:00.000Z', 'failed');
    await recorded('signup:c', '2026-11-23T09:00:01.000Z');
  });

  it('shows every other row when a newer version wrote a word that this one does not know', async () => {
    await env.LEDGER.batch([
      env.LEDGER.prepare(
        `INSERT INTO signups (id, source, match, status, occurred_at, received_at, updated_at, signup)
         VALUES ('signup:new', 'signup', 'a_new_match', 'delivered', '2026-01-01', '2026-01-01', '2026-01-01', '{}')`,
      ),
    ]);
    const response = await ask('/api/signups?limit=1');
    expect(response.status).toBe(200);
  });

  it('comes newest first, page by page, with every signup once', async () => {
    const seen: string[] = [];
    let query = '?limit=1';
    for (let pages = 0; pages < 5; pages += 1) {
      const { items, nextCursor } = await page(query);
      seen.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      query = `?limit=1&cursor=${encodeURIComponent(nextCursor)}`;
    }
    expect(seen).toEqual(['signup:c', 'signup:b', 'signup:a']);
  });

  it.each([
    ['?status=failed', ['signup:b']],
    ['?status=waiting', []],
    ['?q=a@example.com', ['signup:a']],
    ['?q=b', ['signup:b']],
    ['?q=A@Exam', ['signup:a']],
    ['?q=signup:c', ['signup:c']],
    ['?q=%25', []],
  ])('filters by %s', async (query, ids) => {
    expect((await page(query)).items.map(({ id }) => id)).toEqual(ids);
  });

  it.each(['?status=nonsense', '?limit=0', '?limit=9999', '?cursor=nonsense', '?limit=x'])(
    'refuses %s with a problem',
    async (query) => {
      const response = await ask(`/api/signups${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('has the documented row', async () => {
    expect((await page('?q=signup:b')).items[0]).toEqual({
      id: 'signup:b',
      source: 'signup',
      email: 'b@example.com',
      visitorId: null,
      match: null,
      status: 'failed',
      channel: null,
      broughtBy: null,
      campaign: null,
      landingPage: null,
      partner: null,
      convertingChannel: null,
      country: null,
      occurredAt: '2026-11-23T09:00:00.000Z',
      receivedAt: '2026-11-23T09:00:00.000Z',
      deliveries: [
        {
          destination: 'hubspot',
          status: 'failed',
          attempts: 1,
          reason: 'hubspot_unauthorized',
          detail: 'HTTP 401',
          lastReason: null,
          externalId: null,
          deliveredAt: null,
        },
      ],
    });
  });

  it('answers 404 when the ledger has no such signup', async () => {
    expect((await ask('/api/signups/signup%3Anobody')).status).toBe(404);
  });
});

describe('a problem', () => {
  it.each([
    ['GET', '/api/preview?email=%20ada@@example.com&visitorId=secret', 400],
    ['GET', '/api/signups?status=secret&cursor=secret&limit=secret', 400],
    ['DELETE', '/api/people/secret@@example.com', 400],
    ['GET', '/api/visitors/secret', 400],
    ['GET', '/api/signups/secret', 404],
    ['GET', '/api/secret', 404],
    ['PUT', '/api/signups/secret', 405],
  ])('to %s %s never repeats what was sent', async (method, path, status) => {
    const response = await ask(path, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/secret|ada|example/);
  });

  it('names every part of the request that is wrong', async () => {
    const response = await ask('/api/preview?visitorId=1');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      detail: 'email is missing; visitorId is not a visitor ID, which is a UUID.',
      errors: [
        { detail: 'is missing', parameter: 'email' },
        { detail: 'is not a visitor ID, which is a UUID', parameter: 'visitorId' },
      ],
    });
  });

  it('says which methods a path has', async () => {
    expect((await ask('/api/signups', { method: 'PUT' })).headers.get('allow')).toBe(
      'GET, HEAD, POST',
    );
    expect((await ask('/api/replay')).headers.get('allow')).toBe('POST');
  });

  it('does not come after a page that ends in the longest possible id', async () => {
    for (const end of ['a', 'b']) {
      await recorded(`signup:${'漢'.repeat(249)}${end}`, '2026-11-23T09:00:00.000Z');
    }
    const { nextCursor } = await page('?limit=1');
    const { items } = await page(`?limit=1&cursor=${encodeURIComponent(nextCursor ?? '')}`);
    expect(items).toHaveLength(1);
  });
});

describe('the guard', () => {
  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer test-admin-token-of-32-characters-or-lesS' }],
    ['a longer token', { authorization: `Bearer ${env.ADMIN_TOKEN}x` }],
    ['the token without its scheme', { authorization: env.ADMIN_TOKEN }],
  ])('keeps out %s', async (_, headers) => {
    const response = await exports.default.fetch('https://whence.example/api/signups', { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
    });
  });

  it('shows the operator what is misconfigured', async () => {
    const health = await (await ask('/health')).json();
    expect(health).toEqual({
      status: 'ok',
      version: expect.any(String),
      problems: [],
      trouble: [],
    });
  });
});
