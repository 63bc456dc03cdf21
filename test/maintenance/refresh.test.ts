// Live fields keep up: after an hour, a day and a week, by cron and the queue, with the first touch untouched.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { idsIn, type QueueMessage } from '../../src/delivery/bundle.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import type { Later } from '../../src/delivery/enqueue.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { type Consumer, openConsumer, row } from '../delivery/consumer.ts';
import { lookupsOf } from '../world.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();
let consumer: Consumer;
let enqueued: QueueMessage[];

beforeEach(async () => {
  consumer = await openConsumer(START);
  enqueued = [];
});

const tick = (overrides: Partial<Parameters<typeof maintain>[0]> = {}) =>
  maintain({
    ledger: env.LEDGER,
    destinationNames: ['hubspot'],
    enqueueLater: async (later) => enqueued.push(...later.map(({ message }) => message)),
    backlog: async () => 0,
    retentionDays: 90,
    now: () => consumer.nowMs,
    ledgerWatch: newLedgerWatch(),
    log: (_, event, fields = {}) => consumer.logged.push(JSON.stringify({ event, ...fields })),
    ...overrides,
  });

/** Cron runs, and whatever it puts on the queue goes to the consumer. */
async function refresh() {
  await tick();
  return consumer.run(enqueued.splice(0));
}

/** A visitor whose prediction moves. */
function visitor(score: number, facts: Parameters<Consumer['world']['visitor']>[0] = {}): string {
  const prediction = { score, conversionRate: 0.01, expectedValue: 3, confidence: 0.8 };
  return consumer.world.visitor({ prediction, ...facts });
}

const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email)?.properties;

describe('a refresh', () => {
  it('comes an hour, a day and a week after the signup, and then no more', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    const due: unknown[] = [];
    for (const hours of [1, 24, 7 * 24]) {
      const before = await row(person.id);
      due.push(before?.refreshAt);
      consumer.nowMs = START + hours * HOUR_MS - 1;
      await tick();
      expect(enqueued).toEqual([]);
      consumer.nowMs += 1;
      await refresh();
    }
    expect(due).toEqual([1, 24, 7 * 24].map((hours) => at(START + hours * HOUR_MS)));
    expect(await row(person.id)).toMatchObject({
      status: 'delivered',
      refreshes: 3,
      refreshAt: null,
      refreshedAt: at(START + 7 * 24 * HOUR_MS),
    });
    consumer.nowMs += 365 * 24 * HOUR_MS;
    await tick({ retentionDays: 3650 });
    expect(enqueued).toEqual([]);
  });

  it('writes the live fields as they are now, and leaves the first touch and the name alone', async () => {
    const visitorId = visitor(50, { params: { utm_source: 'google', utm_medium: 'cpc' } });
    const person = consumer.signup({ visitorId, name: 'Ada Lovelace' });
    await consumer.run([person]);
    const before = contact(person);
    visitor(88, { visitorId, params: { utm_source: 'bing', utm_medium: 'cpc' } });
    consumer.nowMs += HOUR_MS;
    await refresh();
    expect(contact(person)).toMatchObject({
      datafast_lead_score: '88',
      datafast_source: before?.datafast_source,
      datafast_channel: before?.datafast_channel,
      datafast_signed_up_at: before?.datafast_signed_up_at,
    });
    const after = await row(person.id);
    expect(after).toMatchObject({
      score: 88,
      channel: 'Paid Search',
      attribution: { source: 'Google' },
    });
    expect(after?.deliveries[0]?.history).toMatchObject([
      { status: 'delivered', refresh: false },
      { status: 'delivered', refresh: true },
    ]);
    // What the story shows as written is still everything that ever was.
    expect(after?.deliveries[0]?.fields).toMatchObject({
      datafast_source: 'Google',
      datafast_lead_score: '88',
    });
  });

  it('asks DataFast again and keeps no copy, so that it costs KV no write: a message that comes twice asks twice', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await consumer.run([consumer.signup({ visitorId: person.visitorId })]);
    consumer.world.datafast.forgetRequests();
    consumer.nowMs += 60_000;
    await tick();
    const [message] = enqueued;
    await consumer.run([message]);
    expect(lookupsOf(consumer.world)).toHaveLength(1);
    const kept = await row(person.id);
    await consumer.run([message]);
    expect(lookupsOf(consumer.world)).toHaveLength(2);
    expect((await row(person.id))?.deliveries[0]?.fields).toEqual(kept?.deliveries[0]?.fields);
  });

  it('is not needed by a customer whose source is known, nor by anybody without a visitor', async () => {
    const goals = [{ name: 'payment', origin: 'payment_provider' as const, timestamp: at(START) }];
    const params = { utm_source: 'google', utm_medium: 'cpc' };
    const customer = consumer.signup({ visitorId: visitor(50, { goals, params }) });
    const nobody = consumer.signup();
    const bot = consumer.signup({ visitorId: crypto.randomUUID() });
    consumer.world.datafast.visitors.set(bot.visitorId ?? '', 'bot');
    await consumer.run([customer, nobody, bot]);
    for (const { id } of [customer, nobody, bot]) {
      expect(await row(id)).toMatchObject({ status: 'delivered', refreshAt: null });
    }
  });

  it('ends when the visitor has become a customer, unless the source is still unknown', async () => {
    const params = { utm_source: 'google', utm_medium: 'cpc' };
    const visitorId = visitor(50, { params });
    const unknown = visitor(50);
    const other = consumer.signup({ visitorId: unknown });
    await consumer.run([other]);
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    const goals = [{ name: 'payment', origin: 'payment_provider' as const, timestamp: at(START) }];
    visitor(50, { visitorId, goals, params });
    visitor(50, { visitorId: unknown, goals });
    consumer.nowMs += HOUR_MS;
    await refresh();
    expect(await row(person.id)).toMatchObject({ refreshes: 1, refreshAt: null });
    expect(await row(other.id)).toMatchObject({ refreshAt: at(START + 24 * HOUR_MS) });
  });

  it.each([
    ['a trial is running', 'free_trial', 'payment_provider' as const],
    ['a trial has ended', 'subscription_ended', 'payment_provider' as const],
    ['only the site itself has a goal of that name', 'payment', 'manual' as const],
  ])('goes on for somebody who has not paid: %s', async (_, name, origin) => {
    const goals = [{ name, origin, timestamp: at(START) }];
    const params = { utm_source: 'google', utm_medium: 'cpc' };
    const person = consumer.signup({ visitorId: visitor(50, { goals, params }) });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ refreshAt: at(START + HOUR_MS) });
    const { results } = await env.LEDGER.prepare('SELECT paid_at FROM signups').all();
    expect(results).toEqual([{ paid_at: null }]);
  });

  it.each([
    ['DataFast is down', (): void => consumer.world.datafast.failWith({ status: 503 })],
    ['DataFast has no answer left', (): void => consumer.world.datafast.failWith({ status: 429 })],
    ['HubSpot is down', (): void => consumer.world.hubspot.failWith({ status: 503 })],
  ])('that fails because %s is tried again, and changes nothing meanwhile', async (_, worsen) => {
    const visitorId = visitor(50);
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    visitor(70, { visitorId });
    consumer.nowMs += HOUR_MS;
    worsen();
    const result = await refresh();
    expect(result.explicitAcks).toEqual(['0']);
    expect(consumer.later).toEqual([]);
    const failed = await row(person.id);
    expect(failed).toMatchObject({ status: 'delivered', refreshes: 0 });
    expect(failed?.deliveries[0]).toMatchObject({ status: 'delivered', attempts: 1 });
    expect(failed?.deliveries[0]?.history?.at(-1)).toMatchObject({
      status: 'waiting',
      refresh: true,
    });
    consumer.world.datafast.failWith(undefined);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs = Date.parse(failed?.refreshAt ?? '') + 1;
    await refresh();
    expect(await row(person.id)).toMatchObject({ refreshes: 1 });
    expect(contact(person)).toMatchObject({ datafast_lead_score: '70' });
  });

  it('fails more and more rarely while a key is wrong for a week', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.world.datafast.failWith({ status: 401 });
    let failures = 0;
    for (; failures < 100; failures += 1) {
      consumer.nowMs = Date.parse((await row(person.id))?.refreshAt ?? '');
      if (consumer.nowMs > START + 7 * 24 * HOUR_MS) break;
      await refresh();
    }
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(50);
  });

  it('is enqueued once, and one that is lost is made up for by the next', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    expect(enqueued.splice(0)).toHaveLength(1);
    for (let runs = 0; runs < 3; runs += 1) {
      consumer.nowMs += 5 * 60_000;
      await tick();
    }
    expect(enqueued).toEqual([]);
    consumer.nowMs = START + 24 * HOUR_MS;
    await tick();
    expect(enqueued).toHaveLength(1);
  });

  it('that the queue does not take is enqueued by the next run', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick({ enqueueLater: async () => Promise.reject(new Error('the queue is full')) });
    consumer.nowMs += 5 * 60_000;
    await tick();
    expect(enqueued).toHaveLength(1);
  });

  it('of many that are due at once comes in turn, each once, whatever their order', async () => {
    const people: Signup[] = [];
    for (let batch = 0; batch < 4; batch += 1) {
      const forty = Array.from({ length: 40 }, () => consumer.signup({ visitorId: visitor(50) }));
      await consumer.run(forty);
      people.push(...forty);
      consumer.nowMs += 61_000;
    }
    consumer.nowMs += 2 * HOUR_MS;
    const seen: string[] = [];
    for (let runs = 0; runs < 8; runs += 1) {
      await tick();
      seen.push(...enqueued.splice(0).flatMap(idsIn));
      consumer.nowMs += 5 * 60_000;
    }
    expect(seen).toHaveLength(160);
    expect(new Set(seen)).toEqual(new Set(people.map(({ id }) => id)));
  });

  it('of few among many who need none does not fall behind', async () => {
    // Every fifth has arrived.
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 449)';
    await env.LEDGER.batch([
      env.LEDGER.prepare(
        `INSERT INTO signups (id, source, email, match, status, occurred_at, received_at, updated_at, signup, refresh_from)
         ${numbers} SELECT 'stripe:' || n.i, 'stripe', n.i || '@example.com', 'matched', 'delivered', ?1, ?1, ?1, '{}', ?1 FROM n`,
      ).bind(at(START)),
      env.LEDGER.prepare(
        `INSERT INTO deliveries (signup_id, destination, status, attempts, updated_at)
         ${numbers} SELECT 'stripe:' || n.i, 'hubspot', 'delivered', 1, ?1 FROM n WHERE n.i % 5 = 0`,
      ).bind(at(START)),
    ]);
    consumer.nowMs = START + HOUR_MS;
    for (let minutes = 0; minutes < 40; minutes += 5) {
      await tick();
      consumer.nowMs += 5 * 60_000;
    }
    expect(new Set(enqueued.flatMap(idsIn)).size).toBe(90);
  });

  it('is given up for a signup whose replay was refused', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    const replay = { ledger: env.LEDGER, enqueueAll: async () => {}, now: () => consumer.nowMs };
    await replaySignup(replay, person.id);
    const refusal = { status: 'error', category: 'VALIDATION_ERROR', message: 'no' };
    consumer.world.hubspot.failWith({ status: 400, body: refusal });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'failed' });
    consumer.nowMs += HOUR_MS;
    await tick();
    expect(enqueued).toEqual([]);
    expect(await row(person.id)).toMatchObject({ refreshAt: null });
  });

  it('follows the latest signup of a person, not the visitor they were before', async () => {
    const email = 'two.devices@example.com';
    const params = { utm_source: 'google', utm_medium: 'cpc' };
    const laptop = consumer.signup({ email, visitorId: visitor(20, { params }) });
    await consumer.run([laptop]);
    consumer.nowMs += 10 * 60_000;
    const phone = consumer.signup({ email, visitorId: visitor(90) });
    await consumer.run([phone]);
    consumer.nowMs = START + HOUR_MS;
    await refresh();
    expect(contact(phone)).toMatchObject({ datafast_lead_score: '90' });
    expect(await row(laptop.id)).toMatchObject({ refreshes: 0, refreshAt: null });
    consumer.nowMs += 10 * 60_000;
    await refresh();
    expect(await row(phone.id)).toMatchObject({ refreshes: 1 });
  });

  it('does not bring back a contact that was deleted in the CRM', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    const { email = '' } = person;
    consumer.world.hubspot.deleteContact(email);
    consumer.nowMs += HOUR_MS;
    await refresh();
    expect(consumer.world.hubspot.contact(email)).toBeUndefined();
    expect(await row(person.id)).toMatchObject({ status: 'delivered', refreshAt: null });
  });

  it('of somebody who was erased meanwhile does nothing', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    const erase = { ledger: env.LEDGER, forgetVisitor: async () => {}, now: () => consumer.nowMs };
    await erasePerson(erase, person.email ?? '');
    consumer.world.hubspot.forgetRequests();
    await consumer.run(enqueued);
    expect(await row(person.id)).toBeUndefined();
    expect(consumer.world.hubspot.requests).toEqual([]);
  });

  it('finds a visitor that DataFast did not know yet, and the contact gets its first touch', async () => {
    const visitorId = crypto.randomUUID();
    const person = consumer.signup({ visitorId, occurredAt: at(START - 20 * 60_000) });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ match: 'not_found', status: 'delivered' });
    visitor(50, { visitorId, params: { utm_source: 'google', utm_medium: 'cpc' } });
    consumer.nowMs += HOUR_MS;
    await refresh();
    expect(contact(person)).toMatchObject({ datafast_match: 'matched', datafast_source: 'Google' });
    expect(await row(person.id)).toMatchObject({ match: 'matched', channel: 'Paid Search' });
  });

  it('asks again about a visitor that DataFast refused, and the contact gets its first touch', async () => {
    const visitorId = visitor(50, { params: { utm_source: 'google', utm_medium: 'cpc' } });
    const person = consumer.signup({ visitorId });
    consumer.world.datafast.failWith({ status: 400, body: { error: 'Computer says no' } });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({
      match: 'rejected_by_datafast',
      status: 'delivered',
      refreshAt: at(START + HOUR_MS),
    });
    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += HOUR_MS;
    await refresh();
    expect(contact(person)).toMatchObject({ datafast_match: 'matched', datafast_source: 'Google' });
    expect(await row(person.id)).toMatchObject({ match: 'matched', channel: 'Paid Search' });
  });

  it('is not done with an old copy that serves somebody who has just signed up', async () => {
    const visitorId = visitor(50);
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    consumer.world.datafast.failWith({ status: 503 });
    const other = consumer.signup({ visitorId });
    await consumer.run([...enqueued, other]);
    expect(await row(other.id)).toMatchObject({ status: 'delivered', match: 'matched' });
    expect(await row(person.id)).toMatchObject({ status: 'delivered', refreshes: 0 });
  });

  it('of a visitor that DataFast has forgotten leaves contact and ledger as they were', async () => {
    const visitorId = visitor(50, { params: { utm_source: 'google', utm_medium: 'cpc' } });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    const before = contact(person);
    consumer.world.datafast.visitors.delete(visitorId);
    consumer.nowMs += HOUR_MS;
    await refresh();
    const { lastmodifieddate: _, ...after } = contact(person) ?? {};
    expect(before).toMatchObject(after);
    expect(after).toMatchObject({ datafast_match: 'matched', datafast_source: 'Google' });
    expect(await row(person.id)).toMatchObject({ match: 'matched', channel: 'Paid Search' });
  });

  it('that meets a replay of its signup leaves the replay’s message on the queue', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    const replay = { ledger: env.LEDGER, enqueueAll: async () => {}, now: () => consumer.nowMs };
    await replaySignup(replay, person.id);
    consumer.world.hubspot.failWith({ status: 503 });
    const result = await consumer.run([...enqueued, person]);
    expect(result.explicitAcks).toEqual(['0']);
    expect(result.retryMessages).toMatchObject([{ msgId: '1' }]);
  });

  it('waits while somebody who has just signed up needs the budget', async () => {
    const refreshed = Array.from({ length: 20 }, () => consumer.signup({ visitorId: visitor(50) }));
    await consumer.run(refreshed);
    consumer.nowMs += HOUR_MS;
    await tick();
    const people = Array.from({ length: 50 }, () => consumer.signup({ visitorId: visitor(50) }));
    consumer.world.hubspot.forgetRequests();
    const asked: string[] = [];
    consumer.world.datafast.failWith((request) => {
      asked.push(request.url.split('/').at(-1) ?? '');
      return undefined;
    });
    await consumer.run([...enqueued, ...people]);
    const visitorIds = asked.filter((path) => path !== 'map').slice(0, 50);
    expect(new Set(visitorIds)).toEqual(new Set(people.map(({ visitorId }) => visitorId)));
  });

  it('leaves a part of every minute to those who have just signed up, however many are due', async () => {
    for (let batch = 0; batch < 2; batch += 1) {
      await consumer.run(
        Array.from({ length: 30 }, () => consumer.signup({ visitorId: visitor(50) })),
      );
      consumer.nowMs += 61_000;
    }
    consumer.nowMs += HOUR_MS;
    const sent: Later[] = [];
    await tick({ enqueueLater: async (later) => sent.push(...later) });
    expect(sent.map(({ message, delaySeconds }) => [delaySeconds, idsIn(message).length])).toEqual([
      [0, 25],
      [60, 25],
      [120, 10],
    ]);
    await consumer.run(sent.slice(0, 1).map(({ message }) => message));
    await consumer.run(
      Array.from({ length: 20 }, () => consumer.signup({ visitorId: visitor(50) })),
    );
    expect(consumer.later).toEqual([]);
  });

  it('that meets a spent minute gives way, so that nobody has to wait behind it', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    consumer.world.datafast.failWith({ status: 429, headers: { 'retry-after': '60' } });
    await consumer.run(enqueued);
    expect(consumer.later).toEqual([]);
    expect(await row(person.id)).toMatchObject({
      refreshes: 0,
      refreshAt: at(consumer.nowMs + 2_250_000),
    });
  });

  it('that ends up among the dead letters is due again by the ledger', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await tick();
    await consumer.run(enqueued, consumeDeadLetters);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });
});

describe('cron', () => {
  it('enqueues no refresh while many signups wait', async () => {
    await consumer.run([consumer.signup({ visitorId: visitor(50) })]);
    consumer.nowMs += HOUR_MS;
    await tick({ backlog: async () => 5000 });
    expect(enqueued).toEqual([]);
    await tick({ backlog: () => Promise.reject(new Error('not told')) });
    expect(enqueued).toHaveLength(1);
  });

  it('sends a signup again that waits by the ledger and was lost by the queue', async () => {
    const person = consumer.signup({ visitorId: visitor(50) });
    consumer.world.datafast.failWith({ status: 503 });
    await consumer.run([person]);
    consumer.nowMs += 60_000;
    await tick();
    expect(enqueued).toEqual([]);
    consumer.nowMs += 10 * 60_000;
    await tick();
    await tick();
    expect(enqueued.splice(0).flatMap(idsIn)).toEqual([person.id]);
    // The queue loses that message as well.
    consumer.nowMs += HOUR_MS;
    await tick();
    expect(enqueued.flatMap(idsIn)).toEqual([person.id]);
    consumer.world.datafast.failWith(undefined);
    await consumer.run(enqueued);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  /** One signup is due for a refresh, and another one waits by the ledger. */
  async function dueBoth(): Promise<string[]> {
    const refreshed = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([refreshed]);
    consumer.nowMs += HOUR_MS - 10 * 60_000;
    const waiting = consumer.signup({ visitorId: visitor(50) });
    consumer.world.datafast.failWith({ status: 503 });
    await consumer.run([waiting]);
    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += 11 * 60_000;
    return [refreshed.id, waiting.id].sort();
  }

  it.each([
    ['from the beginning', false],
    ['in the middle', true],
  ])(
    'enqueues nothing while D1 takes no writes (%s), and everything once afterwards',
    async (_, hasRun) => {
      if (hasRun) await tick();
      const due = await dueBoth();
      const changes = ['INSERT', 'UPDATE'];
      const says = "You have exceeded D1's daily limit of rows written on the free tier";
      for (const change of changes) {
        await env.LEDGER.prepare(
          `CREATE TRIGGER no_${change} BEFORE ${change} ON heartbeats
         BEGIN SELECT RAISE(ABORT, '${says.replaceAll("'", "''")}'); END`,
        ).run();
      }
      for (let run = 0; run < 3; run += 1) {
        await tick();
        consumer.nowMs += 5 * 60_000;
      }
      expect(enqueued).toEqual([]);
      expect(consumer.logged.join()).toContain('"task":"bringBack","cause":"');
      for (const change of changes) await env.LEDGER.prepare(`DROP TRIGGER no_${change}`).run();
      for (let run = 0; run < 3; run += 1) {
        await tick();
        consumer.nowMs += 5 * 60_000;
      }
      expect(enqueued.flatMap(idsIn).sort()).toEqual(due);
    },
  );

  it('loses nothing that the queue did not take', async () => {
    const due = await dueBoth();
    for (let run = 0; run < 3; run += 1) {
      await tick({ enqueueLater: () => Promise.reject(new Error('queue is down')) });
      consumer.nowMs += 5 * 60_000;
    }
    await tick();
    expect(enqueued.flatMap(idsIn).sort()).toEqual(due);
  });

  it('deletes what is past its time, in slices, and never what still waits', async () => {
    const old = consumer.signup();
    const waiting = consumer.signup({ visitorId: visitor(50) });
    await consumer.run([old]);
    consumer.world.datafast.failWith({ status: 503 });
    await consumer.run([waiting]);
    consumer.nowMs += 31 * 24 * HOUR_MS;
    const fresh = consumer.signup();
    await consumer.run([fresh]);
    await tick({ retentionDays: 30 });
    expect(await row(old.id)).toBeUndefined();
    expect(await row(waiting.id)).toBeDefined();
    expect(await row(fresh.id)).toBeDefined();
    const { results } = await env.LEDGER.prepare('SELECT signup_id FROM deliveries').all();
    expect(results).toHaveLength(2);
  });

  it('does the rest when one task fails, says so, and writes no heartbeat', async () => {
    await consumer.run([consumer.signup({ visitorId: visitor(50) })]);
    consumer.nowMs += HOUR_MS;
    await tick({ enqueueLater: () => Promise.reject(new Error('queue is down')) });
    expect(consumer.logged.join()).toContain('"task":"bringBack"');
    const heartbeat = env.LEDGER.prepare("SELECT at FROM heartbeats WHERE name = 'cron'");
    expect(await heartbeat.first()).toBeNull();
    await tick();
    expect(await heartbeat.first()).toEqual({ at: at(consumer.nowMs) });
  });
});
