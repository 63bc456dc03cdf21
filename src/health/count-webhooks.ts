// Counts webhooks that put no signup on the queue. The counts are kept in the isolate and written at most once a minute:
// whatever comes, the ledger gets a few rows.
import type { LedgerDatabase } from '../ledger/database.ts';
import { addWebhookCounts, type WebhookCount } from '../ledger/source-counts.ts';
import { describeError, type Log } from '../log.ts';
import { isoOf, MINUTE_MS } from '../time.ts';

export interface CountDependencies {
  ledger: LedgerDatabase;
  now(): number;
  log: Log;
}

/** What came: `undefined` for a webhook that was accepted, which the consumer counts. */
export type Counted = Pick<WebhookCount, 'source' | 'kind' | 'reason'> | undefined;

/** Counts a webhook. Returns the writing when it is due; it may end after the answer, and it never rejects. */
export type CountWebhook = (counted: Counted) => Promise<void> | undefined;

/** A counter for one isolate. */
export function newWebhookCounter({ ledger, now, log }: CountDependencies): CountWebhook {
  let pending = new Map<string, WebhookCount>();
  let writtenMs = Number.NEGATIVE_INFINITY;

  async function write(counts: ReadonlyMap<string, WebhookCount>): Promise<void> {
    try {
      await addWebhookCounts(ledger, [...counts.values()]);
    } catch (error) {
      // They are written with the next ones.
      for (const [key, count] of counts) add(pending, key, count);
      log('warn', 'counts_not_written', describeError(error));
    }
  }

  return (counted) => {
    if (!counted && pending.size === 0) return undefined;
    const nowMs = now();
    if (counted) {
      const at = isoOf(nowMs);
      const key = `${at.slice(0, 10)} ${counted.source} ${counted.kind} ${counted.reason}`;
      add(pending, key, { ...counted, count: 1, firstAt: at, lastAt: at });
    }
    if (nowMs - writtenMs < MINUTE_MS) return undefined;
    writtenMs = nowMs;
    const counts = pending;
    pending = new Map();
    return write(counts);
  };
}

function add(counts: Map<string, WebhookCount>, key: string, more: WebhookCount): void {
  const known = counts.get(key) ?? { ...more, count: 0 };
  const firstAt = known.firstAt < more.firstAt ? known.firstAt : more.firstAt;
  const lastAt = known.lastAt > more.lastAt ? known.lastAt : more.lastAt;
  counts.set(key, { ...known, count: known.count + more.count, firstAt, lastAt });
}
