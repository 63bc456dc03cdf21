// Failed logins, counted per client.
import * as z from 'zod/mini';
import { isoOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

export interface LoginLimits {
  nowMs: number;
  /** Older failures are forgotten. */
  windowSeconds: number;
  /** More are not counted for one client. */
  perClient: number;
  /** More are not kept in all. */
  kept: number;
}

/** The failures of a client within the window. */
export interface LoginFailures {
  count: number;
  /** ISO 8601; absent when there are none. */
  oldestAt?: string;
}

const Earlier = z.object({ count: z.number(), oldest: z.nullable(z.string()) });

/**
 * Adds one failure of the client, unless a limit is reached, and returns those before it. It is one transaction, so that
 * attempts at the same time cannot exceed the limit.
 */
export async function countLoginFailure(
  ledger: LedgerDatabase,
  client: string,
  { nowMs, windowSeconds, perClient, kept }: LoginLimits,
): Promise<LoginFailures> {
  const [, earlier] = await ledger.batch([
    ledger
      .prepare('DELETE FROM login_failures WHERE failed_at <= ?')
      .bind(isoOf(nowMs - windowSeconds * 1000)),
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
      .bind(client, isoOf(nowMs), perClient, kept),
  ]);
  const [row] = rowsOf(Earlier, earlier);
  return { count: row?.count ?? 0, oldestAt: row?.oldest ?? undefined };
}

/** Removes every failure of the client. */
export async function forgiveLoginFailures(ledger: LedgerDatabase, client: string): Promise<void> {
  await ledger.prepare('DELETE FROM login_failures WHERE client = ?').bind(client).run();
}
