// Some services refuse a whole request because of one record. Smaller requests let the other records through.

/** Pays for every request of a batch beyond the planned ones. */
export interface Budget {
  extraRequests: number;
}

const MAX_EXTRA_REQUESTS = 6;

/** As much as the invocation has left beside the planned requests, and never many. */
export function newBudget(requestsLeft: number, plannedRequests: number): Budget {
  const spare = requestsLeft - plannedRequests;
  return { extraRequests: Math.max(0, Math.min(MAX_EXTRA_REQUESTS, spare)) };
}

/** What came of sending one portion. */
export interface Step<Item> {
  /** What to send next, one request for each portion. */
  again: readonly (readonly Item[])[];
}

/**
 * Sends all items in one request, then every portion that a step asks for, while the budget lasts. `send` also gets
 * the steps before it. What is still open at the end waits for the next batch, which is smaller by all that arrived.
 */
export async function inPortions<Item, Result extends Step<Item>>(
  budget: Budget,
  items: readonly Item[],
  send: (portion: readonly Item[], before: readonly Result[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const steps = [await send(items, [])];
  const open = [...(steps[0]?.again ?? [])];
  for (let portion = open.shift(); portion; portion = open.shift()) {
    if (portion.length === 0) continue;
    if (budget.extraRequests === 0) break;
    budget.extraRequests -= 1;
    const step = await send(portion, steps);
    steps.push(step);
    open.push(...step.again);
  }
  return steps;
}

export function bisect<Item>(portion: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(portion.length / 2);
  return [portion.slice(0, middle), portion.slice(middle)];
}
