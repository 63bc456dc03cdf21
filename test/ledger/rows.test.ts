// What D1 bills: how many rows a signup writes over its life, and that no statement reads more rows in a larger ledger.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { takeNews } from '../../src/ledger/completions.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { readItems } from '../../src/ledger/delivery-state.ts';
import { type ListQuery, LOOKED_AT, listSignups } from '../../src/ledger/list.ts';
import { readNews } from '../../src/ledger/news.ts';
import { keepRollUps, POLLING, readRollUps } from '../../src/ledger/people/roll-ups.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { readSamples } from '../../src/ledger/samples.ts';
import { claimVisitors } from '../../src/ledger/visitor-people.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import { type Consumer, openConsumer, row } from '../delivery/consumer.ts';
import { meter } from './meter.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

/** Rows that one batch writes, whatever asks for them. */
async function written(bodies: readonly unknown[]): Promise<number> {
  const { ledger, billed } = meter();
  await consumer.run(bodies, undefined, { ledger });
  return billed.written;
}

describe('rows written', () => {
  beforeEach(async () => {
    // The first one of a day marks the day as changed.
    await consumer.run([consumer.signup()]);
  });

  it('are few for a signup that waits for an address, and for the event that brings it', async () => {
    const half = { ...consumer.signup({ customerId: 'cus_1' }), email: undefined };
    expect(await written([half])).toBeLessThanOrEqual(8);
    const event = consumer.signup({ customerId: 'cus_1', completing: true });
    expect(await written([event])).toBeLessThanOrEqual(16);
    expect(await row(half.id)).toMatchObject({ status: 'delivered' });
    // Nobody needs it any more.
    expect(await written([event])).toBe(0);
  });

  it('are at most eight for a delivered signup that comes alone, and one more for the ID of a customer', async () => {
    const visitorId = consumer.world.visitor();
    expect(await written([consumer.signup({ visitorId })])).toBeLessThanOrEqual(8);
    const customer = { visitorId: consumer.world.visitor(), customerId: 'cus_1' };
    expect(await written([consumer.signup(customer)])).toBeLessThanOrEqual(9);
    expect(await written([consumer.signup()])).toBeLessThanOrEqual(6);
  });

  it('are none for a refresh that has nothing new to say, and three at most for one that has', async () => {
    const prediction = { score: 50, conversionRate: 0.01, expectedValue: 3, confidence: 0.8 };
    const params = { utm_source: 'google', utm_medium: 'cpc' };
    const visitorId = consumer.world.visitor({ prediction: null, params });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    const refresh = (askedAt: number) => ({
      ...person,
      refresh: { askedAt: new Date(askedAt).toISOString(), matched: true },
    });
    consumer.nowMs += HOUR_MS;
    expect(await written([refresh(consumer.nowMs)])).toBe(0);
    consumer.world.visitor({ visitorId, params, prediction });
    consumer.nowMs += 23 * HOUR_MS;
    const changed = await written([refresh(consumer.nowMs)]);
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(3);
    expect(await row(person.id)).toMatchObject({ score: 50, refreshes: 1 });
  });

  it('are at most fourteen for a visitor that is not found, with all its looks', async () => {
    const person = consumer.signup({ visitorId: crypto.randomUUID() });
    let total = 0;
    for (const seconds of [0, 31, 120, 600]) {
      consumer.nowMs += seconds * 1000;
      total += await written([person]);
    }
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'not_found' });
    expect(total).toBeLessThanOrEqual(14);
  });
});

const iso = (ms: number) => new Date(ms).toISOString();

it('the cache is written once for a visitor, never for an unknown one, and not by a refresh', async () => {
  const put = vi.spyOn(env.VISITORS, 'put');
  const params = { utm_source: 'google', utm_medium: 'cpc' };
  const person = consumer.signup({ visitorId: consumer.world.visitor({ params }) });
  await consumer.run([person]);
  consumer.nowMs += HOUR_MS;
  await consumer.run([consumer.signup({ visitorId: person.visitorId })]);
  const askedAt = new Date(consumer.nowMs).toISOString();
  await consumer.run([{ ...person, refresh: { askedAt, matched: true } }]);
  await consumer.run([consumer.signup({ visitorId: crypto.randomUUID() })]);
  expect(put.mock.calls.map(([key]) => key)).toEqual([`visitor:1:${person.visitorId}`]);
  put.mockRestore();
});

/** Rows that are like any others, and that nothing asks for. */
async function fill(from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${START / 1000} - 86400 - n.i * 60, 'unixepoch')`;
  const status = "iif(n.i % 10 = 7, 'failed', iif(n.i % 10 = 8, 'waiting', 'delivered'))";
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, email, visitor_id, customer, match, status, channel, occurred_at, received_at,
                            updated_at, signup, refresh_from)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'stripe', 'p' || n.i || '@example.org', 'v' || n.i, 'stripe:c' || n.i,
         iif(n.i % 10 < 7, 'matched', 'no_visitor_id'), ${status}, 'Referral', ${at}, ${at}, ${at}, '{}',
         strftime('%Y-%m-%dT%H:%M:%fZ', ${START / 1000} - 40 * 86400 - n.i * 60, 'unixepoch') FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, next_attempt_at, updated_at)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'hubspot', ${status}, 1, NULL,
         iif(n.i % 10 = 8, '2026-12-24T00:00:00.000Z', NULL), ${at} FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO visitor_people (visitor_id, email, claimed_at)
       ${numbers} SELECT 'v' || n.i, 'p' || n.i || '@example.org', ${at} FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO waits (person, signup_id)
       ${numbers} SELECT 'stripe:c' || n.i, 'stripe:evt_' || n.i FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO completions (person, email, occurred_at, received_at)
       ${numbers} SELECT 'stripe:c' || n.i, 'p' || n.i || '@example.org', '${iso(START)}', '${iso(START)}' FROM n`,
    ),
  ]);
}

const forty = () =>
  Array.from({ length: 40 }, (_, index) =>
    consumer.signup({
      customerId: crypto.randomUUID(),
      ...(index % 2 === 0 && { email: undefined }),
    }),
  );
const list = (query: Omit<ListQuery, 'limit'>) => (ledger: LedgerDatabase) =>
  listSignups(ledger, { ...query, limit: 50 });

/** As many runs of cron as it takes. */
async function countAll(nowMs: number): Promise<void> {
  while ((await keepRollUps(env.LEDGER, nowMs)) > 0);
}

/** What the Worker asks the ledger by itself, and what a person asks often. */
const ASKED: Record<string, (ledger: LedgerDatabase) => Promise<unknown>> = {
  'the state of a batch of 40': (ledger) => readItems(ledger, forty()),
  'recording a batch of 40': (ledger) =>
    recordEntries(
      ledger,
      forty().map((signup) => ({
        signup,
        match: 'matched' as const,
        refreshFrom: iso(START),
        attempts: [{ destination: 'hubspot', status: 'delivered' as const, written: { a: 'b' } }],
      })),
      iso(START),
    ),
  'claiming 40 visitors': (ledger) =>
    claimVisitors(
      ledger,
      forty().map(({ id }) => ({ visitorId: id, email: `${id}@example.net` })),
      iso(START),
    ),
  'what 40 events complete': (ledger) =>
    takeNews(
      ledger,
      forty().map((event) => ({ ...event, email: 'ada@example.com', completing: true })),
      iso(START),
    ),
  cron: (ledger) =>
    maintain({
      ledger,
      destinationNames: ['hubspot'],
      enqueueLater: async () => undefined,
      backlog: async () => 0,
      retentionDays: 90,
      now: () => START,
      ledgerWatch: newLedgerWatch(),
      log: () => undefined,
    }),
  'one signup': (ledger) => readSignup(ledger, 'stripe:evt_1', START),
  'the first page': list({}),
  'a page of failed ones': list({ status: 'failed' }),
};

it.each(Object.entries(ASKED))('%s reads no more rows in a larger ledger', async (_, ask) => {
  await fill(0, 1_000);
  // What has changed is counted once.
  await countAll(START);
  await ask(env.LEDGER);
  await countAll(START);
  const small = meter();
  await ask(small.ledger);
  await fill(1_000, 6_000);
  // A large day that was counted just now is counted again later.
  await countAll(START + 2 * HOUR_MS);
  const large = meter();
  await ask(large.ledger);
  expect(small.billed.read).toBeGreaterThan(0);
  // The larger one has thousands of rows more for everything that reads too much.
  expect(large.billed.read).toBeLessThanOrEqual(small.billed.read * 1.05 + 2);
});

/** A row that is looked at counts again when it is filtered, and a search has found it before. */
const MOST = 5 * LOOKED_AT + 400;
it.each<[string, Omit<ListQuery, 'limit'>]>([
  ['two filters that fit nobody', { status: 'failed', source: 'paddle' }],
  ['a match that nobody has', { match: 'bot' }],
  ['a status and a channel', { status: 'delivered', channel: 'Email' }],
  ['a provider that is none', { source: 'nobody' }],
  ['a letter that fits nobody', { search: 'z' }],
  ['a letter that fits everybody', { search: 'p' }],
  ['two letters and a filter', { search: 'p1', match: 'bot' }],
  ['letters that fit everybody', { search: 'p12' }],
])('a list by %s looks at a limited number of rows', async (_, query) => {
  await fill(0, 6_000);
  const { ledger, billed } = meter();
  await listSignups(ledger, { ...query, limit: 50 });
  expect(billed.read).toBeLessThanOrEqual(MOST);
});

it('a list by a rare filter is complete after all of its pages', async () => {
  await fill(0, 3_000);
  await env.LEDGER.prepare("UPDATE signups SET match = 'bot' WHERE id IN (?, ?, ?)")
    .bind('stripe:evt_5', 'stripe:evt_1500', 'stripe:evt_2999')
    .run();
  const found: string[] = [];
  let after: ListQuery['after'];
  do {
    const page = await listSignups(env.LEDGER, { match: 'bot', limit: 2, after });
    found.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after);
  expect(found).toEqual(['stripe:evt_5', 'stripe:evt_1500', 'stripe:evt_2999']);
});

it('the doctor’s samples cost the same, however large the ledger is', async () => {
  await fill(0, 3_000);
  const { ledger, billed } = meter();
  await readSamples(ledger);
  expect(billed.read).toBeLessThanOrEqual(3 * 2 * 500);
});

describe('an open dashboard', () => {
  const load = (etag?: string) =>
    exports.default.fetch(
      new Request('https://whence.example/', {
        headers: {
          authorization: `Bearer ${env.ADMIN_TOKEN}`,
          ...(etag !== undefined && { 'if-none-match': etag }),
        },
      }),
    );

  it('gets 304 for a few rows while nothing is new, and the page as soon as something is', async () => {
    await consumer.run([consumer.signup()]);
    const first = await load();
    const etag = first.headers.get('etag') ?? '';
    expect(first.status).toBe(200);
    expect((await load(etag)).status).toBe(304);
    const { ledger, billed } = meter();
    await readNews(ledger);
    expect(billed.read).toBeLessThanOrEqual(10);
    const late = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.hubspot.failWith({ status: 401 });
    await consumer.run([late]);
    const second = await load(etag);
    expect(second.status).toBe(200);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += HOUR_MS;
    await consumer.run([late]);
    expect((await load(second.headers.get('etag') ?? '')).status).toBe(200);
  });

  const month = { fromMs: START - 29 * DAY_MS, untilMs: START + DAY_MS };
  const people = async (nowMs: number, ledger: LedgerDatabase = env.LEDGER) =>
    (await readRollUps(ledger, month, nowMs, POLLING)).reduce((sum, row) => sum + row.people, 0);

  it('reads a row a day for its figures, not the signups', async () => {
    await fill(0, 3_000);
    await countAll(START);
    const { ledger, billed } = meter();
    expect(await people(START, ledger)).toBe(3_000);
    expect(billed.read).toBeLessThanOrEqual(40);
  });

  it('counts a large day again only from time to time, and a small one at once', async () => {
    await fill(0, 1_000);
    await countAll(START);
    const more = async (index: number, ms: number) => {
      await fill(index, index + 1);
      await env.LEDGER.prepare(
        `UPDATE signups SET match = 'bot', received_at = ?1, occurred_at = ?1 WHERE id = 'stripe:evt_${index}'`,
      )
        .bind(iso(ms))
        .run();
    };
    await more(1_000, START - DAY_MS - HOUR_MS);
    await countAll(START + 60_000);
    expect(await people(START + 60_000)).toBe(1_000);
    await countAll(START + 3 * HOUR_MS);
    expect(await people(START + 3 * HOUR_MS)).toBe(1_001);
    await more(1_001, START);
    expect(await people(START + 3 * HOUR_MS)).toBe(1_002);
  });

  it('counts for a limited number of rows an hour, however many sign up and however many are refreshed', async () => {
    await fill(0, 3_000);
    await countAll(START);
    let shown = 0;
    let read = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const nowMs = START + minute * 60_000;
      await env.LEDGER.batch([
        env.LEDGER.prepare(
          `INSERT INTO signups (id, source, email, match, status, occurred_at, received_at, updated_at, signup)
           SELECT 'signup:' || ?1 || '_' || value, 'signup', 'new' || ?1 || '_' || value || '@example.org', 'matched',
             'delivered', ?2, ?2, ?2, '{}' FROM json_each('[1,2,3,4,5,6,7,8]')`,
        ).bind(minute, iso(nowMs)),
        env.LEDGER.prepare(`UPDATE signups SET score = ?1 WHERE id = 'stripe:evt_1'`).bind(minute),
      ]);
      const { ledger, billed } = meter();
      shown = (await people(nowMs, ledger)) - 3_000;
      read += billed.read;
    }
    // Of 480.
    expect(shown).toBeGreaterThan(200);
    // Besides the rows that are shown, about two a second.
    expect(read).toBeLessThan(60 * 20 + 3_600 * 2.5);
  });

  it('keeps the totals of days whose signups were pruned', async () => {
    await consumer.run([consumer.signup(), consumer.signup()]);
    const tick = (now: number) =>
      maintain({
        ledger: env.LEDGER,
        destinationNames: ['hubspot'],
        enqueueLater: async () => undefined,
        backlog: async () => 0,
        retentionDays: 7,
        now: () => now,
        ledgerWatch: newLedgerWatch(),
        log: () => undefined,
      });
    await tick(START);
    await tick(START + DAY_MS);
    await tick(START + 8 * DAY_MS);
    expect((await listSignups(env.LEDGER, { limit: 10 })).items).toEqual([]);
    expect(await people(START + 8 * DAY_MS)).toBe(2);
  });
});
