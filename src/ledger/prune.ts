// Rows past their time are deleted in slices: a database that deletes for long keeps signups waiting.
import * as z from 'zod/mini';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

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
  const past = await ledger.prepare(PAST).bind(before.signups, slice).all();
  const ids = rowsOf(IdRow, past).map(({ id }) => id);
  const list = JSON.stringify(ids);
  const remove = (statement: string, value: string) => ledger.prepare(statement).bind(value);
  await ledger.batch([
    remove(`DELETE FROM deliveries WHERE signup_id ${IN_LIST}`, list),
    remove(`DELETE FROM signups WHERE id ${IN_LIST}`, list),
    remove(`DELETE FROM waits WHERE signup_id ${IN_LIST}`, list),
    remove('DELETE FROM completions WHERE received_at < ?1', before.completions),
    remove('DELETE FROM visitor_people WHERE claimed_at < ?1', before.signups),
    remove('DELETE FROM erased_signups WHERE erased_at < ?1', before.tombstones),
    remove('DELETE FROM erased_people WHERE erased_at < ?1', before.tombstones),
    remove('DELETE FROM login_failures WHERE failed_at < ?1', before.loginFailures),
    remove('DELETE FROM source_counts WHERE day < ?1', before.counts),
    remove('DELETE FROM ended_sessions WHERE expires_at < ?1', before.endedSessions),
  ]);
  return ids.length;
}

const IdRow = z.object({ id: z.string() });

const PAST = `
  SELECT id FROM signups WHERE received_at < ?1 AND status <> 'waiting'
  ORDER BY received_at LIMIT ?2`;
