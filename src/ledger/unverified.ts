// Signups whose address is not verified yet, and the events that verify it.
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { readSignups, StoredRow, type StoredSignup } from './stored-signups.ts';

/** The reason of a delivery that no message brings back. */
export const PARKED = reason('email_unverified').code;
export const ON_ITS_WAY = reason('replayed').code;
const WAITS = `status = 'waiting' AND reason = '${PARKED}'`;

/**
 * Marks the signups of these addresses that an event has verified, and returns them as verified ones, to be put on the
 * queue. When the queue fails, the rescue brings them. Both the event and the signup ask, each after it was recorded, so
 * that neither can miss the other.
 * `verifiedIds`: signups that have come again, as verified ones.
 */
export async function takeVerified(
  ledger: LedgerDatabase,
  emails: readonly string[],
  now: string,
  verifiedIds: readonly string[] = [],
): Promise<StoredSignup[]> {
  const list = JSON.stringify([...new Set(emails)]);
  const ids = JSON.stringify(verifiedIds);
  const [, verified] = await ledger.batch([
    ledger.prepare(CONTINUE).bind(list, now, ids),
    ledger.prepare(VERIFY).bind(list, now, ids),
  ]);
  return readSignups(rowsOf(StoredRow, verified));
}

const personOf = (row: string) => `${row}.customer`;

/**
 * Only the person's own event counts: of the same provider, and of the same user. Otherwise a signup under somebody
 * else's address would go on as soon as its owner signs in somewhere. Where neither says the user, the event must come
 * after the signup. Where one of them does, they may be two people.
 */
const IS_VERIFIED = `
  waiting.email ${IN_LIST} AND waiting.signup->>'emailVerified' = 0
  AND (waiting.id IN (SELECT value FROM json_each(?3)) OR EXISTS (
    SELECT 1 FROM signups event
    WHERE event.email = waiting.email AND +event.source = waiting.source
      AND event.id <> waiting.id AND event.signup->>'emailVerified' = 1
      AND (${personOf('event')} = ${personOf('waiting')}
           OR (coalesce(${personOf('event')}, ${personOf('waiting')}) IS NULL
               AND event.received_at >= waiting.received_at))))`;

const CONTINUE = `
  UPDATE deliveries SET status = 'waiting', reason = '${ON_ITS_WAY}', next_attempt_at = ?2, updated_at = ?2
  WHERE ${WAITS}
    AND signup_id IN (SELECT id FROM signups AS waiting WHERE ${IS_VERIFIED})`;

const VERIFY = `
  UPDATE signups AS waiting
  SET signup = json_set(signup, '$.emailVerified', json('true')), status = 'waiting', updated_at = ?2
  WHERE ${IS_VERIFIED}
    AND EXISTS (SELECT 1 FROM deliveries
                WHERE signup_id = waiting.id AND status = 'waiting' AND reason = '${ON_ITS_WAY}')
  RETURNING id, received_at AS receivedAt, match, signup`;
