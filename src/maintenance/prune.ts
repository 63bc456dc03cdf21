// Rows past their time, in slices: a database that deletes for long keeps signups waiting.
import type { LedgerDatabase } from '../ledger/database.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Every five minutes: 144,000 a day. */
const SLICE = 500;
/** Longer than any queue keeps a message, which is 14 days at most: nothing can still be on its way. */
const TOMBSTONE_DAYS = 30;
const LOGIN_FAILURE_DAYS = 1;

export interface PurgeDependencies {
  ledger: LedgerDatabase;
  retentionDays: number;
  now(): number;
}

/** Deletes one slice of signups older than the retention; answers how many. What still waits is never deleted. */
export async function purge({ ledger, retentionDays, now }: PurgeDependencies): Promise<number> {
  const before = (days: number) => new Date(now() - days * DAY_MS).toISOString();
  const { results } = await ledger
    .prepare(PAST)
    .bind(before(retentionDays), SLICE)
    .all<{ id: string }>();
  const ids = JSON.stringify(results.map(({ id }) => id));
  const inIds = 'IN (SELECT value FROM json_each(?1))';
  const erase = (statement: string, value: string) => ledger.prepare(statement).bind(value);
  await ledger.batch([
    erase(`DELETE FROM deliveries WHERE signup_id ${inIds}`, ids),
    erase(`DELETE FROM signups WHERE id ${inIds}`, ids),
    erase('DELETE FROM erased_signups WHERE erased_at < ?1', before(TOMBSTONE_DAYS)),
    erase('DELETE FROM erased_people WHERE erased_at < ?1', before(TOMBSTONE_DAYS)),
    erase('DELETE FROM login_failures WHERE failed_at < ?1', before(LOGIN_FAILURE_DAYS)),
  ]);
  return results.length;
}

export const PAST = `
  SELECT id FROM signups WHERE received_at < ?1 AND status <> 'waiting'
  ORDER BY received_at LIMIT ?2`;
