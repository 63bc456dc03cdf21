// Signups that wait until their address is verified, and the events that verify it.
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { readSignups, StoredRow, type StoredSignup } from './stored-signups.ts';

/** The reason of a delivery that no message brings back. */
export const PARKED = reason('email_unverified').code;
export const ON_ITS_WAY = reason('replayed').code;
const WAITS = `status = 'waiting' AND reason = '${PARKED}'`;

/**
 * Marks the waiting signups of these addresses that an event has verified, and returns them as verified ones, to be put
 * on the queue. When that fails, the rescue brings them. Both the event and the signup ask, each after it was recorded,
 * so that neither can miss the other.
 */
export async function takeVerified(
  ledger: LedgerDatabase,
  emails: readonly string[],
  now: string,
): Promise<StoredSignup[]> {
  const list = JSON.stringify([...new Set(emails)]);
  const [verified] = await ledger.batch([
    ledger.prepare(VERIFY).bind(list),
    ledger.prepare(CONTINUE).bind(list, now),
  ]);
  return readSignups(rowsOf(StoredRow, verified));
}

const personOf = (row: string) => `coalesce(${row}.signup->>'personId', ${row}.signup->>'userId')`;

/**
 * Only the person's own event counts: of the same provider, and of the same user where both say which. Otherwise a
 * signup under somebody else's address would go on as soon as its owner signs in somewhere. An event that does not say
 * the user must come after the signup.
 */
const VERIFY = `
  UPDATE signups AS waiting SET signup = json_set(signup, '$.emailVerified', json('true'))
  WHERE email ${IN_LIST}
    AND EXISTS (SELECT 1 FROM deliveries WHERE signup_id = waiting.id AND ${WAITS})
    AND EXISTS (
      SELECT 1 FROM signups event
      WHERE event.email = waiting.email AND +event.source = waiting.source
        AND event.id <> waiting.id AND event.signup->>'emailVerified' = 1
        AND coalesce(${personOf('event')} = ${personOf('waiting')},
                     event.received_at >= waiting.received_at))
  RETURNING id, received_at AS receivedAt, match, signup`;

const CONTINUE = `
  UPDATE deliveries SET reason = '${ON_ITS_WAY}', next_attempt_at = ?2, updated_at = ?2
  WHERE ${WAITS} AND signup_id IN (
    SELECT id FROM signups WHERE email ${IN_LIST} AND signup->>'emailVerified' = 1)`;
