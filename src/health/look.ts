// The short look of an uptime monitor: whether signups are delivered now.
import type { LedgerDatabase } from '../ledger/database.ts';
import { LEDGER_FAULTS } from '../ledger/faults.ts';
import { type Pulse, takePulse } from '../ledger/pulse.ts';
import { type LedgerWatch, noteFailure } from '../ledger/watch.ts';
import { CRON_LATE_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import { HOUR_MS, MINUTE_MS, timeOf } from '../time.ts';

/** Why nothing can be delivered, in words. Empty when all is well. */
export type Trouble = readonly string[];

interface LookDependencies {
  ledger: LedgerDatabase;
  ledgerWatch: LedgerWatch;
  now(): number;
  log: Log;
}

/** Anybody may look as often as they like, so an answer serves for so long. */
const FRESH_MS = 5_000;
const DUE_LATE_MS = HOUR_MS;

/** A batch that failed comes again by then, and shows whether the ledger works. */
const FAILURE_COUNTS_MS = 15 * MINUTE_MS;

/** Once per isolate. */
export function newLook(dependencies: LookDependencies): () => Promise<Trouble> {
  let seen: { atMs: number; trouble: Trouble } | undefined;
  return async () => {
    const nowMs = dependencies.now();
    if (seen && nowMs - seen.atMs < FRESH_MS) return seen.trouble;
    const trouble = await look(dependencies, nowMs);
    seen = { atMs: nowMs, trouble };
    return trouble;
  };
}

async function look(dependencies: LookDependencies, nowMs: number): Promise<Trouble> {
  const { ledger, ledgerWatch } = dependencies;
  try {
    const pulse = await takePulse(ledger, nowMs);
    const { failure } = ledgerWatch;
    const isFailing = failure && nowMs - failure.atMs <= FAILURE_COUNTS_MS;
    return isFailing ? [LEDGER_FAULTS[failure.fault].says] : lateness(pulse, nowMs);
  } catch (error) {
    const fault = noteFailure(ledgerWatch, error, dependencies) ?? 'refused';
    return [LEDGER_FAULTS[fault].says];
  }
}

function lateness({ cronAt, oldestDueAt }: Pulse, nowMs: number): Trouble {
  const isOlder = (at: string | undefined, ms: number) => nowMs - (timeOf(at) ?? nowMs) > ms;
  return [
    ...(isOlder(cronAt, CRON_LATE_MS) ? [`Cron last ran at ${cronAt}.`] : []),
    ...(isOlder(oldestDueAt, DUE_LATE_MS) ? [`A delivery has been due since ${oldestDueAt}.`] : []),
  ];
}
