// Signups read back from the ledger as the messages that they were, to be put on the queue again.
import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { Signup } from '../model.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

/** A signup as the ledger keeps it. `signup` is absent when this version cannot read the message. */
export interface StoredSignup {
  id: string;
  receivedAt: string;
  match: string | null;
  signup?: Signup;
}

export const StoredRow = z.object({
  id: z.string(),
  receivedAt: z.string(),
  match: z.nullable(z.string()),
  signup: z.string(),
});

/** The columns that `readStored` needs, of a table with the alias `s`. */
export const STORED_COLUMNS = 's.id, s.received_at AS receivedAt, s.match, s.signup';

export async function readStored(
  ledger: LedgerDatabase,
  statement: string,
  ...values: readonly unknown[]
): Promise<StoredSignup[]> {
  const result = await ledger
    .prepare(statement)
    .bind(...values)
    .all();
  return readSignups(rowsOf(StoredRow, result));
}

export function readByIds(ledger: LedgerDatabase, ids: readonly string[]): Promise<StoredSignup[]> {
  return readStored(
    ledger,
    `SELECT ${STORED_COLUMNS} FROM signups s WHERE s.id ${IN_LIST}`,
    JSON.stringify(ids),
  );
}

export function readSignups(rows: readonly z.output<typeof StoredRow>[]): StoredSignup[] {
  return rows.map(({ signup, ...row }) => ({
    ...row,
    signup: Signup.safeParse(parseJson(signup)).data,
  }));
}
