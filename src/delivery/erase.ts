// Everything Whence keeps of a person, gone: the ledger, the cached visitors, and what still waits on the queue.
import { digest } from './digest.ts';
import type { LedgerDatabase } from './ledger.ts';

export interface EraseDependencies {
  ledger: LedgerDatabase;
  forgetVisitor(visitorId: string): Promise<unknown>;
  now(): number;
}

export interface Erased {
  signups: number;
  visitors: number;
}

/**
 * Erases a person by email, in the spelling `emailFrom` gives it: their signups, and halves of theirs that still
 * wait for an email. Idempotent. The CRM is the operator's own and stays as it is.
 */
export async function erasePerson(
  { ledger, forgetVisitor, now }: EraseDependencies,
  address: string,
): Promise<Erased> {
  const { results } = await ledger
    .prepare(
      `SELECT id, visitor_id AS visitorId FROM signups
       WHERE email = ?1 OR lower(signup->>'email') = ?1
          OR customer IN (SELECT customer FROM signups WHERE email = ?1 AND customer IS NOT NULL)`,
    )
    .bind(address)
    .all<{ id: string; visitorId: string | null }>();
  const visitorIds = new Set(results.flatMap(({ visitorId }) => visitorId ?? []));
  const at = new Date(now()).toISOString();
  const ids = JSON.stringify(results.map(({ id }) => id));
  const inIds = 'IN (SELECT value FROM json_each(?1))';
  await ledger.batch([
    ledger
      .prepare(
        `INSERT INTO erased_signups (id, erased_at) SELECT value, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(ids, at),
    ledger
      .prepare(
        `INSERT INTO erased_people (person, erased_at) VALUES (?1, ?2)
         ON CONFLICT (person) DO UPDATE SET erased_at = excluded.erased_at`,
      )
      .bind(await digest(address), at),
    ledger.prepare(`DELETE FROM deliveries WHERE signup_id ${inIds}`).bind(ids),
    ledger.prepare(`DELETE FROM signups WHERE id ${inIds}`).bind(ids),
  ]);
  // Last, so that a batch under way does not put them back.
  for (const visitorId of visitorIds) await forgetVisitor(visitorId);
  return { signups: results.length, visitors: visitorIds.size };
}
