// What a destination is about to send, kept before it is sent: an invocation may end before its row is written, and the
// next one then sends the same.
import * as z from 'zod/mini';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

export interface Draft {
  signupId: string;
  /** As the destination wants it back. */
  memo: string;
}

/** Keeps those that are new. Returns all, by signup: of one that was kept before, what was kept then. */
export async function keepDrafts(
  ledger: LedgerDatabase,
  destination: string,
  drafts: readonly Draft[],
  at: string,
): Promise<ReadonlyMap<string, string>> {
  if (drafts.length === 0) return new Map();
  const result = await ledger
    .prepare(
      `INSERT INTO drafts (signup_id, destination, memo, at)
       SELECT value->>'signupId', ?2, value->>'memo', ?3 FROM json_each(?1) WHERE true
       ON CONFLICT (signup_id, destination) DO UPDATE SET memo = memo
       RETURNING signup_id AS signupId, memo`,
    )
    .bind(JSON.stringify(drafts), destination, at)
    .all();
  return new Map(rowsOf(DraftRow, result).map(({ signupId, memo }) => [signupId, memo]));
}

/** Whose drafts are over. A parameter: IDs of signups. */
export const END_DRAFTS = `DELETE FROM drafts WHERE signup_id ${IN_LIST}`;

const DraftRow = z.object({ signupId: z.string(), memo: z.string() });
