// Roll-ups of people: a row for each hour of arrival of today (UTC) and for each day before. A period whose signups have
// changed is counted again, a large one less often, because counting reads every signup of it.
import * as z from 'zod/mini';
import { DAY_MS, isoOf } from '../../time.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from '../database.ts';
import { Columns, encode } from './columns.ts';
import { countedPeople, countPeople } from './count.ts';

const RollUpRow = z.object({ people: z.number(), columns: jsonColumn(Columns) });
export type RollUp = z.output<typeof RollUpRow>;

export interface Pace {
  /** So many people are counted at once, or a single period that was never counted. */
  people: number;
  /** A period is counted again when this is not exceeded over the time since it was counted. */
  rowsPerSecond: number;
}
/** For somebody who asks. */
export const AT_ONCE: Pace = { people: 1_000, rowsPerSecond: Number.POSITIVE_INFINITY };
/** For a page that asks again and again. */
export const POLLING: Pace = { people: 150, rowsPerSecond: 2 };
/** For cron. */
export const IN_A_RUN: Pace = { people: 3_000, rowsPerSecond: 2 };

/** Counting reads about so many rows for a person. */
const ROWS_PER_PERSON = 6;
/** Where the clock of a provider is ahead, something arrives before it happened. */
const AHEAD_MS = DAY_MS;

/** Of everybody who signed up from `fromMs` on and before `untilMs`, and of others. What has changed is counted before. */
export async function readRollUps(
  ledger: LedgerDatabase,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
  nowMs: number,
  pace: Pace,
): Promise<RollUp[]> {
  // A ledger that takes no rows at the moment still has those from before.
  await countStale(ledger, nowMs, pace).catch(() => undefined);
  const since = isoOf(fromMs - AHEAD_MS).slice(0, 10);
  return rowsOf(RollUpRow, await ledger.prepare(READ).bind(since, isoOf(untilMs)).all());
}

const READ = `
  SELECT people, columns FROM roll_ups WHERE period >= ?1 AND first_at < ?2 ORDER BY period`;

/** Cron's part: it also makes days of hours. Returns how many periods were counted. */
export async function keepRollUps(ledger: LedgerDatabase, nowMs: number): Promise<number> {
  const today = isoOf(nowMs).slice(0, 10);
  await ledger.batch([ledger.prepare(FORGET_FINAL), ledger.prepare(MARK_HOURS).bind(today)]);
  return countStale(ledger, nowMs, IN_A_RUN);
}

const FORGET_FINAL = `
  DELETE FROM stale_periods WHERE EXISTS (
    SELECT 1 FROM roll_ups WHERE roll_ups.period = substr(stale_periods.period, 1, 10) AND is_final = 1)`;

/** Hours of a day that is over. They have an index of their own. */
const MARK_HOURS = `
  INSERT OR IGNORE INTO stale_periods (period, counting)
  SELECT DISTINCT substr(period, 1, 10), '' FROM roll_ups WHERE length(period) > 10 AND period < ?1`;

/** Everything is to be counted again. What is pruned stays as it is. Returns how many days that are. */
export async function countAllAgain(ledger: LedgerDatabase): Promise<number> {
  const [marked] = await ledger.batch([
    ledger.prepare(MARK_ALL),
    ledger.prepare('UPDATE roll_ups SET counted_at = NULL WHERE is_final = 0'),
  ]);
  return marked?.meta.changes ?? 0;
}

const MARK_ALL = `
  INSERT OR IGNORE INTO stale_periods (period, counting) SELECT DISTINCT substr(received_at, 1, 10), '' FROM signups`;

const StaleRow = z.object({
  period: z.string(),
  people: z.nullable(z.number()),
  countedAt: z.nullable(z.string()),
});

/** The newest first. */
async function countStale(ledger: LedgerDatabase, nowMs: number, pace: Pace): Promise<number> {
  const today = isoOf(nowMs).slice(0, 10);
  let left = pace.people;
  let counted = 0;
  for (const { period, people, countedAt } of rowsOf(
    StaleRow,
    await ledger.prepare(STALE).bind(today).all(),
  )) {
    const ageSeconds = (nowMs - Date.parse(countedAt ?? '')) / 1000;
    const extra = Math.max(0, (people ?? 0) - POLLING.people) * ROWS_PER_PERSON;
    const isDue = countedAt === null || extra === 0 || ageSeconds >= extra / pace.rowsPerSecond;
    const isTooMuch = (people ?? 0) > left && !(people === null && counted === 0);
    if (!isDue || isTooMuch) continue;
    left -= await countPeriod(ledger, period, nowMs);
    counted += 1;
    if (left <= 0) break;
  }
  return counted;
}

/** Of days before today the hours count together. */
const STALE = `
  SELECT stale.period, people, counted_at AS countedAt
  FROM (SELECT DISTINCT iif(period >= ?1, period, substr(period, 1, 10)) AS period
        FROM (SELECT period FROM stale_periods ORDER BY period DESC LIMIT 200)) AS stale
  LEFT JOIN roll_ups ON roll_ups.period = stale.period
  WHERE ifnull(is_final, 0) = 0
  ORDER BY stale.period DESC`;

/** Of two who count the same period at once, the later one is right. Returns how many people there are. */
async function countPeriod(ledger: LedgerDatabase, period: string, nowMs: number): Promise<number> {
  const mine = crypto.randomUUID();
  const on = (statement: string, ...more: (string | number | null)[]) =>
    ledger.prepare(statement).bind(period, ...more);
  const [, , result] = await ledger.batch([
    on(`DELETE FROM stale_periods WHERE ${WITHIN}`),
    on('INSERT INTO stale_periods (period, counting) VALUES (?1, ?2)', mine),
    countPeople(ledger, period),
  ]);
  const { people = [], firstAt = null } = countedPeople(result) ?? {};
  const columns = JSON.stringify(encode(people));
  await ledger.batch([
    on(WRITE, mine, people.length, firstAt, columns, isoOf(nowMs)),
    on(`DELETE FROM roll_ups WHERE ${WITHIN} AND period <> ?1 AND ${IS_MINE}`, mine),
    on('DELETE FROM stale_periods WHERE period = ?1 AND counting = ?2', mine),
  ]);
  return people.length;
}

const WITHIN = "period >= ?1 AND period < ?1 || '~'";
const IS_MINE = 'EXISTS (SELECT 1 FROM stale_periods WHERE period = ?1 AND counting = ?2)';

/** An hour is not added to its day. */
const WRITE = `
  INSERT OR REPLACE INTO roll_ups (period, people, first_at, columns, counted_at)
  SELECT ?1, ?3, ?4, ?5, ?6 WHERE ${IS_MINE}
    AND NOT EXISTS (SELECT 1 FROM roll_ups WHERE period = substr(?1, 1, 10) AND period <> ?1)`;
