// The faults that last, as they are shown.
import type { AlertRow } from '../../ledger/alerts.ts';
import { titleOf } from './alert-words.ts';
import { Finding } from './finding.ts';
import { type KnownFault, RUNS_UNTIL_RAISED } from './next-alerts.ts';

export interface OpenAlert {
  check: Finding['check'];
  about: string | null;
  title: string;
  what: string;
  fix: string;
  since: string;
  raisedAt: string | null;
}

/** What the ledger keeps. A fault of another version is none. */
export function knownFaults(rows: readonly AlertRow[]): KnownFault[] {
  return rows.flatMap(({ finding, ...row }) => {
    const parsed = Finding.safeParse(finding);
    return parsed.success ? [{ ...row, finding: parsed.data }] : [];
  });
}

/** Those that two runs have found, the oldest first. */
export function openAlerts(rows: readonly AlertRow[]): OpenAlert[] {
  return knownFaults(rows)
    .filter(({ runs }) => runs >= RUNS_UNTIL_RAISED)
    .map(({ finding, since, raisedAt }) => {
      const { check, about = null, what, fix } = finding;
      return { check, about, title: titleOf(finding), what, fix, since, raisedAt };
    });
}
