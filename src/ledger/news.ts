// Whether the ledger has anything new, for a page that asks again and again: the ends of a few indexes.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

const NewsRow = z.object({ mark: z.string() });

/** Another text when something has come or changed that the first page shows. */
export async function readMark(ledger: LedgerDatabase): Promise<string> {
  const [row] = rowsOf(NewsRow, await ledger.prepare(MARK).all());
  return row?.mark ?? '';
}

const WAITS = "FROM deliveries WHERE status = 'waiting'";

const MARK = `
  SELECT json_array(
    (SELECT received_at || id FROM signups ORDER BY received_at DESC, id DESC LIMIT 1),
    (SELECT min(next_attempt_at) ${WAITS}), (SELECT max(next_attempt_at) ${WAITS}),
    (SELECT min(period) FROM stale_periods), (SELECT max(period) FROM stale_periods),
    -- What else the page shows is at most as old as cron's last run.
    (SELECT at FROM heartbeats WHERE name = 'cron')) AS mark`;
