// The referrers of a batch: looked for only when the link of one of its visitors names no source, so that most batches
// cost no request more.
import type { Attribution, Signup, Visitor } from '../model.ts';
import { VISIT_MS } from '../time.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { FoundReferrers, ReferrerQuery } from '../visitors/referrers.ts';

export interface ReferrerDependencies {
  /** Absent when the operator switched the lookup off. */
  findReferrers?(query: ReferrerQuery): Promise<ReadonlyMap<string, FoundReferrers>>;
  attribute(input: { visitor: Visitor }): Pick<Attribution, 'channel'>;
  now(): number;
}

/** By visitor ID. A referrer that the signup brought is not looked for. */
export async function referrersOf(
  { findReferrers, attribute, now }: ReferrerDependencies,
  signups: readonly Signup[],
  lookups: ReadonlyMap<string, Lookup>,
): Promise<ReadonlyMap<string, FoundReferrers>> {
  const open = new Map<string, Visitor>();
  const witnesses = new Map<string, Visitor>();
  const onSite = new Set<string>();
  for (const { visitorId = '', referrer, occurredAt } of signups) {
    const lookup = lookups.get(visitorId);
    // DataFast's budget is spent, or soon will be: visitors come first.
    if (lookup?.kind === 'unavailable') return new Map();
    if (referrer !== undefined || lookup?.kind !== 'found') continue;
    const { visitor, fetchedAt } = lookup;
    const names = attribute({ visitor }).channel === 'Unknown' ? open : witnesses;
    names.set(visitorId, visitor);
    const sinceSeenMs = Date.parse(fetchedAt) - Date.parse(visitor.lastSeenAt ?? fetchedAt);
    if (sinceSeenMs <= VISIT_MS && now() - Date.parse(occurredAt) <= VISIT_MS) {
      onSite.add(visitorId);
    }
  }
  // A returning visitor with a known first touch can show what the list of visitors means.
  const returning = [...witnesses.values()].filter(({ visits }) => visits !== 1);
  if (!findReferrers || open.size + returning.length === 0) return new Map();
  return findReferrers({ visitors: [...open.values()], witnesses: returning, onSite });
}
