// Who a signup is about, as far as the ledger can tell people apart.
import * as z from 'zod/mini';
import type { Signup } from '../model.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

/** Customer ids are the provider's own: the same id of another source is another person. */
export function customerOf({ source, customerId }: Signup): string | undefined {
  return customerId === undefined ? undefined : `${source}:${customerId}`;
}

/** What the person is known by: their email, and their provider's customer. */
export function namesOf(signup: Signup): string[] {
  return [signup.email ?? [], customerOf(signup) ?? []].flat();
}

/** Under which name an incomplete signup waits: the customer, or the address where the provider names no customer. */
export function personOf(signup: Signup): string | undefined {
  const { source, email } = signup;
  return customerOf(signup) ?? (email === undefined ? undefined : `${source}:${email}`);
}

const CustomerRow = z.object({ source: z.string(), customerId: z.string(), test: z.number() });

/** The customer of the person's newest signup that names one. */
export async function newestCustomer(
  ledger: LedgerDatabase,
  email: string,
): Promise<Pick<Signup, 'source' | 'customerId' | 'test'> | undefined> {
  const result = await ledger
    .prepare(
      `SELECT source, signup->>'customerId' AS customerId, signup->>'test' AS test FROM signups
       WHERE email = ? AND customer IS NOT NULL AND signup IS NOT NULL ORDER BY occurred_at DESC LIMIT 1`,
    )
    .bind(email)
    .all();
  const [row] = rowsOf(CustomerRow, result);
  return row && { ...row, test: row.test === 1 };
}
