// One visitor by id, from the cache or from DataFast, and where they came from; or why DataFast cannot be asked now.
import { UNKNOWN_CHANNEL, type Visitor } from '../model.ts';
import { VISIT_MS } from '../time.ts';
import { type Known, knownOf } from '../visitors/lookup.ts';
import type { WebDependencies } from './web.ts';

/** When DataFast names no time. */
const RETRY_AFTER_SECONDS = 30;

export interface Unavailable {
  /** For a person. */
  unavailable: string;
  retryAfterSeconds: number;
}

/** A visitor, and the referrers of their visits where the link names no source. */
export interface Found {
  known: Known;
  referrers: { first?: string | undefined; converting?: string | undefined };
}

type Dependencies = Pick<WebDependencies, 'findVisitors' | 'findReferrers' | 'attribute' | 'now'>;

/** Asks DataFast only for what the cache does not have. */
export async function findVisitor(
  dependencies: Dependencies,
  visitorId: string,
): Promise<Found | Unavailable> {
  const lookups = await dependencies.findVisitors([{ visitorId, bypassNegativeCache: false }]);
  const lookup = lookups.get(visitorId);
  if (lookup && lookup.kind !== 'unavailable') {
    const known = knownOf(lookup);
    return {
      known,
      referrers: known.visitor ? await findReferrers(dependencies, known.visitor) : {},
    };
  }
  return {
    unavailable: `DataFast cannot be asked now: ${lookup?.wait.reason.code ?? 'unknown'}.`,
    retryAfterSeconds: Math.ceil(lookup?.wait.afterSeconds ?? RETRY_AFTER_SECONDS),
  };
}

/** As a signup of this moment would find them. */
async function findReferrers(
  { attribute, findReferrers: find, now }: Dependencies,
  visitor: Visitor,
): Promise<Found['referrers']> {
  if (!find || attribute({ visitor }).channel !== UNKNOWN_CHANNEL) return {};
  const { visitorId, lastSeenAt } = visitor;
  const isOnSite = lastSeenAt !== undefined && now() - Date.parse(lastSeenAt) <= VISIT_MS;
  const found = await find({
    visitors: [visitor],
    witnesses: [],
    onSite: new Set(isOnSite ? [visitorId] : []),
    again: new Set(),
  });
  const { first, current } = found.get(visitorId) ?? {};
  return { first, converting: current };
}
