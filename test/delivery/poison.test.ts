// A signup that ends the invocation, as too much memory or CPU does: nothing is thrown, nothing is acknowledged, and the
// queue delivers the whole batch again.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConsumeDependencies, consumeSignups } from '../../src/delivery/consume.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import type { Signup } from '../../src/model.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let consumer: Consumer;
let deaths: number;
/** Ends the invocation. */
let die: () => Promise<never>;

beforeEach(async () => {
  consumer = await openConsumer(START);
  deaths = 0;
});

interface Queued {
  id: string;
  body: unknown;
  attempts: number;
}

const queued = (people: readonly Signup[]): Queued[] =>
  people.map((body, index) => ({ id: `message_${index}`, body, attempts: 0 }));

/** Delivers the whole queue as one batch. What an invocation that dies has acknowledged comes again. */
async function round(
  queue: Queued[],
  killing: (given: ConsumeDependencies) => Partial<ConsumeDependencies>,
): Promise<void> {
  for (const message of queue) message.attempts += 1;
  const batch = createMessageBatch(
    'whence-signups',
    queue.map((message) => ({ ...message, timestamp: new Date(consumer.nowMs) })),
  );
  const death = Promise.withResolvers<'dead'>();
  die = () => {
    death.resolve('dead');
    return new Promise(() => undefined);
  };
  // Every invocation has an isolate of its own.
  const given = { ...consumer.dependencies(), ledgerWatch: { failure: undefined } };
  const work = consumeSignups({ ...given, ...killing(given) }, batch).then(() => 'done' as const);
  const end = await Promise.race([work, death.promise]);
  consumer.nowMs += 30_000;
  if (end === 'dead') {
    deaths += 1;
    return;
  }
  const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
  const later = consumer.later.splice(0);
  const left = queue.filter(({ id }) => !explicitAcks.includes(id));
  consumer.nowMs += 15 * 60_000;
  await bringBack({
    ledger: env.LEDGER,
    enqueueLater: async (due) => later.push(...due),
    destinationNames: ['hubspot'],
    now: () => consumer.nowMs,
  });
  const sent = later.map(({ message: body }) => ({
    id: `again_${crypto.randomUUID()}`,
    body,
    attempts: 0,
  }));
  queue.splice(0, Infinity, ...left, ...sent);
}

/** The lookup of this visitor ends the invocation. */
const lookupKills = (visitorId: string | undefined) => (given: ConsumeDependencies) => ({
  searchVisitors: async (queries: Parameters<ConsumeDependencies['searchVisitors']>[0]) => {
    const search = await given.searchVisitors(queries);
    const kills = queries.some((query) => query.visitorId === visitorId);
    return {
      ...search,
      ask: (bounds: Parameters<typeof search.ask>[0]) => (kills ? die() : search.ask(bounds)),
    };
  },
});

const known = () =>
  consumer.signup({ visitorId: consumer.world.visitor({ params: { utm_source: 'google' } }) });
const statuses = async (people: readonly Signup[]) =>
  Promise.all(people.map(async ({ id }) => (await row(id))?.status));
const trials = async () =>
  (await env.LEDGER.prepare('SELECT signup_id FROM trials').all()).results.length;

describe.each([0, 4, 9])('ten messages, of which number %d ends its invocation', (place) => {
  const open = () => {
    const people = Array.from({ length: 10 }, known);
    const [poison] = people.slice(place);
    const others = people.filter((one) => one !== poison);
    return { people, poison: poison ?? known(), others };
  };

  it('nine are delivered after the third round, and the tenth without its visitor', async () => {
    const { people, poison, others } = open();
    const queue = queued(people);
    const kills = lookupKills(poison.visitorId);
    for (let turn = 0; turn < 3; turn += 1) await round(queue, kills);
    expect(await statuses(others)).toEqual(others.map(() => 'delivered'));
    for (let turn = 0; turn < 5 && queue.length > 0; turn += 1) await round(queue, kills);
    expect(queue).toEqual([]);
    expect(deaths).toBeLessThanOrEqual(4);
    expect(await row(poison.id)).toMatchObject({
      status: 'delivered',
      match: 'rejected_by_datafast',
      refreshAt: null,
      deliveries: [{ reason: 'visitor_left_out' }],
    });
    for (const { id } of others) expect(await row(id)).toMatchObject({ match: 'matched' });
    expect(consumer.world.hubspot.contacts()).toHaveLength(10);
    expect(await trials()).toBe(0);
  });

  it('when its own data does it, whatever the visitor, it fails with the reason and no other is touched', async () => {
    const { people, poison, others } = open();
    const queue = queued(people);
    const kills = (given: ConsumeDependencies) => ({
      destinations: given.destinations.map((destination) => ({
        ...destination,
        upsert: (contacts: Parameters<typeof destination.upsert>[0]) =>
          contacts.some(({ email }) => email === poison.email)
            ? die()
            : destination.upsert(contacts),
      })),
    });
    for (let turn = 0; turn < 40; turn += 1) {
      const isOver = queue.length === 0 && !(await statuses(people)).includes('waiting');
      if (isOver) break;
      await round(queue, kills);
    }
    expect(queue).toEqual([]);
    expect(await statuses(others)).toEqual(others.map(() => 'delivered'));
    expect(await row(poison.id)).toMatchObject({
      status: 'failed',
      deliveries: [{ reason: 'invocation_ended' }],
    });
    expect(consumer.world.hubspot.contacts()).toHaveLength(9);
    expect(await trials()).toBe(0);
  });
});

describe('beside a message whose invocation ended without a word', () => {
  it('the new ones of its batch are delivered and recorded before it is tried', async () => {
    const poison = known();
    const queue = queued([poison]);
    const kills = lookupKills(poison.visitorId);
    await round(queue, kills);
    const fresh = Array.from({ length: 5 }, known);
    queue.push(...queued(fresh).map((one) => ({ ...one, id: `fresh_${one.id}` })));
    await round(queue, kills);
    expect(deaths).toBe(2);
    expect(await statuses(fresh)).toEqual(fresh.map(() => 'delivered'));
  });

  it('forty that a deploy interrupted all arrive with their visitors, within a few rounds', async () => {
    const people = Array.from({ length: 40 }, known);
    const queue = queued(people);
    await round(queue, () => ({ searchVisitors: () => die() }));
    for (let turn = 0; turn < 3 && queue.length > 0; turn += 1) await round(queue, () => ({}));
    expect(queue).toEqual([]);
    for (const { id } of people) {
      expect(await row(id)).toMatchObject({ status: 'delivered', match: 'matched' });
    }
    expect(await trials()).toBe(0);
  });

  it('one that has only failed, however often, is tried with the others', async () => {
    const person = known();
    const queue = queued([person]);
    consumer.world.datafast.failWith({ status: 500 });
    for (let turn = 0; turn < 4; turn += 1) {
      await round(queue, () => ({}));
      expect(await trials()).toBe(0);
    }
    consumer.world.datafast.failWith(undefined);
    await round(queue, () => ({}));
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it.each(['due', 'refresh'] as const)(
    'a bundle of ten that holds such a one (%s) brings the nine others to their end',
    async (kind) => {
      const people = Array.from({ length: 10 }, known);
      const [poison = known(), ...others] = people;
      if (kind === 'due') consumer.world.datafast.failWith({ status: 500 });
      await consumer.run(people);
      consumer.world.datafast.failWith(undefined);
      consumer.later.splice(0);
      consumer.nowMs += 3_700_000;
      const askedAt = new Date(consumer.nowMs).toISOString();
      const bundle = {
        version: 1,
        due: [],
        refresh: [],
        askedAt,
        [kind]: people.map(({ id }) => id),
      };
      const queue: Queued[] = [{ id: 'bundle', body: bundle, attempts: 0 }];
      consumer.world.datafast.forgetRequests();
      for (let turn = 0; turn < 12 && queue.length > 0; turn += 1) {
        await round(queue, lookupKills(poison.visitorId));
      }
      expect(queue).toEqual([]);
      expect(deaths).toBeLessThanOrEqual(5);
      const asked = consumer.world.datafast.requests.map(({ path }) => path.split('/').at(-1));
      expect(asked).toEqual(expect.arrayContaining(others.map(({ visitorId }) => visitorId)));
      for (const { id } of others) {
        expect(await row(id)).toMatchObject({ status: 'delivered', match: 'matched' });
      }
      expect(await row(poison.id)).toMatchObject({ status: 'delivered', refreshAt: null });
      expect(await trials()).toBe(0);
    },
  );

  it('two bundles of refreshes, with two such ones in the first, come to an end and do not become more', async () => {
    const people = Array.from({ length: 35 }, known);
    await consumer.run(people);
    consumer.later.splice(0);
    consumer.nowMs += 3_700_000;
    const askedAt = new Date(consumer.nowMs).toISOString();
    const bundleOf = (part: readonly Signup[]) => ({
      version: 1,
      due: [],
      refresh: part.map(({ id }) => id),
      askedAt,
    });
    const queue = queued([]);
    for (const part of [people.slice(0, 25), people.slice(25)]) {
      queue.push({ id: crypto.randomUUID(), body: bundleOf(part), attempts: 0 });
    }
    const poison = [people[3]?.visitorId, people[20]?.visitorId];
    const kills = (given: ConsumeDependencies) => ({
      searchVisitors: async (queries: Parameters<ConsumeDependencies['searchVisitors']>[0]) => {
        const search = await given.searchVisitors(queries);
        const isKilled = queries.some(({ visitorId }) => poison.includes(visitorId));
        return {
          ...search,
          ask: (bounds: Parameters<typeof search.ask>[0]) =>
            isKilled ? die() : search.ask(bounds),
        };
      },
    });
    consumer.world.datafast.forgetRequests();
    for (let turn = 0; turn < 30 && queue.length > 0; turn += 1) {
      await round(queue, kills);
      expect(queue.length + consumer.later.length).toBeLessThanOrEqual(4);
    }
    expect(queue).toEqual([]);
    const asked = consumer.world.datafast.requests.map(({ path }) => path.split('/').at(-1));
    for (const { visitorId } of people) {
      if (!poison.includes(visitorId)) expect(asked).toContain(visitorId);
    }
    expect(await trials()).toBe(0);
  });

  it('one that could not be asked about when it was tried alone stays apart from the others', async () => {
    const [poison, other] = [known(), known()];
    const queue = queued([poison, other]);
    const kills = lookupKills(poison.visitorId);
    await round(queue, kills);
    await round(queue, kills);
    expect(deaths).toBe(2);
    // DataFast does not answer for a while.
    consumer.world.datafast.failWith({ status: 500 });
    await round(queue, () => ({}));
    consumer.world.datafast.failWith(undefined);
    for (let turn = 0; turn < 4 && queue.length > 0; turn += 1) await round(queue, kills);
    expect(await row(other.id)).toMatchObject({ status: 'delivered', match: 'matched' });
    expect(await row(poison.id)).toMatchObject({
      deliveries: [{ status: 'delivered', reason: 'visitor_left_out' }],
    });
    expect(deaths).toBe(3);
    expect(await trials()).toBe(0);
  });

  it('one whose visitor is looked for again and again is never on trial', async () => {
    const person = consumer.signup({ visitorId: crypto.randomUUID() });
    let begun = 0;
    const watched = () => ({
      ledger: {
        batch: env.LEDGER.batch.bind(env.LEDGER),
        prepare: (sql: string) => {
          if (sql.includes('INSERT INTO trials')) begun += 1;
          return env.LEDGER.prepare(sql);
        },
      },
    });
    for (let attempts = 1; attempts <= 4; attempts += 1) {
      const { delays } = await consumer.run([person], undefined, watched(), attempts);
      consumer.nowMs += Number(delays[0] ?? 0) * 1000;
    }
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'not_found' });
    expect(begun).toBe(0);
  });

  it('a refresh that ends its invocation is given up, and the contact stays as it is', async () => {
    const person = known();
    await consumer.run([person]);
    consumer.nowMs += 3_600_000;
    const refresh = { askedAt: new Date(consumer.nowMs).toISOString(), matched: true };
    const queue = queued([{ ...person, refresh }]);
    for (let turn = 0; turn < 6 && queue.length > 0; turn += 1) {
      await round(queue, lookupKills(person.visitorId));
    }
    expect(queue).toEqual([]);
    expect(await row(person.id)).toMatchObject({
      status: 'delivered',
      match: 'matched',
      refreshAt: null,
    });
  });
});
