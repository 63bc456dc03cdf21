// Guessing is slow: failed logins are counted per client, and too many close the door to that client for a while.
import type { LedgerDatabase } from '../ledger/database.ts';

const WINDOW_SECONDS = 15 * 60;
const FAILURES_PER_CLIENT = 5;
/**
 * Beyond this nothing more is counted, so that strangers cannot fill the ledger. The door stays open: closed to all, any
 * stranger with twenty addresses could keep the operator out, and the API takes as many tokens as one likes.
 */
const FAILURES_KEPT = 100;

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
  const [, earlier] = await ledger.batch<{ count: number; oldest: string | null }>([
    ledger.prepare('DELETE FROM login_failures WHERE failed_at <= ?').bind(windowStart),
    ledger
      .prepare(
        'SELECT count(*) AS count, min(failed_at) AS oldest FROM login_failures WHERE client = ?',
      )
      .bind(client),
    ledger
      .prepare(
        `INSERT INTO login_failures (client, failed_at) SELECT ?1, ?2
         WHERE (SELECT count(*) FROM login_failures WHERE client = ?1) < ?3
           AND (SELECT count(*) FROM login_failures) < ?4`,
      )
      .bind(client, now, FAILURES_PER_CLIENT, FAILURES_KEPT),
  ]);
  const { count = 0, oldest } = earlier?.results[0] ?? {};
  if (count < FAILURES_PER_CLIENT) return undefined;
  const endsMs = Date.parse(oldest ?? now) + WINDOW_SECONDS * 1000;
  return Math.max(1, Math.ceil((endsMs - nowMs) / 1000));
}

export async function forgiveFailures(ledger: LedgerDatabase, client: string): Promise<void> {
  await ledger.prepare('DELETE FROM login_failures WHERE client = ?').bind(client).run();
}
