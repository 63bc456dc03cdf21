// Erases everything that Whence keeps of a person: the ledger, the cached visitors, and what still waits on the queue.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type ErasedRows, eraseRows, readVisitorIds } from '../ledger/erasure.ts';
import type { Outcome } from '../outcome.ts';
import { isoOf } from '../time.ts';

export interface EraseDependencies {
  ledger: LedgerDatabase;
  /** Removes the visitor and the referrer from the cache. */
  forgetVisitor(visitorId: string): Promise<unknown>;
  now(): number;
}

/** How much there was of the person. `visitors`: those removed from the cache. */
export type Erased = Omit<ErasedRows, 'visitorIds'> & {
  visitors: number;
  /** Where that was asked for. */
  destinations?: readonly ErasedThere[];
};

/** `kept`: it has nothing of theirs, or cannot remove it. */
export interface ErasedThere {
  name: string;
  status: 'erased' | 'kept' | 'failed';
  /** The code of the reason. */
  reason: string | null;
}

/**
 * Removes what Whence has written of the person at the destinations that can do it. The contact stays. Idempotent: what
 * failed can be asked for again.
 */
export function eraseThere(
  destinations: readonly { name: string; erase?(email: string): Promise<Outcome> }[],
  email: string,
): Promise<readonly ErasedThere[]> {
  return Promise.all(
    destinations.map(async (destination): Promise<ErasedThere> => {
      const { name } = destination;
      const outcome = await destination.erase?.(email);
      if (!outcome) return { name, status: 'kept', reason: null };
      const why = outcome.reason?.code ?? null;
      if (outcome.status === 'delivered') return { name, status: 'erased', reason: why };
      return { name, status: outcome.status === 'skipped' ? 'kept' : 'failed', reason: why };
    }),
  );
}

/**
 * Erases a person by email, in the spelling that `emailFrom` gives it. Idempotent. The contact in the CRM belongs to the
 * operator and stays as it is.
 */
export async function erasePerson(
  { ledger, forgetVisitor, now }: EraseDependencies,
  email: string,
): Promise<Erased> {
  // The rows are what names the visitors. They go last, so that the call can be repeated when the cache fails.
  const known = await readVisitorIds(ledger, email);
  for (const visitorId of known) await forgetVisitor(visitorId);
  const { visitorIds, ...rows } = await eraseRows(ledger, email, isoOf(now()));
  const others = visitorIds.filter((visitorId) => !known.includes(visitorId));
  for (const visitorId of others) await forgetVisitor(visitorId);
  return { ...rows, visitors: known.length + others.length };
}
