// What the ledger brings back: signups that wait and are due, and those whose live fields are to be written again. They
// travel in bundles. Nothing is written for them until something has happened to them.
import { BUNDLE_SIZE, bundlesOf, REFRESHES_OF_A_BUNDLE } from '../delivery/bundle.ts';
import type { Later } from '../delivery/enqueue.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readDueWaits, tryWaitPosition, writeWaitPosition } from '../ledger/due.ts';
import { closeOff } from '../ledger/off-destinations.ts';
import { readDueRefreshes, writeRefreshPosition } from '../ledger/refreshes.ts';
import { HOUR_MS, isoOf } from '../time.ts';

export interface BringBackDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every message is safe on the queue, to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  /** The destinations that signups are delivered to. */
  destinationNames: readonly string[];
  now(): number;
}

/** Cron runs every five minutes. One bundle a minute leaves a third of DataFast's limit to those who have just signed up. */
const WAITS_AT_ONCE = 5 * BUNDLE_SIZE;
/** In five minutes: a quarter of DataFast's requests. */
const REFRESHES_AT_ONCE = 3 * REFRESHES_OF_A_BUNDLE;
const SECONDS_BETWEEN = 60;
/** What waits for a destination that was switched off, and is overdue by that much. */
const OFF_MS = 3 * HOUR_MS;

/** Enqueues what is due, the longest overdue first; returns how many. */
export async function bringBack({
  ledger,
  enqueueLater,
  destinationNames,
  now,
}: BringBackDependencies): Promise<{ rescued: number; refreshed: number }> {
  const askedAt = isoOf(now());
  await closeOff(ledger, destinationNames, isoOf(now() - OFF_MS), askedAt);
  const waits = await readDueWaits(ledger, now(), WAITS_AT_ONCE);
  const refreshes = await readDueRefreshes(ledger, now(), {
    atMost: REFRESHES_AT_ONCE,
    bundleSize: REFRESHES_OF_A_BUNDLE,
  });
  const later = bundlesOf({ due: [...waits.ids], refresh: [...refreshes.ids], askedAt }).map(
    (message, index) => ({
      message,
      delaySeconds: index * SECONDS_BETWEEN,
    }),
  );
  if (later.length > 0) {
    // Without its new position, cron would enqueue the same again with every run. It is written last, so that what the queue
    // does not take is not lost.
    await tryWaitPosition(ledger);
    await enqueueLater(later);
  }
  if (waits.position) await writeWaitPosition(ledger, waits.position);
  if (refreshes.position) await writeRefreshPosition(ledger, refreshes.position);
  return { rescued: waits.ids.length, refreshed: refreshes.ids.length };
}
