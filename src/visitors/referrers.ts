// Where visitors came from who have no tag to tell it: from what is kept of them, the realtime map, or List visitors. No
// signup waits for it, and whatever fails is asked again at the refresh.
import type { Visitor } from '../model.ts';
import { MINUTE_MS, timeOf, VISIT_MS } from '../time.ts';
import { requestsLeft as limitLeft } from '../upstream/rate-limit.ts';
import {
  type AcquisitionProof,
  isProven,
  keepProof,
  nextWitnesses,
  readProof,
  withComparisons,
} from './acquisition-proof.ts';
import type { VisitorCache } from './cache.ts';
import { type DatafastOptions, obstacleOf } from './datafast.ts';
import { searchList } from './list-search.ts';
import type { FoundReferrers, FoundVisitor } from './lookup.ts';
import { addFromMap } from './map-referrers.ts';
import { readMap } from './realtime-map.ts';
import { type ReferrerMemory, recallReferrer, rememberReferrer } from './referrer-memory.ts';

/**
 * `map`: only the realtime map. `list`: then List visitors. `auto`: the list at once for visitors with one visit, whose
 * first touch is their only one; for others after the list has proved to tell first touches.
 */
export type ReferrerLookup = 'auto' | 'list' | 'map';

export interface ReferrersOptions extends DatafastOptions {
  /** Holds the proof. What is found of visitors is not written here: the caller keeps it. */
  cache: VisitorCache;
  lookup: ReferrerLookup;
  memory: ReferrerMemory;
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
}

/** Who is asked about, and at what cost. */
export interface ReferrerQuery {
  /** Visitors without a source of their own. */
  visitors: readonly FoundVisitor[];
  /** Visitors whose first touch is known, to compare the list with. */
  witnesses: readonly FoundVisitor[];
  /** Visitors who are on the site now, by ID: the realtime map may know them. */
  onSite: ReadonlySet<string>;
  /** Visitors who are asked about although an answer of this hour had nothing, by ID: a replay or a refresh. */
  again: ReadonlySet<string>;
}

/** A larger batch does not exist, and a mistake must not become a storm. */
const MAX_VISITORS = 100;

/** By visitor ID. Never throws on what the network or DataFast does. */
export async function findReferrers(
  options: ReferrersOptions,
  query: ReferrerQuery,
): Promise<ReadonlyMap<string, FoundReferrers>> {
  const { lookup, memory, now } = options;
  const sought = query.visitors.slice(0, MAX_VISITORS);
  const proof = lookup === 'auto' ? await readProof(options.cache, now()) : undefined;
  const found = knownReferrers(options, sought, proof);
  if (obstacleOf(options)) return found;

  const known = new Set(found.keys());
  const visitors = sought.map((one) => asKnownNow(one, now()));
  const witnesses = query.witnesses.slice(0, MAX_VISITORS).map((one) => asKnownNow(one, now()));
  let requests = spareRequests(options);
  // Of those whose first visit is known it tells the visit that is under way.
  const onSite = [...visitors, ...witnesses].filter(({ visitorId }) => query.onSite.has(visitorId));
  if (onSite.length > 0 && requests > 0) {
    const map = await readMap(
      options,
      onSite.map(({ visitorId }) => visitorId),
    );
    requests -= 1;
    for (const visitor of onSite) addFromMap(found, visitor, map.get(visitor.visitorId));
  }
  if (lookup !== 'map') {
    const missing = visitors
      .filter(({ visitorId }) => found.get(visitorId)?.first === undefined)
      .filter(({ visitorId: id }) => query.again.has(id) || !recallReferrer(memory, id, now()));
    await addFromList(options, found, { missing, witnesses, proof, requests });
  }
  for (const [id, one] of found) {
    if (one.first !== undefined && !known.has(id)) rememberReferrer(memory, id, one, now());
  }
  return found;
}

/** What was found before, and counts now. */
function knownReferrers(
  { lookup, memory, now }: ReferrersOptions,
  sought: readonly FoundVisitor[],
  proof: AcquisitionProof | undefined,
): Map<string, FoundReferrers> {
  const isListBelieved = lookup !== 'map' && (proof === undefined || isProven(proof));
  return new Map(
    sought.flatMap(({ visitor: { visitorId }, referrer }) => {
      const { first, isOfReturning } = referrer ?? recallReferrer(memory, visitorId, now()) ?? {};
      const counts = first !== undefined && (isListBelieved || !isOfReturning);
      return counts ? [[visitorId, { first, isOfReturning }] as const] : [];
    }),
  );
}

/** DataFast's answer of just now. */
const FRESH_COPY_MS = 5 * MINUTE_MS;

/** The one visit of an older copy may not be the only one any more: how many there are is not known then. */
function asKnownNow({ visitor, fetchedAt }: FoundVisitor, nowMs: number): Visitor {
  const fetched = timeOf(fetchedAt) ?? nowMs;
  const isSameVisit = nowMs - (timeOf(visitor.lastSeenAt) ?? 0) <= VISIT_MS;
  return nowMs - fetched <= FRESH_COPY_MS || isSameVisit
    ? visitor
    : { ...visitor, visits: undefined };
}

/** Of one batch. The rest is asked for at the refresh. */
const MAX_REQUESTS = 10;
/** What destinations may need of an invocation's requests after this. */
const RESERVED_REQUESTS = 20;

/** Half of DataFast's minute stays with the signups that come next, since they wait for it. */
function spareRequests({ requestsLeft, state: { rateLimit }, now }: ReferrersOptions): number {
  const ofInvocation = requestsLeft() - RESERVED_REQUESTS;
  const ofMinute = limitLeft(rateLimit, now()) - Math.floor(rateLimit.limit / 2);
  return Math.max(0, Math.min(MAX_REQUESTS, ofInvocation, ofMinute));
}

interface ListWanted {
  missing: readonly Visitor[];
  witnesses: readonly Visitor[];
  /** Absent when the operator asks for none. */
  proof: AcquisitionProof | undefined;
  requests: number;
}

/** Asks the list, and compares it with witnesses where its meaning is not known yet. */
async function addFromList(
  options: ReferrersOptions,
  found: Map<string, FoundReferrers>,
  { missing, witnesses, proof, requests }: ListWanted,
): Promise<void> {
  const isReturning = ({ visits }: Visitor) => visits !== 1;
  const compared = proof ? nextWitnesses(proof, witnesses) : [];
  if (missing.length + compared.length === 0) return;
  const { referrers, answered, unanswered, shown } = await searchList(options, {
    single: missing.filter((visitor) => !isReturning(visitor)),
    witnesses: compared,
    returning: missing.filter(isReturning),
    mayUseReturning: (now) => proof === undefined || isProven(withComparisons(proof, now)),
    requests,
  });
  for (const visitor of missing) {
    const { visitorId } = visitor;
    const first = referrers.get(visitorId);
    if (first !== undefined) {
      const rests = isReturning(visitor) && { isOfReturning: true as const };
      found.set(visitorId, { ...found.get(visitorId), first, ...rests });
    } else if (answered.has(visitorId)) {
      rememberReferrer(options.memory, visitorId, {}, options.now());
    }
  }
  for (const id of unanswered) found.set(id, { ...found.get(id), isUnanswered: true });
  if (proof) await keepProof(options.cache, proof, shown, options.now());
}
