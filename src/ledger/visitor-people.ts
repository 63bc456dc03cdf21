// Who came as which visitor. A visitor ID is a hint: behind a shared computer, or a forged cookie, there are many people.
// The first two people of a visitor keep it. It is decided in one statement, so that two batches at once agree.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

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

const keyOf = ({ visitorId, email }: Brought) => `${visitorId} ${email}`;
const BroughtRow = z.object({ visitorId: z.string(), email: z.string() });

/** A person who was erased leaves no claim. */
export async function releaseVisitors(
  ledger: LedgerDatabase,
  emails: readonly string[],
): Promise<void> {
  await ledger.prepare(RELEASE).bind(JSON.stringify(emails)).run();
}

export const RELEASE =
  'DELETE FROM visitor_people WHERE email IN (SELECT value FROM json_each(?1))';

/** Removes the claims of people who have brought nothing to any destination as this visitor, and wait for nothing. */
export async function releaseUnused(
  ledger: LedgerDatabase,
  brought: readonly Brought[],
): Promise<void> {
  await ledger.prepare(RELEASE_UNUSED).bind(JSON.stringify(brought)).run();
}

const RELEASE_UNUSED = `
  DELETE FROM visitor_people
  WHERE (visitor_id, email) IN (SELECT value->>'visitorId', value->>'email' FROM json_each(?1))
    AND NOT EXISTS (
      SELECT 1 FROM signups s JOIN deliveries d ON d.signup_id = s.id
      WHERE s.email = visitor_people.email AND +s.visitor_id = visitor_people.visitor_id
        AND d.status IN ('delivered', 'waiting'))`;

/**
 * Reads the claims alone, and a visitor has two at most: a visitor of many signups costs no more than another one. A claim
 * in use is made young again, so that it is not pruned before its signups.
 */
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
  WHERE is_known OR place + (SELECT count(*) FROM visitor_people held
                             WHERE held.visitor_id = claimant.visitor_id) <= ${PEOPLE_OF_A_VISITOR}
  ON CONFLICT (visitor_id, email) DO UPDATE SET claimed_at = excluded.claimed_at
    WHERE claimed_at < date(?2, '-1 day')`;

const THEIRS = `
  SELECT visitor_id AS visitorId, email FROM visitor_people
  WHERE (visitor_id, email) IN (SELECT value->>'visitorId', value->>'email' FROM json_each(?1))`;
