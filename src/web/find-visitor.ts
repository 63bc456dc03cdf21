// One visitor by id, from the cache or from DataFast; or why DataFast cannot be asked now.
import { type Known, knownOf } from '../visitors/lookup.ts';
import type { WebDependencies } from './web.ts';

/** When DataFast names no time. */
const RETRY_AFTER_SECONDS = 30;

export interface Unavailable {
  /** For a person. */
  unavailable: string;
  retryAfterSeconds: number;
}

export async function findVisitor(
  { findVisitors }: Pick<WebDependencies, 'findVisitors'>,
  visitorId: string,
): Promise<Known | Unavailable> {
  const lookups = await findVisitors([{ visitorId, bypassNegativeCache: false }]);
  const lookup = lookups.get(visitorId);
  if (lookup && lookup.kind !== 'unavailable') return knownOf(lookup);
  return {
    unavailable: `DataFast cannot be asked now: ${lookup?.wait.reason.code ?? 'unknown'}.`,
    retryAfterSeconds: Math.ceil(lookup?.wait.afterSeconds ?? RETRY_AFTER_SECONDS),
  };
}
