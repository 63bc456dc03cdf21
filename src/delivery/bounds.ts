// How far the lookups of a batch may go: signups of other batches wait behind it, and its destinations need requests, too.
import type { AskBounds } from '../visitors/visitors.ts';
import type { DeliveryDestination } from './attempts.ts';

interface BoundsDependencies {
  destinations: readonly Pick<DeliveryDestination, 'requestsPerBatch'>[];
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
  now(): number;
}

/** No lookup of a batch begins later, and each takes eight seconds at most: other signups wait behind this batch. */
const LOOKUPS_BEGIN_WITHIN_MS = 7_000;

/** The time and the requests that lookups may take. */
export function boundsOf(dependencies: BoundsDependencies): AskBounds {
  return {
    untilMs: dependencies.now() + LOOKUPS_BEGIN_WITHIN_MS,
    atMost: dependencies.requestsLeft() - requestsOfPass(dependencies),
  };
}

/** The realtime map. List visitors is asked only with requests that nobody else needs. */
const REQUESTS_OF_A_PASS = 1;

/**
 * The requests of a pass beside one for each visitor. A destination that asks once for each contact goes on with the next
 * batch, so it needs no more than one contact's.
 */
export function requestsOfPass({ destinations }: Pick<BoundsDependencies, 'destinations'>): number {
  return destinations.reduce(
    (total, { requestsPerBatch }) => total + requestsPerBatch(1),
    REQUESTS_OF_A_PASS,
  );
}
