// DataFast's limit, kept without being refused: by its headers, by its refusals, and by our own count where it is silent.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { learnLimit, newRateLimit, takeRequest } from '../../src/upstream/rate-limit.ts';
import { type DatafastState, newDatafastState } from '../../src/visitors/datafast.ts';
import { datafastLimits } from '../../src/visitors/rate-limit.ts';
import { createDatafast } from '../../stand-ins/datafast.ts';
import { createWorld, type World } from '../world.ts';
import { findVisitors } from './find-visitors.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let nowMs: number;
let world: World;
let state: DatafastState;

beforeEach(async () => {
  nowMs = START;
  world = await createWorld(() => nowMs);
  state = newDatafastState();
});

const find = (visitorIds: readonly string[], fetch: typeof globalThis.fetch = world.fetch) =>
  findVisitors(
    {
      apiKey: env.DATAFAST_API_KEY,
      websiteId: undefined,
      url: 'https://datafa.st',
      fetch,
      now: () => nowMs,
      cache: env.VISITORS,
      state,
    },
    visitorIds.map((visitorId) => ({ visitorId, bypassNegativeCache: false })),
  );

/** Asks for so many visitors and waits as it is told. Returns how often DataFast refused, and how long it took. */
async function drain(people: number, standIn: ReturnType<typeof createDatafast>) {
  const begunMs = nowMs;
  const fetch: typeof globalThis.fetch = async (input, init) =>
    standIn.app.fetch(new Request(input, init));
  let open = Array.from({ length: people }, () => crypto.randomUUID());
  while (open.length > 0) {
    const answers = await find(open.slice(0, 40), fetch);
    open = open.filter((id) => answers.get(id)?.kind !== 'absent');
    const waits = [...answers.values()].map((answer) =>
      answer.kind === 'unavailable' ? (answer.wait.afterSeconds ?? 0) : 0,
    );
    nowMs += Math.max(1, ...waits) * 1000;
  }
  const refusals = standIn.requests.filter(({ status }) => status === 429).length;
  return { refusals, minutes: (nowMs - begunMs) / 60_000 };
}

const standIn = (facts: Partial<Parameters<typeof createDatafast>[0]>) =>
  createDatafast({ apiKey: env.DATAFAST_API_KEY, now: () => nowMs, ...facts });

describe('DataFast’s limit', () => {
  it.each([
    ['with headers', {}, 240, 60],
    ['without headers', { rateLimitHeaders: false }, 240, 60],
    ['of another plan', { requestsPerMinute: 90 }, 360, 90],
  ])('is used to 95 %% and never refused, %s', async (_, facts, people, perMinute) => {
    const { refusals, minutes } = await drain(people, standIn(facts));
    expect(refusals).toBe(0);
    // The first minute's requests need not be waited for.
    expect((people - perMinute) / minutes / perMinute).toBeGreaterThan(0.95);
  });

  it('is known by our own count where DataFast’s clock is minutes behind ours', async () => {
    const behind = standIn({ now: () => nowMs - 5 * 60_000 });
    const { refusals } = await drain(130, behind);
    expect(refusals).toBe(0);
  });

  it('of which others use a part is shared: a minute refuses at most the six requests under way', async () => {
    const shared = standIn({});
    const headers = { authorization: `Bearer ${env.DATAFAST_API_KEY}` };
    let refusals = 0;
    for (let minute = 0; minute < 5; minute += 1) {
      for (let made = 0; made < 20; made += 1) {
        await shared.app.request('/api/v1/visitors/x', { headers });
      }
      shared.forgetRequests();
      refusals += (await drain(40, shared)).refusals;
    }
    expect(refusals).toBeLessThanOrEqual(5 * 6);
  });

  it('is not raised by a late answer of an earlier moment', () => {
    const headers = (remaining: number) =>
      new Headers({
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(START + 60_000),
      });
    const limits = datafastLimits(state.rateLimit);
    for (let made = 0; made < 3; made += 1) limits.take(START);
    limits.learn({ status: 200, headers: headers(0), json: {} }, START + 10);
    limits.learn({ status: 200, headers: headers(2), json: {} }, START + 20);
    expect(limits.take(START + 30)).toMatchObject({ status: 'snooze' });
  });

  it('is not used up by requests whose invocation was ended before the answer came', () => {
    const { rateLimit } = state;
    for (let made = 0; made < 30; made += 1) takeRequest(rateLimit, START);
    const later = START + 10 * 60_000;
    takeRequest(rateLimit, later);
    learnLimit(rateLimit, { remaining: 59, resetSeconds: 60 }, later + 10);
    let taken = 0;
    while (taken < 100 && takeRequest(rateLimit, later + 20) === undefined) taken += 1;
    expect(taken).toBe(59);
  });

  it('is never exceeded by our own count, whenever the requests come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 400 }), (pauses) => {
        const own = newRateLimit(60, 60_000);
        let at = START;
        const sent: number[] = [];
        for (const pause of pauses) {
          at += pause;
          if (takeRequest(own, at) === undefined) sent.push(at);
        }
        const inOneMinute = sent.map((from) =>
          sent.filter((to) => to >= from && to < from + 60_000),
        );
        expect(Math.max(...inOneMinute.map(({ length }) => length))).toBeLessThanOrEqual(60);
      }),
    );
  });
});

describe('a DataFast that is down', () => {
  const people = (count: number) => Array.from({ length: count }, () => world.visitor());

  it('is left alone after a few failures, and asked by one probe when the pause is over', async () => {
    world.datafast.failWith({ status: 503 });
    await find(people(40));
    expect(world.datafast.requests.length).toBeLessThanOrEqual(10);
    world.datafast.forgetRequests();
    const answers = await find(people(40));
    expect(world.datafast.requests).toEqual([]);
    expect([...answers.values()]).toContainEqual(
      expect.objectContaining({
        wait: expect.objectContaining({ status: 'snooze', reason: { code: 'datafast_down' } }),
      }),
    );
    nowMs += 15_000;
    await find(people(40));
    expect(world.datafast.requests).toHaveLength(1);
  });

  it('is asked less and less often, and never less than every five minutes', async () => {
    world.datafast.failWith({ networkError: 'connection reset' });
    await find(people(5));
    const pauses: number[] = [];
    for (let probe = 0; probe < 8; probe += 1) {
      const [answer] = (await find(people(1))).values();
      const seconds = answer?.kind === 'unavailable' ? (answer.wait.afterSeconds ?? 0) : 0;
      pauses.push(seconds);
      nowMs += seconds * 1000;
      await find(people(1));
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 300, 300, 300]);
  });

  it('that answers again is used at once, for everybody', async () => {
    world.datafast.failWith({ status: 503 });
    await find(people(10));
    world.datafast.failWith(undefined);
    nowMs += 15_000;
    const answers = await find(people(30));
    expect([...answers.values()].every(({ kind }) => kind === 'found')).toBe(true);
  });

  it.each([
    [401, 'datafast_unauthorized'],
    [403, 'datafast_forbidden'],
  ])(
    'is not one that answers %d to the key: that is asked once a minute, and every signup waits for the same reason',
    async (status, code) => {
      world.datafast.failWith({ status });
      await find(people(40));
      expect(world.datafast.requests.length).toBeLessThanOrEqual(6);
      world.datafast.forgetRequests();
      nowMs += 20_000;
      const answers = await find(people(10));
      expect(world.datafast.requests).toEqual([]);
      expect([...answers.values()][0]).toMatchObject({
        wait: { status: 'snooze', reason: { code }, afterSeconds: 600 },
      });
      nowMs += 40_000;
      await find(people(1));
      expect(world.datafast.requests).toHaveLength(1);
    },
  );
});
