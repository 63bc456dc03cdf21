// From a signup to everything known about the person: asks for the visitors, attributes, or says why to wait.
import type { Item } from '../ledger/delivery-state.ts';
import { describeError, type Log } from '../log.ts';
import type { Attribution, EnrichedSignup, Journey, Match, Signup, Visitor } from '../model.ts';
import type { Waiting } from '../outcome.ts';
import { reason } from '../reasons.ts';
import { type Known, knownOf, type Lookup } from '../visitors/lookup.ts';
import type { ReferrerQuery } from '../visitors/referrers.ts';
import type { VisitorQuery } from '../visitors/visitors.ts';
import { secondsToNextLook } from './backoff.ts';
import { referrersOf } from './referrers-of.ts';

export interface EnrichDependencies {
  findVisitors(queries: readonly VisitorQuery[]): Promise<ReadonlyMap<string, Lookup>>;
  /** The referrers of visitors who are on the site now. Absent when the operator switched the lookup off. */
  findReferrers?(queries: readonly ReferrerQuery[]): Promise<ReadonlyMap<string, string>>;
  attribute(input: { visitor?: Visitor | undefined; referrer?: string | undefined }): Attribution;
  journey(visitor: Visitor, signedUpAt: string): Journey;
  now(): number;
  log: Log;
}

export type Enrichment =
  | { kind: 'enriched'; item: Item; enriched: EnrichedSignup }
  | {
      kind: 'waiting';
      item: Item;
      match?: Match;
      wait: Waiting;
      /** Only the budget is missing. */
      rateLimited: boolean;
      /** DataFast was asked and did not answer. */
      lookupFailed: boolean;
    };

/** One enrichment per item, in the same order. */
export async function enrichItems(
  dependencies: EnrichDependencies,
  items: readonly Item[],
): Promise<readonly Enrichment[]> {
  const lookups = await dependencies.findVisitors(queriesFor(items));
  const signups = items.map(({ signup }) => signup);
  const referrers = await referrersOf(dependencies, signups, lookups);
  return items.map((item) => {
    try {
      const { visitorId = '', referrer = referrers.get(visitorId) } = item.signup;
      return enrichItem(dependencies, item, lookups.get(visitorId), referrer);
    } catch (error) {
      // A bug that the data of one visitor brings out must not hold up the others.
      dependencies.log('error', 'enrichment_failed', describeError(error));
      const wait: Waiting = { status: 'retry', reason: reason('enrichment_failed') };
      return { kind: 'waiting', item, wait, rateLimited: false, lookupFailed: true };
    }
  });
}

/** One query per visitor. */
function queriesFor(items: readonly Item[]): VisitorQuery[] {
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
    queries.set(visitorId, { visitorId, bypassNegativeCache, fetchedSince });
  }
  return [...queries.values()];
}

function enrichItem(
  dependencies: EnrichDependencies,
  item: Item,
  lookup: Lookup | undefined,
  referrer: string | undefined,
): Enrichment {
  const { signup } = item;
  const waiting = (
    wait: Waiting,
    more: { match?: Match; rateLimited?: boolean; lookupFailed?: boolean } = {},
  ): Enrichment => ({
    kind: 'waiting',
    item,
    wait,
    rateLimited: false,
    lookupFailed: false,
    ...more,
  });
  switch (lookup?.kind) {
    case 'unavailable': {
      const { wait, rateLimited } = lookup;
      return waiting(wait, { rateLimited, lookupFailed: wait.status === 'retry' });
    }
    case 'found':
      // The copy serves those who have just signed up. A refresh with it would change nothing.
      return lookup.fetchedAt < (signup.refresh?.askedAt ?? '')
        ? waiting({ status: 'retry', reason: reason('visitor_not_refreshed') })
        : enriched(dependencies, item, knownOf(lookup), referrer);
    case 'absent': {
      const afterSeconds =
        lookup.match === 'not_found' ? secondsToNextAsk(signup, dependencies.now()) : undefined;
      if (afterSeconds === undefined) {
        return enriched(dependencies, item, knownOf(lookup), referrer);
      }
      return waiting(
        {
          status: 'snooze',
          reason: reason('visitor_not_found_yet'),
          afterSeconds,
          isBounded: true,
        },
        { match: lookup.match },
      );
    }
    case undefined: {
      const match: Match = signup.visitorIdInvalid ? 'invalid_visitor_id' : 'no_visitor_id';
      return enriched(dependencies, item, { match }, referrer);
    }
  }
}

function enriched(
  { attribute, journey }: EnrichDependencies,
  item: Item,
  known: Known,
  referrer: string | undefined,
): Enrichment {
  const { signup } = item;
  const { visitor } = known;
  return {
    kind: 'enriched',
    item,
    enriched: {
      signup,
      ...known,
      attribution: attribute({ visitor, referrer }),
      journey: visitor && journey(visitor, signup.occurredAt),
    },
  };
}

/**
 * How long after the signup an unknown visitor is asked for again. Page views reach DataFast in batches, so a visitor
 * can be unknown for a moment. The age counts, not the attempts, so that old signups do not wait at all.
 */
const NOT_FOUND_UNTIL_SECONDS = [30, 30 + 120, 30 + 120 + 600];

function secondsToNextAsk({ occurredAt, receivedAt }: Signup, nowMs: number): number | undefined {
  // A provider's clock may be ahead, or in another time zone.
  const bornMs = Math.min(Date.parse(occurredAt), Date.parse(receivedAt));
  return secondsToNextLook(NOT_FOUND_UNTIL_SECONDS, bornMs, nowMs);
}
