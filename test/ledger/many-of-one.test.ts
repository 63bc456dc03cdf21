// One person with thousands of signups, such as the address that a monitor signs up with, or a ledger in which everything waits:
// nobody else's signups may cost more for it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkLedger } from '../../src/health/check-ledger.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { eraseRows } from '../../src/ledger/erasure.ts';
import { readLedgerHealth } from '../../src/ledger/health.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import type { Signup } from '../../src/model.ts';
import { type Consumer, openConsumer, row } from '../delivery/consumer.ts';
import { meter } from './meter.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const VISITOR = 'aaaaaaaa-0000-4000-8000-000000000000';
const iso = (ms: number) => new Date(ms).toISOString();
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

/** What the rows have in common. Of the number `n.i`, in SQL. */
interface Kind {
  email?: string;
  visitor?: string;
  customer?: string;
  match?: string;
  status?: string;
  channel?: string;
  reason?: string;
  destination?: string;
  /** When the first one arrived, and the seconds from one to the next, which is older. */
  fromMs?: number;
  secondsApart?: number;
  refreshFromMs?: number;
  nextMs?: number;
}

const moment = (ms: number, secondsApart = 0) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms / 1000} - n.i * ${secondsApart}, 'unixepoch')`;

async function fill(from: number, to: number, kind: Kind): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  const { email = "'p' || n.i || '@example.org'", status = "'delivered'" } = kind;
  const { visitor = "printf('%08d-0000-4000-8000-000000000000', n.i)" } = kind;
  const at = moment(kind.fromMs ?? START - DAY_MS, kind.secondsApart ?? 30);
  const next = kind.nextMs === undefined ? 'NULL' : moment(kind.nextMs, 1);
  const refresh = kind.refreshFromMs === undefined ? 'NULL' : moment(kind.refreshFromMs, 1);
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, email, visitor_id, customer, match, status, channel, occurred_at, received_at,
                            updated_at, signup, refresh_from)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'stripe', ${email}, ${visitor}, ${kind.customer ?? 'NULL'},
         ${kind.match ?? "'matched'"}, ${status}, ${kind.channel ?? "'Referral'"}, ${at}, ${at}, ${at}, '{}', ${refresh} FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, next_attempt_at, delivered_at, updated_at)
       ${numbers} SELECT 'stripe:evt_' || n.i, ${kind.destination ?? "'hubspot'"}, ${status}, 1, ${kind.reason ?? 'NULL'},
         ${next}, iif(${status} = 'delivered', ${at}, NULL), ${at} FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT OR IGNORE INTO visitor_people (visitor_id, email, claimed_at)
       ${numbers} SELECT visitor_id, email, '${iso(START)}' FROM n JOIN signups ON id = 'stripe:evt_' || n.i
       WHERE email IS NOT NULL AND visitor_id IS NOT NULL AND ${kind.visitor === undefined}`,
    ),
  ]);
}

/** Counted as far as it goes: what has changed is counted once, whatever it costs. */
const settle = () =>
  env.LEDGER.batch([
    env.LEDGER.prepare('DELETE FROM stale_periods'),
    env.LEDGER.prepare("DELETE FROM heartbeats WHERE name IN ('waits', 'refreshes')"),
  ]);

const known = () => consumer.world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
const deliver =
  (facts: () => Partial<Signup>, destinationAnswers?: number) => async (ledger: LedgerDatabase) => {
    if (destinationAnswers) consumer.world.hubspot.failWith({ status: destinationAnswers });
    const { email, ...signup } = consumer.signup(facts());
    const nameless = 'email' in facts() && facts().email === undefined;
    await consumer.run([nameless ? signup : { email, ...signup }], undefined, { ledger });
    consumer.world.hubspot.failWith(undefined);
  };
const cron = (ledger: LedgerDatabase) =>
  maintain({
    ledger,
    destinationNames: ['hubspot'],
    enqueueLater: async () => undefined,
    backlog: async () => 0,
    retentionDays: 90,
    now: () => START,
    ledgerWatch: newLedgerWatch(),
    log: (level, event, fields) => {
      if (level === 'error') throw new Error(`${event} ${JSON.stringify(fields)}`);
    },
  });

const HOT = "'monitor@example.org'";
const email = 'monitor@example.org';
const ofCustomer = (facts: Partial<Signup> = {}) => ({
  source: 'stripe',
  customerId: 'hot',
  ...facts,
});
const OLD = START - 100 * DAY_MS;

/** What the doctor asks. */
const health = (ledger: LedgerDatabase) => readLedgerHealth(ledger, START);

type Case = [string, Kind, (ledger: LedgerDatabase) => Promise<unknown>];
const CASES: Case[] = [
  [
    'a signup of an address that has never had a visitor',
    { email: HOT, visitor: 'NULL', match: "'no_visitor_id'" },
    deliver(() => ({ email, visitorId: known() })),
  ],
  [
    'a signup of an address that has never arrived',
    { email: HOT, status: "'failed'" },
    deliver(() => ({ email, visitorId: known() })),
  ],
  [
    'a signup of an address that HubSpot refuses, with another visitor each time',
    { email: HOT, status: "'failed'" },
    deliver(() => ({ email, visitorId: known() }), 400),
  ],
  [
    'a signup of an address that HubSpot refuses, with the same visitor each time',
    { email: HOT, status: "'failed'", visitor: `'${VISITOR}'` },
    deliver(() => ({ email, visitorId: consumer.world.visitor({ visitorId: VISITOR }) }), 400),
  ],
  [
    'a signup of a customer who has signed up with another address each time',
    { customer: "'stripe:hot'" },
    deliver(() => ofCustomer({ visitorId: known() })),
  ],
  [
    'a signup without an address of such a customer',
    { customer: "'stripe:hot'" },
    deliver(() => ofCustomer({ email: undefined })),
  ],
  [
    'a signup without an address of a customer who has never had one',
    { ...{ customer: "'stripe:hot'", email: 'NULL' }, status: "'skipped'", reason: "'no_email'" },
    deliver(() => ofCustomer({ email: undefined })),
  ],
  [
    'an event that completes the signups of such a customer',
    { ...{ customer: "'stripe:hot'", email: 'NULL' }, status: "'skipped'", reason: "'no_email'" },
    deliver(() => ofCustomer({ completing: true })),
  ],
  [
    'cron, when one address is to be refreshed many times and its source is unknown,',
    { email: HOT, channel: "'Unknown'", fromMs: START - HOUR_MS, refreshFromMs: START - HOUR_MS },
    cron,
  ],
  [
    'cron, when one address is to be refreshed many times and only failed since,',
    { ...{ email: HOT, match: "'not_found'" }, fromMs: START, refreshFromMs: START - HOUR_MS },
    cron,
  ],
  ['cron, when much of one address is past its time,', { email: HOT, fromMs: OLD }, cron],
  [
    'cron, when much of one address and one visitor is past its time,',
    { email: HOT, visitor: `'${VISITOR}'`, fromMs: OLD },
    cron,
  ],
  [
    'cron, when much of one customer without an address is past its time,',
    { ...{ customer: "'stripe:hot'", email: 'NULL', fromMs: OLD }, status: "'skipped'" },
    cron,
  ],
  [
    'cron, when much of one customer with other addresses is past its time,',
    { customer: "'stripe:hot'", fromMs: OLD },
    cron,
  ],
  [
    'cron, when everything is overdue,',
    { status: "'waiting'", reason: "'hubspot_unavailable'", nextMs: START - 4 * HOUR_MS },
    cron,
  ],
  [
    'cron, when everything that waits is older than what is kept,',
    { status: "'waiting'", fromMs: OLD, reason: "'hubspot_down'", nextMs: START - 4 * HOUR_MS },
    cron,
  ],
  [
    'the doctor, when everything waits,',
    { status: "'waiting'", reason: "'hubspot_down'", nextMs: START },
    health,
  ],
  [
    'the doctor, when everything has failed,',
    { ...{ status: "'failed'", reason: "'gave_up'" }, secondsApart: 1 },
    health,
  ],
];

it.each(CASES)('%s reads no more rows, however many there are', async (_, kind, ask) => {
  const billedAt = async (size: number) => {
    await fill(0, size, kind);
    await settle();
    const { ledger, billed } = meter();
    await ask(ledger);
    return billed.read;
  };
  const small = await billedAt(5_500);
  consumer = await openConsumer(START);
  expect(await billedAt(11_000)).toBeLessThanOrEqual(small * 1.05 + 40);
});

it('an erasure costs each signup of the person the same, however many there are', async () => {
  const billedFor = async (size: number) => {
    await fill(0, size, { email: HOT, customer: "'stripe:c' || n.i" });
    await settle();
    const { ledger, billed } = meter();
    expect(await eraseRows(ledger, email, iso(START))).toMatchObject({ signups: size });
    return billed.read;
  };
  const small = await billedFor(200);
  consumer = await openConsumer(START);
  expect(await billedFor(2_000)).toBeLessThanOrEqual(small * 10 * 1.1);
});

describe('what is limited still does its work', () => {
  const cronAt = async (nowMs: number) => {
    consumer.nowMs = nowMs;
    await maintain({
      ledger: env.LEDGER,
      destinationNames: ['hubspot'],
      enqueueLater: async () => undefined,
      backlog: async () => 0,
      retentionDays: 90,
      now: () => nowMs,
      ledgerWatch: newLedgerWatch(),
      log: () => undefined,
    });
  };

  it('a person whose signups are pruned one after the other is counted once', async () => {
    const people = async () =>
      (await env.LEDGER.prepare('SELECT sum(people) AS people FROM roll_ups').first('people')) ?? 0;
    for (let day = 0; day < 4; day += 1) {
      await consumer.run([consumer.signup({ email }), consumer.signup({ email })]);
      await cronAt(consumer.nowMs + 1_000);
      consumer.nowMs = START + (day + 1) * DAY_MS;
    }
    for (let day = 90; day < 96; day += 1) {
      await cronAt(START + day * DAY_MS + HOUR_MS);
      await cronAt(START + day * DAY_MS + 2 * HOUR_MS);
      expect(await people()).toBe(1);
    }
    expect(await env.LEDGER.prepare('SELECT count(*) AS n FROM signups').first('n')).toBe(0);
  });

  it('the doctor says that there may be more than it has looked at', async () => {
    await fill(0, 1_500, { status: "'waiting'", reason: "'hubspot_down'", nextMs: START });
    const { waiting } = await readLedgerHealth(env.LEDGER, START);
    expect(waiting).toMatchObject([{ reason: 'hubspot_down', count: 1_000, isCut: true }]);
    const lines = await checkLedger(() => readLedgerHealth(env.LEDGER, START), START);
    expect(lines.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^1000 or more since .* UTC: hubspot_down$/),
    );
  });

  it('all waits for a destination that was switched off end, in as many runs as it takes', async () => {
    const nextMs = START - 4 * HOUR_MS;
    await fill(0, 1_200, { status: "'waiting'", destination: "'attio'", nextMs });
    for (let run = 0; run < 3; run += 1) await cronAt(START + run * 300_000);
    const left = "SELECT count(*) AS n FROM deliveries WHERE status = 'waiting'";
    expect(await env.LEDGER.prepare(left).first('n')).toBe(0);
  });

  it('a refresh of an unknown source is still left out when the same visitor has come again', async () => {
    const visitorId = consumer.world.visitor();
    const first = consumer.signup({ email, visitorId });
    await consumer.run([first]);
    consumer.nowMs += 60_000;
    await consumer.run([consumer.signup({ email, visitorId })]);
    expect(await row(first.id)).toMatchObject({ refreshAt: null });
  });
});
