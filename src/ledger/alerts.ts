// The faults that are known, and which of them the operator has been told of.
import * as z from 'zod/mini';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';

const text = z.nullable(z.string());
/** `finding`: as the room that found it reads it. */
const AlertRow = z.object({
  name: z.string(),
  since: z.string(),
  runs: z.number(),
  raisedAt: text,
  remindedAt: text,
  finding: jsonColumn(z.unknown()),
});
export type AlertRow = z.output<typeof AlertRow>;

/** The oldest first. */
export async function readAlerts(ledger: LedgerDatabase): Promise<AlertRow[]> {
  return rowsOf(AlertRow, await ledger.prepare(READ).all());
}

/** Writes these rows and removes those names. */
export async function writeAlerts(
  ledger: LedgerDatabase,
  rows: readonly AlertRow[],
  gone: readonly string[],
): Promise<void> {
  if (rows.length + gone.length === 0) return;
  await ledger.batch([
    ledger.prepare(WRITE).bind(JSON.stringify(rows)),
    ledger
      .prepare('DELETE FROM alerts WHERE name IN (SELECT value FROM json_each(?1))')
      .bind(JSON.stringify(gone)),
  ]);
}

const READ = `SELECT name, since, runs, raised_at AS raisedAt, reminded_at AS remindedAt, finding
  FROM alerts ORDER BY since, name LIMIT 100`;

const WRITE = `
  INSERT INTO alerts (name, since, runs, raised_at, reminded_at, finding)
  SELECT value->>'name', value->>'since', value->>'runs', value->>'raisedAt', value->>'remindedAt',
         value->>'finding'
  FROM json_each(?1) WHERE true
  ON CONFLICT (name) DO UPDATE SET
    runs = excluded.runs, raised_at = excluded.raised_at, reminded_at = excluded.reminded_at,
    finding = excluded.finding`;
