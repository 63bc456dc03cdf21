// Destinations that their service has switched off, until the operator acts.
import * as z from 'zod/mini';
import { digest } from '../crypto.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

const StoppedRow = z.object({
  name: z.string(),
  /** A digest of the settings that it concerns. */
  settings: z.string(),
  /** The code of a reason. */
  reason: z.string(),
  stoppedAt: z.string(),
});
export type Stopped = z.output<typeof StoppedRow>;

/** All of them: there are few. */
export async function readStopped(ledger: LedgerDatabase): Promise<readonly Stopped[]> {
  const result = await ledger
    .prepare('SELECT name, settings, reason, stopped_at AS stoppedAt FROM stopped_destinations')
    .all();
  return rowsOf(StoppedRow, result);
}

/** Replaces what was said of the destination before. */
export async function writeStopped(
  ledger: LedgerDatabase,
  { name, settings, reason, stoppedAt }: Stopped,
): Promise<void> {
  await ledger
    .prepare(
      `INSERT INTO stopped_destinations (name, settings, reason, stopped_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (name) DO UPDATE SET
         settings = excluded.settings, reason = excluded.reason, stopped_at = excluded.stopped_at`,
    )
    .bind(name, settings, reason, stoppedAt)
    .run();
}

/** Whether there was anything to remove. */
export async function removeStopped(ledger: LedgerDatabase, name: string): Promise<boolean> {
  const removed = await ledger
    .prepare('DELETE FROM stopped_destinations WHERE name = ?1 RETURNING name')
    .bind(name)
    .all();
  return removed.results.length > 0;
}

/** Those that are stopped with the settings that they have now, by name. */
export async function stoppedAmong(
  destinations: readonly { name: string; stopKey?: string }[],
  rows: readonly Stopped[],
): Promise<ReadonlyMap<string, Stopped>> {
  const found = new Map<string, Stopped>();
  for (const { name, stopKey } of destinations) {
    const row = rows.find((one) => one.name === name);
    if (row && stopKey !== undefined && row.settings === (await digest(stopKey))) {
      found.set(name, row);
    }
  }
  return found;
}
