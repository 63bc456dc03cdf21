// Events complete signups: what they say is kept, and they find the incomplete signups of their person.
import * as z from 'zod/mini';
import type { Signup } from '../model.ts';
import { personOf } from './customer.ts';
import { IdRow, IN_LIST, type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';
import { wakeLater } from './end-waits.ts';
import { eraseSignups } from './erasure.ts';
import { readSignups, STORED_COLUMNS, StoredRow } from './stored-signups.ts';
import { happenedAtOf, IS_ERASED, isBefore, tombstonesOf } from './tombstones.ts';
import { wakes } from './waits.ts';

/** A batch wakes so many signups at most. The rescue brings the others. */
const WOKEN_AT_ONCE = 50;
/** Only somebody who plays with the form has more. */
const WOKEN_LATER = 500;

/**
 * Keeps what completing events say, and returns the incomplete signups that events of this batch may complete. Both the
 * event and the signup look for the other, each after it was written, so that neither can miss the other.
 */
export async function takeNews(
  ledger: LedgerDatabase,
  signups: readonly Signup[],
  now: string,
): Promise<Signup[]> {
  const events = signups.filter(({ completing }) => completing);
  const persons = signups.flatMap((signup) => wakes(signup) ?? []);
  if (persons.length === 0) return [];
  const kept = await Promise.all(
    events.flatMap(async (event) => ({
      ...event,
      visitorId: event.visitorIdGuessed ? undefined : event.visitorId,
      person: personOf(event),
      happenedAt: happenedAtOf(event),
      tombstones: await tombstonesOf(
        [personOf(event), event.email].filter((name) => name !== undefined),
      ),
    })),
  );
  const ids = JSON.stringify(signups.map(({ id }) => id));
  const told = JSON.stringify(kept);
  const results = await ledger.batch([
    ledger.prepare(WOKEN).bind(JSON.stringify(persons), ids),
    ...(kept.length > 0 ? [KEEP, REFUSED].map((one) => ledger.prepare(one).bind(told)) : []),
  ]);
  const [found, , refused] = results;
  const woken = rowsOf(StoredRow, found);
  if (woken.length === WOKEN_AT_ONCE) {
    const known = JSON.stringify([...signups, ...woken].map(({ id }) => id));
    const more = await ledger.prepare(OTHERS).bind(JSON.stringify(persons), known).all();
    await wakeLater(ledger, rowsOf(IdRow, more), now);
  }
  const erased = new Map(
    rowsOf(RefusedRow, refused).map(({ person, erasedAt }) => [person, erasedAt]),
  );
  const { theirs = [], others = [] } = Object.groupBy(
    readSignups(woken).flatMap(({ signup }) => signup ?? []),
    (signup) => (isBefore(signup, erased.get(personOf(signup) ?? '')) ? 'theirs' : 'others'),
  );
  await eraseSignups(
    ledger,
    theirs.map(({ id }) => id),
    now,
  );
  return others;
}

const IS_NEWER = 'excluded.occurred_at >= completions.occurred_at';
const latest = (column: string) =>
  `iif(${IS_NEWER}, coalesce(excluded.${column}, ${column}), coalesce(${column}, excluded.${column}))`;

/**
 * Nothing is kept for a person whose signup has arrived with all that the event says. One that has arrived before its
 * address was verified does not say that it is.
 */
const KEEP = `
  INSERT INTO completions (person, email, email_verified, name, visitor_id, occurred_at, received_at)
  SELECT value->>'person', value->>'email', value->>'emailVerified', value->>'name', value->>'visitorId',
         value->>'occurredAt', value->>'receivedAt'
  FROM json_each(?1) AS entry
  WHERE value->>'person' IS NOT NULL AND NOT ${IS_ERASED}
    AND NOT EXISTS (
      SELECT 1 FROM (
        SELECT status, email, visitor_id, signup FROM signups
        WHERE customer = entry.value->>'person' ORDER BY occurred_at DESC LIMIT ${OF_ONE}) AS latest
      WHERE status = 'delivered' AND latest.email = ifnull(entry.value->>'email', latest.email)
        AND (entry.value->>'emailVerified' IS NOT 1 OR latest.signup->>'emailVerified' = 1)
        AND (entry.value->>'visitorId' IS NULL OR latest.visitor_id IS NOT NULL))
  ON CONFLICT (person) DO UPDATE SET
    email_verified = CASE
      WHEN email IS excluded.email OR excluded.email IS NULL THEN max(ifnull(email_verified, excluded.email_verified),
                                                                      ifnull(excluded.email_verified, email_verified))
      WHEN ${IS_NEWER} OR email IS NULL THEN excluded.email_verified
      ELSE email_verified END,
    email = ${latest('email')},
    name = ${latest('name')},
    visitor_id = ${latest('visitor_id')},
    occurred_at = max(occurred_at, excluded.occurred_at),
    received_at = max(received_at, excluded.received_at)`;

/** The persons of events that are not kept, since whom they name was erased, and when that was. */
const REFUSED = `
  SELECT entry.value->>'person' AS person, max(erased_at) AS erasedAt
  FROM json_each(?1) AS entry, json_each(entry.value, '$.tombstones') AS name
  CROSS JOIN erased_people ON erased_people.person = name.value
  WHERE erased_at >= min(entry.value->>'receivedAt', entry.value->>'happenedAt') AND entry.value->>'person' IS NOT NULL
  GROUP BY 1`;
const RefusedRow = z.object({ person: z.string(), erasedAt: z.string() });

const ARE_WOKEN = `w.person ${IN_LIST} AND w.signup_id NOT IN (SELECT value FROM json_each(?2))`;

const WOKEN = `
  SELECT ${STORED_COLUMNS} FROM waits w JOIN signups s ON s.id = w.signup_id
  WHERE ${ARE_WOKEN} LIMIT ${WOKEN_AT_ONCE}`;
const OTHERS = `SELECT w.signup_id AS id FROM waits w WHERE ${ARE_WOKEN} LIMIT ${WOKEN_LATER}`;
