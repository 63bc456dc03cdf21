// Sessions of browsers that were logged out before their time.
import { isoOf } from '../time.ts';
import type { LedgerDatabase } from './database.ts';

/** `mark` names the session and does not open it. `expiresAt`: Unix seconds. */
export async function endSession(
  ledger: LedgerDatabase,
  mark: string,
  expiresAt: number,
): Promise<void> {
  await ledger
    .prepare('INSERT OR IGNORE INTO ended_sessions (mark, expires_at) VALUES (?, ?)')
    .bind(mark, isoOf(expiresAt * 1000))
    .run();
}

/** Whether the session was logged out. */
export async function isEnded(ledger: LedgerDatabase, mark: string): Promise<boolean> {
  const found = await ledger
    .prepare('SELECT 1 AS one FROM ended_sessions WHERE mark = ?')
    .bind(mark)
    .first('one');
  return found !== null;
}
