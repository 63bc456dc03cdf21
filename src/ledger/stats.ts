// Totals over the last days: what came, from where, how far it got, and how fast.

import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus, type Match } from '../model.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';
import { type Group, readDayTotals } from './day-totals.ts';

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
  /** Over all time: why signups wait or failed, at whichever destination. */
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

const LATEST = 20;
/** Of what waits or failed, so many of each are looked at. */
const MOST_UNFINISHED = 200;
const MOST_SOURCES = 50;
/** In `byDay.channels`: nothing is known of the visitor. */
export const NO_CHANNEL = 'No visitor';

const oldest = (status: DeliveryStatus, most = MOST_UNFINISHED) => `
  SELECT * FROM (SELECT id, status, received_at FROM signups WHERE status <> 'delivered' AND status = '${status}'
                 ORDER BY received_at LIMIT ${most})`;

/** Three lists of JSON in one row: D1 is asked once. */
const NOW = `
  SELECT
    (SELECT json_object('count', count(*), 'oldestReceivedAt', min(received_at)) FROM (${oldest('waiting', 1_000)})) AS waiting,
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

const text = z.nullable(z.string());

const NowRow = z.object({
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
  const groups = await readDayTotals(database, since, nowMs);
  const [row] = rowsOf(NowRow, await database.prepare(NOW).all());
  const { lags = [], unfinished = [] } = row ?? {};
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
    byAttributionSource: sourcesOf(matched),
    byConvertingChannel: countBy(groups, ({ converting }) => converting).flatMap(
      ({ value, count }) => (value === null ? [] : [{ value, count }]),
    ),
    waiting: row?.waiting ?? { count: 0, oldestReceivedAt: null },
    unfinished,
    lag: {
      signups: lags.length,
      medianSeconds: quantile(lags, 0.5),
      p95Seconds: quantile(lags, 0.95),
    },
  };
}

/** The most frequent first, with the means of what is known of each. */
function sourcesOf(matched: readonly Group[]): BroughtBy[] {
  const known = matched.filter(({ channel }) => channel !== null);
  const bySource = Map.groupBy(known, ({ broughtBy, channel }) =>
    JSON.stringify([broughtBy, channel]),
  );
  const total = (groups: readonly Group[], key: 'score' | 'scores' | 'value' | 'values') =>
    groups.reduce((all, group) => all + group[key], 0);
  const mean = (all: number, count: number) => (count > 0 ? all / count : null);
  return [...bySource.values()]
    .flatMap((groups) => {
      const [first] = groups;
      if (!first || first.channel === null) return [];
      return {
        source: first.broughtBy,
        channel: first.channel,
        count: sum(groups),
        meanScore: mean(total(groups, 'score'), total(groups, 'scores')),
        meanExpectedValue: mean(total(groups, 'value'), total(groups, 'values')),
      };
    })
    .sort((a, b) => b.count - a.count || (a.source ?? '').localeCompare(b.source ?? ''))
    .slice(0, MOST_SOURCES);
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
