// One visitor by id, from the cache or from DataFast, and where they came from; or why DataFast cannot be asked now.
import { UNKNOWN_CHANNEL } from '../model.ts';
import { VISIT_MS } from '../time.ts';
import { type FoundReferrers, type FoundVisitor, type Known, knownOf } from '../visitors/lookup.ts';
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

type Dependencies = Pick<WebDependencies, 'searchVisitors' | 'findReferrers' | 'attribute' | 'now'>;

/** Asks DataFast only for what the cache does not have. */
export async function findVisitor(
  dependencies: Dependencies,
  visitorId: string,
): Promise<Found | Unavailable> {
  const query = { visitorId, bypassNegativeCache: false };
  const { known, ask, keep } = await dependencies.searchVisitors([query]);
  const lookup = known.get(visitorId) ?? (await ask()).get(visitorId);
  if (lookup && lookup.kind !== 'unavailable') {
    const found = lookup.kind === 'found' ? await findReferrers(dependencies, lookup) : {};
    await keep([visitorId], new Map([[visitorId, found]]));
    return {
      known: knownOf(lookup),
      referrers: { first: found.first, converting: found.current },
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
  lookup: FoundVisitor,
): Promise<FoundReferrers> {
  const { visitor } = lookup;
  if (!find || attribute({ visitor }).channel !== UNKNOWN_CHANNEL) return {};
  const { visitorId, lastSeenAt } = visitor;
  const isOnSite = lastSeenAt !== undefined && now() - Date.parse(lastSeenAt) <= VISIT_MS;
  const found = await find({
    visitors: [lookup],
    witnesses: [],
    onSite: new Set(isOnSite ? [visitorId] : []),
    again: new Set(),
  });
  return found.get(visitorId) ?? {};
}
