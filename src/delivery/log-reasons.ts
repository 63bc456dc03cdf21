// The log of a batch: why deliveries did not arrive, or not whole. One line per reason, without free text of an upstream.
import type { LedgerEntry } from '../ledger/entry.ts';
import type { Log } from '../log.ts';

/** What was skipped needs nobody, and is not logged. */
export function logReasons(log: Log, entries: readonly LedgerEntry[]): void {
  const reasoned = entries
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ destination, status, reason }) =>
      status === 'skipped' || reason === undefined
        ? []
        : [{ destination, status, reason: reason.code }],
    );
  for (const group of Map.groupBy(reasoned, (fields) => JSON.stringify(fields)).values()) {
    const [fields] = group;
    const event = fields?.status === 'delivered' ? 'fields_left_out' : 'deliveries_missed';
    log('warn', event, { ...fields, signups: group.length });
  }
}
