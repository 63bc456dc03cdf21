// The examination: every check there is, from what it is given. Locally there is no ledger and no queue to look at.
import type { Problem } from '../model.ts';
import { watchDates } from './clock.ts';
import { checkLedger, type LedgerHealth } from './ledger.ts';
import { line } from './line.ts';
import type { Check, Report } from './report.ts';

export interface Checkable {
  name: string;
  check(): Promise<readonly Problem[]>;
}

export interface DoctorInput {
  version: string;
  /** Mistakes in the settings. */
  problems: readonly Problem[];
  /** The names of the sources whose secret is set. */
  sourcesOn: readonly string[];
  /** Asks with the given `fetch`, as the destinations do. */
  checkVisitors(send: typeof fetch): Promise<readonly Problem[]>;
  openDestinations(send: typeof fetch): readonly Checkable[];
  /** Absent where there is no ledger to read. */
  ledger?(): Promise<LedgerHealth>;
  /** How many messages wait on the queue. */
  backlog?(): Promise<number>;
  fetch: typeof fetch;
  now(): number;
}

export async function examine(patient: DoctorInput): Promise<Report> {
  const { version, problems, sourcesOn, ledger, backlog, now } = patient;
  const nowMs = now();
  const clock = watchDates(patient.fetch, now);
  /** Who could not be asked for want of a key has no line: that of the settings says it. */
  const asked = (name: string, fine: string, found: readonly Problem[]) =>
    found.length === 0 && problems.some(({ key }) => key.startsWith(`${name.toUpperCase()}_`))
      ? []
      : linesOf(name, fine, found);
  const checks = await Promise.all([
    linesOf('settings', 'Valid', problems),
    line('sources', `On: ${sourcesOn.join(', ') || 'none'}`),
    patient.checkVisitors(clock.fetch).then((found) => asked('datafast', 'The key works', found)),
    ...patient
      .openDestinations(clock.fetch)
      .map(async ({ name, check }) =>
        asked(name, 'Token, scopes and properties are right', await check()),
      ),
    ledger ? checkLedger(ledger, nowMs) : [],
    // Not every runtime counts.
    backlog?.().then(
      (waiting) => line('queue', `${waiting} waiting`),
      () => [],
    ) ?? [],
  ]);
  return {
    version,
    at: new Date(nowMs).toISOString(),
    checks: [...checks.flat(), ...clock.checks()],
  };
}

function linesOf(name: string, fine: string, problems: readonly Problem[]): Check[] {
  if (problems.length === 0) return [line(name, fine)];
  return problems.map(({ key, problem, fix }) => line(name, `${key} ${problem}`, fix));
}
