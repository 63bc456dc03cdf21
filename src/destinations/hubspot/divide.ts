// HubSpot refuses some requests whole for the sake of one record. Halving finds it and lets the others through.
import type { Outcome } from '../../model.ts';

/** A request of several records that came to nothing. */
export interface Refused {
  refused: Extract<Outcome, { status: 'rejected' | 'retry' }>;
  /** One of the records may be at fault: fewer at a time may let the others through. */
  divisible: boolean;
}

/** How many requests beyond the first one batch may cost: a Free-plan invocation has 50, and 42 are planned. */
const EXTRA_REQUESTS = 8;

export const isRefused = (result: object): result is Refused => 'refused' in result;

/**
 * Sends `records` in one request, or in ever smaller ones where HubSpot refuses them whole. What the budget
 * does not reach waits for the next batch, which is smaller by everything that did arrive.
 */
export async function inPortions<Item, Result extends object>(
  records: readonly Item[],
  send: (portion: readonly Item[]) => Promise<Result | Refused>,
  settle: (portion: readonly Item[], result: Result | Refused) => void,
): Promise<void> {
  const open: (readonly Item[])[] = [records];
  for (let requests = 0; open.length > 0; requests += 1) {
    const portion = open.shift() ?? [];
    if (requests > EXTRA_REQUESTS) {
      const refused = { status: 'retry', reason: 'hubspot_refused_the_batch' } as const;
      settle(portion, { refused, divisible: false });
      continue;
    }
    const result = await send(portion);
    if (isRefused(result) && result.divisible && portion.length > 1) {
      const middle = Math.ceil(portion.length / 2);
      open.push(portion.slice(0, middle), portion.slice(middle));
    } else settle(portion, result);
  }
}
