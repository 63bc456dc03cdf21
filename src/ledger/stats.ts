// Totals over the last days: what came, from where, how far it got, and how fast. One round trip.

import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus, MATCHES, type Match } from '../model.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';

export interface Count<Value = string> {
  value: Value;
  count: number;
}

export interface Stats {
  days: number;
  /** The first day, `YYYY-MM-DD` in UTC as every day here. */
  since: string;
  total: number;
  /** Every day, oldest first, also those without a signup. */
  byDay: readonly { day: string; count: number; channels: Readonly<Record<string, number>> }[];
  /** Most first, as all that follow; `null` is a signup without a channel. */
  byChannel: readonly Count<string | null>[];
  /** The webhooks' providers, with how many of each had a visitor. */
  bySource: readonly (Count & { matched: number })[];
  byStatus: readonly Count<DeliveryStatus>[];
  byMatch: readonly Count<Match | null>[];
  /** What brought the matched ones. */
  byAttributionSource: readonly BroughtBy[];
  /** What brought people on the visit of the signup, where that is known. */
  byConvertingChannel: readonly Count[];
  /** Over all time: what waits, and since when the oldest does. */
  waiting: { count: number; oldestReceivedAt: string | null };
  /** Over all time: why deliveries wait or failed. */
  unfinished: readonly { status: DeliveryStatus; reason: string | null; count: number }[];
  /** From webhook to CRM, over the latest arrivals. */
  lag: { signups: number; medianSeconds: number | null; p95Seconds: number | null };
}

export interface BroughtBy {
  source: string | null;
  channel: string;
  count: number;
  meanScore: number | null;
  /** US dollars. */
  meanExpectedValue: number | null;
}

const LATEST = 50;
/** In `byDay.channels`: nothing is known of the visitor. */
export const NO_CHANNEL = 'No visitor';

/** Six lists of JSON in one row: D1 is asked once. */
const STATS = `
  SELECT
    (SELECT json_group_array(json_object('day', day, 'channel', channel, 'source', source,
              'status', status, 'match', match, 'count', count))
     FROM (SELECT substr(received_at, 1, 10) AS day, channel, source, status, match, count(*) AS count
           FROM signups WHERE received_at >= ?1 GROUP BY 1, 2, 3, 4, 5)) AS groups,
    (SELECT json_group_array(json_object('source', source, 'channel', channel, 'count', count,
              'meanScore', score, 'meanExpectedValue', value))
     FROM (SELECT brought_by AS source, channel, count(*) AS count, avg(score) AS score,
                  avg(expected_value) AS value
           FROM signups WHERE received_at >= ?1 AND match = 'matched' AND channel IS NOT NULL
           GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 50)) AS broughtBy,
    (SELECT json_group_array(json_object('value', value, 'count', count))
     FROM (SELECT converting_channel AS value, count(*) AS count FROM signups
           WHERE received_at >= ?1 AND converting_channel IS NOT NULL
           GROUP BY 1 ORDER BY 2 DESC, 1)) AS converting,
    (SELECT json_object('count', count(*), 'oldestReceivedAt', min(received_at))
     FROM signups WHERE status <> 'delivered' AND status = 'waiting') AS waiting,
    (SELECT json_group_array(json_object('status', status, 'reason', reason, 'count', count))
     FROM (SELECT d.status, d.reason, count(*) AS count
           FROM signups s JOIN deliveries d ON d.signup_id = s.id AND d.status = s.status
           WHERE s.status <> 'delivered' AND s.status IN ('waiting', 'failed')
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

const number = z.nullable(z.number());
const text = z.nullable(z.string());

const Group = z.object({
  day: z.string(),
  channel: text,
  source: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  match: z.nullable(z.enum(MATCHES)),
  count: z.number(),
});
type Group = z.output<typeof Group>;

const StatsRow = z.object({
  groups: jsonColumn(z.array(Group)),
  broughtBy: jsonColumn(
    z.array(
      z.object({
        source: text,
        channel: z.string(),
        count: z.number(),
        meanScore: number,
        meanExpectedValue: number,
      }),
    ),
  ),
  converting: jsonColumn(z.array(z.object({ value: z.string(), count: z.number() }))),
  waiting: jsonColumn(z.object({ count: z.number(), oldestReceivedAt: text })),
  unfinished: jsonColumn(
    z.array(z.object({ status: z.enum(DELIVERY_STATUSES), reason: text, count: z.number() })),
  ),
  lags: jsonColumn(z.array(z.number())),
});

export async function readStats(
  database: LedgerDatabase,
  days: number,
  nowMs: number,
): Promise<Stats> {
  const day = (daysAgo: number) => isoOf(nowMs - daysAgo * DAY_MS).slice(0, 10);
  const since = day(days - 1);
  const [row] = rowsOf(StatsRow, await database.prepare(STATS).bind(since).all());
  const { groups = [], lags = [], broughtBy = [], converting = [], unfinished = [] } = row ?? {};
  lags.sort((a, b) => a - b);
  const byDay = Array.from({ length: days }, (_, index) => {
    const date = day(days - 1 - index);
    const ofDay = groups.filter((group) => group.day === date);
    const channels = countBy(ofDay, ({ channel }) => channel ?? NO_CHANNEL);
    return {
      day: date,
      count: sum(ofDay),
      channels: Object.fromEntries(channels.map(({ value, count }) => [value, count])),
    };
  });
  const matched = groups.filter(({ match }) => match === 'matched');
  return {
    days,
    since,
    total: sum(groups),
    byDay,
    byChannel: countBy(groups, ({ channel }) => channel),
    bySource: countBy(groups, ({ source }) => source).map((row) => ({
      ...row,
      matched: sum(matched.filter(({ source }) => source === row.value)),
    })),
    byStatus: countBy(groups, ({ status }) => status),
    byMatch: countBy(groups, ({ match }) => match),
    byAttributionSource: broughtBy,
    byConvertingChannel: converting,
    waiting: row?.waiting ?? { count: 0, oldestReceivedAt: null },
    unfinished,
    lag: {
      signups: lags.length,
      medianSeconds: quantile(lags, 0.5),
      p95Seconds: quantile(lags, 0.95),
    },
  };
}

const sum = (groups: readonly Group[]) => groups.reduce((total, { count }) => total + count, 0);

function countBy<Value>(groups: readonly Group[], keyOf: (group: Group) => Value): Count<Value>[] {
  const counts = new Map<Value, number>();
  for (const group of groups) {
    const value = keyOf(group);
    counts.set(value, (counts.get(value) ?? 0) + group.count);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? null : Math.max(0, Math.round(value * 10) / 10);
}
