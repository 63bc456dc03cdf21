// The plan allows an invocation only so many requests. They are divided among the destinations, so that one which asks
// once for each contact takes nothing away from one that asks once for all of them.
import type { DeliveryDestination } from './attempts.ts';

type Costs = Pick<DeliveryDestination, 'batchSize' | 'requestsPerBatch'>;

/** What a destination gets. */
export interface Allotment {
  /** How many contacts it may take now. The others wait for the next batch. */
  contacts: number;
  /** How many requests it may make: those that it plans, and its share of what is over. */
  requests: number;
}

/**
 * One allotment for each, in the same order. The cheapest are served first, whole while that is possible: they are done
 * then. The others share what is left.
 */
export function allot(
  wishes: readonly { destination: Costs; contacts: number }[],
  requestsLeft: number,
): Allotment[] {
  const byCost = wishes
    .map((wish, index) => ({ ...wish, index, cost: costOf(wish.destination, wish.contacts) }))
    .toSorted((a, b) => a.cost - b.cost);
  const allotments: Allotment[] = wishes.map(() => ({ contacts: 0, requests: 0 }));
  let left = requestsLeft;
  for (const [served, { destination, contacts, index, cost }] of byCost.entries()) {
    const share = cost <= left ? left : Math.floor(left / (byCost.length - served));
    const fitting = contactsWithin(destination, contacts, share);
    const requests = costOf(destination, fitting);
    allotments[index] = { contacts: fitting, requests };
    left -= requests;
  }
  const over = Math.floor(left / wishes.length);
  return allotments.map(({ contacts, requests }) => ({ contacts, requests: requests + over }));
}

/** The requests for so many contacts, in batches. */
function costOf({ batchSize, requestsPerBatch }: Costs, contacts: number): number {
  const whole = Math.floor(contacts / batchSize);
  return whole * requestsPerBatch(batchSize) + requestsPerBatch(contacts % batchSize);
}

function contactsWithin(destination: Costs, contacts: number, requests: number): number {
  let fitting = contacts;
  while (fitting > 0 && costOf(destination, fitting) > requests) fitting -= 1;
  return fitting;
}
