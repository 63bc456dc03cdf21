// Deliveries that wait for a destination which the operator has switched off.
import { reason } from '../reasons.ts';
import { IdRow, IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { UPDATE_STATUS } from './status.ts';

/** Closes those that are overdue: they would come again and again, and would never be pruned. Returns how many. */
export async function closeOff(
  ledger: LedgerDatabase,
  destinationsOn: readonly string[],
  overdueSince: string,
  now: string,
): Promise<number> {
  const { code } = reason('destination_off');
  const closed = await ledger
    .prepare(CLOSE)
    .bind(JSON.stringify(destinationsOn), overdueSince, code, now)
    .all();
  const ids = rowsOf(IdRow, closed).map(({ id }) => id);
  if (ids.length > 0) await ledger.prepare(UPDATE_STATUS).bind(JSON.stringify(ids)).run();
  return ids.length;
}

/** Of what is overdue, the longest overdue first. The next run goes on. */
const LOOKED_AT = 500;

const CLOSE = `
  UPDATE deliveries SET status = 'skipped', reason = ?3, detail = NULL, next_attempt_at = NULL, updated_at = ?4
  WHERE (signup_id, destination) IN (
    SELECT signup_id, destination FROM (
      SELECT signup_id, destination FROM deliveries WHERE status = 'waiting' AND next_attempt_at < ?2
      ORDER BY next_attempt_at LIMIT ${LOOKED_AT})
    WHERE NOT destination ${IN_LIST})
  RETURNING signup_id AS id`;
