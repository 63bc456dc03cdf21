// The referrers of a batch: asked for only when the link of one of its visitors names no source, so that most batches
// cost no request more.
import type { Signup, Visitor } from '../model.ts';
import { VISIT_MS } from '../time.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { ReferrerQuery } from '../visitors/referrers.ts';

interface ReferrerDependencies {
  findReferrers?(queries: readonly ReferrerQuery[]): Promise<ReadonlyMap<string, string>>;
  now(): number;
}

/** By visitor ID: those of visitors who are on the site now and whose signup brought no referrer. */
export async function referrersOf(
  { findReferrers, now }: ReferrerDependencies,
  signups: readonly Signup[],
  lookups: ReadonlyMap<string, Lookup>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, Visitor>();
  for (const { visitorId = '', referrer, occurredAt } of signups) {
    const lookup = lookups.get(visitorId);
    // DataFast's budget is spent, or soon will be: visitors come first.
    if (lookup?.kind === 'unavailable') return new Map();
    if (referrer !== undefined || lookup?.kind !== 'found') continue;
    const { visitor, fetchedAt } = lookup;
    const sinceSeenMs = Date.parse(fetchedAt) - Date.parse(visitor.lastSeenAt ?? fetchedAt);
    const isOnSite = sinceSeenMs <= VISIT_MS && now() - Date.parse(occurredAt) <= VISIT_MS;
    if (isOnSite) found.set(visitorId, visitor);
  }
  const people = [...found.values()];
  if (!findReferrers || people.every(({ params }) => namesSource(params))) return new Map();
  return findReferrers(people);
}

function namesSource({ utm_source, source, ref }: Visitor['params']): boolean {
  return (utm_source ?? source ?? ref) !== undefined;
}
