// Writing enriched signups to one destination: one contact per person, in batches of the destination's size.
import type { Item } from '../ledger/delivery-state.ts';
import { describeError, type Log } from '../log.ts';
import type { Contact, EnrichedSignup } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import type { DeliveryDestination } from './attempts.ts';
import { mergeByEmail } from './merge.ts';

/** The signups of one person share one contact, and so one outcome. */
export async function upsertAll(
  dependencies: { log: Log },
  destination: DeliveryDestination,
  items: readonly { item: Item; enriched: EnrichedSignup }[],
): Promise<ReadonlyMap<Item, Outcome>> {
  const itemOf = new Map(items.map(({ item, enriched }) => [enriched, item]));
  const newest = new Map(
    items.flatMap(({ item: { state }, enriched: { signup } }) =>
      state.newest ? [[signup.email ?? '', state.newest] as const] : [],
    ),
  );
  const people = mergeByEmail([...itemOf.keys()], newest);
  const outcomes = new Map<Item, Outcome>();
  for (let start = 0; start < people.length; start += destination.batchSize) {
    const batch = people.slice(start, start + destination.batchSize);
    const contacts = batch.map(({ contact, signups }) => ({
      ...contact,
      waitedFor: signups.flatMap((enriched) => reasonsOf(destination.name, itemOf.get(enriched))),
    }));
    const results = await upsertBatch(dependencies, destination, contacts);
    batch.forEach(({ signups }, index) => {
      for (const enriched of signups) {
        const item = itemOf.get(enriched);
        if (item) outcomes.set(item, results[index] ?? BUG);
      }
    });
  }
  return outcomes;
}

/** Why it still waits at the destination. A failure in between does not make an earlier reason untrue. */
function reasonsOf(destination: string, item: Item | undefined): readonly string[] {
  const progress = item?.state.progress.get(destination);
  return progress?.status === 'waiting' ? progress.reasons : [];
}

async function upsertBatch(
  { log }: { log: Log },
  { name, upsert }: DeliveryDestination,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  try {
    return await upsert(contacts);
  } catch (error) {
    // What other destinations have achieved still has to reach the ledger.
    log('error', 'destination_failed', { destination: name, ...describeError(error) });
    return contacts.map(() => BUG);
  }
}

const BUG: Outcome = { status: 'retry', reason: reason('destination_failed') };
