// Signups whose live fields are due to be written again: they go onto the queue, where live ones go first.
import { Signup } from '../model.ts';
import type { LedgerDatabase } from './ledger.ts';

export interface RefreshDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue. */
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  now(): number;
}

/** Every five minutes: a fifth of DataFast's 60 requests a minute. */
const AT_ONCE = 60;
/** A refresh that was lost on its way is due again after this long. */
const LEASE_MS = 60 * 60 * 1000;

/** Enqueues what is due, the longest overdue first; answers how many. */
export async function enqueueDueRefreshes({
  ledger,
  enqueueAll,
  now,
}: RefreshDependencies): Promise<number> {
  const askedAt = new Date(now()).toISOString();
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
  if (signups.length > 0) await enqueueAll(signups);
  return signups.length;
}

interface Due {
  id: string;
  signup: string;
  match: string | null;
}

export const DUE = `
  SELECT id, signup, match FROM signups WHERE refresh_at <= ?1 ORDER BY refresh_at LIMIT ?2`;
