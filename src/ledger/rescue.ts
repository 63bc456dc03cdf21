// Signups that wait by the ledger although their time is over: their message is lost, or stuck in a backlog.
import { IN_LIST, type LedgerDatabase } from './database.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';

/** The longest overdue first. */
export function readOverdue(
  ledger: LedgerDatabase,
  overdueSince: string,
  atMost: number,
): Promise<StoredSignup[]> {
  return readStored(ledger, OVERDUE, overdueSince, atMost);
}

/** What is overdue is due again from now on. */
export async function restartWait(
  ledger: LedgerDatabase,
  ids: readonly string[],
  overdueSince: string,
  now: string,
): Promise<void> {
  await ledger
    .prepare(
      `UPDATE deliveries SET next_attempt_at = ?3
       WHERE status = 'waiting' AND next_attempt_at < ?2 AND signup_id ${IN_LIST}`,
    )
    .bind(JSON.stringify(ids), overdueSince, now)
    .run();
}

const OVERDUE = `
  SELECT DISTINCT ${STORED_COLUMNS}
  FROM deliveries d JOIN signups s ON s.id = d.signup_id
  WHERE d.status = 'waiting' AND d.next_attempt_at < ?1
  ORDER BY d.next_attempt_at LIMIT ?2`;
