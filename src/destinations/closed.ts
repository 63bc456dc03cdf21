// A destination whose settings are missing or wrong: whatever comes waits for the operator, and nothing is lost.
import { configurationRetry, type Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import type { Destination, OpenDestination } from './destination.ts';

const NOT_SET: Outcome = configurationRetry(reason('destination_not_set'));

/** Stands for the destination where signups are delivered. It makes no request. */
export function closedDestination({
  name,
  label,
  key,
  follows,
  batchSize,
}: Pick<Destination, 'name' | 'label' | 'key' | 'follows' | 'batchSize'>): OpenDestination {
  return {
    name,
    label,
    key,
    ...(follows && { follows }),
    batchSize,
    requestsPerBatch: () => 0,
    fields: [],
    check: async () => [],
    upsert: async (contacts) => contacts.map(() => NOT_SET),
  };
}
