// Small daily counters of what each source sends: accepted, ignored and refused webhooks.
import * as z from 'zod/mini';
import { SAMPLE_EMAIL } from '../identifiers.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

/** Webhooks of one source that put no signup on the queue, for one reason. */
export interface WebhookCount {
  source: string;
  kind: 'ignored' | 'refused';
  /** A code of sources/reasons.ts. */
  reason: string;
  count: number;
  /** ISO 8601. */
  firstAt: string;
  lastAt: string;
}

const CountRow = z.object({
  day: z.string(),
  source: z.string(),
  kind: z.enum(['accepted', 'ignored', 'refused']),
  reason: z.string(),
  count: z.number(),
  withVisitor: z.number(),
  run: z.number(),
  gapSeconds: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
});
/** One source, day, kind and reason. */
export type SourceCountRow = z.output<typeof CountRow>;

/** Adds counts: one row written for each. */
export async function addWebhookCounts(
  ledger: LedgerDatabase,
  counts: readonly WebhookCount[],
): Promise<void> {
  if (counts.length === 0) return;
  await ledger.prepare(ADD).bind(JSON.stringify(counts)).run();
}

/** The rows of the last days, today included. */
export async function readSourceCounts(
  ledger: LedgerDatabase,
  days: number,
  nowMs: number,
): Promise<SourceCountRow[]> {
  const since = isoOf(nowMs - (days - 1) * DAY_MS).slice(0, 10);
  return rowsOf(CountRow, await ledger.prepare(READ).bind(since).all());
}

/** What a later row of the same day adds to an earlier one. */
const ADDED = `
  count = count + excluded.count,
  with_visitor = with_visitor + excluded.with_visitor,
  gap_seconds = max(gap_seconds, excluded.gap_seconds, unixepoch(excluded.first_at) - unixepoch(last_at)),
  last_at = max(last_at, excluded.last_at)`;

/** A run ends when something better has come in between: a genuine webhook, or an accepted one. */
const ADD = `
  INSERT INTO source_counts (day, source, kind, reason, count, run, first_at, last_at)
  SELECT substr(value->>'lastAt', 1, 10), value->>'source', value->>'kind', value->>'reason',
         value->>'count', value->>'count', value->>'firstAt', value->>'lastAt'
  FROM json_each(?1) WHERE true
  ON CONFLICT (day, source, kind, reason) DO UPDATE SET
    run = excluded.run + iif(EXISTS (
      SELECT 1 FROM source_counts AS better
      WHERE better.day = excluded.day AND better.source = excluded.source
        AND better.kind IN ('accepted', iif(excluded.kind = 'refused', 'ignored', 'accepted'))
        AND better.last_at > source_counts.last_at), 0, run),
    ${ADDED}`;

/**
 * Counts the signups of a batch that the ledger does not have yet, so it stands before they are written. The sample of
 * setup says nothing of the provider.
 */
export const COUNT_ACCEPTED = `
  INSERT INTO source_counts (day, source, kind, reason, count, with_visitor, first_at, last_at)
  SELECT substr(max(value->>'receivedAt'), 1, 10) AS day, value->>'source', 'accepted', '', count(*),
         count(value->>'visitorId'), min(value->>'receivedAt'), max(value->>'receivedAt')
  FROM json_each(?1)
  WHERE value->>'id' NOT IN (SELECT id FROM signups) AND value->>'email' IS NOT '${SAMPLE_EMAIL}'
  GROUP BY value->>'source', substr(value->>'receivedAt', 1, 10)
  ON CONFLICT (day, source, kind, reason) DO UPDATE SET ${ADDED}`;

const READ = `
  SELECT day, source, kind, reason, count, with_visitor AS withVisitor, run, gap_seconds AS gapSeconds,
         first_at AS firstAt, last_at AS lastAt
  FROM source_counts WHERE day >= ?1 ORDER BY day DESC, source, kind, reason`;
