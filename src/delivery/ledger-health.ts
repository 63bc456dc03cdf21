// What the doctor wants to know of the ledger, in as few questions as there can be.
import * as z from 'zod/mini';
import type { LedgerDatabase } from './ledger.ts';

/** What this version of the code needs; the folder `migrations/` has the same. */
export const MIGRATIONS: readonly string[] = [
  '0001_ledger.sql',
  '0002_customers.sql',
  '0004_erased.sql',
  '0005_refresh.sql',
];

const DAY_MS = 86_400_000;
const Names = z.array(z.object({ name: z.string() }));
const Marks = z.array(z.object({ at: z.string() }));
const Counts = z.array(z.object({ count: z.number() }));
const Waiting = z.array(z.object({ reason: z.string(), count: z.number(), since: z.string() }));
const Sources = z.array(
  z.object({
    source: z.string(),
    signups: z.number(),
    without: z.number(),
    invalid: z.number(),
    unknown: z.number(),
  }),
);

/** Throws when the ledger cannot be read. */
export async function readLedgerHealth(database: LedgerDatabase, nowMs: number) {
  const daysAgo = (days: number) => new Date(nowMs - days * DAY_MS).toISOString();
  const applied = Names.parse(await rowsOf(database, 'SELECT name FROM d1_migrations'));
  const missing = MIGRATIONS.filter((wanted) => !applied.some(({ name }) => name === wanted));
  const [mark] = Marks.parse(await rowsOf(database, "SELECT at FROM marks WHERE name = 'cron'"));
  const [dead, waiting, sources] = await database.batch([
    // A queue gives up within days of the arrival, and arrivals are indexed.
    database
      .prepare(
        `SELECT count(*) AS count FROM signups s JOIN deliveries d ON d.signup_id = s.id
         WHERE s.status = 'failed' AND s.received_at > ?1
           AND d.status = 'failed' AND d.reason LIKE 'gave_up%' AND d.updated_at > ?2`,
      )
      .bind(daysAgo(14), daysAgo(7)),
    database.prepare(
      `SELECT coalesce(d.reason, 'unknown') AS reason, count(*) AS count, min(s.received_at) AS since
       FROM signups s JOIN deliveries d ON d.signup_id = s.id
       WHERE s.status = 'waiting' AND d.status = 'waiting' GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
    ),
    database
      .prepare(
        `SELECT source, count(*) AS signups, total(match = 'no_visitor_id') AS without,
           total(match = 'invalid_visitor_id') AS invalid, total(match = 'not_found') AS unknown
         FROM signups WHERE received_at > ?1 AND match IS NOT NULL GROUP BY source ORDER BY 2 DESC`,
      )
      .bind(daysAgo(7)),
  ]);
  return {
    missing,
    cronAt: mark?.at,
    deadLetters: Counts.parse(dead?.results)[0]?.count ?? 0,
    waiting: Waiting.parse(waiting?.results),
    sources: Sources.parse(sources?.results),
  };
}

/** No rows where there is no such table yet. */
async function rowsOf(database: LedgerDatabase, query: string): Promise<unknown[]> {
  try {
    return (await database.prepare(query).all()).results;
  } catch (error) {
    if (error instanceof Error && /no such table/.test(error.message)) return [];
    throw error;
  }
}
