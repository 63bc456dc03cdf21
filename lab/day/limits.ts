// What Cloudflare's plans allow, and how much of it a day takes. Where an invocation that is no webhook counts as a request to
// the Worker is not documented, so all of them are counted.
// https://developers.cloudflare.com/workers/platform/limits/ https://developers.cloudflare.com/queues/platform/pricing/
// https://developers.cloudflare.com/d1/platform/pricing/ https://developers.cloudflare.com/kv/platform/pricing/
import { type Counted, INVOCATIONS, type Spending } from './play.ts';

interface DayLimit {
  what: string;
  /** Of a day on the Free plan. */
  free: number;
  /** Of a month on the Paid plan, included in its price. */
  paidMonth: number;
  /** No signup is delivered when it is used up. */
  binds: boolean;
  /** In percent of the Free plan. */
  target?: number;
  used(counted: Counted): number;
}

const spentOn = (what: Spending) => (counted: Counted) =>
  INVOCATIONS.reduce((sum, kind) => sum + counted.spent[kind][what], 0);

const OPERATIONS: DayLimit = {
  ...{ what: 'queue operations', free: 10_000, paidMonth: 1_000_000, binds: true, target: 100 },
  used: ({ queue }) => queue.written + queue.read + queue.deleted,
};

export const DAY_LIMITS: readonly DayLimit[] = [
  OPERATIONS,
  {
    ...{ what: 'D1 rows written', free: 100_000, paidMonth: 50_000_000, binds: true, target: 80 },
    used: spentOn('rowsWritten'),
  },
  {
    ...{
      what: 'D1 rows read',
      free: 5_000_000,
      paidMonth: 25_000_000_000,
      binds: true,
      target: 80,
    },
    used: spentOn('rowsRead'),
  },
  {
    ...{ what: 'KV writes', free: 1_000, paidMonth: 1_000_000, binds: false },
    used: spentOn('cacheWrites'),
  },
  {
    ...{ what: 'KV reads', free: 100_000, paidMonth: 10_000_000, binds: false },
    used: spentOn('cacheReads'),
  },
  {
    ...{ what: 'requests to the Worker', free: 100_000, paidMonth: 10_000_000, binds: true },
    used: spentOn('invocations'),
  },
];

/** Of one invocation. */
export const INVOCATION_LIMITS = [
  { what: 'requests to services', spending: 'requests', free: 50, paid: 10_000 },
  { what: 'statements of D1', spending: 'statements', free: 50, paid: 1_000 },
] as const;
export const CPU_LIMIT_MS = { free: 10, paid: 30_000 };

const DAYS_OF_A_MONTH = 30;

/** In percent. */
export const shareOfFree = (limit: DayLimit, counted: Counted): number =>
  (100 * limit.used(counted)) / limit.free;
export const shareOfPaid = (limit: DayLimit, counted: Counted): number =>
  (100 * DAYS_OF_A_MONTH * limit.used(counted)) / limit.paidMonth;

export const operationsEach = (counted: Counted, signups: number): number =>
  OPERATIONS.used(counted) / signups;

/** How many signups a day fit the Free plan when all of it grows with them, and what ends first. */
export function fitting(counted: Counted, signups: number): { signups: number; first: string } {
  const [first = OPERATIONS] = DAY_LIMITS.filter(({ binds }) => binds).toSorted(
    (one, other) => shareOfFree(other, counted) - shareOfFree(one, counted),
  );
  return {
    signups: Math.floor((100 * signups) / shareOfFree(first, counted)),
    first: first.what,
  };
}

/** What an open dashboard takes of the Free plan's limits of a day, in percent. Its requests are all that it costs. */
export function sharesOfDashboard(counted: Counted): { what: string; share: number }[] {
  const { page } = counted.spent;
  const none = {
    ...page,
    invocations: 0,
    rowsRead: 0,
    rowsWritten: 0,
    cacheReads: 0,
    cacheWrites: 0,
  };
  const only: Counted = {
    ...counted,
    queue: { written: 0, read: 0, deleted: 0 },
    spent: { webhook: none, batch: none, cron: none, page },
  };
  return DAY_LIMITS.map((limit) => ({ what: limit.what, share: shareOfFree(limit, only) }));
}
