// The doctor: every check there is, in one report. Route and command ask here.
import type { OpenDestination, ProblemCode } from '../destinations/destination.ts';
import type { LedgerHealth } from '../ledger/health.ts';
import type { Samples } from '../ledger/samples.ts';
import type { SourceCountRow } from '../ledger/source-counts.ts';
import { type Stopped, stoppedAmong } from '../ledger/stopped.ts';
import type { Problem } from '../model.ts';
import { type Config, problemInWords } from '../settings/config.ts';
import { isoOf } from '../time.ts';
import type { AcquisitionMeaning } from '../visitors/acquisition-proof.ts';
import { checkDatafast } from '../visitors/check.ts';
import { learnContract } from '../visitors/learn-contract.ts';
import { findReason } from './all-reasons.ts';
import { checkAcquisition } from './check-acquisition.ts';
import { type AlertState, checkAlerts } from './check-alerts.ts';
import { checkCache } from './check-cache.ts';
import { checkDatafastContract, checkShape } from './check-contract.ts';
import { checkCoverage } from './check-coverage.ts';
import { checkLedger } from './check-ledger.ts';
import { checkSourceHealth, type SourceToCheck } from './check-sources.ts';
import { watchDates } from './clock.ts';
import type { Coverage } from './coverage.ts';
import { type Check, line, type Report } from './report.ts';
import { namesOn, sourceHealth } from './source-health.ts';

/** What the doctor needs of a destination that is on. */
export type Checkable = Pick<
  OpenDestination,
  'name' | 'label' | 'stopKey' | 'check' | 'well' | 'shape'
>;

export interface DoctorInput {
  version: string;
  /** With every mistake in `problems`, also those in FIELD_NAMES and CHANNEL_RULES. */
  config: Pick<
    Config,
    'datafast' | 'webhookSecrets' | 'problems' | 'alerts' | 'requestsPerInvocation'
  >;
  sources: readonly SourceToCheck[];
  /** Those that are on, asking with this `fetch`. */
  openDestinations(io: { fetch: typeof fetch; now(): number }): readonly Checkable[];
  /** Absent where there is no ledger to read. */
  readLedger?(): Promise<LedgerHealth>;
  /** Writes to the ledger and reads it again. Absent where there is none. */
  probeLedger?(): Promise<void>;
  /** What each source has sent. Absent where there is no ledger to read. */
  readSourceCounts?(): Promise<readonly SourceCountRow[]>;
  /** How far signups got. Absent where there is no ledger to read. */
  readCoverage?(): Promise<readonly Coverage[]>;
  /** What the checks that run by themselves have found. Absent where there is no ledger to read. */
  readAlertState?(): Promise<AlertState>;
  /** Destinations that their service has switched off. Absent where there is no ledger to read. */
  readStopped?(): Promise<readonly Stopped[]>;
  /** Whose answers show what the services answer now. Absent where there is no ledger to read. */
  readSamples?(): Promise<Samples>;
  /** What is known of the meaning of `acquisition`. */
  readAcquisition?(): Promise<AcquisitionMeaning | undefined>;
  /** How many messages wait on the queue. Absent where there is no queue; rejects where the platform does not say. */
  backlog?(): Promise<number>;
  fetch: typeof fetch;
  now(): number;
}

/** Asks everything that Whence depends on. Writes nothing but a heartbeat. */
export async function runDoctor(input: DoctorInput): Promise<Report> {
  const { version, config, readLedger, probeLedger, now } = input;
  const nowMs = now();
  const clock = watchDates(input.fetch, now);
  const io = { fetch: clock.fetch, now };
  const samples = await samplesOf(input);
  const destinations = input.openDestinations(io);
  const rows = (await input.readStopped?.().catch(() => undefined)) ?? [];
  const stopped = await stoppedAmong(destinations, rows);
  const checks = await Promise.all([
    linesOf('settings', 'Valid', config.problems),
    checkSources(input),
    checkWebhooks(input, nowMs),
    checkVisitors(input, io, samples),
    ...destinations.map((destination) =>
      checkDestination(destination, samples, stopped.get(destination.name)),
    ),
    readLedger ? checkLedger(readLedger, nowMs, probeLedger) : [],
    checkArrivals(input),
    checkAlerting(input),
    checkQueue(input),
  ]);
  return {
    version,
    at: isoOf(nowMs),
    checks: [...checks.flat(), ...clock.checks()],
  };
}

function checkSources({ sources, config }: DoctorInput): readonly Check[] {
  const on = namesOn(sources, config);
  // That none is on is a problem, and the line of the settings says so.
  return on.length === 0 ? [] : [line('sources', `On: ${on.join(', ')}`)];
}

/** A ledger that cannot be read has its own line. */
async function checkWebhooks(
  { sources, config, readSourceCounts }: DoctorInput,
  nowMs: number,
): Promise<readonly Check[]> {
  const rows = await readSourceCounts?.().catch(() => undefined);
  if (!rows) return [];
  return [
    ...checkSourceHealth(sourceHealth(rows, namesOn(sources, config), nowMs), rows, sources),
    ...checkCache(rows, config.requestsPerInvocation, nowMs),
  ];
}

/** A ledger that cannot be read has its own line. */
async function checkArrivals({ readCoverage }: DoctorInput): Promise<readonly Check[]> {
  const coverage = await readCoverage?.().catch(() => undefined);
  return coverage ? checkCoverage(coverage) : [];
}

/** A ledger that cannot be read has its own line. */
async function checkAlerting({ config, readAlertState }: DoctorInput): Promise<readonly Check[]> {
  const state = await readAlertState?.().catch(() => undefined);
  return state ? checkAlerts(config.alerts !== undefined, state) : [];
}

const NO_SAMPLES: Samples = { visitorIds: [] };

/** A ledger that cannot be read has its own line. */
async function samplesOf({ readSamples }: DoctorInput): Promise<Samples> {
  return (await readSamples?.().catch(() => undefined)) ?? NO_SAMPLES;
}

async function checkVisitors(
  { config: { datafast }, readAcquisition, readLedger }: DoctorInput,
  io: { fetch: typeof fetch; now(): number },
  { visitorIds }: Samples,
): Promise<readonly Check[]> {
  const found = await checkDatafast({ ...datafast, ...io });
  // Without a complete key nothing was asked, and the line of the settings says so.
  if (!found) return [];
  const checks = linesOf('datafast', 'The key works', found);
  if (found.length > 0) return checks;
  const contract = await learnContract({ ...datafast, ...io }, visitorIds);
  const proof = await readAcquisition?.().catch(() => undefined);
  return [
    ...checks,
    ...checkDatafastContract(contract),
    // Only a Worker compares visitors.
    ...(readLedger ? [checkAcquisition(proof, contract.acquisition)] : []),
  ];
}

async function checkDestination(
  destination: Checkable,
  { email }: Samples,
  stopped: Stopped | undefined,
): Promise<readonly Check[]> {
  const { name, label } = destination;
  if (stopped) {
    const entry = findReason(stopped.reason);
    return [
      line(name, `Off since ${stopped.stoppedAt}. ${entry?.says ?? stopped.reason}`, entry?.todo),
    ];
  }
  const { well = `${label} accepts the key, and every field can be written` } = destination;
  const problems = await destination.check();
  const checks = linesOf(name, well, problems);
  // Where the key does not work, every further question is refused as well.
  const findings = problems.some(({ code }) => UNANSWERED.includes(code))
    ? []
    : ((await destination.shape?.(email)) ?? []);
  return [...checks, ...findings.map((shape) => checkShape(`${name} answers`, shape))];
}

const UNANSWERED: readonly ProblemCode[] = [
  'key_missing',
  'unauthorized',
  'forbidden',
  'refused',
  'unavailable',
];

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
  return problems.map((problem) => line(name, problemInWords(problem), problem.fix));
}
