// The referrer of visitors who are not on the site now: from List visitors, whatever its `acquisition` turns out to mean.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Visitor } from '../../src/model.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import {
  findReferrers,
  newReferrerMemory,
  type ReferrersOptions,
} from '../../src/visitors/referrers.ts';
import { findVisitors } from '../../src/visitors/visitors.ts';
import type { VisitorProperties } from '../../stand-ins/datafast/visitor.ts';
import { createWorld, type World } from '../world.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const FIRST = '2026-11-01T10:00:00.000Z';
let world: World;
let state: ReferrersOptions['state'];

beforeEach(async () => {
  world = await createWorld(() => START);
  state = newDatafastState();
});

const options = (overrides: Partial<ReferrersOptions> = {}): ReferrersOptions => ({
  lookup: 'auto',
  requestsLeft: () => 50,
  memory: newReferrerMemory(),
  apiKey: env.DATAFAST_API_KEY,
  websiteId: undefined,
  url: 'https://datafa.st',
  cache: env.VISITORS,
  state,
  fetch: world.fetch,
  now: () => START,
  ...overrides,
});

/** Somebody who came once, long ago. */
const once = (facts: VisitorProperties = {}) =>
  world.visitor({ firstVisitAt: FIRST, pages: ['example.com/'], ...facts });
/** Somebody who came back without a referrer. */
const returning = (facts: VisitorProperties = {}) =>
  once({ visitCount: 3, lastVisitAt: '2026-11-20T10:00:00.000Z', ...facts });

const CAMPAIGN = { utm_source: 'google', utm_medium: 'cpc' };

async function visitorsOf(ids: readonly string[]): Promise<Visitor[]> {
  const found = await findVisitors(
    options(),
    ids.map((visitorId) => ({ visitorId, bypassNegativeCache: false })),
  );
  return ids.flatMap((id) => {
    const lookup = found.get(id);
    return lookup?.kind === 'found' ? [lookup.visitor] : [];
  });
}

async function find(
  ids: readonly string[],
  {
    witnesses = [],
    ...overrides
  }: Partial<ReferrersOptions> & { witnesses?: readonly string[] } = {},
) {
  const query = {
    visitors: await visitorsOf(ids),
    witnesses: await visitorsOf(witnesses),
    onSite: new Set<string>(),
    again: new Set<string>(),
  };
  const found = await findReferrers(options(overrides), query);
  return ids.map((id) => found.get(id)?.first);
}

const asked = () =>
  world.datafast.requests.filter(({ path }) => path === '/api/v1/visitors').length;

describe('a visitor who came once', () => {
  it.each([
    ['first', 'first'],
    ['first', 'last'],
    ['last', 'first'],
    ['last', 'last'],
  ] as const)(
    'is found, whether the list means the %s visit and its window the %s',
    async (acquisition, window) => {
      Object.assign(world.datafast.list, { acquisition, window });
      const visitor = once({ referrer: 'https://news.ycombinator.com/item?id=1' });
      expect(await find([visitor])).toEqual(['https://news.ycombinator.com/item']);
    },
  );

  it('and has come back since our copy was made gets no referrer of the later visit', async () => {
    Object.assign(world.datafast.list, { acquisition: 'last' });
    const visitor = once({ referrer: 'Google' });
    const [copy] = await visitorsOf([visitor]);
    const lastTouch = { referrer: 'Bing', params: {} };
    once({
      ...{ visitorId: visitor, referrer: 'Google', visitCount: 2, lastTouch },
      lastVisitAt: new Date(Date.parse(FIRST) + 45 * 60_000).toISOString(),
    });
    const query = { visitors: copy ? [copy] : [], witnesses: [], onSite: new Set<string>() };
    const found = await findReferrers(options(), { ...query, again: new Set() });
    expect(found.get(visitor)).toEqual({ isUnanswered: true });
  });

  it('is found by a name as well as by a host', async () => {
    expect(await find([once({ referrer: 'Google' })])).toEqual(['Google']);
  });

  it('who came directly is told from one whose referrer is not known', async () => {
    const direct = once({ referrer: 'Direct/None' });
    expect(await find([direct, once({ referrer: null })])).toEqual(['Direct/None', undefined]);
  });

  it('is found among many of the same minute, on the second page at most', async () => {
    for (let other = 0; other < 300; other += 1) once({ browser: 'Safari', referrer: 'Bing' });
    const visitor = once({ browser: 'Chrome', referrer: 'Google' });
    expect(await find([visitor])).toEqual(['Google']);
    expect(asked()).toBe(1);
    const rare = once({ browser: 'Safari', referrer: 'Ecosia', lastVisitAt: FIRST });
    expect(await find([rare])).toEqual(['Ecosia']);
    expect(asked()).toBeLessThanOrEqual(3);
  });

  it('costs one request together with others who came at the same time', async () => {
    const visitors = ['Google', 'Bing', 'X'].map((referrer) => once({ referrer }));
    expect(await find(visitors)).toEqual(['Google', 'Bing', 'X']);
    expect(asked()).toBe(1);
  });

  it('is not asked for again: the answer is kept', async () => {
    const visitor = once({ referrer: 'Google' });
    await find([visitor]);
    expect(await find([visitor])).toEqual(['Google']);
    expect(asked()).toBe(1);
  });

  it('is open while the list does not have them yet', async () => {
    world.datafast.list.lagMs = 60 * 24 * 3_600_000;
    expect(await find([once({ referrer: 'Google' })])).toEqual([undefined]);
  });

  it('never gets the row of another visitor', async () => {
    const visitor = once({ referrer: null });
    once({ referrer: 'Google' });
    expect(await find([visitor])).toEqual([undefined]);
  });
});

describe('a visitor who came back', () => {
  it('is open until the list has proved to tell first visits', async () => {
    const visitor = returning({ referrer: 'Google' });
    expect(await find([visitor])).toEqual([undefined]);
    const witness = returning({ params: CAMPAIGN });
    expect(await find([visitor], { witnesses: [witness] })).toEqual(['Google']);
  });

  it('is found from then on without another comparison', async () => {
    await find([], { witnesses: [returning({ params: CAMPAIGN })] });
    expect(await find([returning({ referrer: 'Google' })])).toEqual(['Google']);
  });

  it('never gets a referrer from a list that tells the last visit', async () => {
    world.datafast.list.acquisition = 'last';
    const visitor = returning({
      referrer: 'Google',
      lastTouch: { referrer: 'https://mail.google.com/', params: {} },
    });
    for (const witness of [returning({ params: CAMPAIGN }), returning({ params: { ref: 'ph' } })]) {
      expect(await find([visitor], { witnesses: [witness] })).toEqual([undefined]);
    }
    // One who agrees later does not make up for it.
    const same = { referrer: null, params: CAMPAIGN };
    const agreeing = returning({ params: CAMPAIGN, lastTouch: same });
    expect(await find([visitor], { witnesses: [agreeing] })).toEqual([undefined]);
  });

  it('gets it at once where the operator asks for no proof', async () => {
    expect(await find([returning({ referrer: 'Google' })], { lookup: 'list' })).toEqual(['Google']);
  });

  it('is found by a list whose window goes by the last visit', async () => {
    world.datafast.list.window = 'last';
    expect(await find([returning({ referrer: 'Google' })], { lookup: 'list' })).toEqual(['Google']);
  });

  it('is not asked for where the operator wants the map only', async () => {
    expect(await find([returning({ referrer: 'Google' })], { lookup: 'map' })).toEqual([undefined]);
    expect(asked()).toBe(0);
  });
});

describe('the budget', () => {
  it('leaves half of DataFast’s minute and what destinations need to the signups', async () => {
    const visitors = Array.from({ length: 30 }, (_, day) =>
      once({
        referrer: 'Google',
        firstVisitAt: new Date(Date.parse(FIRST) + day * 86_400_000).toISOString(),
      }),
    );
    await find(visitors.slice(0, 20), { requestsLeft: () => 20 });
    expect(asked()).toBe(0);
    await find(visitors.slice(0, 20));
    const first = asked();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(10);
    await find(visitors.slice(20));
    expect(world.datafast.requests.length).toBeLessThanOrEqual(60);
  });

  it('is not spent on a list that fails', async () => {
    const visitor = once({ referrer: 'Google' });
    const known = await visitorsOf([visitor]);
    world.datafast.failWith({ status: 503 });
    const query = {
      visitors: known,
      witnesses: [],
      onSite: new Set<string>(),
      again: new Set<string>(),
    };
    expect((await findReferrers(options(), query)).get(visitor)).toEqual({ isUnanswered: true });
    world.datafast.failWith(undefined);
    expect((await findReferrers(options(), query)).get(visitor)?.first).toBe('Google');
  });
});
