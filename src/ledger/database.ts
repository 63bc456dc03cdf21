// What the ledger needs of D1, and the one way to read its rows.
import * as z from 'zod/mini';

export type LedgerDatabase = Pick<D1Database, 'prepare' | 'batch'>;

/** The rows of a result as the statement selects them. A row of another shape is a bug, and throws. */
export function rowsOf<Row extends z.ZodMiniType>(
  row: Row,
  result: Pick<D1Result, 'results'> | undefined,
): z.output<Row>[] {
  return z.array(row).parse(result?.results ?? []);
}

/** A row that is nothing but an ID. */
export const IdRow = z.object({ id: z.string() });

/** The bound list of texts, as JSON in the first parameter. */
export const IN_LIST = 'IN (SELECT value FROM json_each(?1))';

/** Of one person so many signups are looked at: the address of a monitor may have thousands. */
export const OF_ONE = 50;

/** A column that holds JSON; a text that is not JSON is a bug, and throws. */
export const jsonColumn = <Value extends z.ZodMiniType>(value: Value) =>
  z.pipe(
    z.string(),
    z.pipe(
      z.transform((text: string): unknown => JSON.parse(text)),
      value,
    ),
  );
