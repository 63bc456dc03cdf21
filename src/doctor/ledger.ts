// What the ledger tells: schema, cron, dead letters, what waits, and how many signups bring their visitor ID.
import { type Check, ok, problem, warning } from './report.ts';

export interface LedgerHealth {
  /** Migrations the code needs and the database lacks. */
  missing: readonly string[];
  /** When the last scheduled run ended, ISO 8601; absent before the first. */
  cronAt?: string;
  /** Of the last week. */
  deadLetters: number;
  waiting: readonly { reason: string; count: number; since: string }[];
  /** Signups of the last week. */
  sources: readonly SourceHealth[];
}

export interface SourceHealth {
  source: string;
  signups: number;
  /** Without a visitor ID, with one that is none, with one that DataFast does not know. */
  without: number;
  invalid: number;
  unknown: number;
}

export async function checkLedger(
  read: () => Promise<LedgerHealth>,
  nowMs: number,
): Promise<Check[]> {
  let health: LedgerHealth;
  try {
    health = await read();
  } catch {
    return [problem('ledger', 'LEDGER cannot be read', MIGRATE)];
  }
  const { missing, deadLetters } = health;
  return [
    missing.length > 0
      ? problem('ledger', `LEDGER lacks ${missing.join(', ')}`, MIGRATE)
      : ok('ledger', 'The schema is up to date'),
    cronOf(health, nowMs),
    deadLetters > 0
      ? problem(
          'dead letters',
          `${deadLetters} of the last week`,
          'Mend their reason (GET /api/signups?status=failed), then POST /api/replay.',
        )
      : ok('dead letters', 'None in the last week'),
    ...waitingOf(health, nowMs),
    ...health.sources.map(visitorIdsOf),
  ];
}

const MIGRATE = 'Run npm run migrate.';
const HOUR_MS = 3_600_000;

function cronOf({ cronAt }: LedgerHealth, nowMs: number): Check {
  if (cronAt === undefined) {
    return warning('cron', 'It has not run yet', 'Wait ten minutes after the first deploy.');
  }
  return nowMs - Date.parse(cronAt) > HOUR_MS
    ? problem('cron', `It ran last at ${cronAt}`, 'Deploy again: npm run setup.')
    : ok('cron', `It ran at ${cronAt}`);
}

/** Reasons only the operator can mend. */
const CONFIGURATION = /_(unauthorized|missing|scope_missing|401|403)\b/;

function waitingOf({ waiting }: LedgerHealth, nowMs: number): Check[] {
  const long = waiting.filter(
    ({ reason, since }) => CONFIGURATION.test(reason) || nowMs - Date.parse(since) > HOUR_MS,
  );
  if (long.length === 0) return [ok('waiting', 'Nothing waits for long')];
  return long.map(({ reason, count, since }) =>
    CONFIGURATION.test(reason)
      ? problem('waiting', `${count} for ${reason}`, 'Mend it; they go on by themselves.')
      : warning('waiting', `${count} for ${reason}, since ${since}`, 'They are tried again.'),
  );
}

/** Fewer say nothing about a source. */
const ENOUGH = 5;

function visitorIdsOf(health: SourceHealth): Check {
  const { source, signups, without, invalid, unknown } = health;
  const what = `${source}: ${without} of ${signups} signups without a visitor ID`;
  const cause = signups < ENOUGH ? undefined : causeOf(health);
  if (cause === undefined) return ok('visitor IDs', what);
  const rest =
    invalid + unknown > 0 ? `, ${invalid} with an invalid, ${unknown} an unknown one` : '';
  return warning('visitor IDs', `${what}${rest}`, `${cause}: docs/sources.md#${source}`);
}

function causeOf({ signups, without, invalid, unknown }: SourceHealth): string | undefined {
  if (without === signups) return 'The cookie is never sent along';
  if (invalid * 5 >= signups) return 'Something else than the cookie’s value is sent along';
  if (unknown * 2 >= signups) return 'The key may be another website’s, or the script is blocked';
  if (without * 2 >= signups) return 'One of the ways to sign up does not send the cookie along';
  return undefined;
}
