// Asks the destinations that can to erase what Whence has given them of a person.
import type { LedgerDatabase } from '../ledger/database.ts';
import { readSignupIds } from '../ledger/erasure.ts';
import type { DeliveryStatus } from '../model.ts';
import type { Outcome } from '../outcome.ts';

interface EraseElsewhereDependencies {
  ledger: LedgerDatabase;
  destinations: readonly {
    name: string;
    erase?(email: string, signups: readonly string[]): Promise<Outcome>;
  }[];
}

/** How it ended at one destination. */
export interface ErasedElsewhere {
  name: string;
  status: DeliveryStatus;
  /** The code of a reason. */
  reason: string | null;
}

const STATUS: Readonly<Record<Outcome['status'], DeliveryStatus>> = {
  delivered: 'delivered',
  skipped: 'skipped',
  rejected: 'failed',
  retry: 'waiting',
  snooze: 'waiting',
};

/** Comes before the ledger is erased, which knows the signups. One that waits has to be asked again. */
export async function eraseElsewhere(
  { ledger, destinations }: EraseElsewhereDependencies,
  email: string,
): Promise<readonly ErasedElsewhere[]> {
  const signups = await readSignupIds(ledger, email);
  const erased: ErasedElsewhere[] = [];
  for (const { name, erase } of destinations) {
    const outcome = await erase?.(email, signups);
    if (!outcome) continue;
    erased.push({ name, status: STATUS[outcome.status], reason: outcome.reason?.code ?? null });
  }
  return erased;
}
