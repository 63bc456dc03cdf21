// From a signup and its visitor to everything known about the person: attributes, or says why to wait.
import { BACKFILL } from '../identifiers.ts';
import type { Item } from '../ledger/delivery-state.ts';
import { describeError, type Log } from '../log.ts';
import {
  type Attribution,
  type EnrichedSignup,
  type Journey,
  type Match,
  type Signup,
  UNKNOWN_CHANNEL,
  type Visitor,
} from '../model.ts';
import type { Waiting } from '../outcome.ts';
import { reason } from '../reasons.ts';
import { HOUR_SECONDS } from '../time.ts';
import {
  type FoundReferrers,
  type Known,
  knownOf,
  type Lookup,
  withoutVisitor,
} from '../visitors/lookup.ts';
import { datafastReason } from '../visitors/reasons.ts';
import { secondsToNextLook } from './backoff.ts';
import { convertingReferrer, firstReferrer, keepFound } from './referrers-of.ts';

/** Of the first visit, and of the visit of the signup. Absent where nobody knows. */
interface Referrers {
  first: string | undefined;
  converting: string | undefined;
}

export interface EnrichDependencies {
  attribute(input: { visitor?: Visitor | undefined; referrer?: string | undefined }): Attribution;
  journey(visitor: Visitor, signedUpAt: string, referrers: Referrers): Journey;
  now(): number;
  log: Log;
}

export type Enrichment =
  | {
      kind: 'enriched';
      item: Item;
      enriched: EnrichedSignup;
      /** DataFast could not be asked about a guess, and the contact did not wait for it. */
      isUnanswered?: true;
      /** Where the visitor came from could not be asked for now. */
      isReferrerUnanswered?: true | undefined;
    }
  | {
      kind: 'waiting';
      item: Item;
      match?: Match;
      wait: Waiting;
      /** DataFast was asked and did not answer. */
      lookupFailed: boolean;
    };

/** One enrichment per item, in the same order. `lookups` and `referrers`: by visitor ID. */
export function enrichItems(
  dependencies: EnrichDependencies,
  items: readonly Item[],
  lookups: ReadonlyMap<string, Lookup>,
  referrers: ReadonlyMap<string, FoundReferrers> = new Map(),
): readonly Enrichment[] {
  const refusal = refusalOfAll(lookups);
  return items.map((item) => {
    try {
      const { visitorId = '' } = item.signup;
      const lookup = withRefusal(lookups.get(visitorId), refusal);
      const found = referrers.get(visitorId) ?? {};
      const { isUnanswered } = found;
      const known = {
        first: firstReferrer(dependencies, item.signup, lookup, found.first),
        converting: convertingReferrer(item, found, dependencies.now()),
      };
      const enrichment = enrichItem(dependencies, item, lookup, known);
      if (enrichment.kind !== 'enriched') return enrichment;
      const wait = isUnanswered && postponed(dependencies, enrichment);
      return wait
        ? { kind: 'waiting', item, match: enrichment.enriched.match, wait, lookupFailed: false }
        : { ...withFound(enrichment, found, known), isReferrerUnanswered: isUnanswered };
    } catch (error) {
      // A bug that the data of one visitor brings out must not hold up the others.
      dependencies.log('error', 'enrichment_failed', describeError(error));
      const wait: Waiting = { status: 'retry', reason: reason('enrichment_failed') };
      return { kind: 'waiting', item, wait, lookupFailed: true };
    }
  });
}

/** What was found is kept with the signup: the destination may be down until nobody can find it again. */
function withFound(
  enrichment: Extract<Enrichment, { kind: 'enriched' }>,
  found: FoundReferrers,
  { converting }: Referrers,
): Extract<Enrichment, { kind: 'enriched' }> {
  const { enriched } = enrichment;
  if (enriched.match !== 'matched') return enrichment;
  return {
    ...enrichment,
    enriched: { ...enriched, signup: keepFound(enriched.signup, found, converting) },
  };
}

/** Nobody waits for a signup of the past, so it comes with its source rather than soon. By its age since it arrived. */
const BACKFILL_LOOKS_AT_SECONDS = [60, 3 * 60, 10 * 60, HOUR_SECONDS];

/** The wait of a signup of the past until its referrer can be asked for; `undefined` when it must wait no longer. */
function postponed(
  { now }: EnrichDependencies,
  { enriched: { signup, attribution } }: Extract<Enrichment, { kind: 'enriched' }>,
): Waiting | undefined {
  const isOfThePast = signup.source === BACKFILL && signup.refresh === undefined;
  if (!isOfThePast || attribution.channel !== UNKNOWN_CHANNEL) return undefined;
  const arrivedMs = Date.parse(signup.receivedAt);
  const afterSeconds = secondsToNextLook(BACKFILL_LOOKS_AT_SECONDS, arrivedMs, now());
  if (afterSeconds === undefined) return undefined;
  const why = datafastReason('referrer_postponed');
  return { status: 'snooze', reason: why, afterSeconds, isBounded: true };
}

type Unanswered = Extract<Lookup, { kind: 'unavailable' }>;

/** The lookup that says that DataFast refuses everybody. */
function refusalOfAll(lookups: ReadonlyMap<string, Lookup>): Unanswered | undefined {
  for (const lookup of lookups.values()) {
    if (lookup.kind === 'unavailable' && lookup.needsOperator) return lookup;
  }
  return undefined;
}

/** The first visitors of a batch that DataFast refuses as a whole look like visitors that it refuses alone. */
function withRefusal(
  lookup: Lookup | undefined,
  refusal: Unanswered | undefined,
): Lookup | undefined {
  const isDoubtful = lookup?.kind === 'absent' && lookup.match === 'rejected_by_datafast';
  return isDoubtful && refusal ? refusal : lookup;
}

/**
 * After so many answers that could not be read, the contact arrives without its visitor, and the refresh asks again. One
 * that is too large is so for this visitor alone. One that is no JSON may also be a bad hour of DataFast.
 */
const UNREADABLE_TRIES: ReadonlyMap<string, number> = new Map([
  [datafastReason('answer_too_large').code, 3],
  [datafastReason('answer_unreadable').code, 8],
]);

function isGivenUp({ wait }: Unanswered, { signup, state }: Item): boolean {
  const tries = UNREADABLE_TRIES.get(wait.reason.code);
  return tries !== undefined && !signup.refresh && state.failedLookups + 1 >= tries;
}

function enrichItem(
  dependencies: EnrichDependencies,
  item: Item,
  lookup: Lookup | undefined,
  referrers: Referrers,
): Enrichment {
  const { signup } = item;
  const waiting = (
    wait: Waiting,
    more: { match?: Match; lookupFailed?: boolean } = {},
  ): Enrichment => ({
    kind: 'waiting',
    item,
    wait,
    lookupFailed: false,
    ...more,
  });
  switch (lookup?.kind) {
    case 'unavailable': {
      if (signup.visitorIdGuessed && !signup.refresh) {
        const match = withoutVisitor(signup);
        return { ...enriched(dependencies, item, { match }, referrers), isUnanswered: true };
      }
      if (isGivenUp(lookup, item)) {
        return enriched(dependencies, item, { match: 'rejected_by_datafast' }, referrers);
      }
      return waiting(lookup.wait, { lookupFailed: lookup.wait.status === 'retry' });
    }
    case 'found':
      // The copy serves those who have just signed up. A refresh with it would change nothing.
      return lookup.fetchedAt < (signup.refresh?.askedAt ?? '')
        ? waiting({ status: 'retry', reason: reason('visitor_not_refreshed') })
        : enriched(dependencies, item, knownOf(lookup), referrers);
    case 'absent': {
      if (signup.visitorIdGuessed) {
        // Of a bot DataFast says that it is a visitor. Every other guess was somebody's own ID.
        const match = lookup.match === 'bot' ? 'bot' : withoutVisitor(signup);
        return enriched(dependencies, item, { match }, referrers);
      }
      const afterSeconds =
        lookup.match === 'not_found' ? secondsToNextAsk(signup, dependencies.now()) : undefined;
      if (afterSeconds === undefined) {
        return enriched(dependencies, item, knownOf(lookup), referrers);
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
    case undefined:
      return enriched(dependencies, item, { match: withoutVisitor(signup) }, referrers);
  }
}

function enriched(
  { attribute, journey }: EnrichDependencies,
  item: Item,
  known: Known,
  referrers: Referrers,
): Extract<Enrichment, { kind: 'enriched' }> {
  const { signup } = item;
  const { visitor } = known;
  return {
    kind: 'enriched',
    item,
    enriched: {
      signup,
      ...known,
      attribution: attribute({ visitor, referrer: referrers.first }),
      journey: visitor && journey(visitor, signup.occurredAt, referrers),
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
