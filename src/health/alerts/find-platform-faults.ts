// Faults of the platform and of the settings: a full database, a daily limit that is near, a setting that is wrong.
import type { AlertFacts } from '../../ledger/alert-facts.ts';
import type { SourceCountRow } from '../../ledger/source-counts.ts';
import { CRON_LATE_MS, FREE_REQUESTS_PER_INVOCATION, FREE_SIGNUPS_PER_DAY } from '../../limits.ts';
import type { Problem } from '../../model.ts';
import { ANY_DESTINATION, problemInWords } from '../../settings/config.ts';
import { isoOf, minuteOf, timeOf } from '../../time.ts';
import type { Finding } from './finding.ts';

/** https://developers.cloudflare.com/d1/platform/limits/ */
const FREE_BYTES = 500_000_000;
const PAID_BYTES = 10_000_000_000;
const NEAR = 0.8;

export interface PlatformFacts extends Pick<AlertFacts, 'bytes' | 'cronAt'> {
  rows: readonly SourceCountRow[];
  problems: readonly Problem[];
  /** Says which plan the account has. */
  requestsPerInvocation: number;
}

/** The limits are those of the plan that `requestsPerInvocation` speaks of. */
export function findPlatformFaults(
  { bytes, cronAt, rows, problems, requestsPerInvocation }: PlatformFacts,
  nowMs: number,
): Finding[] {
  const isFree = requestsPerInvocation <= FREE_REQUESTS_PER_INVOCATION;
  return [
    ...findFull(bytes, isFree ? FREE_BYTES : PAID_BYTES),
    ...(isFree ? findBusy(rows, nowMs) : []),
    ...findDeadCron(cronAt, nowMs),
    ...findWrongSettings(problems),
  ];
}

/** Cron itself finds nothing here: the consumer of the queue looks, while signups come. */
function findDeadCron(cronAt: string | undefined, nowMs: number): Finding[] {
  const cronMs = timeOf(cronAt);
  if (cronAt === undefined || cronMs === undefined || nowMs - cronMs <= CRON_LATE_MS) return [];
  return [
    {
      check: 'cron',
      what: `Cron last ran at ${minuteOf(cronAt)}. Nothing is refreshed, and what was lost is not sent again.`,
      fix: 'Deploy again: npx whence-crm setup. The log says whether it fails.',
    },
  ];
}

function findFull(bytes: number, most: number): Finding[] {
  if (bytes < most * NEAR) return [];
  const megabytes = (count: number) => `${Math.round(count / 1_000_000)} MB`;
  return [
    {
      check: 'ledger_full',
      what: `The ledger holds ${megabytes(bytes)} of ${megabytes(most)}. When it is full, nothing more is delivered.`,
      fix: 'Lower LEDGER_RETENTION_DAYS, or change to the Paid plan and set REQUESTS_PER_INVOCATION to 1000.',
    },
  ];
}

function findBusy(rows: readonly SourceCountRow[], nowMs: number): Finding[] {
  const today = isoOf(nowMs).slice(0, 10);
  const count = rows
    .filter(({ day, kind }) => day === today && kind === 'accepted')
    .reduce((sum, row) => sum + row.count, 0);
  if (count < FREE_SIGNUPS_PER_DAY * NEAR) return [];
  return [
    {
      check: 'daily_limit',
      what: `${count} signups came today. The Free plan takes about ${FREE_SIGNUPS_PER_DAY} a day; then the rest waits until midnight UTC.`,
      fix: 'Change to the Paid plan of Workers and set REQUESTS_PER_INVOCATION to 1000, or wait: nothing is lost within a day.',
      count,
    },
  ];
}

function findWrongSettings(problems: readonly Problem[]): Finding[] {
  const [first] = problems;
  if (!first) return [];
  const more = problems.length > 1 ? ` ${problems.length - 1} more have a problem.` : '';
  return [
    {
      check: 'settings',
      about: first.key === ANY_DESTINATION ? 'destination' : first.key,
      what: `${problemInWords(first)}.${more}`,
      fix: first.fix,
      count: problems.length,
    },
  ];
}
