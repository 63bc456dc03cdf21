// Visitors through the cache, and every answer DataFast can give.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseVisitor } from '../../src/visitors/answer.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { createWorld, type World } from '../world.ts';
import { findVisitors } from './find-visitors.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let nowMs: number;
let world: World;
beforeEach(async () => {
  nowMs = START;
  world = await createWorld(() => nowMs);
});

const find = async (
  visitorId: string,
  overrides: Partial<Parameters<typeof findVisitors>[0]> = {},
) => {
  const options = {
    apiKey: env.DATAFAST_API_KEY,
    websiteId: undefined,
    url: 'https://datafa.st',
    fetch: world.fetch,
    now: () => nowMs,
    cache: env.VISITORS,
    state: newDatafastState(),
    ...overrides,
  };
  return (await findVisitors(options, [{ visitorId, bypassNegativeCache: false }])).get(visitorId);
};

describe('a visitor', () => {
  it('is fresh for fifteen minutes, then asked for again', async () => {
    const id = world.visitor();
    await find(id);
    nowMs += 14 * 60_000;
    await find(id);
    expect(world.datafast.requests).toHaveLength(1);
    nowMs += 2 * 60_000;
    expect(await find(id)).toMatchObject({ fetchedAt: new Date(nowMs).toISOString() });
    expect(world.datafast.requests).toHaveLength(2);
  });

  it('is fetched with the website of an account token, and without one of a website key', async () => {
    const asked: string[] = [];
    const spy: typeof fetch = async (input) => {
      asked.push(String(input));
      return new Response('{}', { status: 500 });
    };
    const id = crypto.randomUUID();
    const websiteId = '68a1f2c3d4e5f6a7b8c9d0e1';
    await find(id, { fetch: spy, apiKey: 'df_key', websiteId });
    await find(id, { fetch: spy, apiKey: 'dft_token', websiteId });
    expect(asked).toEqual([
      `https://datafa.st/api/v1/visitors/${id}`,
      `https://datafa.st/api/v1/visitors/${id}?websiteId=${websiteId}`,
    ]);
  });

  it.each([
    ['Visitor flagged as bot', 'bot'],
    ['This visitor is a bot', 'bot'],
    ['Visitor ID must be a valid UUID v4', 'invalid_visitor_id'],
    ['Invalid id', 'invalid_visitor_id'],
    ['Something about robots.txt', 'rejected_by_datafast'],
    ['', 'rejected_by_datafast'],
  ])('refused with "%s" is %s', async (message, match) => {
    for (const body of [{ error: { code: 400, message } }, { error: message }, { message }]) {
      world.datafast.failWith({ status: 400, body });
      expect(await find(crypto.randomUUID())).toEqual({ kind: 'absent', match });
    }
  });

  it('is still found when the cache cannot be read or written', async () => {
    const broken = () => Promise.reject(new Error('KV is down'));
    const cache = { get: broken, put: broken } as unknown as Pick<KVNamespace, 'get' | 'put'>;
    expect(await find(world.visitor(), { cache })).toMatchObject({ kind: 'found' });
  });

  it('with an account token and no website waits for the operator', async () => {
    expect(await find(world.visitor(), { apiKey: 'dft_token' })).toMatchObject({
      kind: 'unavailable',
      wait: { status: 'retry', reason: { code: 'datafast_website_id_missing' } },
    });
    expect(world.datafast.requests).toHaveLength(0);
  });

  it('without a key waits for the operator and asks nobody', async () => {
    expect(await find(world.visitor(), { apiKey: undefined })).toMatchObject({
      kind: 'unavailable',
      wait: { status: 'retry', reason: { code: 'datafast_key_missing' }, afterSeconds: 600 },
    });
    expect(world.datafast.requests).toHaveLength(0);
  });
});

describe('an answer of DataFast', () => {
  it.each(['A', 'B'] as const)('of generation %s is read', async (generation) => {
    const id = world.visitor({
      generation,
      params: { utm_source: 'google' },
      goals: ['newsletter_signup'],
      pages: ['example.com/a', 'example.com/b'],
      country: 'KR',
    });
    expect(await find(id)).toMatchObject({
      kind: 'found',
      visitor: {
        visitorId: id,
        params: { utm_source: 'google' },
        country: 'KR',
        browser: 'Chrome',
        device: 'desktop',
        os: 'Mac OS',
        pages: [{ url: 'example.com/a' }, { url: 'example.com/b' }],
        goals: [{ name: 'newsletter_signup' }],
        prediction: { score: 72 },
      },
    });
  });

  it('never carries the profile further: it may be somebody else’s', async () => {
    const id = world.visitor({
      profile: { userId: 'victim', metadata: { email: 'victim@example.com' }, identifiedAt: 'x' },
    });
    expect(JSON.stringify(await find(id))).not.toContain('victim');
  });

  it('leaves out nulls, blanks and wrong types, and coerces numbers sent as text', () => {
    expect(
      parseVisitor('v', {
        data: {
          identity: {
            country: null,
            city: ' ',
            params: { utm_source: null, ref: 'x' },
            adClickIds: null,
          },
          activity: { visitCount: '3', pageViewCount: 'many', firstVisitAt: 'yesterday' },
          prediction: { score: '72', conversionRate: null },
        },
      }),
    ).toEqual({
      visitorId: 'v',
      params: { ref: 'x' },
      clickIds: {},
      pages: [],
      goals: [],
      visits: 3,
      prediction: { score: 72 },
    });
  });

  it.each([
    [{ data: { identity: null } }],
    [{ data: { identity: 'x', activity: 'y' } }],
    [{ data: { activity: [] } }],
    [{ status: 'error', data: { activity: {} } }],
    [{ data: { visitorId: 'somebody-else', activity: {} } }],
  ])('%j is no answer, so nothing is frozen on it', (json) => {
    expect(parseVisitor('v', json)).toBeUndefined();
  });

  it.each([
    ['a list', { utm_source: ['google', 'google'] }, { gclid: ['x'] }],
    [
      'a list that begins with nothing',
      { utm_source: [null, ' ', 'google'] },
      { gclid: [[], 'x'] },
    ],
    ['an object', { utm_source: { value: 'google' } }, { gclid: { id: 'x', at: '2026-11-23' } }],
    ['a list of objects', [{ utm_source: 'google' }, { ref: '' }], [{ gclid: 'x' }]],
    ['pairs', [{ key: 'utm_source', value: 'google' }], [{ name: 'gclid', value: ['x'] }]],
    ['a query string', '?utm_source=google&ref=', 'gclid=x'],
  ])('with parameters as %s is read like one with texts', (_, params, adClickIds) => {
    const visitor = parseVisitor('v', { data: { identity: { params, adClickIds } } });
    expect(visitor).toMatchObject({ params: { utm_source: 'google' }, clickIds: { gclid: 'x' } });
  });

  it('with lists, numbers and objects where one value belongs loses none of them', () => {
    const visitor = parseVisitor('v', {
      data: {
        visitorId: ['v'],
        identity: [{ city: ['Paris'], os: [{ name: 'Linux' }], device: ['phone'], region: 75 }],
        activity: {
          visitCount: ['3'],
          firstVisitAt: ['2026-11-23T09:00:00Z'],
          currentUrl: ['https://example.com/now'],
          visitedPages: ['example.com/pricing', { url: ['example.com/'], timestamp: null }],
          completedGoals: ['signup', { name: ['trial'] }],
        },
        prediction: [{ score: '72' }],
      },
    });
    expect(visitor).toMatchObject({
      city: 'Paris',
      os: 'Linux',
      device: 'phone',
      region: '75',
      visits: 3,
      firstSeenAt: '2026-11-23T09:00:00.000Z',
      currentUrl: 'https://example.com/now',
      pages: [{ url: 'example.com/pricing' }, { url: 'example.com/' }],
      goals: [{ name: 'signup' }, { name: 'trial' }],
      prediction: { score: 72 },
    });
  });

  it('that nests without end, or has any number of parameters, is read in no time', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`p${n}`, 'x']));
    const startMs = performance.now();
    const visitor = parseVisitor('v', {
      data: { identity: { city: deep, params: many, adClickIds: { gclid: deep } } },
    });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(Object.keys(visitor?.params ?? {}).length).toBeLessThanOrEqual(100);
    expect(visitor?.city).toBeUndefined();
  });

  it('with moments no calendar has leaves them out', () => {
    const visitor = parseVisitor('v', {
      data: { activity: { lastVisitAt: 8.64e15, firstVisitAt: '0001-01-01T00:00:00Z' } },
    });
    expect(visitor?.lastSeenAt).toBeUndefined();
    expect(visitor?.firstSeenAt).toBeUndefined();
  });

  it('with a journey of ten thousand pages keeps where it began and where it ended', () => {
    const visitedPages = Array.from({ length: 10_000 }, (_, index) => ({
      url: `example.com/${index}`,
      timestamp: new Date(START + index * 1000).toISOString(),
    }));
    const { pages = [] } = parseVisitor('v', { data: { activity: { visitedPages } } }) ?? {};
    expect(pages[0]?.url).toBe('example.com/0');
    expect(pages.at(-1)?.url).toBe('example.com/9999');
    expect(pages.length).toBeLessThanOrEqual(200);
  });

  it('puts pages in order of time, whatever order they came in', () => {
    const visitor = parseVisitor('v', {
      data: {
        activity: {
          visitedPages: [
            { url: 'example.com/late', timestamp: '2026-11-23T09:00:00Z' },
            { url: 'example.com/early', timestamp: '2026-11-22T09:00:00Z' },
            'nonsense',
            { timestamp: '2026-11-21T09:00:00Z' },
          ],
        },
      },
    });
    expect(visitor?.pages.map(({ url }) => url)).toEqual(['example.com/early', 'example.com/late']);
  });

  it('of any shape at all never makes it throw', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (identity, activity, prediction) => {
          parseVisitor('v', { data: { identity, activity, prediction } });
          parseVisitor('v', { data: activity });
          parseVisitor('v', identity);
        },
      ),
      { numRuns: 500 },
    );
  });
});
