// From unknown to known and never back: what the contact and the ledger say after refresh, replay and later signups.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueMessage } from '../../src/delivery/bundle.ts';
import { consumeSignups } from '../../src/delivery/consume.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import type { Signup } from '../../src/model.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { countsBy } from '../ledger/counted.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3_600_000;
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

/** Cron runs, and whatever it puts on the queue is delivered. */
async function cron(atOnce = Number.POSITIVE_INFINITY) {
  const enqueued: QueueMessage[] = [];
  await maintain({
    ledger: env.LEDGER,
    destinationNames: ['hubspot'],
    enqueueLater: async (later) => enqueued.push(...later.map(({ message }) => message)),
    backlog: async () => 0,
    retentionDays: 90,
    now: () => consumer.nowMs,
    ledgerWatch: newLedgerWatch(),
    log: () => undefined,
  });
  while (enqueued.length > 0) {
    await consumer.run(enqueued.splice(0, atOnce), consumeSignups, consumer.dependencies(50));
  }
}

async function replayed(id: string) {
  const enqueued: Signup[] = [];
  const enqueueAll = async (signups: readonly Signup[]) => enqueued.push(...signups);
  await replaySignup({ ledger: env.LEDGER, enqueueAll, now: () => consumer.nowMs }, id);
  await consumer.run(enqueued);
}

describe('a source that DataFast does not tell yet', () => {
  it('is Unknown on the contact and in the ledger, and becomes known by the refresh of an hour later', async () => {
    const visitorId = stranger({ referrer: 'https://news.ycombinator.com/' });
    consumer.world.datafast.list.lagMs = 90 * 60_000;
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    expect(await row(person.id)).toMatchObject({ channel: 'Unknown' });

    consumer.nowMs += HOUR_MS;
    await cron();
    expect(contact(person)).toMatchObject({
      datafast_visitor_id: visitorId,
      datafast_source: 'Hacker News',
      datafast_referrer: 'news.ycombinator.com/',
    });
    const known = await row(person.id);
    expect(known).toMatchObject({ attribution: { source: 'Hacker News' } });
    expect(known?.channel).toBe(contact(person)?.datafast_channel);
  });

  it('becomes known by a replay as well', async () => {
    const visitorId = stranger({ referrer: 'Google' });
    consumer.world.datafast.list.lagMs = 90 * 60_000;
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.world.datafast.list.lagMs = 0;
    await replayed(person.id);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(person.id)).toMatchObject({ channel: 'Organic Search' });
  });

  it('is looked for again by the refreshes of a customer too', async () => {
    const goals = [{ name: 'payment', origin: 'payment_provider' as const, timestamp: iso(START) }];
    const visitorId = stranger({ referrer: 'Google', goals });
    consumer.world.datafast.list.lagMs = 90 * 60_000;
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    consumer.nowMs += HOUR_MS;
    await cron();
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(person.id)).toMatchObject({ refreshAt: null });
  });

  it('of a signup of last year that was just backfilled is asked for an hour later', async () => {
    const signedUpMs = START - 365 * 24 * HOUR_MS;
    const firstVisitAt = iso(signedUpMs - 60_000);
    const visitorId = consumer.world.visitor({
      firstVisitAt,
      lastVisitAt: firstVisitAt,
      referrer: 'Google',
    });
    consumer.world.datafast.list.lagMs = 366 * 24 * HOUR_MS;
    const person = consumer.signup({ visitorId, occurredAt: iso(signedUpMs) });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    expect(await row(person.id)).toMatchObject({ refreshAt: iso(START + HOUR_MS) });
    consumer.world.datafast.list.lagMs = 0;
    consumer.nowMs += HOUR_MS;
    await cron();
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(person.id)).toMatchObject({ refreshAt: null });
  });

  it('is asked for again soon when DataFast could not be asked for it', async () => {
    const { datafast } = consumer.world;
    const visitorId = stranger({ referrer: 'Google' });
    datafast.failWith((request) =>
      new URL(request.url).pathname.endsWith('/visitors') ? { status: 503 } : undefined,
    );
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.nowMs += 15 * 60_000;
    await cron();
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    datafast.failWith(undefined);
    consumer.nowMs += 15 * 60_000;
    await cron();
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(await row(person.id)).toMatchObject({ refreshAt: iso(START + HOUR_MS) });
  });

  it('waits for the usual refresh when DataFast refuses the list for good', async () => {
    const visitorId = stranger({ referrer: 'Google' });
    consumer.world.datafast.failWith((request) =>
      new URL(request.url).pathname.endsWith('/visitors') ? { status: 403 } : undefined,
    );
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ refreshAt: iso(START + HOUR_MS) });
  });

  it('becomes known for everybody of a full batch, whose visitors leave no request for the list', async () => {
    const people = Array.from({ length: 40 }, (_, index) => {
      const firstVisitAt = iso(START - (index + 2) * 24 * HOUR_MS);
      return consumer.signup({ visitorId: stranger({ firstVisitAt, referrer: 'Google' }) });
    });
    await consumer.run(people, consumeSignups, consumer.dependencies(50));
    for (let quarter = 0; quarter < 8; quarter += 1) {
      consumer.nowMs += 15 * 60_000;
      await cron(1);
    }
    const channels = people.map((person) => contact(person)?.datafast_channel);
    expect(new Set(channels)).toEqual(new Set(['Organic Search']));
  });

  it('is still asked for when the person has signed up again as another visitor', async () => {
    const email = 'two.devices@example.com';
    consumer.world.datafast.list.lagMs = 90 * 60_000;
    const laptop = consumer.signup({ email, visitorId: stranger({ referrer: 'Google' }) });
    await consumer.run([laptop]);
    consumer.nowMs += 10 * 60_000;
    const params = { utm_source: 'newsletter' };
    const phone = consumer.signup({ email, visitorId: consumer.world.visitor({ params }) });
    await consumer.run([phone]);
    expect(contact(laptop)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.nowMs = START + HOUR_MS;
    await cron();
    expect(contact(laptop)).toMatchObject({
      datafast_channel: 'Organic Search',
      datafast_visitor_id: laptop.visitorId,
    });
  });

  it('is Direct only where DataFast says that the referrer was empty', async () => {
    const person = consumer.signup({ visitorId: stranger({ referrer: 'Direct/None' }) });
    const other = consumer.signup({ visitorId: stranger({ referrer: null }) });
    await consumer.run([person, other]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Direct' });
    expect(contact(other)).toMatchObject({ datafast_channel: 'Unknown' });
  });
});

describe('a source that is looked for later', () => {
  it('is found for a backfilled signup too, an hour after it came', async () => {
    const firstVisitAt = '2026-09-01T10:00:00.000Z';
    const visitorId = stranger({ referrer: 'Google', firstVisitAt });
    consumer.world.datafast.list.lagMs = 365 * 24 * HOUR_MS;
    const person = consumer.signup({ visitorId, occurredAt: '2026-09-01T10:05:00.000Z' });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.world.datafast.list.lagMs = 0;
    consumer.nowMs += HOUR_MS;
    await cron();
    expect(contact(person)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('keeps a backfilled signup waiting while DataFast cannot be asked, and an hour at most', async () => {
    const { datafast } = consumer.world;
    const isDown = (request: { url: string }) =>
      new URL(request.url).pathname.endsWith('/visitors') ? { status: 503 } : undefined;
    const firstVisitAt = '2026-09-01T10:00:00.000Z';
    const of = () => ({
      source: 'backfill',
      occurredAt: '2026-09-01T10:05:00.000Z',
      visitorId: stranger({ referrer: 'Google', firstVisitAt }),
    });
    datafast.failWith(isDown);
    const lucky = consumer.signup(of());
    const unlucky = consumer.signup(of());
    const { delays } = await consumer.run([lucky, unlucky]);
    expect(delays).toEqual([60, 60]);
    expect(contact(lucky)).toBeUndefined();
    expect(await row(lucky.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'datafast_referrer_postponed' }],
    });

    datafast.failWith(undefined);
    consumer.nowMs += 60_000;
    await consumer.run([lucky]);
    expect(contact(lucky)).toMatchObject({ datafast_channel: 'Organic Search' });

    datafast.failWith(isDown);
    consumer.nowMs += HOUR_MS;
    await consumer.run([unlucky]);
    expect(contact(unlucky)).toMatchObject({ datafast_channel: 'Unknown' });
    datafast.failWith(undefined);
  });

  it('never keeps a new signup waiting', async () => {
    consumer.world.datafast.failWith((request) =>
      new URL(request.url).pathname.endsWith('/visitors') ? { status: 503 } : undefined,
    );
    const person = consumer.signup({ visitorId: stranger({ referrer: 'Google' }) });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({ datafast_channel: 'Unknown' });
  });

  it('is found although the person has signed up again with another browser', async () => {
    const email = 'ada@example.com';
    const first = consumer.signup({ email, visitorId: stranger({ referrer: 'Google' }) });
    consumer.world.datafast.list.lagMs = 90 * 60_000;
    await consumer.run([first]);
    consumer.nowMs += 10 * 60_000;
    await consumer.run([consumer.signup({ email, visitorId: stranger({ params: PAID }) })]);
    expect(contact(first)).toMatchObject({ datafast_channel: 'Unknown' });
    consumer.nowMs += HOUR_MS;
    await cron();
    expect(contact(first)).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('that a later signup brings is in the row of the first one, and the days stay those of the first one', async () => {
    const email = 'ada@example.com';
    const visitorId = stranger({ visitCount: 2, referrer: null });
    const first = consumer.signup({ email, visitorId });
    await consumer.run([first]);
    expect(contact(first)).toMatchObject({ datafast_days_to_signup: '0' });
    consumer.nowMs += 10 * 24 * HOUR_MS;
    const later = consumer.signup({ email, visitorId, referrer: 'https://news.ycombinator.com/' });
    await consumer.run([later]);
    expect(contact(first)).toMatchObject({
      datafast_source: 'Hacker News',
      datafast_days_to_signup: '0',
    });
    for (const { id } of [first, later]) {
      expect(await row(id)).toMatchObject({
        channel: contact(first)?.datafast_channel,
        attribution: { source: 'Hacker News' },
      });
    }
  });
});

describe('two signups of one person in a batch', () => {
  it('by two visitors: the ledger says of both what the contact says', async () => {
    const email = 'ada@example.com';
    const params = { utm_source: 'newsletter', utm_medium: 'email' };
    const one = consumer.signup({ email, visitorId: stranger({ params: PAID }) });
    consumer.nowMs += 1_000;
    const other = consumer.signup({ email, visitorId: stranger({ params }) });
    await consumer.run([one, other]);
    expect(contact(one)).toMatchObject({ datafast_channel: 'Paid Search' });
    expect(await row(one.id)).toMatchObject({
      channel: 'Paid Search',
      deliveries: [{ reason: null }],
    });
    expect(await row(other.id)).toMatchObject({
      channel: 'Paid Search',
      attribution: null,
      deliveries: [{ reason: 'first_touch_held' }],
    });
  });
});

describe('a source that is known', () => {
  it('stays, and a replay that would say something else says so', async () => {
    const visitorId = stranger({ params: PAID });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    const before = contact(person);
    expect(await row(person.id)).toMatchObject({ deliveries: [{ reason: null }] });

    stranger({ visitorId, params: { utm_source: 'newsletter', utm_medium: 'email' } });
    consumer.nowMs += 20 * 60_000;
    await replayed(person.id);
    expect(contact(person)).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_evidence: before?.datafast_evidence,
    });
    expect(await row(person.id)).toMatchObject({
      channel: 'Paid Search',
      attribution: { channel: 'Paid Search', source: 'Google' },
      deliveries: [{ status: 'delivered', reason: 'first_touch_held' }],
    });
  });

  it('of the person’s first signup is what the row of a later one shows', async () => {
    const email = 'ada@example.com';
    const first = consumer.signup({ email, visitorId: stranger({ params: PAID }) });
    await consumer.run([first]);
    consumer.nowMs += HOUR_MS;
    const params = { utm_source: 'newsletter', utm_medium: 'email' };
    const later = consumer.signup({ email, visitorId: stranger({ params }) });
    await consumer.run([later]);
    expect(contact(later)).toMatchObject({ datafast_channel: 'Paid Search' });
    expect(await row(later.id)).toMatchObject({
      channel: 'Paid Search',
      attribution: null,
      deliveries: [{ reason: 'first_touch_held' }],
    });
  });

  it('is not in the ledger before a contact has it', async () => {
    consumer.world.hubspot.failWith({ status: 503 });
    const person = consumer.signup({ visitorId: stranger({ params: PAID }) });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'waiting', channel: null });
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += HOUR_MS;
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered', channel: 'Paid Search' });
  });
});

describe('the converting touch', () => {
  it('is the first touch for somebody who signs up on the first visit', async () => {
    const at = iso(consumer.nowMs - 60_000);
    const visitorId = stranger({
      params: PAID,
      firstVisitAt: at,
      lastVisitAt: iso(consumer.nowMs),
    });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({
      datafast_converting_channel: 'Paid Search',
      datafast_converting_source: 'Google',
      datafast_converting_medium: 'cpc',
    });
  });

  it('is the referrer of the visit of the signup for somebody who came back', async () => {
    const now = iso(consumer.nowMs);
    const visitorId = stranger({
      params: PAID,
      visitCount: 2,
      firstVisitAt: '2026-11-01T10:00:00.000Z',
      lastVisitAt: now,
      pages: [
        { url: 'example.com/', timestamp: '2026-11-01T10:00:00.000Z' },
        { url: 'example.com/pricing', timestamp: now },
      ],
      referrer: null,
      lastTouch: { referrer: 'https://www.producthunt.com/', params: {} },
    });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(contact(person)).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_converting_source: 'Product Hunt',
      datafast_converting_page: 'example.com/pricing',
    });
    const { nowMs } = consumer;
    expect(await row(person.id)).toMatchObject({
      conversion: { source: 'Product Hunt', page: 'example.com/pricing', at: now },
    });
    const value = contact(person)?.datafast_converting_channel;
    expect(await countsBy('channel', nowMs, { touch: 'converting' })).toEqual({
      [String(value)]: 1,
    });
  });

  it('stays that of the first signup', async () => {
    const email = 'ada@example.com';
    const at = iso(consumer.nowMs - 60_000);
    const facts = { firstVisitAt: at, lastVisitAt: iso(consumer.nowMs) };
    const first = consumer.signup({ email, visitorId: stranger({ ...facts, params: PAID }) });
    await consumer.run([first]);
    consumer.nowMs += 30 * 60_000;
    const params = { utm_source: 'newsletter', utm_medium: 'email' };
    const again = {
      firstVisitAt: iso(consumer.nowMs - 60_000),
      lastVisitAt: iso(consumer.nowMs),
      params,
    };
    const later = consumer.signup({ email, visitorId: stranger(again) });
    await consumer.run([later]);
    expect(contact(later)).toMatchObject({ datafast_converting_channel: 'Paid Search' });
    // The ledger says of each signup only what the contact says of it.
    expect(await row(first.id)).toMatchObject({ conversion: { channel: 'Paid Search' } });
    expect(await row(later.id)).toMatchObject({ conversion: null });
  });

  it('stays in the ledger when a replay or a refresh says the same again', async () => {
    const visitorId = stranger({
      params: PAID,
      firstVisitAt: iso(consumer.nowMs - 60_000),
      lastVisitAt: iso(consumer.nowMs),
    });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    await replayed(person.id);
    consumer.nowMs += HOUR_MS;
    await cron();
    expect(await row(person.id)).toMatchObject({ conversion: { channel: 'Paid Search' } });
  });

  it('is in the ledger although the row was lost after the write', async () => {
    const visitorId = stranger({
      params: PAID,
      firstVisitAt: iso(consumer.nowMs - 60_000),
      lastVisitAt: iso(consumer.nowMs),
    });
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    await env.LEDGER.batch(
      ['signups', 'deliveries'].map((table) => env.LEDGER.prepare(`DELETE FROM ${table}`)),
    );
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ conversion: { channel: 'Paid Search' } });
  });

  it('of a visitor that nobody knows is none', async () => {
    const person = consumer.signup({ visitorId: undefined });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ conversion: null });
  });
});
