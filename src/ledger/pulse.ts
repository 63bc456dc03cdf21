// Whether the ledger can be read and written, and how late its work is.
import * as z from 'zod/mini';
import { isoOf, MINUTE_MS, timeOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

const WRITE = `
  INSERT INTO heartbeats (name, at) VALUES ('probe', ?1) ON CONFLICT (name) DO UPDATE SET at = excluded.at`;

/** Writes a heartbeat of its own and reads it again. Throws when the ledger cannot be written. */
export async function probe(ledger: LedgerDatabase, nowMs: number): Promise<void> {
  const at = isoOf(nowMs);
  const [, read] = await ledger.batch([
    ledger.prepare(WRITE).bind(at),
    ledger.prepare("SELECT at FROM heartbeats WHERE name = 'probe'"),
  ]);
  const [written] = rowsOf(ProbeRow, read);
  if (written?.at !== at) throw new Error('the ledger does not keep what is written');
}

export interface Pulse {
  /** When cron last ended, ISO 8601; absent before its first run. */
  cronAt: string | undefined;
  /** The longest overdue time of a delivery that is to be tried, ISO 8601. */
  oldestDueAt: string | undefined;
  /** When the ledger last took the row of a probe, ISO 8601. */
  wroteAt: string | undefined;
}

/** Everybody may cause it, so it writes seldom. */
const PROBE_EVERY_MS = MINUTE_MS;

/** Reads three rows, by index. Now and then it writes one. Throws when the ledger cannot be read or written. */
export async function takePulse(ledger: LedgerDatabase, nowMs: number): Promise<Pulse> {
  const [read] = rowsOf(PulseRow, await ledger.prepare(PULSE).all());
  const isDue = nowMs - (timeOf(read?.wroteAt) ?? 0) >= PROBE_EVERY_MS;
  if (isDue) await probe(ledger, nowMs);
  return {
    cronAt: read?.cronAt ?? undefined,
    oldestDueAt: read?.oldestDueAt ?? undefined,
    wroteAt: isDue ? isoOf(nowMs) : (read?.wroteAt ?? undefined),
  };
}

const PULSE = `
  SELECT
    (SELECT at FROM heartbeats WHERE name = 'cron') AS cronAt,
    (SELECT at FROM heartbeats WHERE name = 'probe') AS wroteAt,
    (SELECT min(next_attempt_at) FROM deliveries WHERE status = 'waiting') AS oldestDueAt`;

const ProbeRow = z.object({ at: z.string() });
const moment = z.nullable(z.string());
const PulseRow = z.object({ cronAt: moment, wroteAt: moment, oldestDueAt: moment });
