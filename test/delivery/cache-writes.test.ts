// What a batch writes into the cache, of which the Free plan has a thousand writes a day: one record for each visitor who is
// found, with the referrer in it, and nothing else.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { eraseRows } from '../../src/ledger/erasure.ts';
import type { Signup } from '../../src/model.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import { findReferrers } from '../../src/visitors/referrers.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let consumer: Consumer;
let put: Mock<typeof env.VISITORS.put>;

beforeEach(async () => {
  consumer = await openConsumer(START);
  put = vi.spyOn(env.VISITORS, 'put');
});
afterEach(() => put.mockRestore());

const iso = (ms: number) => new Date(ms).toISOString();
const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email)?.properties;
const keyOf = (visitorId: string | undefined) => `visitor:1:${visitorId}`;
const writes = () => put.mock.calls.map(([key]) => key).sort();
const kept = (visitorId: string | undefined) => env.VISITORS.get(keyOf(visitorId), 'json');

type Facts = Parameters<Consumer['world']['visitor']>[0];
const tagged = (facts: Facts = {}) =>
  consumer.world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' }, ...facts });
/** Whose link names no source, and who came an hour ago, once. */
const untagged = (facts: Facts = {}) =>
  consumer.world.visitor({
    firstVisitAt: iso(consumer.nowMs - HOUR_MS),
    pages: ['example.com/'],
    referrer: 'Google',
    ...facts,
  });
/** Who is on the site now, so that the realtime map has them. */
const onSite = () => untagged({ firstVisitAt: iso(consumer.nowMs - MINUTE_MS) });
const of = (visitorId: string, facts: Partial<Signup> = {}) =>
  consumer.signup({ visitorId, ...facts });
const refreshOf = (person: Signup): Signup => ({
  ...person,
  refresh: { askedAt: iso(consumer.nowMs), matched: true },
});

const requests = (part: string) =>
  consumer.world.datafast.requests.filter(({ path }) => path.includes(part)).length;
const lookups = () => requests('/visitors/');
const searches = () => consumer.world.datafast.requests.length - lookups();

/** Who has brought which visitor. */
const claims = async () => (await env.LEDGER.prepare('SELECT * FROM visitor_people').all()).results;

/** The search for referrers of an isolate that remembers nothing. */
const anotherIsolate = (): Parameters<Consumer['run']>[2] => ({
  findReferrers: (query) =>
    findReferrers(
      {
        apiKey: env.DATAFAST_API_KEY,
        websiteId: undefined,
        url: 'https://datafa.st',
        cache: env.VISITORS,
        state: newDatafastState(),
        fetch: consumer.world.fetch,
        now: () => consumer.nowMs,
        requestsLeft: () => Number.POSITIVE_INFINITY,
        lookup: 'auto',
        memory: newReferrerMemory(),
      },
      query,
    ),
});

/** DataFast answers for visitors, but not for referrers. */
function failSearches() {
  consumer.world.datafast.failWith(({ url }) =>
    url.includes('/visitors/') ? undefined : { status: 503 },
  );
}

describe('a batch', () => {
  it('writes once for each visitor who is found, whatever their link says, and never for others', async () => {
    const found = [tagged(), untagged(), onSite(), untagged({ referrer: null }), untagged()];
    const [, , , , told = ''] = found;
    const bot = tagged();
    consumer.world.datafast.failWith(({ url }) =>
      url.includes(bot) ? { status: 400, body: { error: 'Visitor flagged as bot' } } : undefined,
    );
    await consumer.run([
      ...found.slice(0, 4).map((id) => of(id)),
      of(told, { referrer: 'https://news.ycombinator.com/' }),
      of(crypto.randomUUID()),
      of(bot),
      consumer.signup(),
    ]);
    expect(writes()).toEqual(found.map(keyOf).sort());
    expect(await Promise.all(found.map(kept))).toMatchObject([
      { kind: 'found', visitor: { params: { utm_source: 'google' } } },
      { kind: 'found', referrer: { first: 'Google' } },
      { kind: 'found', referrer: { first: 'Google' } },
      { kind: 'found', fetchedAt: iso(START) },
      { kind: 'found', fetchedAt: iso(START) },
    ]);
  });

  it.each([
    ['of which one brought a referrer', { referrer: 'https://news.ycombinator.com/' }],
    ['of two people', { email: 'other@example.com' }],
    ['of which one is a refresh', { refresh: { askedAt: iso(START), matched: true } }],
  ])('writes once for two signups of one visitor, %s', async (_, facts) => {
    const visitorId = untagged();
    const silent = of(visitorId);
    await consumer.run([of(visitorId, facts), silent]);
    expect(writes()).toEqual([keyOf(visitorId)]);
    expect(await kept(visitorId)).toMatchObject({ referrer: { first: 'Google' } });
    expect(contact(silent)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('of refreshes writes nothing, not even a referrer that only they have found', async () => {
    const people = [of(tagged()), of(untagged({ referrer: null })), of(crypto.randomUUID())];
    await consumer.run(people);
    put.mockClear();
    const late = people[1]?.visitorId ?? '';
    untagged({ visitorId: late });
    consumer.nowMs += HOUR_MS;
    await consumer.run(people.slice(0, 2).map(refreshOf));
    // The copy is gone after a week, and a refresh makes no new one.
    await env.VISITORS.delete(keyOf(late));
    await consumer.run(people.slice(0, 2).map(refreshOf), undefined, anotherIsolate());
    expect(writes()).toEqual([]);
    expect(contact(people[1] ?? of(late))).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('writes nothing for a visitor who signs up again, soon or when the copy is old', async () => {
    const visitors = [tagged(), untagged()];
    await consumer.run(visitors.map((id) => of(id)));
    for (const minutes of [1, 16, 24 * 60]) {
      consumer.nowMs += minutes * MINUTE_MS;
      await consumer.run(visitors.map((id) => of(id)));
    }
    expect(writes()).toEqual(visitors.map(keyOf).sort());
  });
});

describe('the referrer in the record', () => {
  it.each([
    ['a fresh', 1, 1],
    ['an old', 16, 2],
  ])('of %s copy is not asked for again by another isolate', async (_, minutes, asked) => {
    const visitorId = untagged();
    await consumer.run([of(visitorId)]);
    const searched = searches();
    consumer.nowMs += minutes * MINUTE_MS;
    const again = of(visitorId);
    await consumer.run([again], undefined, anotherIsolate());
    expect([lookups(), searches()]).toEqual([asked, searched]);
    expect(contact(again)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('serves a signup that waits for its destination', async () => {
    const person = of(untagged());
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([person]);
    const asked = consumer.world.datafast.requests.length;
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 10 * MINUTE_MS;
    await consumer.run([person], undefined, anotherIsolate());
    expect(consumer.world.datafast.requests).toHaveLength(asked);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ['DataFast is down', 16, 503],
    ['others have spent its budget', 1, 429],
  ])('serves while %s', async (_, minutes, status) => {
    const visitorId = untagged();
    await consumer.run([of(visitorId)]);
    const again = of(visitorId);
    consumer.nowMs += minutes * MINUTE_MS;
    consumer.world.datafast.failWith({ status });
    await consumer.run([again, of(tagged())], undefined, anotherIsolate());
    expect(contact(again)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(again.id)).toMatchObject({ channel: 'Organic Search' });
  });

  it('is not the word of a list that is not believed any more', async () => {
    const facts = { visitCount: 3, lastVisitAt: iso(START - 2 * HOUR_MS) };
    const witness = () =>
      tagged({ ...facts, firstVisitAt: iso(START - 9 * 24 * HOUR_MS), pages: ['example.com/'] });
    await consumer.run([of(witness()), of(witness())]);
    const visitorId = untagged({ ...facts, firstVisitAt: iso(START - 8 * 24 * HOUR_MS) });
    await consumer.run([of(visitorId)]);
    expect(await kept(visitorId)).toMatchObject({
      referrer: { first: 'Google', isOfReturning: true },
    });
    consumer.world.datafast.list.acquisition = 'last';
    await env.VISITORS.put('acquisition:disproved', JSON.stringify({ at: iso(START) }));
    consumer.nowMs += MINUTE_MS;
    const again = of(visitorId);
    await consumer.run([again]);
    expect(contact(again)).toMatchObject({ datafast_channel: 'Unknown' });
  });
});

describe('a referrer that could not be asked for', () => {
  it('costs no second write when it is found later, and is asked for once an hour', async () => {
    const visitorId = untagged();
    failSearches();
    await consumer.run([of(visitorId)]);
    expect(await kept(visitorId)).not.toHaveProperty('referrer');
    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += 4 * MINUTE_MS;
    const later = of(visitorId);
    await consumer.run([later]);
    const searched = searches();
    for (const minutes of [1, 30]) {
      consumer.nowMs += minutes * MINUTE_MS;
      await consumer.run([of(visitorId, { email: later.email })]);
    }
    expect(searches()).toBe(searched);
    consumer.nowMs += HOUR_MS;
    await consumer.run([of(visitorId, { email: later.email })]);
    expect(searches()).toBe(searched + 1);
    expect(contact(later)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(writes()).toEqual([keyOf(visitorId)]);
  });

  it('does not count as none: nobody is Direct', async () => {
    const person = of(untagged({ referrer: 'Direct/None' }));
    failSearches();
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += HOUR_MS;
    await consumer.run([refreshOf(person)]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Direct' });
  });
});

describe('an invocation that ends', () => {
  const people = () => [of(tagged()), of(untagged()), of(crypto.randomUUID())];
  const dies = () => Promise.reject(new Error('exceeded CPU'));

  it('between visitor and referrer costs a second request for that visitor alone, and each is written once', async () => {
    const batch = people();
    const found = batch.slice(0, 2).map(({ visitorId }) => visitorId);
    const end = Promise.withResolvers<void>();
    const findReferrers = () => {
      end.resolve();
      return new Promise<never>(() => undefined);
    };
    void consumer.run(batch, undefined, { findReferrers });
    await end.promise;
    expect(writes()).toEqual([keyOf(found[0])]);
    consumer.world.datafast.forgetRequests();
    await consumer.run([batch[0], batch[1]], undefined, anotherIsolate());
    expect(lookups()).toBe(1);
    expect(writes()).toEqual(found.map(keyOf).sort());
    for (const person of batch.slice(0, 2)) {
      expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
    }
    expect(await kept(found[1])).toMatchObject({ referrer: { first: 'Google' } });
  });

  it('after both has lost nothing: neither is asked for again', async () => {
    const batch = people().slice(0, 2);
    const destinations = consumer
      .dependencies()
      .destinations.map((destination) => ({ ...destination, upsert: dies }));
    await consumer.run(batch, undefined, { destinations }).catch(() => undefined);
    const asked = consumer.world.datafast.requests.length;
    consumer.nowMs += 10 * MINUTE_MS;
    await consumer.run(batch, undefined, anotherIsolate());
    expect(consumer.world.datafast.requests).toHaveLength(asked);
    expect(writes()).toHaveLength(2);
    expect(contact(batch[1] ?? of(''))).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('without a word makes the next ones careful, which cost one write for each visitor as well', async () => {
    const batch = people().slice(0, 2);
    for (const attempts of [2, 3, 4, 5]) {
      await consumer.run(batch, undefined, {}, attempts);
      consumer.nowMs += MINUTE_MS;
    }
    for (const { id } of batch) expect(await row(id)).toMatchObject({ status: 'delivered' });
    expect(writes()).toEqual(batch.map(({ visitorId }) => keyOf(visitorId)).sort());
  });
});

describe('a cache', () => {
  it('whose writes of the day are used up costs second requests, and no signup', async () => {
    const visitorId = untagged();
    put.mockRejectedValue(new Error('KV put() limit exceeded for the day.'));
    const [first, second] = [of(visitorId), of(visitorId)];
    await consumer.run([first]);
    await consumer.run([second]);
    expect(lookups()).toBe(2);
    for (const person of [first, second]) {
      expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    }
  });

  it('that does not show for a minute what was written keeps it when the person’s next webhook comes', async () => {
    const visitorId = untagged();
    const first = of(visitorId);
    await consumer.run([first]);
    consumer.nowMs += 20_000;
    failSearches();
    const get = vi.spyOn(env.VISITORS, 'get');
    get.mockImplementation(async () => new Map());
    const next = () => of(visitorId, { email: first.email });
    await consumer.run([next()], undefined, anotherIsolate());
    expect(writes()).toEqual([keyOf(visitorId)]);
    // What is still not there after that has gone.
    consumer.nowMs += 10 * MINUTE_MS;
    await consumer.run([next()], undefined, anotherIsolate());
    get.mockRestore();
    expect(writes()).toHaveLength(2);
  });

  it('that cannot be read for a moment keeps what it has', async () => {
    const visitorId = untagged();
    await consumer.run([of(visitorId)]);
    consumer.nowMs += 24 * HOUR_MS;
    // The list tells nothing of those who have come back, as long as it is not believed.
    untagged({ visitorId, firstVisitAt: iso(START - HOUR_MS), visitCount: 3 });
    const get = vi.spyOn(env.VISITORS, 'get').mockRejectedValue(new Error('KV is down'));
    const person = of(visitorId);
    await consumer.run([person, of(tagged())], undefined, anotherIsolate());
    get.mockRestore();
    expect(await row(person.id)).toMatchObject({ status: 'delivered', channel: 'Unknown' });
    expect(await kept(visitorId)).toMatchObject({ referrer: { first: 'Google' } });
    consumer.nowMs += HOUR_MS;
    await consumer.run([refreshOf(person)], undefined, anotherIsolate());
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it.each([
    ['ended', () => Promise.reject(new Error('exceeded CPU'))],
    ['could not reach the cache', undefined],
  ])('keeps nothing of a person who was erased during a batch that then %s', async (_, upsert) => {
    const person = of(untagged());
    const forgetVisitor = (id: string) => env.VISITORS.delete(keyOf(id));
    const isDown = () => Promise.reject(new Error('KV is down'));
    const [hubspot] = consumer.dependencies().destinations;
    if (!hubspot) throw new Error('HubSpot is on');
    const erasing = {
      ...hubspot,
      upsert: async (...given: Parameters<typeof hubspot.upsert>) => {
        await eraseRows(env.LEDGER, person.email ?? '', iso(consumer.nowMs));
        return (upsert ?? hubspot.upsert)(...given);
      },
    };
    await consumer.run([person], undefined, {
      destinations: [erasing],
      forgetVisitor: isDown,
    });
    const other = of(tagged());
    const late = await consumer.run([person, other], undefined, { forgetVisitor: isDown });
    expect(late).toMatchObject({ explicitAcks: ['1'], delays: [90] });
    expect(await kept(person.visitorId)).not.toBeNull();
    const { explicitAcks } = await consumer.run([person], undefined, { forgetVisitor }, 2);
    expect(explicitAcks).toEqual(['0']);
    expect(await kept(person.visitorId)).toBeNull();
    expect(await claims()).toMatchObject([{ email: other.email }]);
  });

  it('leaves their visitor to a person who was erased and has signed up again, when the old message comes once more', async () => {
    const old = of(untagged());
    await consumer.run([old]);
    await eraseRows(env.LEDGER, old.email ?? '', iso(consumer.nowMs));
    consumer.nowMs += MINUTE_MS;
    await consumer.run([of(old.visitorId ?? '', { email: old.email })]);
    await consumer.run([old]);
    expect(await claims()).toMatchObject([{ email: old.email }]);
  });

  it('gets nothing of a person who was erased while DataFast was slow', async () => {
    const visitorId = untagged();
    const person = of(visitorId);
    consumer.world.datafast.failWith(async () => {
      consumer.nowMs += 2_000;
      await eraseRows(env.LEDGER, person.email ?? '', iso(consumer.nowMs));
      return undefined;
    });
    await consumer.run([person]);
    expect(writes()).toEqual([]);
    expect(contact(person)).toBeUndefined();
  });
});
