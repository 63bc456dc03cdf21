// What has not arrived, for a page that is fetched again and again.
import type { LedgerDatabase } from '../ledger/database.ts';
import { readOldestUnfinished, readUnfinished, type Unfinished } from '../ledger/unfinished.ts';

/**
 * `isPolling`: the page asks by itself. Then an answer serves for a while, the longer the more it costs, and no longer than
 * the oldest of what it tells is there.
 */
export type ReadUnfinished = (isPolling: boolean) => Promise<Unfinished>;

const KEPT_MS_PER_ROW = 500;
/** The signup, its delivery, and the look whether there is another delivery. */
const ROWS_PER_REASON = 3;

export function rememberUnfinished(ledger: LedgerDatabase, now: () => number): ReadUnfinished {
  let kept: { unfinished: Unfinished; oldest: string; untilMs: number } | undefined;
  return async (isPolling) => {
    const nowMs = now();
    const oldest = await readOldestUnfinished(ledger);
    const serves = isPolling && kept?.oldest === oldest && nowMs < kept.untilMs;
    if (kept && serves) return kept.unfinished;
    const unfinished = await readUnfinished(ledger);
    const explained = unfinished.unfinished.reduce((sum, { count }) => sum + count, 0);
    const rows = unfinished.waiting.count + ROWS_PER_REASON * explained;
    kept = { unfinished, oldest, untilMs: nowMs + rows * KEPT_MS_PER_ROW };
    return unfinished;
  };
}
