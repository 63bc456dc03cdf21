// Refresh: signups whose live fields are due to be written again go onto the queue, where new signups go first.
import type { Later } from '../delivery/enqueue.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readDueRefreshes, writePosition } from '../ledger/refreshes.ts';
import { DATAFAST_PER_MINUTE } from '../limits.ts';
import { isoOf } from '../time.ts';

export interface RefreshDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue, to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  now(): number;
}

/** Of DataFast's requests. Those who have just signed up get the rest. */
const PER_MINUTE = DATAFAST_PER_MINUTE / 5;
/** Cron runs every five minutes. */
const AT_ONCE = 5 * PER_MINUTE;

/** Enqueues what is due, the longest overdue first; returns how many. */
export async function refresh({ ledger, enqueueLater, now }: RefreshDependencies): Promise<number> {
  const askedAt = isoOf(now());
  const { signups, position } = await readDueRefreshes(ledger, now(), AT_ONCE);
  const later = signups
    .flatMap(({ signup, match }) =>
      signup ? [{ ...signup, refresh: { askedAt, matched: match === 'matched' } }] : [],
    )
    .map((signup, index) => ({ signup, delaySeconds: 60 * Math.floor(index / PER_MINUTE) }));
  if (later.length > 0) await enqueueLater(later);
  if (position) await writePosition(ledger, position);
  return later.length;
}
