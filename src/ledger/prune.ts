// Rows past their time are deleted in slices: a database that deletes for long keeps signups waiting.
import * as z from 'zod/mini';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { END_DRAFTS } from './drafts.ts';
import { FINISH_ROLL_UPS, IS_COUNTED, KEEP_COUNTED } from './people/prune.ts';
import { RELEASE_FORGOTTEN, RELEASE_PRUNED } from './visitor-people.ts';
import { FORGET_WAITS } from './waits.ts';

/** Rows before these moments are past their time; ISO 8601. */
export interface PruneBefore {
  signups: string;
  tombstones: string;
  completions: string;
  loginFailures: string;
  counts: string;
  endedSessions: string;
}

/** Deletes one slice of signups; returns how many. What still waits is never deleted. */
export async function pruneSlice(
  ledger: LedgerDatabase,
  before: PruneBefore,
  slice: number,
): Promise<number> {
  const past = rowsOf(PastRow, await ledger.prepare(PAST).bind(before.signups, slice).all());
  const list = JSON.stringify(past.map(({ id }) => id));
  const pairs = past.filter(({ visitorId, email }) => visitorId !== null && email !== null);
  const remove = (statement: string, value: string) => ledger.prepare(statement).bind(value);
  await ledger.batch([
    ...(past.length > 0
      ? [
          remove(FORGET_WAITS, list),
          remove(KEEP_COUNTED, list),
          remove(FINISH_ROLL_UPS, list),
          remove(END_DRAFTS, list),
          remove(`DELETE FROM deliveries WHERE signup_id ${IN_LIST}`, list),
          remove(`DELETE FROM signups WHERE id ${IN_LIST}`, list),
          remove(RELEASE_PRUNED, JSON.stringify(pairs)),
        ]
      : []),
    remove(RELEASE_FORGOTTEN, before.tombstones),
    remove('DELETE FROM completions WHERE received_at < ?1', before.completions),
    remove('DELETE FROM drafts WHERE at < ?1', before.completions),
    remove('DELETE FROM erased_signups WHERE erased_at < ?1', before.tombstones),
    remove('DELETE FROM erased_people WHERE erased_at < ?1', before.tombstones),
    remove('DELETE FROM trials WHERE at < ?1', before.tombstones),
    remove('DELETE FROM login_failures WHERE failed_at < ?1', before.loginFailures),
    remove('DELETE FROM source_counts WHERE day < ?1', before.counts),
    remove('DELETE FROM ended_sessions WHERE expires_at < ?1', before.endedSessions),
  ]);
  return past.length;
}

const PastRow = z.object({
  id: z.string(),
  email: z.nullable(z.string()),
  visitorId: z.nullable(z.string()),
});

/** What still waits, or belongs to a day that is still to be counted, may be much. So many of the oldest are looked at. */
const LOOKED_AT = 2_000;

const PAST = `
  SELECT id, email, visitorId FROM (
    SELECT id, email, visitor_id AS visitorId, status, received_at FROM signups WHERE received_at < ?1
    ORDER BY received_at LIMIT ${LOOKED_AT})
  WHERE status <> 'waiting' AND ${IS_COUNTED} LIMIT ?2`;
