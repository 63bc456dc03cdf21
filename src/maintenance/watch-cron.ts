// The consumer of the queue looks after cron: a cron that is dead cannot tell so itself.
import type { LedgerDatabase } from '../ledger/database.ts';
import { readHeartbeats } from '../ledger/heartbeats.ts';
import { CRON_LATE_MS } from '../limits.ts';
import { timeOf } from '../time.ts';

interface CronWatch {
  ledger: LedgerDatabase;
  now(): number;
  /** Looks for faults and tells the operator, as cron does. */
  watch(): Promise<void>;
}

/** Once per isolate. Looks at most so often, and reads a few rows. It never throws. */
export function newCronWatch({ ledger, now, watch }: CronWatch): () => Promise<void> {
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = now();
    if (nowMs - lookedMs < CRON_LATE_MS) return;
    lookedMs = nowMs;
    // A ledger that cannot be read is not the fault of cron.
    const heartbeats = await readHeartbeats(ledger).catch(() => undefined);
    const cronMs = timeOf(heartbeats?.get('cron')?.at);
    if (cronMs !== undefined && nowMs - cronMs > CRON_LATE_MS) await watch();
  };
}
