// Signups that wait by the ledger although their time is over: their message is lost, or stuck in a backlog.
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase } from './database.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';

const PARKED = reason('email_unverified').code;
const ON_ITS_WAY = reason('replayed').code;

/** The longest overdue first. What waited for an event has no message, so it is overdue as soon as its time is over. */
export function readOverdue(
  ledger: LedgerDatabase,
  overdueSince: string,
  now: string,
  atMost: number,
): Promise<StoredSignup[]> {
  return readStored(ledger, OVERDUE, overdueSince, atMost, now);
}

/** They are due again from now on. */
export async function postpone(
  ledger: LedgerDatabase,
  ids: readonly string[],
  now: string,
): Promise<void> {
  await ledger
    .prepare(
      `UPDATE deliveries SET next_attempt_at = ?2, reason = iif(reason = '${PARKED}', '${ON_ITS_WAY}', reason)
       WHERE status = 'waiting' AND signup_id ${IN_LIST}`,
    )
    .bind(JSON.stringify(ids), now)
    .run();
}

export const OVERDUE = `
  SELECT DISTINCT ${STORED_COLUMNS}
  FROM deliveries d JOIN signups s ON s.id = d.signup_id
  WHERE d.status = 'waiting' AND d.next_attempt_at <= ?3
    AND (d.next_attempt_at < ?1 OR d.reason = '${PARKED}')
  ORDER BY d.next_attempt_at LIMIT ?2`;
