// From a signup to everything known about the person: asks for the visitors, attributes, or says why to wait.
import {
  type Attribution,
  describeError,
  type EnrichedSignup,
  type Journey,
  type Log,
  type Match,
  type Retry,
  type Signup,
  type Visitor,
} from '../model.ts';
import type { Lookup } from '../visitors/datafast.ts';
import type { ReferrerQuery } from '../visitors/referrers.ts';
import type { VisitorQuery } from '../visitors/visitors.ts';

export interface EnrichDependencies {
  findVisitors(wanted: readonly VisitorQuery[]): Promise<ReadonlyMap<string, Lookup>>;
  /** Where visitors came from who are on the site right now; absent when the operator does not want it asked. */
  findReferrers?(wanted: readonly ReferrerQuery[]): Promise<ReadonlyMap<string, string>>;
  attribute(input: { visitor?: Visitor; referrer?: string }): Attribution;
  journey(visitor: Visitor, signedUpAt: string): Journey;
  now(): number;
  log: Log;
}

export type Enrichment =
  | { kind: 'enriched'; enriched: EnrichedSignup }
  | {
      kind: 'waiting';
      signup: Signup;
      match?: Match;
      retry: Retry;
      /** The budget is spent, and that is all that is missing. */
      rateLimited: boolean;
      /** DataFast was asked and could not answer. */
      lookupFailed: boolean;
    };

/**
 * How long after the signup an unknown visitor is asked for again. Page views reach DataFast in batches, so a
 * visitor can be unknown for a moment; the age counts, not the tries, so old signups do not wait at all.
 */
const NOT_FOUND_UNTIL_SECONDS = [30, 30 + 120, 30 + 120 + 600];

/** One enrichment per signup, in the same order. `triedBefore`: ids of signups that are here again. */
export async function enrichSignups(
  dependencies: EnrichDependencies,
  signups: readonly Signup[],
  triedBefore: ReadonlySet<string>,
): Promise<readonly Enrichment[]> {
  const wanted = new Map<string, VisitorQuery>();
  for (const { id, visitorId, refresh } of signups) {
    if (visitorId === undefined) continue;
    const known = wanted.get(visitorId);
    // The memory of "not found" is there for other signups of the visitor, not for the one that waited.
    const bypassNegativeCache = triedBefore.has(id) || known?.bypassNegativeCache === true;
    // A cached copy is good enough for somebody who has just signed up, and then for their refresh too.
    const fetchedSince = known && !known.fetchedSince ? undefined : refresh?.askedAt;
    wanted.set(visitorId, { visitorId, bypassNegativeCache, fetchedSince });
  }
  const lookups = await dependencies.findVisitors([...wanted.values()]);
  const referrers = await referrersOf(dependencies, signups, lookups);
  return signups.map((signup) => {
    try {
      const { visitorId = '', referrer = referrers.get(visitorId) } = signup;
      return enrich(dependencies, signup, lookups.get(visitorId), referrer);
    } catch (error) {
      // A bug that one visitor's data brings out must not hold up the others.
      dependencies.log('error', 'enrichment_failed', describeError(error));
      const retry: Retry = { status: 'retry', reason: 'enrichment_failed' };
      return { kind: 'waiting', signup, retry, rateLimited: false, lookupFailed: true };
    }
  });
}

/** So long ago DataFast may date the visit during which somebody signs up. */
const ON_SITE_MS = 30 * 60_000;

/**
 * The referrers of the visitors who are on the site and whose signup brought none. Asked for only when the link
 * of one of them names no source, so that most batches cost no request more.
 */
async function referrersOf(
  { findReferrers, now }: EnrichDependencies,
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
    const isOnSite = sinceSeenMs <= ON_SITE_MS && now() - Date.parse(occurredAt) <= ON_SITE_MS;
    if (isOnSite) found.set(visitorId, visitor);
  }
  const people = [...found.values()];
  if (!findReferrers || people.every(({ params }) => namesSource(params))) return new Map();
  return findReferrers(people);
}

function namesSource({ utm_source, source, ref }: Visitor['params']): boolean {
  return (utm_source ?? source ?? ref) !== undefined;
}

function enrich(
  dependencies: EnrichDependencies,
  signup: Signup,
  lookup: Lookup | undefined,
  referrer: string | undefined,
): Enrichment {
  const enriched = (match: Match, visitor?: Visitor, fetchedAt?: string): Enrichment => ({
    kind: 'enriched',
    enriched: {
      signup,
      match,
      visitor,
      fetchedAt,
      attribution: dependencies.attribute({ visitor, referrer }),
      journey: visitor && dependencies.journey(visitor, signup.occurredAt),
    },
  });

  if (!lookup) return enriched(signup.visitorIdInvalid ? 'invalid_visitor_id' : 'no_visitor_id');
  switch (lookup.kind) {
    case 'found': {
      if (lookup.fetchedAt >= (signup.refresh?.askedAt ?? '')) {
        return enriched('matched', lookup.visitor, lookup.fetchedAt);
      }
      // The copy serves whoever has just signed up; a refresh with it would be none.
      const retry: Retry = { status: 'retry', reason: 'visitor_not_fetched_afresh' };
      return { kind: 'waiting', signup, retry, rateLimited: false, lookupFailed: false };
    }
    case 'unavailable':
      return {
        kind: 'waiting',
        signup,
        retry: lookup.retry,
        rateLimited: lookup.rateLimited,
        lookupFailed: !lookup.retry.costsNoTry,
      };
    case 'absent': {
      const afterSeconds =
        lookup.match === 'not_found' ? secondsToNextLook(signup, dependencies.now()) : undefined;
      if (afterSeconds === undefined) return enriched(lookup.match);
      const retry: Retry = { status: 'retry', reason: 'visitor_not_found_yet', afterSeconds };
      const match = lookup.match;
      return { kind: 'waiting', signup, match, retry, rateLimited: false, lookupFailed: false };
    }
  }
}

function secondsToNextLook({ occurredAt, receivedAt }: Signup, nowMs: number): number | undefined {
  // A provider's clock may be ahead, or in another time zone.
  const bornMs = Math.min(Date.parse(occurredAt), Date.parse(receivedAt));
  const ageSeconds = (nowMs - bornMs) / 1000;
  const next = NOT_FOUND_UNTIL_SECONDS.find((seconds) => seconds > ageSeconds);
  return next === undefined ? undefined : next - ageSeconds;
}
