// A destination whose service wants nothing more is left alone, until its settings change or the operator switches it on.
import { digest } from '../crypto.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { readStopped, stoppedAmong, writeStopped } from '../ledger/stopped.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import type { DeliveryDestination } from './attempts.ts';

const STOPPED: Outcome = { status: 'skipped', reason: reason('destination_stopped') };

/** The destinations, those that are stopped among them with nothing to do. The ledger is asked only where one can be. */
export async function withoutStopped(
  ledger: LedgerDatabase,
  destinations: readonly DeliveryDestination[],
): Promise<readonly DeliveryDestination[]> {
  if (destinations.every(({ stopKey }) => stopKey === undefined)) return destinations;
  const stopped = await stoppedAmong(destinations, await readStopped(ledger));
  return destinations.map((destination) =>
    stopped.has(destination.name)
      ? {
          ...destination,
          requestsPerBatch: () => 0,
          upsert: async (contacts) => contacts.map(() => STOPPED),
        }
      : destination,
  );
}

/** Writes down what the services of these entries have said. */
export async function noteStops(
  ledger: LedgerDatabase,
  destinations: readonly DeliveryDestination[],
  entries: readonly LedgerEntry[],
  now: string,
): Promise<void> {
  const attempts = entries.flatMap((entry) => entry.attempts);
  for (const { name, stopKey } of destinations) {
    const last = attempts.find(({ destination, stops }) => destination === name && stops);
    if (stopKey === undefined || !last?.reason) continue;
    const settings = await digest(stopKey);
    await writeStopped(ledger, { name, settings, reason: last.reason.code, stoppedAt: now });
  }
}
