// Who came as which visitor. A visitor ID is a hint: behind a shared computer, or a forged cookie, there are many people.
// The first two people of a visitor keep it. It is decided in one statement, so that two batches at once agree.
import * as z from 'zod/mini';
import { type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';

/** A visitor, and a person that came as this visitor. */
export interface Brought {
  visitorId: string;
  email: string;
}

/** A visitor may bring as many people: somebody with two addresses, or two who share a computer. */
const PEOPLE_OF_A_VISITOR = 2;

/**
 * Gives each visitor to the people, in this order, as long as it has fewer than two. The answer tells of a pair whether
 * the visitor is theirs. Who has it keeps it, so a replay changes nothing.
 */
export async function claimVisitors(
  ledger: LedgerDatabase,
  brought: readonly Brought[],
  now: string,
): Promise<(pair: Brought) => boolean> {
  const pairs = JSON.stringify(brought);
  const [, theirs] = await ledger.batch([
    ledger.prepare(CLAIM).bind(pairs, now),
    ledger.prepare(THEIRS).bind(pairs),
  ]);
  const kept = new Set(rowsOf(BroughtRow, theirs).map(keyOf));
  return (pair) => kept.has(keyOf(pair));
}

/** The pairs of the first parameter. */
const IN_PAIRS =
  "(visitor_id, email) IN (SELECT value->>'visitorId', value->>'email' FROM json_each(?1))";

const keyOf = ({ visitorId, email }: Brought) => `${visitorId} ${email}`;
const BroughtRow = z.object({ visitorId: z.string(), email: z.string() });

/** Removes the claims of people who have brought nothing to any destination as this visitor, and wait for nothing. */
export async function releaseUnused(
  ledger: LedgerDatabase,
  brought: readonly Brought[],
): Promise<void> {
  await ledger.prepare(RELEASE_UNUSED).bind(JSON.stringify(brought)).run();
}

/** A signup `s` of the person as this visitor. */
const IS_THEIRS = 's.visitor_id = visitor_people.visitor_id AND s.email = visitor_people.email';

const RELEASE_UNUSED = `
  DELETE FROM visitor_people
  WHERE ${IN_PAIRS}
    AND NOT EXISTS (
      SELECT 1 FROM (SELECT id FROM signups s WHERE ${IS_THEIRS} ORDER BY occurred_at DESC LIMIT ${OF_ONE}) AS latest
      JOIN deliveries d ON d.signup_id = latest.id
      WHERE d.status IN ('delivered', 'waiting'))`;

/**
 * Removes the claims of signups that are no longer there. `?1`: the pairs of those that have just been removed.
 * A claim stays while the person has another signup as this visitor.
 */
export const RELEASE_PRUNED = `
  DELETE FROM visitor_people
  WHERE ${IN_PAIRS}
    AND NOT EXISTS (SELECT 1 FROM signups s WHERE ${IS_THEIRS})`;

/**
 * Removes claims that never got a signup, as when the queue lost the message of a batch that had died. A few are looked
 * at, wherever chance begins, so that it costs the same however many there are. `?1`: claimed before this moment.
 */
export const RELEASE_FORGOTTEN = `
  DELETE FROM visitor_people
  WHERE (visitor_id, email) IN (
      SELECT visitor_id, email FROM visitor_people WHERE visitor_id > lower(hex(randomblob(4)))
      ORDER BY visitor_id LIMIT 10)
    AND claimed_at < ?1
    AND NOT EXISTS (SELECT 1 FROM signups s WHERE ${IS_THEIRS})`;

/** Reads the claims alone, and a visitor has two at most: a visitor of many signups costs no more than another one. */
const CLAIM = `
  INSERT INTO visitor_people (visitor_id, email, claimed_at)
  SELECT visitor_id, email, ?2 FROM (
    SELECT visitor_id, email, is_known,
           row_number() OVER (PARTITION BY visitor_id, is_known ORDER BY place) AS place
    FROM (SELECT visitor_id, email, place,
                 EXISTS (SELECT 1 FROM visitor_people held
                         WHERE held.visitor_id = asked.visitor_id AND held.email = asked.email) AS is_known
          FROM (SELECT value->>'visitorId' AS visitor_id, value->>'email' AS email, min(key) AS place
                FROM json_each(?1) GROUP BY 1, 2) AS asked)
  ) AS claimant
  WHERE NOT is_known AND place + (SELECT count(*) FROM visitor_people held
                             WHERE held.visitor_id = claimant.visitor_id) <= ${PEOPLE_OF_A_VISITOR}`;

const THEIRS = `
  SELECT visitor_id AS visitorId, email FROM visitor_people
  WHERE ${IN_PAIRS}`;
