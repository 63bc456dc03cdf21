// Signups that wait by the ledger although their time is over: their message is lost, or stuck in a backlog.
import { IN_LIST, type LedgerDatabase } from './database.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';
import { ON_ITS_WAY, PARKED } from './unverified.ts';

/** What waited for an event has no message, so it is overdue as soon as its time is over. */
const isOverdue = (overdueSince: string, now: string) =>
  `next_attempt_at <= ${now} AND (next_attempt_at < ${overdueSince} OR reason = '${PARKED}')`;

/** The longest overdue first. */
export function readOverdue(
  ledger: LedgerDatabase,
  overdueSince: string,
  now: string,
  atMost: number,
): Promise<StoredSignup[]> {
  return readStored(ledger, OVERDUE, overdueSince, atMost, now);
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
      `UPDATE deliveries SET next_attempt_at = ?3, reason = iif(reason = '${PARKED}', '${ON_ITS_WAY}', reason)
       WHERE status = 'waiting' AND ${isOverdue('?2', '?3')} AND signup_id ${IN_LIST}`,
    )
    .bind(JSON.stringify(ids), overdueSince, now)
    .run();
}

const OVERDUE = `
  SELECT DISTINCT ${STORED_COLUMNS}
  FROM deliveries d JOIN signups s ON s.id = d.signup_id
  WHERE d.status = 'waiting' AND ${isOverdue('?1', '?3')}
  ORDER BY d.next_attempt_at LIMIT ?2`;
