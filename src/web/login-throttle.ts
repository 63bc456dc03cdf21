// Guessing a token is slow: failed logins are counted per client, and a client with too many has to wait.
import type { LedgerDatabase } from '../ledger/database.ts';
import { countLoginFailure } from '../ledger/login-failures.ts';
import { MINUTE_MS, timeOf } from '../time.ts';

const WINDOW_MS = 15 * MINUTE_MS;
const FAILURES_PER_CLIENT = 5;
/**
 * Beyond this nothing more is counted, so that an attacker cannot fill the ledger. The login stays open: if it closed for
 * everybody, an attacker with twenty addresses could lock the operator out. The API accepts any number of tokens anyway.
 */
const FAILURES_KEPT = 100;

/**
 * Counts an attempt as failed before its token is compared, so that many at once cannot outrun the count. Returns the
 * seconds to wait when the client has no attempt left. `forgiveLoginFailures` takes the count back after a success.
 */
export async function countAttempt(
  ledger: LedgerDatabase,
  client: string,
  nowMs: number,
): Promise<number | undefined> {
  const { count, oldestAt } = await countLoginFailure(ledger, client, {
    nowMs,
    windowSeconds: WINDOW_MS / 1000,
    perClient: FAILURES_PER_CLIENT,
    kept: FAILURES_KEPT,
  });
  if (count < FAILURES_PER_CLIENT) return undefined;
  const endsMs = (timeOf(oldestAt) ?? nowMs) + WINDOW_MS;
  return Math.max(1, Math.ceil((endsMs - nowMs) / 1000));
}
