// The short look of an uptime monitor: whether signups are delivered now.
import type { LedgerDatabase } from '../ledger/database.ts';
import { LEDGER_FAULTS } from '../ledger/faults.ts';
import { type Pulse, takePulse } from '../ledger/pulse.ts';
import { type LedgerWatch, noteFailure, noteSuccess } from '../ledger/watch.ts';
import { CRON_LATE_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import { HOUR_MS, MINUTE_MS, minuteOf, timeOf } from '../time.ts';

/** Why nothing can be delivered, and what to do, in words. Empty when all is well. */
export type Trouble = readonly { says: string; todo: string }[];

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
    const wroteMs = timeOf(pulse.wroteAt) ?? 0;
    if (ledgerWatch.failure?.isOfPage && ledgerWatch.failure.atMs < wroteMs) {
      noteSuccess(ledgerWatch, dependencies.log);
    }
    const { failure } = ledgerWatch;
    const isFailing = failure && nowMs - failure.atMs <= FAILURE_COUNTS_MS;
    return isFailing ? [LEDGER_FAULTS[failure.fault]] : lateness(pulse, nowMs);
  } catch (error) {
    const fault = noteFailure(ledgerWatch, error, dependencies, true) ?? 'refused';
    return [LEDGER_FAULTS[fault]];
  }
}

function lateness({ cronAt, oldestDueAt }: Pulse, nowMs: number): Trouble {
  const isOlder = (at: string | undefined, ms: number): at is string =>
    nowMs - (timeOf(at) ?? nowMs) > ms;
  return [
    ...(isOlder(cronAt, CRON_LATE_MS)
      ? [{ says: `Cron last ran at ${minuteOf(cronAt)}.`, todo: CRON_TODO }]
      : []),
    ...(isOlder(oldestDueAt, DUE_LATE_MS)
      ? [{ says: `A delivery has been due since ${minuteOf(oldestDueAt)}.`, todo: DUE_TODO }]
      : []),
  ];
}

const CRON_TODO = 'Deploy again: npx whence-crm setup. The log says whether cron fails.';
const DUE_TODO = 'Run npx whence-crm doctor: it says what waits, and why.';
