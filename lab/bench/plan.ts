// What a day costs on the Free plan. What one signup, one look, one refresh, one run of cron and one look of the dashboard
// cost is counted on the real statements, in an empty ledger and in one of 200,000 signups. The day is made of these.

import { REFRESHES_OF_A_BUNDLE } from '../../src/delivery/bundle.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { readItems } from '../../src/ledger/delivery-state.ts';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { listSignups } from '../../src/ledger/list.ts';
import { readMark } from '../../src/ledger/news.ts';
import { AT_ONCE, POLLING, readRollUps } from '../../src/ledger/people/roll-ups.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { readUnfinished } from '../../src/ledger/unfinished.ts';
import { claimVisitors } from '../../src/ledger/visitor-people.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { maintain } from '../../src/maintenance/maintenance.ts';
import { reason } from '../../src/reasons.ts';
import type { Figure, Measured } from './figures.ts';
import { entry, iso, START, seed } from './ledger-rows.ts';
import { type MeteredLedger, openMeteredLedger, type Rows } from './metered-ledger.ts';

/** Of the Free plan, a day. https://developers.cloudflare.com/workers/platform/limits/ */
const LIMITS = { operations: 10_000, written: 100_000, read: 5_000_000, cacheWrites: 1_000 };
const KINDS = ['operations', 'written', 'read', 'cacheWrites'] as const;
/** In percent. Visitors beyond the cache's writes are fetched and not kept. */
const TARGETS: Record<(typeof KINDS)[number], Figure['target']> = {
  operations: { atMost: 100 },
  written: { atMost: 80 },
  read: { atMost: 80 },
  cacheWrites: undefined,
};
/** The mix. The others are matched. */
const WITHOUT_VISITOR = 0.3;
const NOT_FOUND = 0.1;
const MATCHED = 1 - WITHOUT_VISITOR - NOT_FOUND;
const LOOKS = 3;
const REFRESHES = 3;
/** DataFast is down for an hour of the day, in which a twelfth of the signups come. Each retries by itself at first. */
const OF_THE_OUTAGE = 1 / 12;
const RETRIES_OF_AN_OUTAGE = 5;
const RUNS_OF_CRON = 288;
/** A dashboard is open for eight hours, asks every 15 seconds, and is loaded for each signup in that time. */
const ASKS = (8 * 3600) / 15;
const OF_THE_OPEN_HOURS = 0.7;
const SEED_ROWS = 5_000;
const LARGE = 200_000;

interface Costs {
  matched: Rows;
  withoutVisitor: Rows;
  notFound: Rows;
  refresh: Rows;
  cron: Rows;
  ask: Rows;
  load: Rows;
}

let next = 80_000_000;
const fresh = (): LedgerEntry => {
  next += 1;
  return entry(next);
};

/** As a batch of one, which costs the most. */
async function deliver(ledger: LedgerDatabase, given: LedgerEntry): Promise<void> {
  const { visitorId, email } = given.signup;
  await readItems(ledger, [given.signup]);
  if (given.match === 'matched' && visitorId && email) {
    await claimVisitors(ledger, [{ visitorId, email }], iso(START));
  }
  await recordEntries(ledger, [given], iso(START));
}

function unknown(): LedgerEntry {
  const { signup } = fresh();
  const why = reason('visitor_not_found_yet');
  const wait = {
    status: 'waiting',
    reason: why,
    nextAttemptAt: iso(START),
    notAsked: true,
  } as const;
  return { signup, match: 'not_found', attempts: [{ destination: 'hubspot', ...wait }] };
}

const ARRIVED = { destination: 'hubspot', status: 'delivered', externalId: '1' } as const;

async function notFound(ledger: LedgerDatabase): Promise<void> {
  const waiting = unknown();
  await deliver(ledger, waiting);
  await readItems(ledger, [waiting.signup]);
  await deliver(ledger, waiting);
  await deliver(ledger, {
    ...waiting,
    refreshFrom: iso(START),
    attempts: [{ ...ARRIVED, written: { datafast_match: 'not_found' } }],
  });
}

async function refresh(ledger: LedgerDatabase, { signup, match, prediction }: LedgerEntry) {
  await deliver(ledger, {
    signup: { ...signup, refresh: { askedAt: iso(START), matched: true } },
    ...(match && { match }),
    prediction: { ...prediction, score: 80 },
    attempts: [{ ...ARRIVED, written: { datafast_lead_score: '80' } }],
  });
}

const runCron = (ledger: LedgerDatabase, now: number) =>
  maintain({
    ledger,
    destinationNames: ['hubspot'],
    enqueueLater: async () => undefined,
    backlog: async () => 0,
    retentionDays: 10_000,
    now: () => now,
    ledgerWatch: newLedgerWatch(),
    log: () => undefined,
  });

async function costsIn({ cost, database }: MeteredLedger, now: number): Promise<Costs> {
  // Days that have changed are counted, as they are on any day before.
  await deliver(database, fresh());
  for (let run = 0; run < 3; run += 1) await runCron(database, now);
  await readRollUps(database, last30Days(now), now, AT_ONCE);
  const known = fresh();
  const { signup } = fresh();
  const nobody: LedgerEntry = {
    signup: { ...signup, visitorId: undefined },
    match: 'no_visitor_id',
    attempts: [{ ...ARRIVED, written: { datafast_match: 'no_visitor_id' } }],
  };
  return {
    matched: await cost((ledger) => deliver(ledger, known)),
    withoutVisitor: await cost((ledger) => deliver(ledger, nobody)),
    notFound: await cost(notFound),
    refresh: await cost((ledger) => refresh(ledger, known)),
    cron: await cost((ledger) => runCron(ledger, now)),
    ask: await cost(readMark),
    load: await cost(async (ledger) => {
      await readMark(ledger);
      await readRollUps(ledger, last30Days(now), now, POLLING);
      await readUnfinished(ledger);
      await listSignups(ledger, { limit: 50, isBrief: true });
    }),
  };
}

const last30Days = (nowMs: number) => ({ fromMs: nowMs - 30 * 86_400_000, untilMs: nowMs });

/** What a day of so many signups costs. */
function dayOf(signups: number, costs: Costs) {
  const refreshes = signups * (MATCHED + NOT_FOUND) * REFRESHES;
  const outage = signups * (1 - WITHOUT_VISITOR) * OF_THE_OUTAGE * RETRIES_OF_AN_OUTAGE;
  const rows = (kind: keyof Rows) =>
    signups *
      (MATCHED * costs.matched[kind] +
        WITHOUT_VISITOR * costs.withoutVisitor[kind] +
        NOT_FOUND * costs.notFound[kind]) +
    refreshes * costs.refresh[kind] +
    outage * costs.refresh[kind] +
    RUNS_OF_CRON * costs.cron[kind] +
    ASKS * costs.ask[kind] +
    signups * OF_THE_OPEN_HOURS * costs.load[kind];
  // Cron and the page count the days of the last week again when they have changed: each row twice.
  const counted = 24 * 2 * (signups / 2) + 4 * 2 * 2 * signups;
  return {
    operations:
      3 * signups + LOOKS * NOT_FOUND * signups + (3 * refreshes) / REFRESHES_OF_A_BUNDLE + outage,
    written: rows('written'),
    read: rows('read') + counted,
    cacheWrites: MATCHED * signups,
  };
}

function fitting(costs: Costs): { signups: number; first: string } {
  const per = dayOf(1_000, costs);
  const none = dayOf(0, costs);
  const room = (key: keyof typeof LIMITS) =>
    (LIMITS[key] - none[key]) / ((per[key] - none[key]) / 1_000);
  const [first] = (['operations', 'written', 'read'] as const).toSorted(
    (a, b) => room(a) - room(b),
  );
  return { signups: Math.floor(room(first ?? 'read')), first: first ?? '' };
}

export async function measurePlan(signups: number): Promise<Measured> {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const ledger = await openMeteredLedger();
  try {
    await recordEntries(ledger.database, [entry(0)], iso(START));
    for (const size of [0, LARGE]) {
      for (let rows = 0; rows < size; rows += SEED_ROWS) {
        await seed(ledger.database, rows + 1, rows + SEED_ROWS);
      }
      const costs = await costsIn(ledger, START + LARGE * 1_000);
      const where = `${size.toLocaleString('en')} signups in the ledger`;
      for (const [what, { read, written }] of Object.entries(costs)) {
        figures.push({ name: `${where}: ${what}, rows read`, value: read, unit: '' });
        figures.push({ name: `${where}: ${what}, rows written`, value: written, unit: '' });
      }
      const day = dayOf(signups, costs);
      for (const what of KINDS) {
        figures.push({
          name: `${where}: a day of ${signups}, ${what}`,
          value: (100 * day[what]) / LIMITS[what],
          unit: '%',
          target: TARGETS[what],
        });
      }
      const { signups: most, first } = fitting(costs);
      notes.push(`${where}: ${most.toLocaleString('en')} signups a day fit; ${first} end first.`);
    }
  } finally {
    await ledger.close();
  }
  return { figures, notes };
}
