// Whether the ledger works, as far as this isolate has seen. The log says it once, not with every batch.
import type { Log } from '../log.ts';
import { faultOf, LEDGER_FAULTS, type LedgerFault } from './faults.ts';

export interface LedgerWatch {
  /** Why it failed last, and when; absent while it works. What failed for a page is over once the ledger takes a row. */
  failure: { fault: LedgerFault; atMs: number; isOfPage: boolean } | undefined;
  /** When it failed last, also if it works now. */
  lastFailureAtMs?: number;
  /** What the log has said since it worked: D1 may name one trouble in several ways. */
  said?: Set<LedgerFault>;
}

export const newLedgerWatch = (): LedgerWatch => ({ failure: undefined });

/** Returns the fault; `undefined` when the error is not the ledger's. */
export function noteFailure(
  watch: LedgerWatch,
  error: unknown,
  { log, now }: { log: Log; now(): number },
  isOfPage = false,
): LedgerFault | undefined {
  const fault = faultOf(error);
  if (fault === undefined) return undefined;
  watch.said ??= new Set();
  if (!watch.said.has(fault)) {
    const { says, todo } = LEDGER_FAULTS[fault];
    log('error', 'ledger_failing', { cause: fault, says, todo });
  }
  watch.said.add(fault);
  watch.failure = { fault, atMs: now(), isOfPage };
  watch.lastFailureAtMs = now();
  return fault;
}

/** A batch has been recorded, cron has done its work, or the ledger has taken a row. */
export function noteSuccess(watch: LedgerWatch, log: Log): void {
  if (watch.failure !== undefined) log('info', 'ledger_works_again');
  watch.failure = undefined;
  watch.said?.clear();
}
