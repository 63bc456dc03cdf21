// Which signups are due to have their live fields written again.
import { IN_LIST, type LedgerDatabase } from './database.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';

/** The longest overdue first. */
export function readDueRefreshes(
  ledger: LedgerDatabase,
  now: string,
  atMost: number,
): Promise<StoredSignup[]> {
  return readStored(ledger, DUE, now, atMost);
}

/**
 * Ends the refreshes of signups that nobody needs refreshed: a replay did not arrive, or the person has signed up again
 * since, and the live fields speak of the latest signup, which may be another visitor's. What is not known yet of a first
 * touch is still asked for.
 */
export async function retireRefreshes(ledger: LedgerDatabase, now: string): Promise<void> {
  await ledger.prepare(RETIRE).bind(now).run();
}

/** They are due again at that time, unless they are refreshed before. */
export async function leaseRefreshes(
  ledger: LedgerDatabase,
  ids: readonly string[],
  until: string,
): Promise<void> {
  await ledger
    .prepare(`UPDATE signups SET refresh_at = ?2 WHERE id ${IN_LIST} AND refresh_at IS NOT NULL`)
    .bind(JSON.stringify(ids), until)
    .run();
}

const RETIRE = `
  UPDATE signups SET refresh_at = NULL
  WHERE refresh_at <= ?1 AND (
    NOT EXISTS (SELECT 1 FROM deliveries WHERE signup_id = signups.id AND status = 'delivered')
    OR EXISTS (SELECT 1 FROM signups later
               WHERE later.email = signups.email AND later.occurred_at > signups.occurred_at
                 AND later.match = 'matched' AND later.status = 'delivered'
                 AND (later.visitor_id = signups.visitor_id
                      OR NOT (signups.match IS 'matched' AND signups.channel IS 'Unknown'))))`;

const DUE = `
  SELECT ${STORED_COLUMNS} FROM signups s WHERE s.refresh_at <= ?1 ORDER BY s.refresh_at LIMIT ?2`;
