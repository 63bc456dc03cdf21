// Signups that are tried with care, since an invocation that had them ended without a word.
import * as z from 'zod/mini';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

/** How often an invocation has ended with each signup alone. Those that have no row yet are left out. */
export async function readTrials(
  ledger: LedgerDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await ledger
    .prepare(`SELECT signup_id AS id, deaths FROM trials WHERE signup_id ${IN_LIST}`)
    .bind(JSON.stringify(ids))
    .all();
  return new Map(rowsOf(TrialRow, result).map(({ id, deaths }) => [id, deaths]));
}

/** Before a try: what stands there if the invocation ends. Others that `before` names are over. */
export async function beginTrials(
  ledger: LedgerDatabase,
  trials: readonly { id: string; deaths: number }[],
  at: string,
  before: readonly string[] = [],
): Promise<void> {
  await ledger.batch([
    ...(before.length > 0 ? [ending(ledger, before)] : []),
    ledger
      .prepare(
        `INSERT INTO trials (signup_id, deaths, at)
         SELECT value->>'id', value->>'deaths', ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (signup_id) DO UPDATE SET deaths = excluded.deaths, at = excluded.at`,
      )
      .bind(JSON.stringify(trials), at),
  ]);
}

/** They have been recorded. */
export async function endTrials(ledger: LedgerDatabase, ids: readonly string[]): Promise<void> {
  await ending(ledger, ids).run();
}

const ending = (ledger: LedgerDatabase, ids: readonly string[]) =>
  ledger.prepare(`DELETE FROM trials WHERE signup_id ${IN_LIST}`).bind(JSON.stringify(ids));

const TrialRow = z.object({ id: z.string(), deaths: z.number() });
