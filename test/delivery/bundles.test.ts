// Bundles: one message for many signups, none of which holds up the others.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Bundle, bundlesOf, idsIn } from '../../src/delivery/bundle.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const MINUTE_MS = 60_000;
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

/** What cron puts on the queue. */
async function cron() {
  const sent: Parameters<Parameters<typeof maintain>[0]['enqueueLater']>[0][number][] = [];
  await maintain({
    ledger: env.LEDGER,
    destinationNames: ['hubspot'],
    enqueueLater: async (later) => sent.push(...later),
    backlog: async () => 0,
    retentionDays: 90,
    now: () => consumer.nowMs,
    ledgerWatch: newLedgerWatch(),
    log: () => undefined,
  });
  return sent.map(({ message }) => message);
}
const people = (count: number) =>
  Array.from({ length: count }, () => consumer.signup({ visitorId: consumer.world.visitor() }));
const bundle = (...signups: readonly Signup[]): Bundle => ({
  version: 1,
  due: signups.map(({ id }) => id),
  refresh: [],
  askedAt: new Date(consumer.nowMs).toISOString(),
});
const statuses = (signups: readonly Signup[]) =>
  Promise.all(signups.map(async ({ id }) => (await row(id))?.status));

describe('signups that wait for a service that is down', () => {
  it('travel together, and arrive when it is up again', async () => {
    consumer.world.hubspot.failWith({ status: 401 });
    const waiting = people(10);
    const { explicitAcks } = await consumer.run(waiting);
    expect(explicitAcks).toHaveLength(10);
    const [together, ...more] = consumer.later.splice(0);
    expect(more).toEqual([]);
    expect(idsIn(together?.message ?? bundle())).toEqual(waiting.map(({ id }) => id));
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += Number(together?.delaySeconds) * 1000;
    const result = await consumer.run([together?.message]);
    expect(result.explicitAcks).toEqual(['0']);
    expect(new Set(await statuses(waiting))).toEqual(new Set(['delivered']));
  });

  it('alone wait in the ledger, and cron brings them in one message', async () => {
    consumer.world.hubspot.failWith({ status: 401 });
    const waiting = people(3);
    for (const person of waiting) {
      expect((await consumer.run([person])).explicitAcks).toEqual(['0']);
      consumer.nowMs += MINUTE_MS;
    }
    expect(consumer.later).toEqual([]);
    expect(await cron()).toEqual([]);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 12 * MINUTE_MS;
    const [message, ...more] = await cron();
    expect(more).toEqual([]);
    expect(idsIn(message ?? bundle())).toEqual(waiting.map(({ id }) => id));
    consumer.nowMs += 5 * MINUTE_MS;
    expect(await cron()).toEqual([]);
    await consumer.run([message]);
    expect(new Set(await statuses(waiting))).toEqual(new Set(['delivered']));
  });
});

describe('a lone signup in an outage', () => {
  /** Takes it as the queue does, until its message is gone. Returns how often it came back. */
  async function cameBack(person: Signup): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const { delays } = await consumer.run([person], undefined, {}, attempt);
      if (delays[0] === undefined) return attempt - 1;
      consumer.nowMs += delays[0] * 1000;
    }
  }

  it.each(['datafast', 'hubspot'] as const)(
    'of %s tries again quickly and then waits in the ledger, and those after the first few cost the queue nothing',
    async (service) => {
      consumer.world[service].failWith({ status: 503 });
      const waiting = people(12);
      const back: number[] = [];
      for (const person of waiting) {
        back.push(await cameBack(person));
        consumer.nowMs += 10_000;
      }
      expect(back[0]).toBe(2);
      expect(Math.max(...back)).toBe(2);
      expect(back.filter((count) => count === 0).length).toBeGreaterThanOrEqual(5);
      expect(consumer.later).toEqual([]);
      consumer.world[service].failWith(undefined);
      consumer.nowMs += 12 * MINUTE_MS;
      const messages = await cron();
      expect(messages.flatMap(idsIn).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
      expect(messages).toHaveLength(1);
      await consumer.run(messages);
      expect(new Set(await statuses(waiting))).toEqual(new Set(['delivered']));
    },
  );

  it('and many at once wait in the ledger as well, once the outage lasts, and arrive together', async () => {
    consumer.world.hubspot.failWith({ status: 503 });
    const waiting = people(10);
    await consumer.run(waiting);
    for (let failure = 0; failure < 12; failure += 1) {
      consumer.later.splice(0);
      await consumer.run([bundle(...waiting)]);
      consumer.nowMs += 5 * MINUTE_MS;
    }
    consumer.later.splice(0);
    // One of them asks, and the others find HubSpot down.
    await consumer.run([consumer.signup()]);
    consumer.later.splice(0);
    const fresh = people(10);
    const { explicitAcks } = await consumer.run(fresh);
    expect(explicitAcks).toHaveLength(10);
    expect(consumer.later).toEqual([]);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 30 * MINUTE_MS;
    const messages = await cron();
    expect(messages).toHaveLength(1);
    await consumer.run(messages);
    expect(new Set(await statuses([...waiting, ...fresh]))).toEqual(new Set(['delivered']));
  });

  it('that is over at once arrives at once', async () => {
    consumer.world.datafast.failWith({ status: 503 });
    const [person = consumer.signup()] = people(1);
    const { delays } = await consumer.run([person]);
    expect(delays).toEqual([4]);
    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += 4_000;
    await consumer.run([person], undefined, {}, 2);
    expect((await row(person.id))?.status).toBe('delivered');
  });
});

describe('a bundle', () => {
  it('with a signup that is refused delivers the others', async () => {
    const waiting = people(5);
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run(waiting);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 10 * MINUTE_MS;
    const [first, ...others] = waiting;
    consumer.world.datafast.failWith(({ url }) =>
      url.endsWith(first?.visitorId ?? '') ? { status: 500 } : undefined,
    );
    await env.VISITORS.delete(`visitor:1:${first?.visitorId}`);
    const { explicitAcks } = await consumer.run([bundle(...waiting)]);
    expect(explicitAcks).toEqual(['0']);
    expect(new Set(await statuses(others))).toEqual(new Set(['delivered']));
    expect(await row(first?.id ?? '')).toMatchObject({ status: 'waiting', lookups: 1 });
  });

  it('that ended its invocation is gone through with care: one at fault holds up no other for long', async () => {
    const waiting = people(12);
    consumer.world.hubspot.failWith({ status: 401 });
    await consumer.run(waiting);
    consumer.later.splice(0);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 11 * MINUTE_MS;
    // It has been delivered before, and nothing of that stands in the ledger.
    const { explicitAcks } = await consumer.run([bundle(...waiting)], undefined, {}, 2);
    expect(explicitAcks).toEqual(['0']);
    const delivered = (await statuses(waiting)).filter((status) => status === 'delivered');
    expect(delivered.length).toBeGreaterThanOrEqual(10);
    consumer.nowMs += 10 * MINUTE_MS;
    await consumer.run(await cron());
    expect(new Set(await statuses(waiting))).toEqual(new Set(['delivered']));
  });

  it('names a signup that was erased meanwhile, which stays erased', async () => {
    const [person, other] = people(2);
    if (!person || !other) throw new Error('there are two');
    consumer.world.hubspot.failWith({ status: 401 });
    await consumer.run([person, other]);
    const erase = { ledger: env.LEDGER, forgetVisitor: async () => {}, now: () => consumer.nowMs };
    await erasePerson(erase, person.email ?? '');
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 11 * MINUTE_MS;
    await consumer.run([bundle(person, other)]);
    expect(await row(person.id)).toBeUndefined();
    expect(consumer.world.hubspot.contact(person.email ?? '')).toBeUndefined();
    expect((await row(other.id))?.status).toBe('delivered');
  });

  it('comes again when the ledger cannot be read', async () => {
    const ledger = {
      prepare: () => env.LEDGER.prepare('SELECT x FROM nowhere'),
      batch: env.LEDGER.batch,
    };
    const result = await consumer.run([bundle(...people(2))], undefined, { ledger });
    expect(result.explicitAcks).toEqual([]);
    expect(result.delays).toEqual([30]);
  });

  it('beside a full batch of new signups leaves them the batch', async () => {
    const waiting = people(30);
    consumer.world.hubspot.failWith({ status: 401 });
    await consumer.run(waiting);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 11 * MINUTE_MS;
    const fresh = people(40);
    consumer.later.splice(0);
    const left = bundle(...waiting);
    await consumer.run([left, ...fresh]);
    expect(consumer.later).toEqual([{ message: left, delaySeconds: 30 }]);
    expect(new Set(await statuses(fresh))).toEqual(new Set(['delivered']));
  });

  it('that the queue gave up on leaves its signups as failed, to be replayed', async () => {
    const [person] = people(1);
    if (!person) throw new Error('there is one');
    consumer.world.hubspot.failWith({ status: 401 });
    await consumer.run([person]);
    await consumer.run([bundle(person)], consumeDeadLetters);
    expect(await row(person.id)).toMatchObject({
      status: 'failed',
      deliveries: [{ reason: 'gave_up', lastReason: 'hubspot_unauthorized' }],
    });
  });

  it('holds forty signups at most, and 25 refreshes, which need more requests', () => {
    const ids = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => `${name}${index}`);
    const sizes = (due: number, refresh: number) =>
      bundlesOf({ due: ids(due, 'd'), refresh: ids(refresh, 'r'), askedAt: '' }).map((one) => [
        one.due.length,
        one.refresh.length,
      ]);
    expect(sizes(0, 0)).toEqual([]);
    expect(sizes(41, 0)).toEqual([
      [40, 0],
      [1, 0],
    ]);
    expect(sizes(30, 30)).toEqual([
      [30, 10],
      [0, 20],
    ]);
    expect(sizes(0, 60)).toEqual([
      [0, 25],
      [0, 25],
      [0, 10],
    ]);
  });
});

it('a destination that refuses for good gives up after a hundred attempts, whoever brings the signup back', async () => {
  const [person] = people(1);
  if (!person) throw new Error('there is one');
  consumer.world.hubspot.failWith({ status: 401 });
  await consumer.run([person]);
  await env.LEDGER.prepare('UPDATE deliveries SET attempts = 99').run();
  consumer.nowMs += 60 * MINUTE_MS;
  await consumer.run([bundle(person)]);
  expect(await row(person.id)).toMatchObject({
    status: 'failed',
    deliveries: [{ reason: 'gave_up', lastReason: 'hubspot_unauthorized' }],
  });
});
