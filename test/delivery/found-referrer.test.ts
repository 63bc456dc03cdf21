// What an attempt finds of where a visitor came from stays with the signup, so that a destination which is down for long
// costs nobody their source. The cache has one write for each visitor, which may be made before.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import { readByIds } from '../../src/ledger/stored-signups.ts';
import type { Signup } from '../../src/model.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import { findReferrers, type ReferrerLookup } from '../../src/visitors/referrers.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PAID = { utm_source: 'google', utm_medium: 'cpc' };
let consumer: Consumer;
let put: Mock<typeof env.VISITORS.put>;

beforeEach(async () => {
  consumer = await openConsumer(START);
  put = vi.spyOn(env.VISITORS, 'put');
});
afterEach(() => put.mockRestore());

const iso = (ms: number) => new Date(ms).toISOString();
const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email)?.properties;
const stored = async ({ id }: Signup) => (await readByIds(env.LEDGER, [id]))[0]?.signup;
const recordWrites = () => put.mock.calls.filter(([key]) => key.startsWith('visitor:')).length;

type Facts = Parameters<Consumer['world']['visitor']>[0];
/** On the site now, on a first visit whose link names no source: the map has them. */
const onSite = (facts: Facts = {}) =>
  consumer.world.visitor({
    firstVisitAt: iso(consumer.nowMs - MINUTE_MS),
    pages: ['example.com/'],
    referrer: 'Google',
    ...facts,
  });
/** On the site again, with a first visit of long ago that a tag tells of. */
const returning = (facts: Facts = {}) =>
  consumer.world.visitor({
    firstVisitAt: iso(START - 9 * DAY_MS),
    lastVisitAt: iso(consumer.nowMs - MINUTE_MS),
    params: PAID,
    visitCount: 3,
    pages: [START - 9 * DAY_MS, consumer.nowMs - MINUTE_MS].map((at) => ({
      url: 'example.com/',
      timestamp: iso(at),
    })),
    ...facts,
  });

/** The search of an isolate that remembers nothing. */
const isolate = (
  lookup: ReferrerLookup = 'map',
  memory = newReferrerMemory(),
): Parameters<Consumer['run']>[2] => ({
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
        lookup,
        memory,
      },
      query,
    ),
});

/** DataFast answers for visitors, and not for the map and the list. */
const failSearches = () =>
  consumer.world.datafast.failWith(({ url }) =>
    url.includes('/visitors/') ? undefined : { status: 503 },
  );

/** The record is in the cache without a referrer, which the map has a moment later, and HubSpot is down meanwhile. */
async function foundTooLateForTheCache(person: Signup): Promise<void> {
  failSearches();
  consumer.world.hubspot.failWith({ status: 503 });
  await consumer.run([person], undefined, isolate());
  consumer.world.datafast.failWith(undefined);
  consumer.nowMs += MINUTE_MS;
  await consumer.run([person], undefined, isolate());
  expect(recordWrites()).toBe(1);
}

describe('a referrer that was found while the destination was down', () => {
  it.each([10, 90, 3 * 24 * 60])(
    'is on the contact when it is up again after %i minutes, in whatever isolate',
    async (minutes) => {
      const person = consumer.signup({ visitorId: onSite() });
      await foundTooLateForTheCache(person);
      consumer.world.hubspot.failWith(undefined);
      consumer.nowMs += minutes * MINUTE_MS;
      await consumer.run([person], undefined, isolate());
      expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
      expect(await row(person.id)).toMatchObject({ channel: 'Organic Search' });
      expect(recordWrites()).toBe(1);
    },
  );

  it('is found once: no further attempt writes a row for it or asks for it', async () => {
    const person = consumer.signup({ visitorId: onSite() });
    await foundTooLateForTheCache(person);
    const kept = await stored(person);
    expect(kept?.found).toEqual({
      visitorId: person.visitorId,
      first: 'Google',
      converting: 'Google',
    });
    consumer.nowMs += 2 * HOUR_MS;
    consumer.world.datafast.forgetRequests();
    await consumer.run([person], undefined, isolate());
    expect(await stored(person)).toEqual(kept);
    expect(consumer.world.datafast.requests.filter(({ path }) => path.includes('map'))).toEqual([]);
  });

  it('serves the other signups of the visitor that are in the batch', async () => {
    const person = consumer.signup({ visitorId: onSite() });
    await foundTooLateForTheCache(person);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 2 * HOUR_MS;
    const other = consumer.signup({ visitorId: person.visitorId });
    await consumer.run([other, person], undefined, isolate());
    for (const one of [person, other]) {
      expect(contact(one)).toMatchObject({ datafast_channel: 'Organic Search' });
    }
  });

  it('is on the contact after a replay, when the queue had given up on the signup', async () => {
    const person = consumer.signup({ visitorId: onSite() });
    await foundTooLateForTheCache(person);
    await consumer.run([person], consumeDeadLetters);
    expect(await row(person.id)).toMatchObject({ status: 'failed' });
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 8 * DAY_MS;
    const replayed: Signup[] = [];
    await replaySignup(
      {
        ledger: env.LEDGER,
        enqueueAll: async (signups) => replayed.push(...signups),
        now: () => consumer.nowMs,
      },
      person.id,
    );
    await consumer.run(replayed, undefined, isolate());
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('is on the contact though the cache took no record, because the writes of the day were used up', async () => {
    put.mockRejectedValue(new Error('KV put() limit exceeded for the day.'));
    const person = consumer.signup({ visitorId: onSite() });
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([person], undefined, isolate());
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 2 * HOUR_MS;
    await consumer.run([person], undefined, isolate());
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('counts for its own visitor alone, when an event has brought another one meanwhile', async () => {
    const person = consumer.signup({ visitorId: onSite(), visitorIdGuessed: true });
    await foundTooLateForTheCache(person);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 2 * HOUR_MS;
    const visitorId = onSite({ referrer: null });
    await consumer.run(
      [{ ...person, visitorId, visitorIdGuessed: undefined }],
      undefined,
      isolate(),
    );
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
  });

  it('is asked for again while it is the word of a list that nothing has proved', async () => {
    const facts = {
      firstVisitAt: iso(START - 9 * DAY_MS),
      lastVisitAt: iso(START - 2 * HOUR_MS),
      visitCount: 3,
    };
    const person = consumer.signup({ visitorId: onSite(facts) });
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([person], undefined, isolate('list'));
    expect(await stored(person)).not.toHaveProperty('found');
  });
});

describe('the referrer of the visit of the signup', () => {
  it.each([10, 90, 3 * 24 * 60])(
    'is on the contact when the destination was down for %i minutes',
    async (minutes) => {
      const person = consumer.signup({
        visitorId: returning({ referrer: 'https://www.producthunt.com/' }),
      });
      consumer.world.hubspot.failWith({ status: 503 });
      await consumer.run([person], undefined, isolate());
      consumer.world.hubspot.failWith(undefined);
      consumer.nowMs += minutes * MINUTE_MS;
      await consumer.run([person], undefined, isolate());
      expect(contact(person)).toMatchObject({
        datafast_channel: 'Paid Search',
        datafast_converting_source: 'Product Hunt',
      });
    },
  );
});
