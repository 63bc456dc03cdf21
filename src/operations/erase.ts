// Everything Whence keeps of a person, gone: the ledger, the cached visitors, and what still waits on the queue.

import type { LedgerDatabase } from '../ledger/database.ts';
import { emailsIn, tombstonesOf } from '../ledger/tombstones.ts';

export interface EraseDependencies {
  ledger: LedgerDatabase;
  /** Removes the visitor and the referrer from the cache. */
  forgetVisitor(visitorId: string): Promise<unknown>;
  now(): number;
}

/** How much there was of the person. */
export interface Erased {
  /** Signups, bisect that waited for an email, and events that told who a customer is. */
  signups: number;
  /** Dead letters of which only the message was kept. */
  unreadable: number;
  /** What became of the signups at each destination. */
  deliveries: number;
  /** Visitors who were removed from the cache. */
  visitors: number;
}

/** By email, and by the customers whose email it is or was; `?2`: ids of unreadable messages. */
const THEIRS = `
  SELECT id FROM signups WHERE email = ?1
  UNION SELECT id FROM signups
        WHERE customer IN (SELECT customer FROM signups WHERE email = ?1 AND customer IS NOT NULL)
  UNION SELECT value FROM json_each(?2)`;

/**
 * Erases a person by email, in the spelling `emailFrom` gives it. Idempotent. The CRM is the operator's own and stays as it is.
 */
export async function erasePerson(
  { ledger, forgetVisitor, now }: EraseDependencies,
  email: string,
): Promise<Erased> {
  const unreadable = await unreadableOf(ledger, email);
  const names = await namesOf(ledger, email);
  const at = new Date(now()).toISOString();
  const theirs = (statement: string, ...more: unknown[]) =>
    ledger.prepare(statement).bind(email, JSON.stringify(unreadable), ...more);
  // One transaction: a batch under way writes either before it, and is removed, or after it, and is refused.
  const [, , deliveries, signups] = await ledger.batch<{ visitorId: string | null }>([
    theirs(
      `INSERT INTO erased_signups (id, erased_at) SELECT id, ?3 FROM (${THEIRS}) WHERE true
       ON CONFLICT (id) DO NOTHING`,
      at,
    ),
    ledger
      .prepare(
        `INSERT INTO erased_people (person, erased_at) SELECT value, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (person) DO UPDATE SET erased_at = excluded.erased_at`,
      )
      .bind(JSON.stringify(await tombstonesOf(names)), at),
    theirs(`DELETE FROM deliveries WHERE signup_id IN (${THEIRS}) RETURNING NULL AS visitorId`),
    theirs(`DELETE FROM signups WHERE id IN (${THEIRS}) RETURNING visitor_id AS visitorId`),
  ]);
  const rows = signups?.results ?? [];
  const visitorIds = new Set(rows.flatMap(({ visitorId }) => visitorId ?? []));
  for (const visitorId of visitorIds) await forgetVisitor(visitorId);
  return {
    signups: rows.length - unreadable.length,
    unreadable: unreadable.length,
    deliveries: deliveries?.results.length ?? 0,
    visitors: visitorIds.size,
  };
}

/** Addresses and customers of the person, for the tombstones. */
async function namesOf(ledger: LedgerDatabase, email: string): Promise<ReadonlySet<string>> {
  const { results } = await ledger
    .prepare(`SELECT DISTINCT email, customer FROM signups WHERE id IN (${THEIRS})`)
    .bind(email, '[]')
    .all<{ email: string | null; customer: string | null }>();
  return new Set([
    email,
    ...results.flatMap((row) => [row.email ?? [], row.customer ?? []].flat()),
  ]);
}

/** The column knows no email of theirs, but the message may. They are few; their ids are a range of the key. */
async function unreadableOf(ledger: LedgerDatabase, email: string): Promise<string[]> {
  const { results } = await ledger
    .prepare(
      `SELECT id, signup FROM signups
       WHERE id >= 'unreadable:' AND id < 'unreadable;' AND instr(lower(signup), ?1) > 0`,
    )
    .bind(JSON.stringify(email).slice(1, -1))
    .all<{ id: string; signup: string }>();
  return results.filter(({ signup }) => emailsIn(signup).includes(email)).map(({ id }) => id);
}
