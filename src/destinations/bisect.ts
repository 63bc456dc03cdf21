// HubSpot refuses some requests whole for the sake of one record. Fewer at a time let the others through.
import type { Outcome } from '../model.ts';
import type { Fault } from './hubspot/errors.ts';

/** A request of several records that came to nothing. */
export interface Refused {
  refused: Extract<Outcome, { status: 'rejected' | 'retry' }>;
  /** One of the records may be at fault: fewer at a time may let the others through. */
  bisectable: boolean;
  /** The properties HubSpot names, where it does. */
  faults?: readonly Fault[];
  /** The records HubSpot takes for one and the same. */
  duplicateIds?: readonly string[];
}

export const isRefused = (result: object): result is Refused => 'refused' in result;

/** What every retry within one batch is paid from. */
export interface Budget {
  extraRequests: number;
}

const MOST_EXTRA_REQUESTS = 6;
/** A batch's own: the read, the upsert, the definitions of renamed properties, the portal's time zone. */
const PLANNED_REQUESTS = 4;

/** As much as the invocation has left beside what the batch itself takes, and never many. */
export function newBudget(requestsLeft: () => number): Budget {
  const spare = requestsLeft() - PLANNED_REQUESTS;
  return { extraRequests: Math.max(0, Math.min(MOST_EXTRA_REQUESTS, spare)) };
}

/**
 * Sends `records` in one request, then whatever portions `send` gives back, while the budget lasts. What it
 * does not reach waits for the next batch, which is smaller by everything that did arrive.
 */
export async function inPortions<Item>(
  budget: Budget,
  records: readonly Item[],
  send: (portion: readonly Item[]) => Promise<readonly (readonly Item[])[]>,
): Promise<void> {
  const open = [...(await send(records))];
  for (let portion = open.shift(); portion; portion = open.shift()) {
    if (budget.extraRequests === 0) return;
    budget.extraRequests -= 1;
    open.push(...(await send(portion)));
  }
}

export function bisect<Item>(portion: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(portion.length / 2);
  return [portion.slice(0, middle), portion.slice(middle)];
}

/** What a record waits for while its portion is still to be divided. */
export const BATCH_REFUSED = { status: 'retry', reason: 'hubspot_refused_the_batch' } as const;
