// The referrers of a batch: looked for only when the link of one of its visitors names no source, so that most batches
// cost no request more.
import type { Item } from '../ledger/delivery-state.ts';
import type { Attribution, Visitor } from '../model.ts';
import { reason } from '../reasons.ts';
import { VISIT_MS } from '../time.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { FoundReferrers, ReferrerQuery } from '../visitors/referrers.ts';

export interface ReferrerDependencies {
  /** Absent when the operator switched the lookup off. */
  findReferrers?:
    | ((query: ReferrerQuery) => Promise<ReadonlyMap<string, FoundReferrers>>)
    | undefined;
  attribute(input: { visitor: Visitor }): Pick<Attribution, 'channel'>;
  now(): number;
}

/** Nobody is asked for now. The refresh asks. */
export async function notNow({
  visitors,
}: ReferrerQuery): Promise<ReadonlyMap<string, FoundReferrers>> {
  return new Map(visitors.map(({ visitorId }) => [visitorId, { isUnanswered: true }]));
}

const REPLAYED = reason('replayed').code;

/** By visitor ID. A referrer that the signup brought is not looked for. */
export async function referrersOf(
  { findReferrers, attribute, now }: ReferrerDependencies,
  items: readonly Item[],
  lookups: ReadonlyMap<string, Lookup>,
): Promise<ReadonlyMap<string, FoundReferrers>> {
  const open = new Map<string, Visitor>();
  const witnesses = new Map<string, Visitor>();
  const onSite = new Set<string>();
  const again = new Set<string>();
  // DataFast's budget is spent, or soon will be: visitors come first.
  const isSpent = [...lookups.values()].some(({ kind }) => kind === 'unavailable');
  for (const item of items) {
    const { visitorId = '', referrer, occurredAt } = item.signup;
    const lookup = lookups.get(visitorId);
    if (referrer !== undefined || lookup?.kind !== 'found') continue;
    const { visitor, fetchedAt } = lookup;
    const group = isOpen(attribute, visitor) ? open : witnesses;
    group.set(visitorId, visitor);
    if (isAskedAgain(item)) again.add(visitorId);
    const sinceSeenMs = Date.parse(fetchedAt) - Date.parse(visitor.lastSeenAt ?? fetchedAt);
    if (sinceSeenMs <= VISIT_MS && now() - Date.parse(occurredAt) <= VISIT_MS) {
      onSite.add(visitorId);
    }
  }
  // A returning visitor with a known first touch can show what the list of visitors means.
  const returning = [...witnesses.values()].filter(({ visits }) => visits !== 1);
  if (!findReferrers || open.size + returning.length === 0) return new Map();
  return (isSpent ? notNow : findReferrers)({
    visitors: [...open.values()],
    witnesses: returning,
    onSite,
    again,
  });
}

/** An operator or a refresh asks: what was not known a moment ago may be known now. */
function isAskedAgain({ signup, state }: Item): boolean {
  const isReplay = [...state.progress.values()].some(({ reason: code }) => code === REPLAYED);
  return signup.refresh !== undefined || isReplay;
}

/** Whether the link of the first visit names no source. */
function isOpen(attribute: ReferrerDependencies['attribute'], visitor: Visitor): boolean {
  try {
    return attribute({ visitor }).channel === 'Unknown';
  } catch {
    // A bug that the data of one visitor brings out must not hold up the others. It is logged where it counts.
    return false;
  }
}
