// Whom a batch asks for, in which order, and who needs nobody to be asked.
import type { Item } from '../ledger/delivery-state.ts';
import { reason } from '../reasons.ts';
import { MINUTE_MS } from '../time.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { VisitorQuery, VisitorSearch } from '../visitors/visitors.ts';
import { type ReferrerDependencies, wantsReferrer } from './referrers-of.ts';

export interface AskDependencies extends ReferrerDependencies {
  /** Reads the cache, and asks for the others when it is told to. */
  searchVisitors(queries: readonly VisitorQuery[]): Promise<VisitorSearch>;
}

export interface Asking extends Pick<VisitorSearch, 'ask' | 'keep'> {
  /** They can be delivered before any request for a visitor. */
  ready: Item[];
  /** What is known of their visitors, by ID. */
  known: ReadonlyMap<string, Lookup>;
  /** Their visitors, or where those came from, must be asked for first. */
  open: Item[];
}

/** The signups of one person stay together: the contact must not learn of the later one first. */
export async function sortByNeed(
  dependencies: AskDependencies,
  items: readonly Item[],
): Promise<Asking> {
  const { known, ask, keep } = await dependencies.searchVisitors(
    queriesFor(items, dependencies.now()),
  );
  const isReady = (item: Item) => {
    const { visitorId } = item.signup;
    if (visitorId === undefined) return true;
    const lookup = known.get(visitorId);
    return lookup !== undefined && !wantsReferrer(dependencies, item, lookup);
  };
  const late = new Set(items.filter((item) => !isReady(item)).map(({ signup }) => signup.email));
  const { ready = [], open = [] } = Object.groupBy(items, ({ signup }) =>
    late.has(signup.email) ? 'open' : 'ready',
  );
  return { ready, known, open, ask, keep };
}

/** KV may show for a minute that a key is not there. https://developers.cloudflare.com/kv/concepts/how-kv-works/ */
const KEPT_UNSEEN_MS = 5 * MINUTE_MS;

/** One query per visitor. */
function queriesFor(items: readonly Item[], nowMs: number): VisitorQuery[] {
  const queries = new Map<string, VisitorQuery>();
  for (const { signup, state } of items) {
    const { visitorId, refresh } = signup;
    if (visitorId === undefined) continue;
    const known = queries.get(visitorId);
    // "Not found" is remembered for other signups of the visitor, not for the one that waited.
    const hasWaited = state.progress.size > 0;
    const bypassNegativeCache = hasWaited || known?.bypassNegativeCache === true;
    // A cached copy is good enough for somebody who has just signed up, and then for their refresh too.
    const fetchedSince = known && !known.fetchedSince ? undefined : refresh?.askedAt;
    const before = state.newest.get(signup.email ?? '');
    const isKept =
      known?.isKept ||
      (before?.visitorId === visitorId && nowMs - Date.parse(before.occurredAt) < KEPT_UNSEEN_MS);
    queries.set(visitorId, { visitorId, bypassNegativeCache, fetchedSince, isKept });
  }
  return [...queries.values()];
}

const IN_VAIN = reason('visitor_not_found_yet').code;

/** New visitors come first, then those that were asked for and not found, then refreshes. */
export function urgency({ signup, state: { failedLookups, progress } }: Item): number {
  if (signup.refresh) return 2;
  const isInVain =
    failedLookups > 0 || [...progress.values()].some(({ reasons }) => reasons.includes(IN_VAIN));
  return isInVain ? 1 : 0;
}
