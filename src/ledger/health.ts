// What the doctor wants to know of the ledger, in as few questions as there can be.
import type { LedgerDatabase } from './database.ts';

/** What this version of the code needs; the folder `migrations/` has the same. */
export const MIGRATIONS: readonly string[] = [
  '0001_ledger',
  '0002_customers',
  '0004_erased',
  '0005_refresh',
  '0006_dashboard',
  '0007_marks',
];

interface Fact {
  kind: string;
  /** A reason, or a source. */
  name: string;
  count: number;
  since: string | null;
  without: number;
  invalid: number;
  unknown: number;
}

const WEEK_MS = 7 * 86_400_000;

/** What waits, what was given up last week, and how last week's signups of each source were matched. */
const FACTS = `SELECT d.status AS kind, coalesce(d.reason, '') AS name, count(*) AS count,
    min(s.received_at) AS since, 0 AS without, 0 AS invalid, 0 AS unknown
  FROM signups s JOIN deliveries d ON d.signup_id = s.id
  WHERE s.status = 'waiting' AND d.status = 'waiting'
    OR s.status = 'failed' AND d.reason LIKE 'gave_up%' AND d.updated_at > ?1
  GROUP BY 1, 2
  UNION ALL SELECT 'source', source, count(*), NULL, sum(match = 'no_visitor_id'),
    sum(match = 'invalid_visitor_id'), sum(match = 'not_found')
  FROM signups WHERE received_at > ?1 AND match NOT NULL GROUP BY source`;

/** Throws when the ledger cannot be read. */
export async function readLedgerHealth(database: LedgerDatabase, nowMs: number) {
  const lastWeek = new Date(nowMs - WEEK_MS).toISOString();
  const applied = await namesIn(database, 'SELECT name FROM d1_migrations');
  const [cronAt] = await namesIn(database, "SELECT at AS name FROM marks WHERE name = 'cron'");
  const { results: facts } = await database.prepare(FACTS).bind(lastWeek).all<Fact>();
  const missing = MIGRATIONS.filter((name) => !applied.includes(`${name}.sql`));
  return { missing, cronAt, facts };
}

/** None where there is no such table yet. */
async function namesIn(database: LedgerDatabase, query: string): Promise<string[]> {
  try {
    const { results } = await database.prepare(query).all<{ name: string }>();
    return results.map(({ name }) => name);
  } catch (error) {
    if (String(error).includes('no such table')) return [];
    throw error;
  }
}
