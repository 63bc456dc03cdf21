// Which signups wait by the ledger and are due: no message brings them back, or theirs is lost. How far cron has come is
// one row of the heartbeats, so that bringing a signup back writes nothing.
import * as z from 'zod/mini';
import { HOUR_MS, isoOf, timeOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';
import { writeHeartbeat } from './heartbeats.ts';

export interface DueWaits {
  ids: readonly string[];
  /** Where the next run goes on; absent when there is nothing new. */
  position?: WaitPosition;
}

interface WaitPosition {
  /** All that were due before are on their way. */
  at: string;
  id: string;
  /** When all of them were looked at last, also those that had been sent before: a message may be lost. */
  beganAt: string;
}

const NAME = 'waits';
/** A message that is on its way has so much time. */
const GRACE_MS = 150_000;
/** After every ID. */
const END = '\u{10FFFF}';

/** The longest overdue first. */
export async function readDueWaits(
  ledger: LedgerDatabase,
  nowMs: number,
  atMost: number,
): Promise<DueWaits> {
  const last = await readPosition(ledger);
  const beginsAgain = !last || nowMs - (timeOf(last.beganAt) ?? 0) >= HOUR_MS;
  const after = beginsAgain ? { at: '', id: '' } : last;
  const until = isoOf(nowMs - GRACE_MS);
  const result = await ledger
    .prepare(DUE)
    .bind(after.at, after.id, until, atMost + 1)
    .all();
  const rows = rowsOf(DueRow, result);
  const taken = rows.slice(0, atMost);
  const [end] = rows.length > atMost ? taken.slice(-1) : [];
  const beganAt = beginsAgain ? isoOf(nowMs) : last.beganAt;
  const position = { ...(end ?? { at: until, id: END }), beganAt };
  const ids = [...new Set(taken.map(({ id }) => id))];
  return ids.length > 0 || beginsAgain ? { ids, position } : { ids };
}

/** The waits before this position are on their way. */
export function writeWaitPosition(
  ledger: LedgerDatabase,
  { at, ...detail }: WaitPosition,
): Promise<void> {
  return writeHeartbeat(ledger, NAME, at, JSON.stringify(detail));
}

/** Throws while positions cannot be written. The position stays where it is. */
export async function tryWaitPosition(ledger: LedgerDatabase): Promise<void> {
  const nowhere = JSON.stringify({ id: '', beganAt: '' });
  await ledger.prepare(TRY).bind(NAME, nowhere).run();
}

const TRY = `
  INSERT INTO heartbeats (name, at, detail) VALUES (?1, '', ?2) ON CONFLICT (name) DO UPDATE SET at = heartbeats.at`;

const PositionRow = z.object({ at: z.string(), id: z.string(), beganAt: z.string() });

async function readPosition(ledger: LedgerDatabase): Promise<WaitPosition | undefined> {
  const result = await ledger
    .prepare(
      `SELECT at, detail->>'id' AS id, detail->>'beganAt' AS beganAt FROM heartbeats WHERE name = ?1`,
    )
    .bind(NAME)
    .all();
  return rowsOf(PositionRow, result)[0];
}

const DueRow = z.object({ at: z.string(), id: z.string() });

const DUE = `
  SELECT next_attempt_at AS at, signup_id AS id FROM deliveries
  WHERE status = 'waiting' AND (next_attempt_at, signup_id) > (?1, ?2) AND next_attempt_at <= ?3
  ORDER BY next_attempt_at, signup_id LIMIT ?4`;
