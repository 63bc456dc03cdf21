// Rescue: signups wait by the ledger while no message brings them back. The queue forgets a message when its retention
// ends, after 24 hours on the Free plan. The ledger holds all that is needed to send them again.
import type { LedgerDatabase } from '../ledger/database.ts';
import { closeOff } from '../ledger/off-destinations.ts';
import { readOverdue, restartWait } from '../ledger/rescue.ts';
import { MESSAGES_PER_SEND } from '../limits.ts';
import type { Signup } from '../model.ts';
import { HOUR_MS, isoOf } from '../time.ts';

export interface RescueDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue. */
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  /** The destinations that signups are delivered to. */
  destinationNames: readonly string[];
  now(): number;
}

/** A message overdue by that much is lost, or stuck in a backlog where one more does no harm. */
const OVERDUE_MS = 3 * HOUR_MS;

/** Enqueues signups that are overdue; returns how many. */
export async function rescue({
  ledger,
  enqueueAll,
  destinationNames,
  now,
}: RescueDependencies): Promise<number> {
  const overdueSince = isoOf(now() - OVERDUE_MS);
  await closeOff(ledger, destinationNames, overdueSince, isoOf(now()));
  const overdue = await readOverdue(ledger, overdueSince, MESSAGES_PER_SEND);
  if (overdue.length === 0) return 0;
  // Whether the message gets there or not, they are looked at again when they are overdue again.
  await restartWait(
    ledger,
    overdue.map(({ id }) => id),
    overdueSince,
    isoOf(now()),
  );
  const signups = overdue.flatMap(({ signup }) => signup ?? []);
  if (signups.length > 0) await enqueueAll(signups);
  return signups.length;
}
