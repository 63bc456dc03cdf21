// Which signups are due to have their live fields written again. The times follow from one moment in the row, so moving on
// to the next time writes nothing. How far cron has come is one row of the heartbeats.
import * as z from 'zod/mini';
import { UNKNOWN_CHANNEL } from '../model.ts';
import { DAY_MS, HOUR_MS, isoOf, MINUTE_MS, timeOf } from '../time.ts';
import { type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';
import { writeHeartbeat } from './heartbeats.ts';

/** Counted from `refreshFrom`. */
export const REFRESH_AFTER_MS: readonly number[] = [HOUR_MS, DAY_MS, 7 * DAY_MS];

/** When a signup is refreshed next; `undefined` when never. */
export function nextRefreshAt(refreshFrom: string, nowMs: number): string | undefined {
  const next = REFRESH_AFTER_MS.map((afterMs) => Date.parse(refreshFrom) + afterMs).find(
    (at) => at > nowMs,
  );
  return next === undefined ? undefined : isoOf(next);
}

interface RefreshPosition {
  /** All refreshes before this one have been taken: those due before the moment, or at it with a smaller ID. */
  at: string;
  id: string;
  /** When refreshes were last taken. */
  takenAt: string;
}

export interface DueRefreshes {
  ids: readonly string[];
  /** Where the next run goes on; absent when nothing was taken. */
  position?: RefreshPosition;
}

const NAME = 'refreshes';
/** What became due before counts as taken, when nobody knows how far cron has come. */
const LOOK_BACK_MS = 7 * DAY_MS;
/** After every ID. */
const END = '\u{10FFFF}';
/** Refreshes are in no hurry: soon after others they wait until a bundle is full. */
const SOON_AFTER_MS = 14 * MINUTE_MS;

/**
 * The next refreshes that are due, the longest overdue first. Those that nobody needs are left out: a replay did not
 * arrive, or the person has signed up again since, and the live fields speak of the latest signup, which may be another
 * visitor's. An unknown source can be filled in by its own visitor only, so such a signup is refreshed as well.
 */
export async function readDueRefreshes(
  ledger: LedgerDatabase,
  nowMs: number,
  { atMost, bundleSize }: { atMost: number; bundleSize: number },
): Promise<DueRefreshes> {
  const last = await readPosition(ledger);
  const after = last ?? { at: isoOf(nowMs - LOOK_BACK_MS), id: END, takenAt: '' };
  const due = await readDue(ledger, after, nowMs, atMost + 1);
  const looked = due.slice(0, atMost);
  const wanted = looked.filter(({ isWanted }) => isWanted);
  const isSoonAfter = nowMs - (timeOf(after.takenAt) ?? 0) < SOON_AFTER_MS;
  const full = wanted.length - (wanted.length % bundleSize);
  // Where more is due than is looked at, to wait would be to fall behind.
  const mayWait = isSoonAfter && due.length <= atMost;
  const taken = mayWait ? wanted.slice(0, full) : wanted;
  if (looked.length === 0 || (taken.length === 0 && wanted.length > 0)) return { ids: [] };
  const rest = taken.length < wanted.length ? taken.at(-1) : due.length > atMost && looked.at(-1);
  const { at, id } = rest || { at: isoOf(nowMs), id: END };
  const takenAt = taken.length > 0 ? isoOf(nowMs) : after.takenAt;
  // Cron may have been off for so long that two refreshes of a signup are due: one does for both.
  return { ids: [...new Set(taken.map((row) => row.id))], position: { at, id, takenAt } };
}

/** The refreshes before this position are on their way. If the queue loses one, the next refresh does its work. */
export function writeRefreshPosition(
  ledger: LedgerDatabase,
  { at, ...detail }: RefreshPosition,
): Promise<void> {
  return writeHeartbeat(ledger, NAME, at, JSON.stringify(detail));
}

const PositionRow = z.object({ at: z.string(), id: z.string(), takenAt: z.string() });

async function readPosition(ledger: LedgerDatabase): Promise<RefreshPosition | undefined> {
  const result = await ledger
    .prepare(
      `SELECT at, detail->>'id' AS id, detail->>'takenAt' AS takenAt FROM heartbeats WHERE name = ?1`,
    )
    .bind(NAME)
    .all();
  return rowsOf(PositionRow, result)[0];
}

const DueRow = z.object({ id: z.string(), refreshFrom: z.string(), isWanted: z.number() });

/** Each step has its own range of the index. */
async function readDue(
  ledger: LedgerDatabase,
  after: RefreshPosition,
  nowMs: number,
  limit: number,
): Promise<{ id: string; at: string; isWanted: number }[]> {
  const before = (moment: string, afterMs: number) => isoOf(Date.parse(moment) - afterMs);
  const results = await ledger.batch(
    REFRESH_AFTER_MS.map((afterMs) =>
      ledger
        .prepare(DUE)
        .bind(before(after.at, afterMs), after.id, before(isoOf(nowMs), afterMs), limit),
    ),
  );
  return results
    .flatMap((result, step) =>
      rowsOf(DueRow, result).map(({ id, refreshFrom, isWanted }) => ({
        id,
        isWanted,
        at: isoOf(Date.parse(refreshFrom) + (REFRESH_AFTER_MS[step] ?? 0)),
      })),
    )
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
}

/** Whether one of the latest of these signups has arrived with its visitor, after the signup `s`. */
const hasCome = (condition: string) => `
  EXISTS (SELECT 1 FROM (
    SELECT match, status FROM signups WHERE ${condition} AND email = s.email AND occurred_at > s.occurred_at
    ORDER BY occurred_at DESC LIMIT ${OF_ONE}) WHERE match = 'matched' AND status = 'delivered')`;

/** Whether anybody needs the refreshes of the signup `s`. */
export const IS_REFRESHED = `
  EXISTS (SELECT 1 FROM deliveries WHERE signup_id = s.id AND status = 'delivered')
  AND NOT iif(s.channel IS '${UNKNOWN_CHANNEL}', ${hasCome('visitor_id = s.visitor_id')}, ${hasCome('true')})`;

const DUE = `
  SELECT s.id, s.refresh_from AS refreshFrom, ${IS_REFRESHED} AS isWanted
  FROM signups s
  WHERE s.refresh_from IS NOT NULL AND (s.refresh_from, s.id) > (?1, ?2) AND s.refresh_from <= ?3
  ORDER BY s.refresh_from, s.id LIMIT ?4`;
