// Incomplete signups in the ledger, under the name of the person: an event of that person finds them there, also after the
// end of their time.
import type { Signup } from '../model.ts';
import { customerOf, personOf } from './customer.ts';
import { IN_LIST, type LedgerDatabase } from './database.ts';
import type { LedgerEntry } from './entry.ts';
import { LACKING, lackOf } from './lacks.ts';

/** For the round trip that records these entries, after their deliveries. */
export function waitStatements(
  ledger: LedgerDatabase,
  entries: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const recorded = entries.flatMap(({ signup, attempts }) => {
    const person = personOf(signup);
    if (person === undefined || signup.refresh) return [];
    const lacks = attempts.some(({ status, reason }) => lackOf({ status, reason: reason?.code }));
    return [{ person, id: signup.id, lacks }];
  });
  const { begun = [], over = [] } = Object.groupBy(recorded, ({ lacks }) =>
    lacks ? 'begun' : 'over',
  );
  const bind = (statement: string, pairs: readonly unknown[]) =>
    pairs.length > 0 ? [ledger.prepare(statement).bind(JSON.stringify(pairs))] : [];
  return [...bind(BEGIN, begun), ...bind(END, over)];
}

/** The name under which the event may find somebody who waits. An address alone proves itself only when it is verified. */
export function wakes(signup: Signup): string | undefined {
  const { email, emailVerified, visitorId, refresh } = signup;
  if (refresh || (email === undefined && visitorId === undefined)) return undefined;
  return customerOf(signup) ?? (emailVerified ? personOf(signup) : undefined);
}

/**
 * For the same round trip: who waits for what these say, and is in none of them. Another batch, or the dead letters, may have
 * recorded that since this batch began. One that lacks the same itself wakes nobody: two would wake each other for ever.
 */
export function selectWoken(
  ledger: LedgerDatabase,
  entries: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const persons = entries.flatMap(({ signup }) => {
    const person = signup.email === undefined ? undefined : wakes(signup);
    return person === undefined ? [] : [{ person, isVerified: signup.emailVerified === true }];
  });
  const ids = entries.map(({ signup }) => signup.id);
  return persons.length > 0
    ? [ledger.prepare(WOKEN).bind(JSON.stringify(persons), JSON.stringify(ids))]
    : [];
}

/** One that has an address waits for its verification. */
const WOKEN = `
  SELECT w.signup_id AS id
  FROM json_each(?1) AS told JOIN waits w ON w.person = told.value->>'person' JOIN signups s ON s.id = w.signup_id
  WHERE w.signup_id NOT IN (SELECT value FROM json_each(?2)) AND (s.email IS NULL OR told.value->>'isVerified')
  LIMIT 500`;

const PAIRS = "SELECT value->>'person', value->>'id' FROM json_each(?1)";

const BEGIN = `
  INSERT INTO waits (person, signup_id) ${PAIRS} WHERE value->>'id' IN (SELECT id FROM signups)
  ON CONFLICT DO NOTHING`;

/** Another destination may still wait for what is missing. */
const END = `
  DELETE FROM waits
  WHERE (person, signup_id) IN (${PAIRS})
    AND NOT EXISTS (SELECT 1 FROM deliveries
                    WHERE signup_id = waits.signup_id AND reason IN ${LACKING})`;

/** Of these signups, before their rows go. */
export const FORGET_WAITS = `
  DELETE FROM waits WHERE (person, signup_id) IN (
    SELECT coalesce(customer, source || ':' || email), id FROM signups WHERE id ${IN_LIST})`;
