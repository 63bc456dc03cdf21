// Totals by day of arrival: a row a day, counted again when its signups have changed. Counting reads every signup of a day,
// so a large day is counted again less often.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES, MATCHES } from '../model.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../time.ts';
import { IN_LIST, jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';

const text = z.nullable(z.string());

const Group = z.object({
  channel: text,
  source: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  match: z.nullable(z.enum(MATCHES)),
  broughtBy: text,
  converting: text,
  count: z.number(),
  /** The sums of lead score and expected value, and of how many. */
  score: z.number(),
  scores: z.number(),
  value: z.number(),
  values: z.number(),
});
/** Signups of a day that are alike in everything that is counted. */
export type Group = z.output<typeof Group> & { day: string };

const DayRow = z.object({
  day: z.string(),
  signups: z.number(),
  countedAt: z.string(),
  groups: jsonColumn(z.array(Group)),
});
const StaleRow = z.object({ day: z.string(), signups: z.number(), countedAt: text });

/** Such a day is counted whenever somebody asks. */
const SMALL_DAY = 100;
/** Of a larger one, so many rows are read a second at most. */
const ROWS_PER_SECOND = 1;
const ROWS_PER_SIGNUP = 2;

/** From the day `since` on. A small day that has changed is counted again at once, a large one after a while. */
export async function readDayTotals(
  ledger: LedgerDatabase,
  since: string,
  nowMs: number,
): Promise<Group[]> {
  const due = (await staleSince(ledger, since)).filter(({ signups, countedAt }) => {
    const ageSeconds = (nowMs - Date.parse(countedAt ?? '')) / 1000;
    const cost = (signups - SMALL_DAY) * ROWS_PER_SIGNUP;
    return countedAt === null || cost <= ageSeconds * ROWS_PER_SECOND;
  });
  // A ledger that takes no rows at the moment still has those from before.
  if (due.length > 0) await countDays(ledger, due, nowMs).catch(() => undefined);
  const result = await ledger.prepare(READ).bind(since).all();
  return rowsOf(DayRow, result).flatMap(({ day, groups }) =>
    groups.map((group) => ({ ...group, day })),
  );
}

/** A run of cron counts so many. */
const DAYS_AT_ONCE = 5;

/** By cron, so that the totals of a day are there when its signups are pruned. Returns how many days were counted. */
export async function countStaleDays(ledger: LedgerDatabase, nowMs: number): Promise<number> {
  const today = isoOf(nowMs).slice(0, 10);
  const due = (await staleSince(ledger, '')).filter(({ day, countedAt }) => {
    const ageMs = nowMs - Date.parse(countedAt ?? '');
    return countedAt === null || ageMs >= (day === today ? HOUR_MS : DAY_MS / 4);
  });
  const now = due.slice(0, DAYS_AT_ONCE);
  if (now.length > 0) await countDays(ledger, now, nowMs);
  return now.length;
}

async function staleSince(ledger: LedgerDatabase, since: string) {
  return rowsOf(StaleRow, await ledger.prepare(STALE).bind(since).all());
}

async function countDays(
  ledger: LedgerDatabase,
  days: readonly { day: string }[],
  nowMs: number,
): Promise<void> {
  const list = JSON.stringify(days.map(({ day }) => day));
  const on = (statement: string, ...more: string[]) =>
    ledger.prepare(statement).bind(list, ...more);
  await ledger.batch([
    on(`DELETE FROM day_totals WHERE day ${IN_LIST}`),
    on(COUNT, isoOf(nowMs)),
    on(`DELETE FROM stale_days WHERE day ${IN_LIST}`),
  ]);
}

const READ = `
  SELECT day, signups, groups, counted_at AS countedAt FROM day_totals WHERE day >= ?1 ORDER BY day`;

const STALE = `
  SELECT stale.day, ifnull(signups, 0) AS signups, counted_at AS countedAt
  FROM (SELECT day FROM stale_days WHERE day >= ?1 ORDER BY day DESC LIMIT 100) AS stale
  LEFT JOIN day_totals ON day_totals.day = stale.day`;

const COUNT = `
  INSERT INTO day_totals (day, signups, groups, counted_at)
  SELECT day, sum(count), json_group_array(json_object('channel', channel, 'source', source, 'status', status,
      'match', match, 'broughtBy', brought_by, 'converting', converting_channel, 'count', count,
      'score', score, 'scores', scores, 'value', value, 'values', "values")), ?2
  FROM (
    SELECT asked.value AS day, channel, source, status, match, brought_by, converting_channel, count(*) AS count,
           total(score) AS score, count(score) AS scores,
           total(expected_value) AS value, count(expected_value) AS "values"
    FROM json_each(?1) AS asked
    CROSS JOIN signups ON received_at >= asked.value AND received_at < asked.value || '~'
    GROUP BY 1, 2, 3, 4, 5, 6, 7)
  GROUP BY day`;
