// What the doctor asks the ledger, in as few questions as possible.
import * as z from 'zod/mini';
import { reason } from '../reasons.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

/** What this version of the code needs; the folder `migrations/` has the same. */
export const MIGRATIONS: readonly string[] = [
  '0001_ledger',
  '0002_day_totals',
  '0011_completion',
  '0015_trials',
  '0020_source_counts',
  '0021_alerts',
  '0030_delivery_memo',
  '0031_stopped_destinations',
  '0040_ended_sessions',
  '0045_people',
  '0060_drafts',
  '0080_many_of_one',
];

export interface LedgerHealth {
  /** Migrations that the code needs and the database lacks. */
  missing: readonly string[];
  /** When the last scheduled run ended, ISO 8601; absent before the first. */
  cronAt?: string | undefined;
  /** Deliveries that wait, by reason. */
  waiting: readonly ReasonCount[];
  /** Deliveries that Whence gave up on in the last week, by their last reason. */
  deadLetters: readonly ReasonCount[];
  /** Visitors of more than two people, the last week's, most people first. */
  sharedVisitors?: readonly SharedVisitor[];
}

export interface SharedVisitor {
  visitorId: string;
  people: number;
}

/** Deliveries that share a reason. */
export interface ReasonCount {
  reason: string;
  count: number;
  /** When the oldest of them arrived. */
  since: string;
  /** What one of them has beside the code, in the words of the upstream. */
  detail?: string | null | undefined;
  /** There may be more: not all were looked at. */
  isCut?: boolean | undefined;
}

/** Throws when the ledger cannot be read. */
export async function readLedgerHealth(
  database: LedgerDatabase,
  nowMs: number,
): Promise<LedgerHealth> {
  const lastWeek = isoOf(nowMs - 7 * DAY_MS);
  const applied = await namesIn(database, 'SELECT name FROM d1_migrations');
  const [cronAt] = await namesIn(database, "SELECT at AS name FROM heartbeats WHERE name = 'cron'");
  const [waiting, deadLetters, shared] = await database.batch([
    database.prepare(WAITING),
    database.prepare(DEAD_LETTERS).bind(lastWeek),
    database.prepare(SHARED).bind(lastWeek),
  ]);
  return {
    missing: MIGRATIONS.filter((name) => !applied.includes(`${name}.sql`)),
    cronAt,
    waiting: rowsOf(ReasonRow, waiting),
    deadLetters: rowsOf(ReasonRow, deadLetters),
    sharedVisitors: rowsOf(SharedRow, shared),
  };
}

/** In an outage everything waits, and an operator looks often: so many signups of a status are looked at. */
const LOOKED_AT = 1_000;

const counted = (status: 'waiting' | 'failed', order: 'ASC' | 'DESC') => `
  count(DISTINCT latest.id) AS count, min(received_at) AS since, max(looked) = ${LOOKED_AT} AS isCut
  FROM (SELECT id, received_at, count(*) OVER () AS looked FROM (
    SELECT id, received_at FROM signups WHERE status <> 'delivered' AND status = '${status}'
    ORDER BY received_at ${order} LIMIT ${LOOKED_AT})) AS latest
  CROSS JOIN deliveries d ON d.signup_id = latest.id`;

const WAITING = `SELECT coalesce(d.reason, '') AS reason, max(d.detail) AS detail, ${counted('waiting', 'ASC')}
  WHERE d.status = 'waiting' GROUP BY 1`;

/** A signup that was never tried has no reason from before. */
const DEAD_LETTERS = `
  SELECT coalesce(d.last_reason, d.reason) AS reason, ${counted('failed', 'DESC')}
  WHERE d.reason = '${reason('gave_up').code}' AND d.updated_at > ?1 GROUP BY 1`;

const SHARED = `
  SELECT visitor_id AS visitorId, (SELECT count(DISTINCT email) FROM (
    SELECT email FROM signups s WHERE s.visitor_id = shared.visitor_id LIMIT ${LOOKED_AT})) AS people
  FROM (SELECT DISTINCT visitor_id
        FROM (SELECT * FROM signups WHERE received_at > ?1 ORDER BY received_at DESC LIMIT 5000)
        WHERE match = 'shared_visitor' AND visitor_id NOT NULL) AS shared
  ORDER BY people DESC, 1 LIMIT 5`;

const ReasonRow = z.object({
  reason: z.string(),
  count: z.number(),
  since: z.string(),
  isCut: z.pipe(
    z.number(),
    z.transform((cut) => cut === 1),
  ),
  detail: z.optional(z.nullable(z.string())),
});
const SharedRow = z.object({ visitorId: z.string(), people: z.number() });
const NameRow = z.object({ name: z.string() });

/** None where there is no such table yet. */
async function namesIn(database: LedgerDatabase, query: string): Promise<string[]> {
  try {
    return rowsOf(NameRow, await database.prepare(query).all()).map(({ name }) => name);
  } catch (error) {
    if (String(error).includes('no such table')) return [];
    throw error;
  }
}
