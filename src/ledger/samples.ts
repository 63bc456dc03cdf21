// Signups that are worth looking at when the doctor asks what live answers look like: the newest, and the newest ad clicks.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

export interface Samples {
  /** Visitors that DataFast knows, those with an ad click first. */
  visitorIds: readonly string[];
  /** Somebody who was delivered; absent while nobody was. */
  email?: string | undefined;
}

const SampleRow = z.object({ visitorId: z.string(), email: z.nullable(z.string()) });

/** Throws when the ledger cannot be read. */
export async function readSamples(ledger: LedgerDatabase): Promise<Samples> {
  const rows = rowsOf(SampleRow, await ledger.prepare(SAMPLES).all());
  return {
    visitorIds: [...new Set(rows.map(({ visitorId }) => visitorId))],
    email: rows.find(({ email }) => email !== null)?.email ?? undefined,
  };
}

/** Among the newest signups, so that a large ledger costs no more. */
const newest = (condition: string, limit: number) => `
  SELECT * FROM (SELECT visitor_id AS visitorId, email
    FROM (SELECT * FROM signups ORDER BY received_at DESC, id DESC LIMIT 500)
    WHERE ${condition} AND visitor_id NOT NULL AND status = 'delivered' LIMIT ${limit})`;

const SAMPLES = [
  newest("channel = 'Paid Search'", 1),
  newest("channel = 'Paid Social'", 1),
  newest("match = 'matched'", 2),
].join(' UNION ALL ');
