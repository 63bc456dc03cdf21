// What the ledger tells: schema, cron, dead letters, what waits, and how many signups bring their visitor ID.
import { line } from './line.ts';
import type { Check } from './report.ts';

export interface LedgerHealth {
  /** Migrations the code needs and the database lacks. */
  missing: readonly string[];
  /** When the last scheduled run ended, ISO 8601; absent before the first. */
  cronAt?: string;
  facts: readonly Fact[];
}

/** `waiting` or `failed` deliveries of one reason, or the last week's signups of one `source`. */
export interface Fact {
  kind: string;
  name: string;
  count: number;
  since: string | null;
  /** Signups without a visitor ID, with one that is none, with one that DataFast does not know. */
  without: number;
  invalid: number;
  unknown: number;
}

const HOUR_MS = 3_600_000;
const MIGRATE = 'Run npm run migrate.';

export async function checkLedger(
  read: () => Promise<LedgerHealth>,
  nowMs: number,
): Promise<Check[]> {
  try {
    const { missing, cronAt, facts } = await read();
    const isLate = (at: string | null) => nowMs - Date.parse(at ?? '') > HOUR_MS;
    return [
      missing.length > 0
        ? line('ledger', `Lacks ${missing.join(', ')}`, MIGRATE)
        : line('ledger', 'Its schema is up to date'),
      cronAt
        ? line('cron', `Ran at ${cronAt}`, isLate(cronAt) ? 'Deploy: npm run setup.' : undefined)
        : line('cron', 'Has not run yet', 'It does within ten minutes of a deploy.', 'warning'),
      ...facts.flatMap((fact) => checkFact(fact, isLate(fact.since))),
    ];
  } catch {
    return [line('ledger', 'Cannot be read', MIGRATE)];
  }
}

/** Reasons only the operator can mend. */
const CONFIGURATION = /_(unauthorized|missing|401|403)\b/;
/** Fewer say nothing about a source. */
const ENOUGH = 5;

function checkFact(fact: Fact, isLate: boolean): Check | readonly Check[] {
  const { kind, name, count, since } = fact;
  const what = `${count} since ${since}: ${name}`;
  if (kind === 'failed') {
    return line('dead letters', what, 'Mend the reason, then: npm run replay.');
  }
  if (kind === 'waiting') {
    if (CONFIGURATION.test(name))
      return line('waiting', what, 'Mend it; they go on by themselves.');
    return isLate ? line('waiting', what, 'They are tried again.', 'warning') : [];
  }
  const cause = count < ENOUGH ? undefined : causeOf(fact);
  return line(
    'visitor IDs',
    `${name}: of ${count} signups ${fact.without} without, ${fact.invalid} invalid, ${fact.unknown} unknown`,
    cause && `${cause}: docs/sources.md#${name}`,
    cause === undefined ? 'ok' : 'warning',
  );
}

function causeOf({ count, without, invalid, unknown }: Fact): string | undefined {
  if (without === count) return 'The cookie is never sent along';
  if (without * 2 > count) return 'The cookie is not always sent along';
  if (invalid * 5 > count) return 'Not the cookie’s value is sent along';
  return unknown * 2 > count ? 'Another website’s key, or a blocked script' : undefined;
}
