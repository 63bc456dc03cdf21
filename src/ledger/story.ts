// What belongs to one signup's page beside its own row.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES } from '../model.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';

const OtherSignup = z.object({
  id: z.string(),
  source: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  channel: z.nullable(z.string()),
  occurredAt: z.string(),
});
/** Another signup of the same person. */
export type OtherSignup = z.output<typeof OtherSignup>;

const MAX_OTHERS = 10;

/** The person's other signups, newest first; at most ten. */
export async function readOthers(
  ledger: LedgerDatabase,
  { id, email }: { id: string; email: string | null },
): Promise<OtherSignup[]> {
  if (email === null) return [];
  const result = await ledger
    .prepare(
      `SELECT id, source, status, channel, occurred_at AS occurredAt FROM signups
       WHERE email = ? AND id <> ? ORDER BY occurred_at DESC LIMIT ${MAX_OTHERS}`,
    )
    .bind(email, id)
    .all();
  return rowsOf(OtherSignup, result);
}
