// The referrer of visitors who are not on the site now: from List visitors, whatever its `acquisition` turns out to mean.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMeaning } from '../../src/visitors/acquisition-proof.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { forgetVisitor } from '../../src/visitors/kept-visitor.ts';
import type { FoundVisitor } from '../../src/visitors/lookup.ts';
import { newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import { findReferrers, type ReferrersOptions } from '../../src/visitors/referrers.ts';
import { searchVisitors } from '../../src/visitors/visitors.ts';
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
const LAST = '2026-11-20T10:00:00.000Z';
/** Whose pages show that the last visit came without the tags of the first. */
const clearWitness = (facts: VisitorProperties = {}) =>
  returning({
    params: CAMPAIGN,
    pages: [
      { url: 'example.com/?utm_source=google&utm_medium=cpc', timestamp: FIRST },
      { url: 'example.com/pricing', timestamp: LAST },
    ],
    ...facts,
  });
/** Who came back by the campaign that brought them first. */
const BACK_BY_CAMPAIGN = { lastTouch: { referrer: null, params: CAMPAIGN } };

/** The visitors, and the way to keep them with their referrers. */
async function search(ids: readonly string[], now = () => START) {
  const { known, ask, keep } = await searchVisitors(
    options({ now }),
    ids.map((visitorId) => ({ visitorId, bypassNegativeCache: false })),
  );
  const lookups = new Map([...known, ...(await ask())]);
  const foundOf = (wanted: readonly string[]) =>
    wanted.flatMap((id) => {
      const lookup = lookups.get(id);
      return lookup?.kind === 'found' ? [lookup] : [];
    });
  return { foundOf, keep };
}

/** As a batch does it: visitors, their referrers, then the cache. */
async function find(
  ids: readonly string[],
  {
    witnesses = [],
    fetchedAt,
    ...overrides
  }: Partial<ReferrersOptions> & { witnesses?: readonly string[]; fetchedAt?: string } = {},
) {
  const { foundOf, keep } = await search([...ids, ...witnesses], overrides.now);
  const copied = (found: FoundVisitor) => ({ ...found, ...(fetchedAt && { fetchedAt }) });
  const found = await findReferrers(options(overrides), {
    visitors: foundOf(ids).map(copied),
    witnesses: foundOf(witnesses).map(copied),
    onSite: new Set(),
    again: new Set(),
  });
  await keep([...ids, ...witnesses], found);
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
    const visitors = (await search([visitor])).foundOf([visitor]);
    const lastTouch = { referrer: 'Bing', params: {} };
    once({
      ...{ visitorId: visitor, referrer: 'Google', visitCount: 2, lastTouch },
      lastVisitAt: new Date(Date.parse(FIRST) + 45 * 60_000).toISOString(),
    });
    const query = { visitors, witnesses: [], onSite: new Set<string>() };
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
    expect(await find([visitor], { witnesses: [clearWitness()] })).toEqual(['Google']);
  });

  it('is found from then on without another comparison', async () => {
    await find([], { witnesses: [clearWitness()] });
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

describe('the proof', () => {
  const visitor = () => returning({ referrer: 'Google' });

  it('is not a row that a last visit by the same campaign explains as well', async () => {
    world.datafast.list.acquisition = 'last';
    const witness = returning({ params: CAMPAIGN, ...BACK_BY_CAMPAIGN });
    const found = { witnesses: [witness] };
    const person = returning({ lastTouch: { referrer: 'Google', params: {} } });
    for (let batch = 0; batch < 3; batch += 1) {
      expect(await find([person], found)).toEqual([undefined]);
    }
  });

  it('needs two visitors where pages show no later visit', async () => {
    const person = visitor();
    const witness = () => returning({ params: CAMPAIGN });
    expect(await find([person], { witnesses: [witness()] })).toEqual([undefined]);
    expect(await find([person], { witnesses: [witness()] })).toEqual(['Google']);
  });

  it.each([
    ['carry no query at all', ['example.com/', 'example.com/pricing']],
    ['are of one visit', ['example.com/?utm_source=google&utm_medium=cpc']],
  ])('needs two visitors where pages %s', async (_, urls) => {
    const pages = urls.map((url, index) => ({ url, timestamp: index === 0 ? FIRST : LAST }));
    expect(await find([visitor()], { witnesses: [clearWitness({ pages })] })).toEqual([undefined]);
  });

  it('is never a visitor whose pages show the same campaign at the last visit', async () => {
    const url = 'example.com/?utm_source=google&utm_medium=cpc';
    const pages = [FIRST, LAST].map((timestamp) => ({ url, timestamp }));
    const witnesses = [1, 2, 3].map(() => clearWitness({ pages }));
    expect(await find([visitor()], { witnesses })).toEqual([undefined]);
  });

  it('is not taken from an old copy of one visitor, who may have come back since', async () => {
    const fetchedAt = '2026-11-21T10:00:00.000Z';
    const found = { witnesses: [clearWitness()], fetchedAt };
    expect(await find([visitor()], found)).toEqual([undefined]);
  });

  it('takes the answers along when it falls', async () => {
    const person = visitor();
    expect(await find([person], { witnesses: [clearWitness()] })).toEqual(['Google']);
    world.datafast.list.acquisition = 'last';
    await find([], { witnesses: [returning({ params: { ref: 'ph' } })] });
    expect(await find([person])).toEqual([undefined]);
  });

  it('does not fall by a tag that rows have no place for', async () => {
    const fetch = changingRows(({ via: _via, ...acquisition }) => acquisition);
    const witness = clearWitness({ params: { ...CAMPAIGN, via: 'bob' } });
    expect(await find([visitor()], { witnesses: [witness], fetch })).toEqual(['Google']);
    await find([], { witnesses: [returning({ params: { via: 'bob' } })], fetch });
    expect(await find([visitor()])).toEqual(['Google']);
  });

  it('does not come back by a batch that read it before it fell', async () => {
    const isSet = (keys: string[]) => keys.filter((key) => key === 'acquisition:disproved').length;
    const put: string[] = [];
    const cache: ReferrersOptions['cache'] = {
      get: env.VISITORS.get.bind(env.VISITORS),
      put: (key, ...rest) => {
        put.push(key);
        return env.VISITORS.put(key, ...rest);
      },
    };
    const agreeing = [clearWitness(), clearWitness()];
    const fallen = { acquisition: 'last' as const };
    const slow: typeof fetch = async (input, init) => {
      const answer = await world.fetch(input, init);
      if (!new URL(new Request(input, init).url).pathname.endsWith('/visitors')) return answer;
      if (isSet(put) === 0) {
        Object.assign(world.datafast.list, fallen);
        await find([], { witnesses: [returning({ params: { ref: 'ph' } })], cache });
      }
      return answer;
    };
    await find([], { witnesses: agreeing, cache, fetch: slow });
    expect(isSet(put)).toBeGreaterThan(0);
    expect(await find([visitor()])).toEqual([undefined]);
  });

  it('can be found again a month after it fell, by new comparisons only', async () => {
    await find([], { witnesses: [clearWitness()] });
    world.datafast.list.acquisition = 'last';
    await find([], { witnesses: [returning({ params: { ref: 'ph' } })] });
    world.datafast.list.acquisition = 'first';
    const person = visitor();
    const now = () => START + 31 * 86_400_000;
    expect(await find([person], { witnesses: [clearWitness()] })).toEqual([undefined]);
    expect(await find([person], { now })).toEqual([undefined]);
    expect(await find([person], { witnesses: [clearWitness()], now })).toEqual(['Google']);
  });

  it('is what the doctor reads: nothing, the first touch, or the last one', async () => {
    const meaning = async () => (await readMeaning(env.VISITORS))?.meaning;
    await find([], { witnesses: [returning({ params: CAMPAIGN })] });
    expect(await meaning()).toBeUndefined();
    await find([], { witnesses: [clearWitness()] });
    expect(await meaning()).toBe('first touch');
    world.datafast.list.acquisition = 'last';
    await find([], { witnesses: [returning({ params: { ref: 'ph' } })] });
    expect(await meaning()).toBe('last touch');
  });

  it('holds no visitor ID, and nothing of a returning visitor stays after an erasure', async () => {
    const [person, witness] = [visitor(), clearWitness()];
    await find([person], { witnesses: [witness] });
    for (const id of [person, witness]) {
      await forgetVisitor(env.VISITORS, id);
    }
    const { keys } = await env.VISITORS.list();
    const kept = await Promise.all(keys.map(({ name }) => env.VISITORS.get(name)));
    for (const id of [person, witness]) {
      expect([...keys.map(({ name }) => name), ...kept].join(' ')).not.toContain(id);
    }
  });

  it('is looked for five times a day where rows have no places for tags', async () => {
    const fetch = changingRows(() => ({ referrer: null }));
    const witnesses = [1, 2, 3].map(() => returning({ params: CAMPAIGN }));
    for (let batch = 0; batch < 4; batch += 1) await find([], { witnesses, fetch });
    expect(asked()).toBe(5);
    await find([], { witnesses, fetch, now: () => START + 25 * 3_600_000 });
    expect(asked()).toBe(8);
  });
});

/** A DataFast whose list has another `acquisition`. */
function changingRows(change: (acquisition: Record<string, unknown>) => object): typeof fetch {
  return async (input, init) => {
    const answer = await world.fetch(input, init);
    if (new URL(new Request(input, init).url).pathname !== '/api/v1/visitors') return answer;
    const page = z
      .looseObject({
        data: z.array(z.looseObject({ acquisition: z.record(z.string(), z.unknown()) })),
      })
      .parse(await answer.json());
    const data = page.data.map((row) => ({ ...row, acquisition: change(row.acquisition) }));
    return Response.json({ ...page, data });
  };
}

describe('an old copy of a visitor with one visit', () => {
  it('is not taken for one visit, since the person may have come back', async () => {
    world.datafast.list.acquisition = 'last';
    const visitor = once({ referrer: 'Google' });
    expect(await find([visitor], { fetchedAt: '2026-11-20T10:00:00.000Z' })).toEqual([undefined]);
    expect(await find([visitor], { fetchedAt: new Date(START).toISOString() })).toEqual(['Google']);
  });
});

describe('the budget', () => {
  it('that is spent does not make visitors count as asked', async () => {
    const visitor = once({ referrer: 'Google' });
    const memory = newReferrerMemory();
    expect(await find([visitor], { memory, requestsLeft: () => 10 })).toEqual([undefined]);
    expect(await find([visitor], { memory })).toEqual(['Google']);
  });

  it.each([1, 3])('is spent again on %i visitors whose page failed', async (count) => {
    const visitors = Array.from({ length: count }, () => once({ referrer: 'Google' }));
    const memory = newReferrerMemory();
    const broken: typeof fetch = async (input, init) =>
      new URL(new Request(input, init).url).pathname === '/api/v1/visitors'
        ? new Response('', { status: 503 })
        : world.fetch(input, init);
    await find(visitors, { memory, fetch: broken });
    expect(await find(visitors, { memory })).toEqual(visitors.map(() => 'Google'));
  });

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
    const visitors = (await search([visitor])).foundOf([visitor]);
    world.datafast.failWith({ status: 503 });
    const query = {
      visitors,
      witnesses: [],
      onSite: new Set<string>(),
      again: new Set<string>(),
    };
    expect((await findReferrers(options(), query)).get(visitor)).toEqual({ isUnanswered: true });
    world.datafast.failWith(undefined);
    expect((await findReferrers(options(), query)).get(visitor)?.first).toBe('Google');
  });
});
