// How far the signups of some days got, by source: of many, the newest are looked at, which is enough for shares.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES, MATCHES, UNKNOWN_CHANNEL } from '../model.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

/** Of more, the newest are a good sample. */
const MOST = 2_000;

export const CoverageRow = z.object({
  source: z.string(),
  match: z.nullable(z.enum(MATCHES)),
  status: z.enum(DELIVERY_STATUSES),
  /** 1 when the contact says what brought the person. */
  known: z.number(),
  /** 1 when the visitor ID stood in a place where people put their own IDs. */
  guessed: z.number(),
  count: z.number(),
});
export type CoverageRow = z.output<typeof CoverageRow>;

/** Signups that arrived from `from` on and before `until`, ISO 8601. What cannot be read is nobody yet. */
export async function readCoverage(
  ledger: LedgerDatabase,
  from: string,
  until: string,
): Promise<CoverageRow[]> {
  return rowsOf(CoverageRow, await ledger.prepare(COVERAGE).bind(from, until).all());
}

const COVERAGE = `
  SELECT source, match, status, known, guessed, count(*) AS count
  FROM (SELECT source, match, status, channel IS NOT NULL AND channel <> '${UNKNOWN_CHANNEL}' AS known,
               coalesce(json_extract(signup, '$.visitorIdGuessed'), 0) AS guessed
        FROM signups WHERE received_at >= ?1 AND received_at < ?2 AND id NOT BETWEEN 'unreadable:' AND 'unreadable;'
        ORDER BY received_at DESC, id DESC LIMIT ${MOST})
  GROUP BY 1, 2, 3, 4, 5`;
