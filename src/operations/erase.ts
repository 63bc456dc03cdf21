// Erases everything that Whence keeps of a person: the ledger, the cached visitors, and what still waits on the queue.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type ErasedRows, eraseRows, readVisitorIds } from '../ledger/erasure.ts';
import { isoOf } from '../time.ts';

export interface EraseDependencies {
  ledger: LedgerDatabase;
  /** Removes the visitor, with the referrer, from the cache and from the memory of this isolate. */
  forgetVisitor(visitorId: string): Promise<unknown>;
  now(): number;
}

/** How much there was of the person. `visitors`: those removed from the cache. */
export type Erased = Omit<ErasedRows, 'visitorIds'> & { visitors: number };

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
  // A batch may have kept them again before its rows went.
  const all = new Set([...known, ...visitorIds]);
  for (const visitorId of all) await forgetVisitor(visitorId);
  return { ...rows, visitors: all.size };
}
