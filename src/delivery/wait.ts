// Waiting inside a batch for DataFast's budget: it costs no attempt and no CPU.
import type { Deferred, DeliveryDestination } from './attempts.ts';

/** An invocation of a consumer may last fifteen minutes. */
const MAX_WAIT_SECONDS = 5 * 60;
/** A reset that never comes true must not become a storm of requests. */
const MAX_WAITS = 4;
const MIN_FIRST_WAIT_SECONDS = 1;
const MIN_NEXT_WAIT_SECONDS = 10;
/** Beside the destinations' own: the realtime map. List visitors is asked only with requests that are to spare. */
const REQUESTS_OF_A_PASS = 1;

/** How often and how long this batch has waited. */
export interface Waited {
  waits: number;
  seconds: number;
}

export interface WaitPlan {
  /** They wait in this invocation. */
  here: Deferred[];
  seconds: number;
  /** They come back with their message, or by the ledger. */
  later: Deferred[];
}

interface WaitDependencies {
  destinations: readonly Pick<DeliveryDestination, 'requestsPerBatch'>[];
  requestsLeft(): number;
}

/** Which of the rate-limited items wait here, as far as the invocation has time and requests left. */
export function planWait(
  dependencies: WaitDependencies,
  rateLimited: readonly Deferred[],
  { waits, seconds: waitedSeconds }: Waited,
): WaitPlan {
  // No batch waits for a refresh: it is due again by the ledger, and the queue goes on.
  const signups = rateLimited.filter(({ item }) => !item.signup.refresh);
  const refreshes = rateLimited.filter(({ item }) => item.signup.refresh);
  const asked = signups.map(({ wait }) => wait.afterSeconds ?? 0);
  const least = waits === 0 ? MIN_FIRST_WAIT_SECONDS : MIN_NEXT_WAIT_SECONDS;
  const seconds = Math.max(least, ...asked);
  const canWait = waits < MAX_WAITS && waitedSeconds + seconds <= MAX_WAIT_SECONDS;
  const spare = dependencies.requestsLeft() - requestsOfPass(dependencies);
  const room = canWait ? Math.max(0, spare) : 0;
  return {
    here: signups.slice(0, room),
    seconds,
    later: [...signups.slice(room), ...refreshes],
  };
}

/**
 * The requests of a pass beside one for each visitor. A destination that asks once for each contact goes on with the next
 * batch, so it needs no more than one contact's.
 */
export function requestsOfPass({ destinations }: Pick<WaitDependencies, 'destinations'>): number {
  return destinations.reduce(
    (total, { requestsPerBatch }) => total + requestsPerBatch(1),
    REQUESTS_OF_A_PASS,
  );
}
