// Prune: rows past their time are deleted, one slice at a run.
import type { LedgerDatabase } from '../ledger/database.ts';
import { pruneSlice } from '../ledger/prune.ts';
import { DAY_MS, isoOf } from '../time.ts';

/** Every five minutes: 144,000 a day. */
const SLICE = 500;
/** Longer than any queue keeps a message, which is 14 days at most: nothing can still be on its way. */
const TOMBSTONE_DAYS = 30;
const LOGIN_FAILURE_DAYS = 1;
/** A signup waits seven days. One day more for events that come late. */
const COMPLETION_DAYS = 8;
/** The longest period that is shown, and the one before it. */
const COUNT_DAYS = 60;

export interface PruneDependencies {
  ledger: LedgerDatabase;
  retentionDays: number;
  now(): number;
}

/** Deletes one slice of signups older than the retention; returns how many. */
export function prune({ ledger, retentionDays, now }: PruneDependencies): Promise<number> {
  const before = (days: number) => isoOf(now() - days * DAY_MS);
  return pruneSlice(
    ledger,
    {
      signups: before(retentionDays),
      tombstones: before(TOMBSTONE_DAYS),
      completions: before(COMPLETION_DAYS),
      loginFailures: before(LOGIN_FAILURE_DAYS),
      counts: before(COUNT_DAYS),
      endedSessions: before(0),
    },
    SLICE,
  );
}
