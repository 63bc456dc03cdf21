// The figures of one week against the week before, for the digest. It is read once a week.
import * as z from 'zod/mini';
import { type LedgerDatabase, rowsOf } from './database.ts';

/** Of more, the newest are a good sample. */
const MOST = 20_000;

const DigestRow = z.object({
  /** 1: of the week itself, 0: of the week before. */
  isNow: z.number(),
  channel: z.nullable(z.string()),
  campaign: z.nullable(z.string()),
  people: z.number(),
  matched: z.number(),
});
export type DigestRow = z.output<typeof DigestRow>;

/** People, not events: a person who came by two providers counts once, with what is known of them. ISO 8601. */
export async function readDigest(
  ledger: LedgerDatabase,
  before: string,
  from: string,
  until: string,
): Promise<DigestRow[]> {
  return rowsOf(DigestRow, await ledger.prepare(DIGEST).bind(before, from, until).all());
}

const DIGEST = `
  SELECT isNow, channel, campaign, count(*) AS people, sum(matched) AS matched
  FROM (SELECT received_at >= ?2 AS isNow, coalesce(email, customer, id) AS person, max(channel) AS channel,
               max(attribution ->> 'campaign') AS campaign, max(coalesce(match = 'matched', 0)) AS matched
        FROM (SELECT * FROM signups WHERE received_at >= ?1 AND received_at < ?3 AND status <> 'skipped'
              ORDER BY received_at DESC LIMIT ${MOST})
        GROUP BY 1, 2)
  GROUP BY 1, 2, 3`;
