// The signups before and after one in a list.
import { IdRow, type LedgerDatabase, rowsOf } from './database.ts';
import {
  conditionsOf,
  FILTERED,
  type ListQuery,
  LOOKED_AT,
  type Position,
  valuesOf,
  whereOf,
} from './list.ts';

/** Their IDs; absent at the ends of the list. */
export interface Neighbours {
  newer: string | undefined;
  older: string | undefined;
}

/** Costs a row of an index each way; with a rare filter as many as a page of the list looks at. */
export async function readNeighbours(
  ledger: LedgerDatabase,
  query: Omit<ListQuery, 'limit' | 'after'>,
  { receivedAt, id }: Position,
): Promise<Neighbours> {
  const { looked, filters } = conditionsOf({ ...query, limit: 1 });
  const arrival = query.search ? '+s.received_at' : 's.received_at';
  const next = (than: '<' | '>', order: 'ASC' | 'DESC') => {
    const beyond: typeof looked = [
      ...looked,
      [`(${arrival}, s.id) ${than} (?, ?)`, receivedAt, id],
    ];
    return ledger
      .prepare(
        `SELECT id FROM (SELECT ${FILTERED} FROM signups s ${whereOf(beyond)}
           ORDER BY s.received_at ${order}, s.id ${order} LIMIT ${LOOKED_AT})
         ${whereOf(filters)} LIMIT 1`,
      )
      .bind(...valuesOf(beyond), ...valuesOf(filters));
  };
  const [newer, older] = await ledger.batch([next('>', 'ASC'), next('<', 'DESC')]);
  return { newer: rowsOf(IdRow, newer)[0]?.id, older: rowsOf(IdRow, older)[0]?.id };
}
