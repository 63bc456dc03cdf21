// The doctor: every check there is, in one report. Route and command ask here.
import type { OpenDestination } from '../destinations/destination.ts';
import type { LedgerHealth } from '../ledger/health.ts';
import type { Problem } from '../model.ts';
import type { Config } from '../settings/config.ts';
import type { Source } from '../sources/source.ts';
import { isoOf } from '../time.ts';
import { checkDatafast } from '../visitors/check.ts';
import { checkLedger } from './check-ledger.ts';
import { watchDates } from './clock.ts';
import { type Check, line, type Report } from './report.ts';

/** What the doctor needs of a destination that is on. */
export type Checkable = Pick<OpenDestination, 'name' | 'label' | 'check'>;

export interface DoctorInput {
  version: string;
  /** With every mistake in `problems`, also those in FIELD_NAMES and CHANNEL_RULES. */
  config: Pick<Config, 'datafast' | 'webhookSecrets' | 'problems'>;
  sources: Iterable<Pick<Source, 'name' | 'secretName'>>;
  /** Those that are on, asking with this `fetch`. */
  openDestinations(io: { fetch: typeof fetch; now(): number }): readonly Checkable[];
  /** Absent where there is no ledger to read. */
  readLedger?(): Promise<LedgerHealth>;
  /** How many messages wait on the queue. Absent where there is no queue; rejects where the platform does not say. */
  backlog?(): Promise<number>;
  fetch: typeof fetch;
  now(): number;
}

/** Asks everything that Whence depends on. Writes nothing. */
export async function runDoctor(input: DoctorInput): Promise<Report> {
  const { version, config, readLedger, now } = input;
  const nowMs = now();
  const clock = watchDates(input.fetch, now);
  const io = { fetch: clock.fetch, now };
  const checks = await Promise.all([
    linesOf('settings', 'Valid', config.problems),
    checkSources(input),
    checkVisitors(config, io),
    ...input.openDestinations(io).map(checkDestination),
    readLedger ? checkLedger(readLedger, nowMs) : [],
    checkQueue(input),
  ]);
  return {
    version,
    at: isoOf(nowMs),
    checks: [...checks.flat(), ...clock.checks()],
  };
}

function checkSources({ sources, config }: DoctorInput): Check {
  const on = [...sources].filter(({ secretName }) => config.webhookSecrets.has(secretName));
  return line('sources', `On: ${on.map(({ name }) => name).join(', ') || 'none'}`);
}

async function checkVisitors(
  { datafast }: DoctorInput['config'],
  io: { fetch: typeof fetch; now(): number },
): Promise<readonly Check[]> {
  const found = await checkDatafast({ ...datafast, ...io });
  return found ? linesOf('datafast', 'The key works', found) : [];
}

async function checkDestination(destination: Checkable): Promise<readonly Check[]> {
  const { name, label } = destination;
  const well = `${label} accepts the key, and every field can be written`;
  return linesOf(name, well, await destination.check());
}

async function checkQueue({ backlog }: DoctorInput): Promise<readonly Check[]> {
  try {
    return backlog ? [line('queue', `${await backlog()} waiting`)] : [];
  } catch {
    // Not every runtime counts.
    return [];
  }
}

function linesOf(name: string, well: string, problems: readonly Problem[]): readonly Check[] {
  if (problems.length === 0) return [line(name, well)];
  return problems.map(({ key, problem, fix }) => line(name, `${key} ${problem}`, fix));
}
