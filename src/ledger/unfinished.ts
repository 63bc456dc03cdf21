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

const oldest = (status: DeliveryStatus, most = MOST_UNFINISHED) => `
  SELECT * FROM (SELECT id, status, received_at FROM signups WHERE status <> 'delivered' AND status = '${status}'
                 ORDER BY received_at LIMIT ${most})`;

/** Three lists of JSON in one row: D1 is asked once. */
const NOW = `
  SELECT
    (SELECT json_object('count', count(*), 'oldestReceivedAt', min(received_at)) FROM (${oldest('waiting', MOST_WAITING)})) AS waiting,
    (SELECT json_group_array(json_object('status', status, 'reason', reason, 'count', count))
     FROM (SELECT d.status, d.reason, count(DISTINCT s.id) AS count
           FROM (${oldest('waiting')} UNION ALL ${oldest('failed')}) s
           JOIN deliveries d ON d.signup_id = s.id AND d.status = s.status
           GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20)) AS unfinished,
    -- The first arrival counts: a refresh or a replay comes later, and is not late.
    (SELECT json_group_array(seconds)
     FROM (SELECT (julianday((SELECT min(value ->> 'at') FROM json_each(d.history)
                              WHERE value ->> 'status' = 'delivered'))
                   - julianday(s.received_at)) * 86400 AS seconds
           FROM (SELECT id, received_at FROM signups
                 ORDER BY received_at DESC, id DESC LIMIT ${LATEST}) s
           JOIN deliveries d ON d.signup_id = s.id AND d.status = 'delivered'
             AND d.history IS NOT NULL)) AS lags`;

const NowRow = z.object({
  waiting: jsonColumn(z.object({ count: z.number(), oldestReceivedAt: z.nullable(z.string()) })),
  unfinished: jsonColumn(
    z.array(
      z.object({
        status: z.enum(DELIVERY_STATUSES),
        reason: z.nullable(z.string()),
        count: z.number(),
      }),
    ),
  ),
  lags: jsonColumn(z.array(z.number())),
});

export async function readUnfinished(ledger: LedgerDatabase): Promise<Unfinished> {
  const [row] = rowsOf(NowRow, await ledger.prepare(NOW).all());
  const lags = (row?.lags ?? []).sort((a, b) => a - b);
  return {
    waiting: row?.waiting ?? { count: 0, oldestReceivedAt: null },
    unfinished: row?.unfinished ?? [],
    lag: {
      signups: lags.length,
      medianSeconds: quantile(lags, 0.5),
      p95Seconds: quantile(lags, 0.95),
    },
  };
}

function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? null : Math.max(0, Math.round(value * 10) / 10);
}
