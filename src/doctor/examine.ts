// The examination: every check there is, from what it is given. Locally there is no ledger and no queue to look at.
import type { Problem } from '../model.ts';
import { checkClock, watchDates } from './clock.ts';
import { checkLedger, type LedgerHealth } from './ledger.ts';
import { type Check, ok, problem, type Report, warning } from './report.ts';

export interface Examined {
  name: string;
  check(): Promise<readonly Problem[]>;
}

export interface Patient {
  version: string;
  /** Mistakes in the settings. */
  problems: readonly Problem[];
  /** The names of the sources whose secret is set, and of those whose is not. */
  sources: { on: readonly string[]; off: readonly string[] };
  /** Asks with the given `fetch`, as the destinations do. */
  checkVisitors(send: typeof fetch): Promise<readonly Problem[]>;
  openDestinations(send: typeof fetch): readonly Examined[];
  /** Absent where there is no ledger to read. */
  ledger?(): Promise<LedgerHealth>;
  /** How many messages wait on the queue. */
  backlog?(): Promise<number>;
  fetch: typeof fetch;
  now(): number;
}

export async function examine(patient: Patient): Promise<Report> {
  const { version, now } = patient;
  const clock = watchDates(patient.fetch, now);
  const checks = await Promise.all([
    settingsOf(patient),
    askedOf('datafast', 'The key works', () => patient.checkVisitors(clock.fetch)),
    ...patient
      .openDestinations(clock.fetch)
      .map(({ name, check }) => askedOf(name, 'Token, scopes and properties are right', check)),
    patient.ledger ? checkLedger(patient.ledger, now()) : [],
    patient.backlog ? queueOf(patient.backlog) : [],
  ]);
  return {
    version,
    at: new Date(now()).toISOString(),
    checks: [...checks.flat(), checkClock(clock.secondsOff())],
  };
}

const SECRET = /_WEBHOOK_SECRET$/;

function settingsOf({ problems, sources: { on, off } }: Patient): Check[] {
  const own = problems.filter(({ key }) => !SECRET.test(key));
  const secrets = problems.filter(({ key }) => SECRET.test(key));
  const rest = off.length > 0 ? `; off: ${off.join(', ')}` : '';
  return [
    ...(own.length > 0 ? own.map(named('settings')) : [ok('settings', 'Every setting is valid')]),
    ...secrets.map(named('sources')),
    ...(on.length > 0 ? [ok('sources', `On: ${on.join(', ')}${rest}`)] : []),
  ];
}

const named =
  (name: string) =>
  ({ key, problem: what, fix }: Problem): Check =>
    problem(name, `${key} ${what}`, fix);

async function askedOf(
  name: string,
  fine: string,
  ask: () => Promise<readonly Problem[]>,
): Promise<Check[]> {
  const problems = await ask();
  return problems.length > 0 ? problems.map(named(name)) : [ok(name, fine)];
}

/** So many that they will take hours at DataFast's 60 a minute. */
const LONG_QUEUE = 5_000;

async function queueOf(backlog: () => Promise<number>): Promise<Check[]> {
  try {
    const waiting = await backlog();
    const what = `${waiting} on the queue`;
    return [
      waiting < LONG_QUEUE
        ? ok('queue', what)
        : warning('queue', what, 'DataFast allows 60 visitors a minute: give it time.'),
    ];
  } catch {
    // Not every runtime counts.
    return [];
  }
}
