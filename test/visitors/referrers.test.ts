// Where visitors came from, by the realtime map: one request for everybody, and never an obstacle.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { enrichItems } from '../../src/delivery/enrich.ts';
import { referrersOf } from '../../src/delivery/referrers-of.ts';
import type { DeliveryState } from '../../src/ledger/delivery-state.ts';
import type { Signup, Visitor } from '../../src/model.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import type { FoundReferrers } from '../../src/visitors/lookup.ts';
import { forgetReferrer, newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import {
  findReferrers,
  type ReferrerQuery,
  type ReferrersOptions,
} from '../../src/visitors/referrers.ts';
import { createWorld, type World } from '../world.ts';
import { findVisitors } from './find-visitors.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let nowMs: number;
let world: World;
let memory: ReferrersOptions['memory'];

beforeEach(async () => {
  nowMs = START;
  memory = newReferrerMemory();
  world = await createWorld(() => nowMs);
});

const options = (overrides: Partial<ReferrersOptions> = {}): ReferrersOptions => ({
  lookup: 'map',
  requestsLeft: () => 50,
  memory,
  apiKey: env.DATAFAST_API_KEY,
  websiteId: undefined,
  url: 'https://datafa.st',
  cache: env.VISITORS,
  state: newDatafastState(),
  fetch: world.fetch,
  now: () => nowMs,
  ...overrides,
});

/** Somebody who is on the site now, for the first time. */
function here(facts: Parameters<World['visitor']>[0] = {}): string {
  const at = new Date(nowMs).toISOString();
  return world.visitor({ firstVisitAt: at, lastVisitAt: at, pages: ['example.com/'], ...facts });
}

/** A visitor without tags, as Get visitor tells it. */
const untagged = (visitorId: string, facts: Partial<Visitor> = {}): Visitor => ({
  visitorId,
  params: {},
  clickIds: {},
  pages: [],
  goals: [],
  ...facts,
});

/** Of visitors who are on the site now. */
const query = (...visitors: Visitor[]): ReferrerQuery => ({
  visitors: visitors.map((visitor) => ({
    kind: 'found',
    visitor,
    fetchedAt: new Date(nowMs).toISOString(),
  })),
  witnesses: [],
  onSite: new Set(visitors.map(({ visitorId }) => visitorId)),
  again: new Set(),
});

const find = async (...visitorIds: string[]) => {
  const visitors = visitorIds.map((id) => untagged(id));
  return firstOf(await findReferrers(options(), query(...visitors)));
};

/** The referrers of the first visits, by visitor ID. */
function firstOf(found: ReadonlyMap<string, FoundReferrers>): Map<string, string> {
  return new Map(
    [...found].flatMap(([id, { first }]) => (first === undefined ? [] : [[id, first]])),
  );
}

const looks = () => world.datafast.requests.filter(({ path }) => path.includes('/realtime/map'));

/** A DataFast that answers the map with this. */
function answering(answer: () => Response | Promise<Response>) {
  const fetch = vi.fn(async () => answer());
  const ask = async (visitorId: string) =>
    firstOf(await findReferrers(options({ fetch }), query(untagged(visitorId))));
  return { fetch, ask };
}

/** The ledger does not know the signup yet. */
const NEW: DeliveryState = {
  progress: new Map(),
  news: [],
  newest: new Map(),
  failedLookups: 0,
  isOnTrial: false,
  erasures: { ids: new Set(), people: new Map() },
};

const ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

describe('the map', () => {
  it('tells where several visitors came from with one request', async () => {
    const one = here({ referrer: 'https://news.ycombinator.com/' });
    const other = here({ referrer: 'Google' });
    const unknown = here({ referrer: null });
    const found = await find(one, other, unknown);
    expect([...found]).toEqual([
      [one, 'https://news.ycombinator.com/'],
      [other, 'Google'],
    ]);
    expect(looks()).toHaveLength(1);
  });

  it('is asked again only for somebody it did not show, and only after a while', async () => {
    const early = here({ referrer: 'Google' });
    await find(early);
    const late = here({ referrer: 'Bing' });
    nowMs += 10_000;
    expect((await find(late)).size).toBe(0);
    expect(looks()).toHaveLength(1);
    nowMs += 60_000;
    expect((await find(late)).get(late)).toBe('Bing');
    expect(looks()).toHaveLength(2);
  });

  it('gives the same answer to a signup that had to wait, without being asked', async () => {
    const visitorId = here({ referrer: 'Google' });
    await find(visitorId);
    nowMs += 9 * 60_000;
    expect((await find(visitorId)).get(visitorId)).toBe('Google');
    expect(looks()).toHaveLength(1);
  });

  it('costs the cache no write', async () => {
    const put = vi.spyOn(env.VISITORS, 'put');
    await find(here({ referrer: 'Google' }), here({ referrer: null }));
    expect(put).not.toHaveBeenCalled();
    put.mockRestore();
  });

  it('is asked for an account’s token with the website', async () => {
    const { fetch } = answering(() => Response.json({ data: { visitors: [] } }));
    const token = { apiKey: 'dft_key', websiteId: '65a1b2c3d4e5f6a7b8c9d0e1', fetch };
    await findReferrers(options(token), query(untagged(ID)));
    expect(fetch).toHaveBeenCalledWith(
      'https://datafa.st/api/v1/analytics/realtime/map?websiteId=65a1b2c3d4e5f6a7b8c9d0e1',
      expect.anything(),
    );
  });

  it('is not believed about a later visit, which is not what brought the person', async () => {
    const facts = { referrer: 'Google', visitCount: 3 };
    const back = here({ ...facts, firstVisitAt: '2026-11-01T10:00:00.000Z' });
    const seen = untagged(back, { firstSeenAt: '2026-11-01T10:00:00.000Z' });
    const found = await findReferrers(options(), query(seen));
    expect(found.get(back)).toEqual({ first: undefined, current: 'Google' });
  });

  it.each<[string, object, Partial<Visitor>]>([
    ['the map does not count visits', {}, { visits: 3 }],
    [
      'the second visit began soon after the first',
      { visitCount: 2, sessionStartTime: new Date(START - 5 * 60_000).toISOString() },
      { visits: 2, firstSeenAt: new Date(START - 25 * 60_000).toISOString() },
    ],
    ['nothing tells which visit it is', {}, {}],
  ])('is not believed about the first visit where %s', async (_, onMap, facts) => {
    const person = { visitorId: ID, referrer: 'Google', ...onMap };
    const fetch = async () => Response.json({ data: { visitors: [person] } });
    const found = await findReferrers(options({ fetch }), query(untagged(ID, facts)));
    expect(found.get(ID)).toEqual({ first: undefined, current: 'Google' });
  });
});

describe('of others', () => {
  it('neither names nor emails are kept, nor what referrers carry behind the question mark', async () => {
    const person = {
      visitorId: ID,
      referrer: 'https://mail.example/read?to=jo@acme.com#x',
      visitCount: 1,
      customerName: 'Jo Secret',
      customerEmail: 'jo@acme.com',
      profileData: { displayName: 'Jo Secret' },
      currentUrl: 'https://codefa.st/?token=secret',
    };
    const recentPayments = [{ email: 'jo@acme.com', name: 'Jo Secret' }];
    const { ask } = answering(() =>
      Response.json({
        data: { visitors: [person, { ...person, visitorId: 'x' }], recentPayments },
      }),
    );
    expect((await ask(ID)).get(ID)).toBe('https://mail.example/read');
    const kept = JSON.stringify([memory.map, ...memory.asked]);
    expect(kept).toContain('https://mail.example/read');
    expect(kept).not.toMatch(/jo|secret/i);
  });

  it('nothing is left of a person who is erased', async () => {
    const visitorId = here({ referrer: 'Google' });
    await find(visitorId);
    forgetReferrer(memory, visitorId);
    nowMs += 60_000;
    world.datafast.visitors.delete(visitorId);
    expect((await find(visitorId)).size).toBe(0);
  });
});

describe('a failure', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['no network', () => Promise.reject(new TypeError('unreachable'))],
    ['a spent budget', () => Response.json({}, { status: 429 })],
    ['a forbidden map', () => Response.json({}, { status: 403 })],
    ['an error page', () => new Response('<html>')],
    ['nothing', () => Response.json(null)],
    ['another shape', () => Response.json({ data: { visitors: [7, null, { visitorId: 8 }] } })],
  ])('by %s is no referrer, and is not tried again at once', async (_, answer) => {
    const { ask, fetch } = answering(answer);
    expect((await ask(ID)).size).toBe(0);
    expect((await ask(ID)).size).toBe(0);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('of the cache costs a request and nothing else', async () => {
    const visitorId = here({ referrer: 'Google' });
    const broken = () => Promise.reject(new Error('KV is down'));
    const cache = { get: broken, put: broken };
    const found = await findReferrers(options({ cache }), query(untagged(visitorId)));
    expect(found.get(visitorId)?.first).toBe('Google');
  });
});

describe('a batch of signups', () => {
  const signup = (facts: Partial<Signup>): Signup => {
    const at = new Date(nowMs).toISOString();
    const id = `signup:${crypto.randomUUID()}`;
    return {
      version: 1,
      id,
      source: 'signup',
      occurredAt: at,
      receivedAt: at,
      test: false,
      ...facts,
    };
  };

  async function attributions(signups: Signup[], isWanted = true) {
    const dependencies = {
      findReferrers: isWanted
        ? (wanted: ReferrerQuery) => findReferrers(options(), wanted)
        : undefined,
      attribute,
      journey,
      now: () => nowMs,
      log: () => undefined,
    };
    const items = signups.map((person) => ({ signup: person, state: NEW }));
    const wanted = signups.flatMap(({ visitorId }) =>
      visitorId ? [{ visitorId, bypassNegativeCache: false }] : [],
    );
    const lookups = await findVisitors(options(), wanted);
    const referrers = await referrersOf(dependencies, items, lookups);
    const enrichments = enrichItems(dependencies, items, lookups, referrers);
    return enrichments.map((item) =>
      item.kind === 'enriched' ? item.enriched.attribution : item.wait.reason,
    );
  }

  it('looks at the map once, for those whose signup brought no referrer', async () => {
    const visitorId = () => here({ referrer: 'https://www.google.com/' });
    const found = await attributions([
      signup({ visitorId: visitorId() }),
      signup({ visitorId: visitorId() }),
      signup({ visitorId: visitorId(), referrer: 'https://www.bing.com/' }),
      signup({ visitorId: visitorId(), referrer: '' }),
    ]);
    expect(found).toMatchObject([
      { channel: 'Organic Search', source: 'Google', referrer: 'google.com/' },
      { channel: 'Organic Search', source: 'Google' },
      { channel: 'Organic Search', source: 'Bing' },
      { channel: 'Direct' },
    ]);
    expect(looks()).toHaveLength(1);
  });

  it.each<[string, () => Signup]>([
    ['links name their source', () => signup({ visitorId: here({ params: { ref: 'x' } }) })],
    ['signups bring their referrer', () => signup({ visitorId: here(), referrer: '' })],
    ['visitors left long ago', () => signup({ visitorId: world.visitor() })],
    [
      'signups are old',
      () => signup({ visitorId: here(), occurredAt: new Date(nowMs - 60 * 60_000).toISOString() }),
    ],
    ['visitors are unknown', () => signup({ visitorId: ID })],
    ['there is no visitor', () => signup({})],
  ])('does not look at the map where %s', async (_, person) => {
    await attributions([person()]);
    expect(looks()).toHaveLength(0);
  });

  it('does not look at the map when the operator does not want it', async () => {
    const [attribution] = await attributions(
      [signup({ visitorId: here({ referrer: 'Google' }) })],
      false,
    );
    expect(attribution).toMatchObject({ channel: 'Unknown' });
    expect(looks()).toHaveLength(0);
  });
});
