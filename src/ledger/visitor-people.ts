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

/** By claim, and by what the ledger has delivered. */
const peopleOf = (visitorId: string) => `
  SELECT email FROM visitor_people WHERE visitor_id = ${visitorId}
  UNION SELECT email FROM signups
        WHERE visitor_id = ${visitorId} AND +match = 'matched' AND email IS NOT NULL`;

const CLAIM = `
  INSERT INTO visitor_people (visitor_id, email, claimed_at)
  SELECT visitor_id, email, ?2 FROM (
    SELECT visitor_id, email, row_number() OVER (PARTITION BY visitor_id ORDER BY place) AS place
    FROM (SELECT value->>'visitorId' AS visitor_id, value->>'email' AS email, min(key) AS place
          FROM json_each(?1) GROUP BY 1, 2) AS asked
    WHERE email NOT IN (${peopleOf('asked.visitor_id')})
  ) AS newcomer
  WHERE place + (SELECT count(*) FROM (${peopleOf('newcomer.visitor_id')})) <= ${PEOPLE_OF_A_VISITOR}
  ON CONFLICT DO NOTHING`;

const THEIRS = `
  SELECT DISTINCT value->>'visitorId' AS visitorId, value->>'email' AS email
  FROM json_each(?1) AS asked
  WHERE value->>'email' IN (${peopleOf("asked.value->>'visitorId'")})`;
