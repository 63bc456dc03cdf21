// Signups that are tried with care, since an invocation that had them ended without a word.
import * as z from 'zod/mini';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

/** For `deaths`: its turn is over, and the invocation ended later. */
export const PASSED = -1;

/**
 * How often an invocation has ended with each signup alone, in the order of their turns. Those that have no row, or have passed,
 * are left out.
 */
export async function readTrials(
  ledger: LedgerDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await ledger
    .prepare(
      `SELECT signup_id AS id, deaths FROM trials WHERE signup_id ${IN_LIST} AND deaths > ${PASSED}
       ORDER BY deaths, at`,
    )
    .bind(JSON.stringify(ids))
    .all();
  return new Map(rowsOf(TrialRow, result).map(({ id, deaths }) => [id, deaths]));
}

/** Before a try: what stands there if the invocation ends. */
export async function beginTrials(
  ledger: LedgerDatabase,
  trials: readonly { id: string; deaths: number }[],
  at: string,
): Promise<void> {
  await ledger
    .prepare(
      `INSERT INTO trials (signup_id, deaths, at)
       SELECT value->>'id', value->>'deaths', ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (signup_id) DO UPDATE SET deaths = excluded.deaths, at = excluded.at`,
    )
    .bind(JSON.stringify(trials), at)
    .run();
}

/** They have been recorded. */
export async function endTrials(ledger: LedgerDatabase, ids: readonly string[]): Promise<void> {
  await ledger
    .prepare(`DELETE FROM trials WHERE signup_id ${IN_LIST}`)
    .bind(JSON.stringify(ids))
    .run();
}

const TrialRow = z.object({ id: z.string(), deaths: z.number() });
