// Roll-ups of people: a row for each hour of arrival of today (UTC) and for each day before. A period whose signups have
// changed is counted again, a large one less often, because counting reads every signup of it.
import * as z from 'zod/mini';
import { DAY_MS, isoOf } from '../../time.ts';
import { IN_LIST, jsonColumn, type LedgerDatabase, rowsOf } from '../database.ts';
import { Columns, encode } from './columns.ts';
import { countedPeople, countPeople } from './count.ts';

const RollUpRow = z.object({ people: z.number(), columns: jsonColumn(Columns) });
export type RollUp = z.output<typeof RollUpRow>;

export interface Pace {
  /** So many people are counted, or one period. */
  people: number;
  /** A period is counted again when this is not exceeded over the time since it was counted. */
  rowsPerSecond: number;
  /** The same for a period that is over and has many people. Refreshes change it all day long, and nobody is added. */
  rowsPerSecondWhenOver: number;
}
const ALL = Number.POSITIVE_INFINITY;
/** For somebody who wants figures to calculate with. */
export const AT_ONCE: Pace = { people: 1_000, rowsPerSecond: ALL, rowsPerSecondWhenOver: ALL };
/** For somebody who loads a page, and perhaps the next one. */
export const LOADING: Pace = { people: 1_000, rowsPerSecond: ALL, rowsPerSecondWhenOver: 10 };
/** For a page that asks again and again. */
export const POLLING: Pace = { people: 150, rowsPerSecond: 1.5, rowsPerSecondWhenOver: 0.25 };
/** The same where few sign up. */
export const POLLING_QUIET: Pace = { ...POLLING, rowsPerSecond: 15 };
/** For cron. */
const IN_A_RUN: Pace = { people: 3_000, rowsPerSecond: 1, rowsPerSecondWhenOver: 0.5 };

/** Counting reads about so many rows for a person. */
const ROWS_PER_PERSON = 7;
/** A period of more people has many. */
const FEW_PEOPLE = 40;
/** Each takes a statement, and an invocation of the Free plan has fifty. */
const PERIODS_AT_ONCE = 8;
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

/** Those that must be right at once come first, then the newest. */
async function countStale(ledger: LedgerDatabase, nowMs: number, pace: Pace): Promise<number> {
  const [thisHour, today] = [isoOf(nowMs).slice(0, 13), isoOf(nowMs).slice(0, 10)];
  let left = pace.people;
  const stale = rowsOf(StaleRow, await ledger.prepare(STALE).bind(today).all());
  const due = stale
    .filter(({ period, people, countedAt }) => {
      // The clocks of two machines may differ.
      const ageSeconds = Math.max(0, nowMs - Date.parse(countedAt ?? '')) / 1000;
      const isOver = period < thisHour && (people ?? 0) > FEW_PEOPLE;
      const rowsPerSecond = isOver ? pace.rowsPerSecondWhenOver : pace.rowsPerSecond;
      const rows = (people ?? 0) * ROWS_PER_PERSON;
      return countedAt === null || ageSeconds >= rows / rowsPerSecond;
    })
    .filter(({ people }, index) => {
      const isRoom = index === 0 || (people ?? 0) <= left;
      if (isRoom) left -= people ?? 0;
      return isRoom;
    })
    .slice(0, PERIODS_AT_ONCE)
    .map(({ period }) => period);
  if (due.length > 0) await countPeriods(ledger, due, nowMs);
  return due.length;
}

/** Of days before today the hours count together. */
const STALE = `
  SELECT stale.period, people, counted_at AS countedAt
  FROM (SELECT DISTINCT iif(period >= ?1, period, substr(period, 1, 10)) AS period
        FROM (SELECT period FROM stale_periods ORDER BY period DESC LIMIT 200)) AS stale
  LEFT JOIN roll_ups ON roll_ups.period = stale.period
  WHERE ifnull(is_final, 0) = 0
  ORDER BY counted_at IS NOT NULL, stale.period DESC`;

/** Of two who count the same period at once, the later one is right. */
async function countPeriods(
  ledger: LedgerDatabase,
  periods: readonly string[],
  nowMs: number,
): Promise<void> {
  const mine = crypto.randomUUID();
  const list = JSON.stringify(periods);
  const on = (statement: string, ...more: string[]) =>
    ledger.prepare(statement).bind(list, mine, ...more);
  const [, , ...results] = await ledger.batch([
    on(TAKE_OTHERS),
    on(TAKE),
    ...periods.map((period) => countPeople(ledger, period)),
  ]);
  const rows = periods.map((period, index) => {
    const { people, firstAt } = countedPeople(results[index]);
    return { period, people: people.length, firstAt, columns: encode(people) };
  });
  // A parameter has the limit of a row, so that large ones go one by one.
  const [large, small] = [rows.filter(isLarge), rows.filter((row) => !isLarge(row))];
  await ledger.batch([
    ...[small, ...large.map((row) => [row])].map((some) =>
      on(WRITE, JSON.stringify(some), isoOf(nowMs)),
    ),
    ...(periods.some(isDay) ? [on(REMOVE_HOURS)] : []),
    on(`DELETE FROM stale_periods WHERE period ${IN_LIST} AND counting = ?2`),
  ]);
}

const isDay = (period: string) => period.length === 10;

/** As many as are counted at once fit into a parameter where each is smaller: a character takes up to three bytes. */
const isLarge = ({ columns }: { columns: string }) =>
  columns.length > 1_800_000 / 3 / PERIODS_AT_ONCE;

/** A day with its hours. */
const WITHIN = "period >= asked.value AND period < asked.value || '~'";
const TAKE_OTHERS = `
  DELETE FROM stale_periods WHERE counting <> ?2 AND EXISTS (SELECT 1 FROM json_each(?1) AS asked WHERE ${WITHIN})`;
const TAKE = 'INSERT INTO stale_periods (period, counting) SELECT value, ?2 FROM json_each(?1)';

const isMine = (period: string) =>
  `EXISTS (SELECT 1 FROM stale_periods WHERE period = ${period} AND counting = ?2)`;

/** An hour is not added to its day. */
const WRITE = `
  INSERT OR REPLACE INTO roll_ups (period, people, first_at, columns, counted_at)
  SELECT value->>'period', value->>'people', value->>'firstAt', value->>'columns', ?4
  FROM json_each(?3)
  WHERE ${isMine("value->>'period'")} AND NOT EXISTS (
    SELECT 1 FROM roll_ups WHERE period = substr(value->>'period', 1, 10) AND period <> value->>'period')`;

/** Of days that are counted as a whole. */
const REMOVE_HOURS = `
  DELETE FROM roll_ups WHERE length(period) > 10 AND EXISTS (
    SELECT 1 FROM json_each(?1) AS asked
    WHERE ${WITHIN.replaceAll('period', 'roll_ups.period')} AND roll_ups.period <> asked.value AND ${isMine('asked.value')})`;
