// Guessing a token is slow: failed logins are counted per client, and a client with too many has to wait.
import type { LedgerDatabase } from '../ledger/database.ts';
import { countLoginFailure, forgiveLoginFailures } from '../ledger/login-failures.ts';
import { MINUTE_MS, timeOf } from '../time.ts';

const WINDOW_MS = 15 * MINUTE_MS;
const FAILURES_PER_CLIENT = 5;
/**
 * Beyond this nothing more is counted, so that an attacker cannot fill the ledger. The login stays open: if it closed for
 * everybody, an attacker with twenty addresses could lock the operator out. The API accepts any number of tokens anyway.
 */
const FAILURES_KEPT = 100;

/** Failures of this isolate, in milliseconds since 1970, by client: what counts while the ledger does not answer. */
export type FailuresHere = Map<string, readonly number[]>;

interface ThrottleDependencies {
  ledger: LedgerDatabase;
  failuresHere: FailuresHere;
  now(): number;
}

/**
 * Counts an attempt as failed before its token is compared, so that many at once cannot outrun the count. Returns the
 * seconds to wait when the client has no attempt left. `forgive` takes the count back after a success.
 */
export async function countAttempt(
  { ledger, failuresHere, now }: ThrottleDependencies,
  client: string,
): Promise<number | undefined> {
  const nowMs = now();
  const { count, oldestMs = nowMs } = await countInLedger(ledger, client, nowMs).catch(() =>
    countHere(failuresHere, client, nowMs),
  );
  if (count < FAILURES_PER_CLIENT) return undefined;
  return Math.max(1, Math.ceil((oldestMs + WINDOW_MS - nowMs) / 1000));
}

/** The operator must be able to log in and see what is wrong with the ledger. */
export async function forgive(
  { ledger, failuresHere }: ThrottleDependencies,
  client: string,
): Promise<void> {
  failuresHere.delete(client);
  await forgiveLoginFailures(ledger, client).catch(() => undefined);
}

async function countInLedger(ledger: LedgerDatabase, client: string, nowMs: number) {
  const { count, oldestAt } = await countLoginFailure(ledger, client, {
    nowMs,
    windowSeconds: WINDOW_MS / 1000,
    perClient: FAILURES_PER_CLIENT,
    kept: FAILURES_KEPT,
  });
  return { count, oldestMs: timeOf(oldestAt) };
}

function countHere(failures: FailuresHere, client: string, nowMs: number) {
  const before = (failures.get(client) ?? []).filter((at) => at > nowMs - WINDOW_MS);
  failures.delete(client);
  failures.set(client, [...before, nowMs].slice(0, FAILURES_PER_CLIENT));
  const [oldest] = failures.keys();
  if (failures.size > FAILURES_KEPT && oldest !== undefined) failures.delete(oldest);
  return { count: before.length, oldestMs: before[0] };
}
