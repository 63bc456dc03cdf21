// When something that runs by itself last ended.
import type { LedgerDatabase } from './database.ts';

/** `detail`: what it did, as JSON. */
export async function writeHeartbeat(
  ledger: LedgerDatabase,
  name: string,
  at: string,
  detail: string,
): Promise<void> {
  await ledger
    .prepare(
      `INSERT INTO heartbeats (name, at, detail) VALUES (?1, ?2, ?3)
       ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail`,
    )
    .bind(name, at, detail)
    .run();
}
