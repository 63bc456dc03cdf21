// Where visitors came from who have no tag to tell it: from the cache, the realtime map, or List visitors. No signup
// waits for it, and whatever fails is asked again at the refresh.
import type { Visitor } from '../model.ts';
import { HOUR_MS, MINUTE_MS, timeOf, VISIT_MS } from '../time.ts';
import { requestsLeft as limitLeft } from '../upstream/rate-limit.ts';
import {
  type AcquisitionProof,
  isProven,
  keepProof,
  nextWitnesses,
  readProof,
  withComparisons,
} from './acquisition-proof.ts';
import { KEPT_SECONDS, readCached, type VisitorCache, writeCached } from './cache.ts';
import { type DatafastOptions, obstacleOf } from './datafast.ts';
import { searchList } from './list-search.ts';
import { type MapMemory, type MapVisitor, readMap } from './realtime-map.ts';

/**
 * `map`: only the realtime map. `list`: then List visitors. `auto`: the list at once for visitors with one visit, whose
 * first touch is their only one; for others after the list has proved to tell first touches.
 */
export type ReferrerLookup = 'auto' | 'list' | 'map';

export interface ReferrersOptions extends DatafastOptions {
  cache: VisitorCache;
  lookup: ReferrerLookup;
  memory: ReferrerMemory;
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
}

/** It lives as long as the isolate. */
export interface ReferrerMemory extends MapMemory {
  /**
   * Who was asked about without a result, and when, in milliseconds: a signup that waits for its destination comes again and
   * again. By visitor ID.
   */
  asked: Map<string, number>;
}

export const newReferrerMemory = (): ReferrerMemory => ({ asked: new Map() });

/** Who is asked about, and at what cost. */
export interface ReferrerQuery {
  /** Visitors without a source of their own. */
  visitors: readonly Visitor[];
  /** Visitors whose first touch is known, to compare the list with. */
  witnesses: readonly Visitor[];
  /** Visitors who are on the site now, by ID: the realtime map may know them. */
  onSite: ReadonlySet<string>;
  /** Visitors who are asked about although an answer of this hour had nothing, by ID: a replay or a refresh. */
  again: ReadonlySet<string>;
  /** When DataFast told of the visitor, by ID; ISO 8601. Absent: just now. */
  fetchedAt?: ReadonlyMap<string, string>;
}

export interface FoundReferrers {
  /** Of the first visit. `Direct/None` is DataFast's word for a visit without one. */
  first?: string;
  /** Of the visit that is under way. */
  current?: string;
  /** The list was not asked, or gave no answer now: asking again soon is worth it. */
  isUnanswered?: true;
}

const ownKey = (visitorId: string) => `referrer:2:${visitorId}`;
/** What the list says of a returning visitor is read only while the list is believed. */
const returningKey = (visitorId: string) => `referrer:returning:${visitorId}`;
/** A larger batch does not exist, and a mistake must not become a storm. */
const MAX_VISITORS = 100;

/** By visitor ID. Never throws on what the network or DataFast does. */
export async function findReferrers(
  options: ReferrersOptions,
  query: ReferrerQuery,
): Promise<ReadonlyMap<string, FoundReferrers>> {
  const ofNow = (visitor: Visitor) => asKnownNow(visitor, query.fetchedAt, options.now());
  const visitors = query.visitors.slice(0, MAX_VISITORS).map(ofNow);
  const witnesses = query.witnesses.slice(0, MAX_VISITORS).map(ofNow);
  const found = new Map<string, FoundReferrers>();
  if (obstacleOf(options)) return found;
  const proof =
    options.lookup === 'auto' ? await readProof(options.cache, options.now()) : undefined;
  const known = await readOwn(options, visitors, proof);
  for (const [id, first] of known) found.set(id, { first });

  let requests = spareRequests(options);
  // Of those whose first visit is known it tells the visit that is under way.
  const onSite = [...visitors, ...witnesses].filter(({ visitorId }) => query.onSite.has(visitorId));
  if (onSite.length > 0 && requests > 0) {
    const map = await readMap(options, idsOf(onSite));
    requests -= 1;
    for (const visitor of onSite) addFromMap(found, visitor, map.get(visitor.visitorId));
  }
  await keepOwn(options.cache, found, known);
  if (options.lookup === 'map') return found;
  const missing = visitors
    .filter(({ visitorId }) => found.get(visitorId)?.first === undefined)
    .filter(({ visitorId }) => query.again.has(visitorId) || !isRemembered(options, visitorId));
  await addFromList(options, found, { missing, witnesses, proof, requests });
  return found;
}

/** DataFast's answer of just now. */
const FRESH_COPY_MS = 5 * MINUTE_MS;

/** The one visit of an older copy may not be the only one any more: how many there are is not known then. */
function asKnownNow(
  visitor: Visitor,
  fetchedAt: ReferrerQuery['fetchedAt'],
  nowMs: number,
): Visitor {
  const fetched = timeOf(fetchedAt?.get(visitor.visitorId)) ?? nowMs;
  const isSameVisit = nowMs - (timeOf(visitor.lastSeenAt) ?? 0) <= VISIT_MS;
  return nowMs - fetched <= FRESH_COPY_MS || isSameVisit
    ? visitor
    : { ...visitor, visits: undefined };
}

/** A refresh comes an hour after the signup. */
const REMEMBERED_MS = HOUR_MS;
const MAX_REMEMBERED = 1_000;

function isRemembered({ memory, now }: ReferrersOptions, visitorId: string): boolean {
  return (memory.asked.get(visitorId) ?? Number.NEGATIVE_INFINITY) > now() - REMEMBERED_MS;
}

function remember({ memory: { asked }, now }: ReferrersOptions, visitorId: string): void {
  asked.delete(visitorId);
  asked.set(visitorId, now());
  const [oldest] = asked.keys();
  if (asked.size > MAX_REMEMBERED && oldest !== undefined) asked.delete(oldest);
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

/** Erases what is kept of one visitor, and the map, which may show them. */
export async function forgetReferrer(
  cache: Pick<KVNamespace, 'delete'>,
  memory: ReferrerMemory,
  visitorId: string,
): Promise<void> {
  memory.map = undefined;
  const keys = [ownKey(visitorId), returningKey(visitorId)];
  await Promise.all(keys.map((key) => cache.delete(key)));
}

const idsOf = (visitors: readonly Visitor[]) => visitors.map(({ visitorId }) => visitorId);

async function readOwn(
  { cache, lookup }: ReferrersOptions,
  visitors: readonly Visitor[],
  proof: AcquisitionProof | undefined,
): Promise<Map<string, string>> {
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isListBelieved = lookup !== 'map' && (proof === undefined || isProven(proof));
  const keysOf = (id: string) => (isListBelieved ? [ownKey(id), returningKey(id)] : [ownKey(id)]);
  const kept = await readCached(cache, idsOf(visitors).flatMap(keysOf), isText);
  return new Map(
    idsOf(visitors).flatMap((id) => {
      const [referrer] = keysOf(id).flatMap((key) => kept.get(key) ?? []);
      return referrer === undefined ? [] : [[id, referrer] as const];
    }),
  );
}

/** As long as visitors are: a signup that has to wait, or is replayed, gets the same answer again. */
async function keepOwn(
  cache: VisitorCache,
  found: ReadonlyMap<string, FoundReferrers>,
  known: ReadonlyMap<string, unknown>,
): Promise<void> {
  const fresh = [...found].filter(([id, { first }]) => first !== undefined && !known.has(id));
  await Promise.all(
    fresh.map(([id, { first }]) => writeCached(cache, ownKey(id), first, KEPT_SECONDS)),
  );
}

/** The referrer of a first visit is both the visit's and the visitor's. That of a later visit is only the visit's. */
function addFromMap(
  found: Map<string, FoundReferrers>,
  visitor: Visitor,
  onMap: MapVisitor | undefined,
): void {
  if (!onMap) return;
  const before = found.get(visitor.visitorId) ?? {};
  const { referrer } = onMap;
  found.set(visitor.visitorId, {
    first: before.first ?? (isFirstVisit(onMap, visitor) ? referrer : undefined),
    current: referrer,
  });
}

function isFirstVisit(onMap: MapVisitor, visitor: Visitor): boolean {
  const visits = onMap.visits ?? visitor.visits;
  if (visits !== undefined) return visits <= 1;
  const started = timeOf(onMap.startedAt);
  const first = timeOf(visitor.firstSeenAt);
  return started !== undefined && first !== undefined && started - first <= VISIT_MS;
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
  const keep = async (visitor: Visitor): Promise<void> => {
    const { visitorId } = visitor;
    const first = referrers.get(visitorId);
    if (first === undefined) {
      if (answered.has(visitorId)) remember(options, visitorId);
      return;
    }
    found.set(visitorId, { ...found.get(visitorId), first });
    const key = isReturning(visitor) ? returningKey(visitorId) : ownKey(visitorId);
    await writeCached(options.cache, key, first, KEPT_SECONDS);
  };
  await Promise.all(missing.map(keep));
  for (const id of unanswered) found.set(id, { ...found.get(id), isUnanswered: true });
  if (proof) await keepProof(options.cache, proof, shown, options.now());
}
