// Every reason that can stand in the ledger: ours, DataFast's, and those of all destinations.
import { destinationReasons } from '../destinations/index.ts';
import { prefixed, REASONS, type ReasonEntry, type ReasonTable } from '../reasons.ts';
import { DATAFAST_REASONS } from '../visitors/reasons.ts';

export const allReasons: ReasonTable = {
  ...REASONS,
  ...prefixed('datafast', DATAFAST_REASONS),
  ...destinationReasons,
};

/** What a code means; `undefined` for a code of another version, or of a destination that is gone. */
export function findReason(code: string): ReasonEntry | undefined {
  return Object.hasOwn(allReasons, code) ? allReasons[code] : undefined;
}
