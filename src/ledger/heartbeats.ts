// When something that runs by itself last ended, and what is to be known of this deployment.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

const HeartbeatRow = z.object({ name: z.string(), at: z.string(), detail: z.nullable(z.string()) });
export type Heartbeat = z.output<typeof HeartbeatRow>;

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

/** All of them, by name: there are few. */
export async function readHeartbeats(
  ledger: LedgerDatabase,
): Promise<ReadonlyMap<string, Heartbeat>> {
  const result = await ledger.prepare('SELECT name, at, detail FROM heartbeats').all();
  return new Map(rowsOf(HeartbeatRow, result).map((row) => [row.name, row]));
}

/** Writes the detail only where it is another one. */
export async function noteDetail(
  ledger: LedgerDatabase,
  name: string,
  at: string,
  detail: string,
): Promise<void> {
  const known = (await readHeartbeats(ledger)).get(name);
  if (known?.detail !== detail) await writeHeartbeat(ledger, name, at, detail);
}
