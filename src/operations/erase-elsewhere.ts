// Asks the destinations that can to erase what Whence has given them of a person.
import { SAMPLE_EMAIL } from '../identifiers.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { type KnownPerson, readPerson } from '../ledger/erasure.ts';
import type { DeliveryStatus } from '../model.ts';
import type { Rejected, Skipped, Waiting } from '../outcome.ts';

type Failed = Waiting | Rejected | Skipped;

interface EraseElsewhereDependencies {
  ledger: LedgerDatabase;
  destinations: readonly {
    name: string;
    erase?(
      person: Omit<KnownPerson, 'externalIds'> & { externalIds: readonly string[] },
    ): Promise<Pick<ErasedElsewhere, 'erased' | 'kept'> | { failed: Failed }>;
    deleteSample?(email: string): Promise<{ isDeleted: boolean } | { failed: Failed }>;
  }[];
}

/** How it ended at one destination. */
export interface ErasedElsewhere {
  name: string;
  status: DeliveryStatus;
  /** The code of a reason. */
  reason: string | null;
  /** The properties that are empty now. */
  erased: readonly string[];
  /** Those that still have a value which Whence may have written: they are the operator's own, or the service's. */
  kept: readonly string[];
  /** Whether the record itself is gone: only that of setup's sample. */
  deleted: boolean;
}

const STATUS: Readonly<Record<Failed['status'], DeliveryStatus>> = {
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
  const { externalIds, ...person } = await readPerson(ledger, email);
  const all: ErasedElsewhere[] = [];
  for (const { name, erase, deleteSample } of destinations) {
    const sample = email === SAMPLE_EMAIL ? await deleteSample?.(email) : undefined;
    if (sample && 'isDeleted' in sample && sample.isDeleted) {
      all.push({ ...NOTHING, name, status: 'delivered', reason: null, deleted: true });
      continue;
    }
    const result = await erase?.({ ...person, externalIds: externalIds.get(name) ?? [] });
    if (!result) continue;
    all.push(
      'failed' in result
        ? {
            ...NOTHING,
            name,
            status: STATUS[result.failed.status],
            reason: result.failed.reason.code,
          }
        : { ...NOTHING, name, status: 'delivered', reason: null, ...result },
    );
  }
  return all;
}

const NOTHING = { erased: [], kept: [], deleted: false };
