// The referrers of a batch: each signup gets its own, whatever else is in the batch.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Signup } from '../../src/model.ts';
import type { ReferrerQuery } from '../../src/visitors/referrers.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAID = { utm_source: 'google', utm_medium: 'cpc' };
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(START);
});

const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email)?.properties;
const iso = (ms: number) => new Date(ms).toISOString();

/** Somebody whose link names no source, and who came an hour ago, once. */
function stranger(facts: Parameters<Consumer['world']['visitor']>[0] = {}) {
  const firstVisitAt = iso(consumer.nowMs - HOUR_MS);
  return consumer.world.visitor({ firstVisitAt, pages: ['example.com/'], ...facts });
}

/** Answers of DataFast for these visitors alone. */
function refuseVisitors(ids: readonly string[], failure: { status: number; body?: unknown }) {
  consumer.world.datafast.failWith(({ url }) =>
    ids.some((id) => url.includes(id)) ? failure : undefined,
  );
}

describe('a batch with a visitor that DataFast does not answer', () => {
  it.each([{ status: 500 }, { status: 404, body: '<h1>Not found</h1>' }])(
    'finds the referrers of the others: %o',
    async (failure) => {
      const bad = consumer.signup({ visitorId: stranger() });
      const good = consumer.signup({ visitorId: stranger({ referrer: 'Google' }) });
      refuseVisitors([bad.visitorId ?? ''], failure);
      await consumer.run([bad, good]);
      expect(await row(bad.id)).toMatchObject({ status: 'waiting' });
      expect(contact(good)).toMatchObject({ datafast_channel: 'Organic Search' });
    },
  );
});

describe('the referrer that a signup brings', () => {
  it('is no reason not to look for another one when it is a page of the own site', async () => {
    const visitorId = stranger({ referrer: 'Google' });
    const person = consumer.signup({ visitorId, referrer: 'https://example.com/pricing' });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(person.id)).toMatchObject({ channel: 'Organic Search' });
  });

  it.each([
    ['https://news.ycombinator.com/', 'Hacker News'],
    ['', undefined],
  ])(
    'counts, and nothing is looked for, when it says where the person came from: "%s"',
    async (referrer, source) => {
      const asked: ReferrerQuery[] = [];
      const person = consumer.signup({ visitorId: stranger({ referrer: 'Google' }), referrer });
      await consumer.run([person], undefined, {
        findReferrers: async (query) => {
          asked.push(query);
          return new Map();
        },
      });
      expect(asked).toEqual([]);
      expect(contact(person)?.datafast_source).toBe(source);
      if (referrer === '') expect(contact(person)).toMatchObject({ datafast_channel: 'Direct' });
    },
  );

  it('counts for its own signup alone when two signups of a visitor are in one batch', async () => {
    const visitorId = stranger({ referrer: 'Google' });
    const told = consumer.signup({ visitorId, referrer: 'https://news.ycombinator.com/' });
    const silent = consumer.signup({ visitorId });
    await consumer.run([told, silent]);
    expect(contact(told)).toMatchObject({ datafast_source: 'Hacker News' });
    expect(contact(silent)).toMatchObject({ datafast_channel: 'Organic Search' });
  });
});

it('the search for referrers knows how old the copy of each visitor is', async () => {
  const asked: ReferrerQuery[] = [];
  const open = consumer.signup({ visitorId: stranger() });
  const returning = stranger({ params: PAID, visitCount: 3 });
  const copied = consumer.signup({ visitorId: returning });
  await consumer.run([copied]);
  consumer.nowMs += 5 * 60_000;
  await consumer.run([open, consumer.signup({ visitorId: returning })], undefined, {
    findReferrers: async (query) => {
      asked.push(query);
      return new Map();
    },
  });
  expect(
    asked.map(({ visitors, witnesses }) =>
      [...visitors, ...witnesses].map(({ visitor, fetchedAt }) => [visitor.visitorId, fetchedAt]),
    ),
  ).toEqual([
    [
      [open.visitorId, iso(START + 5 * 60_000)],
      [returning, iso(START)],
    ],
  ]);
});

describe('the referrer of the visit that is under way', () => {
  const FIRST_VISIT = START - 9 * DAY_MS;
  const returning = (visitorId?: string) =>
    consumer.world.visitor({
      ...(visitorId !== undefined && { visitorId }),
      firstVisitAt: iso(FIRST_VISIT),
      lastVisitAt: iso(consumer.nowMs - 60_000),
      params: PAID,
      visitCount: 3,
      pages: [FIRST_VISIT, START - 60_000, consumer.nowMs - 60_000].map((at) => ({
        url: 'example.com/',
        timestamp: iso(at),
      })),
    });

  it.each(['a refresh', 'a replay'])(
    'is not that of an earlier signup of the visitor: %s',
    async (kind) => {
      const visitorId = returning();
      const earlier = consumer.signup({ visitorId });
      consumer.nowMs += DAY_MS;
      returning(visitorId);
      const fresh = consumer.signup({ visitorId, source: 'stripe' });
      const found = new Map([[visitorId, { current: 'https://www.producthunt.com/' }]]);
      if (kind === 'a refresh') {
        await consumer.run([earlier], undefined, { findReferrers: undefined });
        consumer.nowMs += 16 * 60_000;
      }
      const again =
        kind === 'a refresh'
          ? { ...earlier, refresh: { askedAt: iso(consumer.nowMs), matched: true } }
          : earlier;
      await consumer.run([again, fresh], undefined, { findReferrers: async () => found });
      expect(contact(earlier)).not.toHaveProperty('datafast_converting_source', 'Product Hunt');
      expect(contact(fresh)).toMatchObject({ datafast_converting_source: 'Product Hunt' });
    },
  );
});

describe('visitors that DataFast refuses in unknown words while it answers for others', () => {
  const UNKNOWN_WORDS = { status: 400, body: { error: 'Bad request' } };
  const people = (count: number) =>
    Array.from({ length: count }, () => consumer.signup({ visitorId: stranger({ params: PAID }) }));
  const idsOf = (signups: readonly Signup[]) => signups.map(({ visitorId = '' }) => visitorId);

  it.each([
    ['first', (bad: Signup[], good: Signup[]) => [...bad, ...good]],
    ['last', (bad: Signup[], good: Signup[]) => [...good, ...bad]],
  ])('arrive as refused, and hold up nobody for long, when they come %s', async (_, order) => {
    const bad = people(7);
    const good = people(8);
    refuseVisitors(idsOf(bad), UNKNOWN_WORDS);
    const batch = order(bad, good);
    await consumer.run(batch);
    const later = consumer.later.splice(0);
    for (const { delaySeconds } of later) expect(delaySeconds).toBeLessThanOrEqual(30);
    consumer.nowMs += 30_000;
    await consumer.run(batch);
    for (const { id } of bad) {
      expect(await row(id)).toMatchObject({ status: 'delivered', match: 'rejected_by_datafast' });
    }
    for (const { id } of good) {
      expect(await row(id)).toMatchObject({ status: 'delivered', match: 'matched' });
    }
  });

  it('do not keep the others’ referrers from being found', async () => {
    const bad = people(3);
    const good = consumer.signup({ visitorId: stranger({ referrer: 'Google' }) });
    refuseVisitors(idsOf(bad), UNKNOWN_WORDS);
    await consumer.run([good, ...bad]);
    expect(contact(good)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('arrive once others are answered, though they come in a batch of their own', async () => {
    const bad = people(3);
    refuseVisitors(idsOf(bad), UNKNOWN_WORDS);
    await consumer.run(bad);
    consumer.nowMs += 600_000;
    const good = people(1);
    await consumer.run(good);
    await consumer.run(bad);
    for (const { id } of bad) {
      expect(await row(id)).toMatchObject({ status: 'delivered', match: 'rejected_by_datafast' });
    }
  });

  it('wait when only a copy of an earlier hour answers for the others', async () => {
    const [known] = people(1);
    if (!known) throw new Error('nobody');
    await consumer.run([known]);
    consumer.nowMs += 60_000;
    consumer.world.datafast.failWith(UNKNOWN_WORDS);
    const refused = people(4);
    await consumer.run([consumer.signup({ visitorId: known.visitorId ?? '' }), ...refused]);
    for (const { id } of refused) {
      expect(await row(id)).toMatchObject({
        status: 'waiting',
        deliveries: [{ reason: 'datafast_request_refused' }],
      });
    }
  });

  it('in HTML are asked for again, as one alone is', async () => {
    const bad = people(3);
    refuseVisitors(idsOf(bad), { status: 404, body: '<h1>Not found</h1>' });
    await consumer.run([...people(1), ...bad]);
    for (const { id } of bad) {
      expect(await row(id)).toMatchObject({
        status: 'waiting',
        deliveries: [{ reason: 'datafast_answer_unreadable' }],
      });
    }
  });
});
