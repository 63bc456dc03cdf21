// Signups whose live fields are due to be written again: they go onto the queue, where live ones go first.

import type { Later } from '../delivery/consume.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { Signup } from '../model.ts';

export interface RefreshDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue, to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  now(): number;
}

/** A fifth of DataFast's 60 requests a minute, minute by minute: who has just signed up finds the rest. */
const A_MINUTE = 12;
/** Until the next time. */
const AT_ONCE = 5 * A_MINUTE;
/** A refresh that was lost on its way is due again after this long. */
const LEASE_MS = 60 * 60 * 1000;

/** Enqueues what is due, the longest overdue first; answers how many. */
export async function enqueueDueRefreshes({
  ledger,
  enqueueLater,
  now,
}: RefreshDependencies): Promise<number> {
  const askedAt = new Date(now()).toISOString();
  await ledger.prepare(RETIRE).bind(askedAt).run();
  const { results } = await ledger.prepare(DUE).bind(askedAt, AT_ONCE).all<Due>();
  const signups = results.flatMap(({ signup, match }) => {
    const parsed = Signup.safeParse(JSON.parse(signup));
    const refresh = { askedAt, matched: match === 'matched' };
    return parsed.success ? [{ ...parsed.data, refresh }] : [];
  });
  if (results.length === 0) return 0;
  const leaseUntil = new Date(now() + LEASE_MS).toISOString();
  const ids = JSON.stringify(results.map(({ id }) => id));
  await ledger
    .prepare(
      'UPDATE signups SET refresh_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND refresh_at IS NOT NULL',
    )
    .bind(ids, leaseUntil)
    .run();
  const later = signups.map((signup, index) => ({
    signup,
    delaySeconds: 60 * Math.floor(index / A_MINUTE),
  }));
  if (later.length > 0) await enqueueLater(later);
  return signups.length;
}

interface Due {
  id: string;
  signup: string;
  match: string | null;
}

/**
 * Nobody to keep up with: what had arrived was replayed and did not, or the person has signed up again since, and the
 * live fields speak of the latest signup, maybe of another visitor.
 */
const RETIRE = `
  UPDATE signups SET refresh_at = NULL
  WHERE refresh_at <= ?1 AND (
    NOT EXISTS (SELECT 1 FROM deliveries WHERE signup_id = signups.id AND status = 'delivered')
    OR EXISTS (SELECT 1 FROM signups later
               WHERE later.email = signups.email AND later.occurred_at > signups.occurred_at
                 AND later.match = 'matched' AND later.status = 'delivered'))`;

export const DUE = `
  SELECT id, signup, match FROM signups WHERE refresh_at <= ?1 ORDER BY refresh_at LIMIT ?2`;
