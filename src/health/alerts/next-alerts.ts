// What to tell the operator, given what was known and what is found now. Pure.
import { DAY_MS, isoOf, timeOf } from '../../time.ts';
import { type Finding, nameOf } from './finding.ts';

/** A fault that is known. */
export interface KnownFault {
  name: string;
  since: string;
  runs: number;
  /** When the operator was told; `null` while they were not. */
  raisedAt: string | null;
  remindedAt: string | null;
  finding: Finding;
}

export type AlertKind = 'raised' | 'reminder' | 'resolved';

/** Something to tell. Once it is told, `after` takes the place of the fault; `undefined` ends it. */
export interface Telling {
  kind: AlertKind;
  fault: KnownFault;
  after: KnownFault | undefined;
}

export interface NextAlerts {
  /** Faults as they are without anything told. */
  faults: readonly KnownFault[];
  /** Names of faults that are over and of which nobody was told. */
  gone: readonly string[];
  tellings: readonly Telling[];
}

/** A fault that lasts for fewer runs passes by itself. */
export const RUNS_UNTIL_RAISED = 2;
const REMIND_AFTER_MS = DAY_MS;

/** A fault is told when a second run has found it, once a day while it lasts, and when it is over. */
export function nextAlerts(
  known: readonly KnownFault[],
  findings: readonly Finding[],
  nowMs: number,
): NextAlerts {
  const now = isoOf(nowMs);
  const faults: KnownFault[] = [];
  const tellings: Telling[] = [];
  for (const finding of new Map(findings.map((one) => [nameOf(one), one])).values()) {
    const fault = foundAgain(known, finding, now);
    faults.push(fault);
    const lastTold = timeOf(fault.remindedAt ?? fault.raisedAt);
    if (lastTold === undefined) {
      if (fault.runs < RUNS_UNTIL_RAISED) continue;
      tellings.push({ kind: 'raised', fault, after: { ...fault, raisedAt: now } });
    } else if (nowMs - lastTold >= REMIND_AFTER_MS) {
      const still = { ...fault, finding };
      tellings.push({ kind: 'reminder', fault: still, after: { ...still, remindedAt: now } });
    }
  }
  const over = known.filter(({ name }) => !faults.some((fault) => fault.name === name));
  for (const fault of over) {
    if (fault.raisedAt !== null) tellings.push({ kind: 'resolved', fault, after: undefined });
  }
  const gone = over.filter(({ raisedAt }) => raisedAt === null).map(({ name }) => name);
  return { faults, gone, tellings };
}

function foundAgain(known: readonly KnownFault[], finding: Finding, now: string): KnownFault {
  const name = nameOf(finding);
  const before = known.find((fault) => fault.name === name);
  if (!before) return { name, since: now, runs: 1, raisedAt: null, remindedAt: null, finding };
  // The count of runs is of use until it is enough. More would only be written.
  const runs = Math.min(before.runs + 1, RUNS_UNTIL_RAISED);
  return { ...before, runs, finding: before.raisedAt === null ? finding : before.finding };
}
