// Whether the ledger has anything new, for a page that asks again and again: the ends of a few indexes.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

const NewsRow = z.object({
  /** Another text when something has come or changed that the first page shows. */
  mark: z.string(),
  /** The newest hour or day whose people are to be counted again. */
  newestStale: z.nullable(z.string()),
});
type News = z.output<typeof NewsRow>;

export async function readNews(ledger: LedgerDatabase): Promise<News> {
  const [row] = rowsOf(NewsRow, await ledger.prepare(NEWS).all());
  return row ?? { mark: '', newestStale: null };
}

const WAITS = "FROM deliveries WHERE status = 'waiting'";

const NEWS = `
  SELECT json_array(
    (SELECT received_at || id FROM signups ORDER BY received_at DESC, id DESC LIMIT 1),
    (SELECT min(next_attempt_at) ${WAITS}), (SELECT max(next_attempt_at) ${WAITS}),
    (SELECT min(period) FROM stale_periods), (SELECT max(period) FROM stale_periods),
    -- What else the page shows is at most as old as cron's last run.
    (SELECT at FROM heartbeats WHERE name = 'cron')) AS mark,
    (SELECT max(period) FROM stale_periods) AS newestStale`;
