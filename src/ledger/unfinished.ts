// What has not arrived, over all time, and how fast the latest signups did.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../model.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';

export interface Unfinished {
  /** What waits, and since when the oldest does. */
  waiting: { count: number; oldestReceivedAt: string | null };
  /** Why signups wait or failed, at whichever destination. */
  unfinished: readonly { status: DeliveryStatus; reason: string | null; count: number }[];
  /** From webhook to CRM, over the latest arrivals. */
  lag: { signups: number; medianSeconds: number | null; p95Seconds: number | null };
}

const LATEST = 20;
/** Of what waits or failed, so many of each are looked at. */
const MOST_UNFINISHED = 50;
/** More are not counted. */
const MOST_WAITING = 500;
const MOST_REASONS = 20;

/** A subquery would be read twice, so the rows are counted here. */
const oldest = (columns: string, status: DeliveryStatus, most: number) => `
  SELECT ${columns} FROM signups s WHERE s.status <> 'delivered' AND s.status = '${status}'
  ORDER BY s.received_at LIMIT ${most}`;

const REASONS = `s.status, (
  SELECT json_group_array(DISTINCT d.reason) FROM deliveries d
  WHERE d.signup_id = s.id AND d.status = s.status) AS reasons`;

const STATEMENTS = [
  oldest('s.received_at AS receivedAt', 'waiting', MOST_WAITING),
  oldest(REASONS, 'waiting', MOST_UNFINISHED),
  oldest(REASONS, 'failed', MOST_UNFINISHED),
  `SELECT s.received_at AS receivedAt, (
     SELECT json_group_array(json(d.history)) FROM deliveries d
     WHERE d.signup_id = s.id AND d.status = 'delivered' AND d.history IS NOT NULL) AS histories
   FROM signups s ORDER BY s.received_at DESC, s.id DESC LIMIT ${LATEST}`,
];

const WaitingRow = z.object({ receivedAt: z.string() });
const ReasonsRow = z.object({
  status: z.enum(DELIVERY_STATUSES),
  reasons: jsonColumn(z.array(z.nullable(z.string()))),
});
const LatestRow = z.object({
  receivedAt: z.string(),
  histories: jsonColumn(z.array(z.array(z.object({ at: z.string(), status: z.string() })))),
});

const OLDEST = `SELECT json_array(${(['waiting', 'failed'] as const)
  .map((status) => `(${oldest('id', status, 1)})`)
  .join(', ')}) AS ids`;

/** Which have not arrived for longest, as a text. What is over goes in the order in which it came. */
export async function readOldestUnfinished(ledger: LedgerDatabase): Promise<string> {
  const [row] = rowsOf(OldestRow, await ledger.prepare(OLDEST).all());
  return row?.ids ?? '';
}

const OldestRow = z.object({ ids: z.string() });

/** D1 is asked once. */
export async function readUnfinished(ledger: LedgerDatabase): Promise<Unfinished> {
  const [waits, ...rest] = await ledger.batch(STATEMENTS.map((one) => ledger.prepare(one)));
  const latest = rowsOf(LatestRow, rest.pop());
  const waiting = rowsOf(WaitingRow, waits);
  const lags = latest.flatMap(lagsOf).sort((a, b) => a - b);
  return {
    waiting: { count: waiting.length, oldestReceivedAt: waiting[0]?.receivedAt ?? null },
    unfinished: countedReasons(rest.flatMap((result) => rowsOf(ReasonsRow, result))),
    lag: {
      signups: lags.length,
      medianSeconds: quantile(lags, 0.5),
      p95Seconds: quantile(lags, 0.95),
    },
  };
}

/** The most frequent first. A signup counts once for a reason, at however many destinations it has it. */
function countedReasons(rows: readonly z.output<typeof ReasonsRow>[]) {
  const counts = new Map<string, Unfinished['unfinished'][number]>();
  for (const { status, reasons } of rows) {
    for (const reason of reasons) {
      const key = `${status} ${reason}`;
      counts.set(key, { status, reason, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_REASONS);
}

/** The first arrival counts: a refresh or a replay comes later, and is not late. */
function lagsOf({ receivedAt, histories }: z.output<typeof LatestRow>): number[] {
  return histories.flatMap((history) => {
    const arrivals = history.filter(({ status }) => status === 'delivered');
    const [first] = arrivals.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
    return first === undefined ? [] : (first - Date.parse(receivedAt)) / 1000;
  });
}

function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? null : Math.max(0, Math.round(value * 10) / 10);
}
