// Guessing is slow: failed logins are counted per client and in all, and too many close the door for a while.
import type { LedgerDatabase } from '../delivery/ledger.ts';

const WINDOW_SECONDS = 15 * 60;
const FAILURES_PER_CLIENT = 5;
/** Whoever guesses from many addresses. Access and the API stay open meanwhile. */
const FAILURES_IN_ALL = 100;

/**
 * Counts this try as failed before its token is looked at, so that many at once cannot outrun the count. Returns the
 * seconds to wait when there is no try left; `forgiveFailures` takes it back after a success.
 */
export async function countFailure(
  ledger: LedgerDatabase,
  client: string,
  nowMs: number,
): Promise<number | undefined> {
  const now = new Date(nowMs).toISOString();
  const windowStart = new Date(nowMs - WINDOW_SECONDS * 1000).toISOString();
  const [, counted, oldest] = await ledger.batch<{ client: string; at: string | null }>([
    ledger.prepare('DELETE FROM login_failures WHERE failed_at <= ?').bind(windowStart),
    ledger
      .prepare(
        `INSERT INTO login_failures (client, failed_at) SELECT ?1, ?2
         WHERE (SELECT count(*) FROM login_failures WHERE client = ?1) < ?3
           AND (SELECT count(*) FROM login_failures) < ?4 RETURNING client`,
      )
      .bind(client, now, FAILURES_PER_CLIENT, FAILURES_IN_ALL),
    ledger
      .prepare(
        `SELECT coalesce((SELECT min(failed_at) FROM login_failures WHERE client = ?1
                          HAVING count(*) >= ?2), min(failed_at)) AS at FROM login_failures`,
      )
      .bind(client, FAILURES_PER_CLIENT),
  ]);
  if (counted?.results.length === 1) return undefined;
  const endsMs = Date.parse(oldest?.results[0]?.at ?? now) + WINDOW_SECONDS * 1000;
  return Math.max(1, Math.ceil((endsMs - nowMs) / 1000));
}

export async function forgiveFailures(ledger: LedgerDatabase, client: string): Promise<void> {
  await ledger.prepare('DELETE FROM login_failures WHERE client = ?').bind(client).run();
}
