// What the doctor wants to know of the ledger, in as few questions as there can be.
import * as z from 'zod/mini';
import type { LedgerDatabase } from './ledger.ts';

/** What this version of the code needs; the folder `migrations/` has the same. */
export const MIGRATIONS: readonly string[] = [
  '0001_ledger',
  '0002_customers',
  '0004_erased',
  '0005_refresh',
  '0007_marks',
];

const DAY_MS = 86_400_000;
const Names = z.array(z.object({ name: z.string() }));
const Facts = z.array(
  z.object({
    kind: z.string(),
    /** A reason, or a source. */
    name: z.string(),
    count: z.number(),
    since: z.nullable(z.string()),
    without: z.number(),
    invalid: z.number(),
    unknown: z.number(),
  }),
);

/** What waits, what was given up last week, and how last week's signups of each source were matched. */
const FACTS = `SELECT d.status AS kind, coalesce(d.reason, '') AS name, count(*) AS count,
    min(s.received_at) AS since, 0 AS without, 0 AS invalid, 0 AS unknown
  FROM signups s JOIN deliveries d ON d.signup_id = s.id
  WHERE s.status = 'waiting' AND d.status = 'waiting'
    OR s.status = 'failed' AND d.reason LIKE 'gave_up%' AND d.updated_at > ?1
  GROUP BY 1, 2
  UNION ALL SELECT 'source', source, count(*), NULL, total(match = 'no_visitor_id'),
    total(match = 'invalid_visitor_id'), total(match = 'not_found')
  FROM signups WHERE received_at > ?1 AND match IS NOT NULL GROUP BY source`;

/** Throws when the ledger cannot be read. */
export async function readLedgerHealth(database: LedgerDatabase, nowMs: number) {
  const lastWeek = new Date(nowMs - 7 * DAY_MS).toISOString();
  const applied = await namesIn(database, 'SELECT name FROM d1_migrations');
  const [cronAt] = await namesIn(database, "SELECT at AS name FROM marks WHERE name = 'cron'");
  const { results } = await database.prepare(FACTS).bind(lastWeek).all();
  return {
    missing: MIGRATIONS.filter((name) => !applied.includes(`${name}.sql`)),
    cronAt,
    facts: Facts.parse(results),
  };
}

/** None where there is no such table yet. */
async function namesIn(database: LedgerDatabase, query: string): Promise<string[]> {
  try {
    return Names.parse((await database.prepare(query).all()).results).map(({ name }) => name);
  } catch (error) {
    if (String(error).includes('no such table')) return [];
    throw error;
  }
}
