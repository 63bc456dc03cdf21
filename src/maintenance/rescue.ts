// Signups that wait by the ledger while no message brings them back: the queue forgets a message when its retention
// ends, after 24 hours on the Free plan. The ledger holds all that is needed to send them again.

import type { LedgerDatabase } from '../ledger/database.ts';
import { Signup } from '../model.ts';

export interface StraysDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue. */
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  now(): number;
}

/** Overdue by that much, a message is lost, or stuck in a backlog where one more does no harm. */
const OVERDUE_MS = 3 * 60 * 60 * 1000;
/** The queue's own limit on a batch. */
const AT_ONCE = 100;

/** Enqueues signups that are overdue; answers how many. */
export async function enqueueStrays({
  ledger,
  enqueueAll,
  now,
}: StraysDependencies): Promise<number> {
  const overdueSince = new Date(now() - OVERDUE_MS).toISOString();
  const { results } = await ledger.prepare(STRAYS).bind(overdueSince, AT_ONCE).all<Stray>();
  const signups = results.flatMap(({ signup }) => {
    const parsed = Signup.safeParse(JSON.parse(signup));
    return parsed.success ? [parsed.data] : [];
  });
  if (results.length === 0) return 0;
  // Whether the message gets there or not, they are looked at again when they are overdue again.
  await ledger
    .prepare(
      `UPDATE deliveries SET next_attempt_at = ?2
       WHERE status = 'waiting' AND signup_id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(results.map(({ id }) => id)), new Date(now()).toISOString())
    .run();
  if (signups.length > 0) await enqueueAll(signups);
  return signups.length;
}

interface Stray {
  id: string;
  signup: string;
}

export const STRAYS = `
  SELECT DISTINCT s.id, s.signup
  FROM deliveries d JOIN signups s ON s.id = d.signup_id
  WHERE d.status = 'waiting' AND d.next_attempt_at < ?1
  ORDER BY d.next_attempt_at LIMIT ?2`;
