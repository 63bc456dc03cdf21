// The referrers of a batch: looked for only when the link of one of its visitors names no source, so that most batches
// cost no request more.
import type { Item } from '../ledger/delivery-state.ts';
import { describeError, type Log } from '../log.ts';
import { type Attribution, type Signup, UNKNOWN_CHANNEL, type Visitor } from '../model.ts';
import { reason } from '../reasons.ts';
import { VISIT_MS } from '../time.ts';
import type { FirstReferrer, FoundReferrers, FoundVisitor, Lookup } from '../visitors/lookup.ts';
import type { ReferrerQuery } from '../visitors/referrers.ts';
import type { KeepVisitors } from '../visitors/visitors.ts';

export interface ReferrerDependencies {
  /** Absent when the operator switched the lookup off. */
  findReferrers?:
    | ((query: ReferrerQuery) => Promise<ReadonlyMap<string, FoundReferrers>>)
    | undefined;
  attribute(input: {
    visitor: Visitor;
    referrer?: string | undefined;
  }): Pick<Attribution, 'channel'>;
  now(): number;
  log: Log;
}

/** DataFast is not asked now. What is kept and needs no proof counts, and the refresh asks for the others. */
export async function notNow({
  visitors,
}: ReferrerQuery): Promise<ReadonlyMap<string, FoundReferrers>> {
  return new Map(
    visitors.map(({ visitor: { visitorId }, referrer }) => [
      visitorId,
      isSure(referrer) ? referrer : { isUnanswered: true },
    ]),
  );
}

/** It counts whatever the list turns out to mean. */
const isSure = (referrer: FirstReferrer | undefined): referrer is FirstReferrer =>
  referrer !== undefined && !referrer.isOfReturning;

const REPLAYED = reason('replayed').code;

/**
 * By visitor ID. Nothing is looked for where the signup brought a referrer that names the source. `keep`: writes the visitors
 * into the cache, those whose referrer is looked for together with it.
 */
export async function referrersOf(
  { findReferrers, attribute, now, log }: ReferrerDependencies,
  items: readonly Item[],
  lookups: ReadonlyMap<string, Lookup>,
  keep?: KeepVisitors,
): Promise<ReadonlyMap<string, FoundReferrers>> {
  const open = new Map<string, FoundVisitor>();
  const witnesses = new Map<string, FoundVisitor>();
  const onSite = new Set<string>();
  const again = new Set<string>();
  // Of one visitor a failure says nothing about the others. A budget that is spent does: visitors come first.
  const isSpent = [...lookups.values()].some(
    (lookup) => lookup.kind === 'unavailable' && (lookup.rateLimited || lookup.needsOperator),
  );
  for (const item of items) {
    const { visitorId = '' } = item.signup;
    const lookup = lookups.get(visitorId);
    if (lookup?.kind !== 'found') continue;
    const role = roleOf(attribute, item.signup, lookup.visitor);
    if (!role) continue;
    const group = role === 'open' ? open : witnesses;
    group.set(visitorId, withFound(group.get(visitorId) ?? lookup, item.signup));
    if (isAskedAgain(item)) again.add(visitorId);
    if (isOnSite(item, lookup, now())) onSite.add(visitorId);
  }
  // A returning visitor with a known first touch can show what the list of visitors means.
  const returning = [...witnesses.values()].filter(({ visitor }) => visitor.visits !== 1);
  const visitorIds = items.flatMap(({ signup }) => signup.visitorId ?? []);
  await keep?.(findReferrers ? visitorIds.filter((id) => !open.has(id)) : visitorIds);
  if (!findReferrers || open.size + returning.length === 0) return new Map();
  const query = { visitors: [...open.values()], witnesses: returning, onSite, again };
  const referrers = await (isSpent ? notNow : findReferrers)(query).catch((error: unknown) => {
    // A bug that the data of one visitor brings out must not hold up the others.
    log('error', 'enrichment_failed', describeError(error));
    return notNow(query);
  });
  await keep?.(open.keys(), referrers);
  return referrers;
}

/** Whether it has to be asked where the visitor of this signup came from. */
export function wantsReferrer(
  { findReferrers, attribute, now }: ReferrerDependencies,
  item: Pick<Item, 'signup'>,
  lookup: Lookup,
): boolean {
  if (!findReferrers || lookup.kind !== 'found') return false;
  const { visitor, referrer } = withFound(lookup, item.signup);
  const role = roleOf(attribute, item.signup, visitor);
  // Of a visitor who is on the site, the map can tell more than what is kept.
  if (role === 'open') return !isSure(referrer) || isOnSite(item, lookup, now());
  return role === 'witness' && visitor.visits !== 1;
}

/** `open`: nothing tells what brought the visitor. `witness`: the visitor shows what the answers mean. */
function roleOf(
  attribute: ReferrerDependencies['attribute'],
  { referrer }: Item['signup'],
  visitor: Visitor,
): 'open' | 'witness' | undefined {
  if (isOpen(attribute, visitor, referrer)) return 'open';
  return referrer === undefined ? 'witness' : undefined;
}

/** What an earlier attempt of the signup has found is known, though nobody else may have kept it. */
function withFound(lookup: FoundVisitor, signup: Signup): FoundVisitor {
  const first = foundOf(signup)?.first;
  return first === undefined || isSure(lookup.referrer)
    ? lookup
    : { ...lookup, referrer: { first } };
}

/** An event may have brought the ID of another visitor since. */
const foundOf = ({ visitorId, found }: Signup) =>
  found?.visitorId === visitorId ? found : undefined;

/** The signup with what was found of its visitor, for its next attempt. What needs a proof is asked for again. */
export function keepFound(
  signup: Signup,
  { first, isOfReturning }: FoundReferrers,
  converting: string | undefined,
): Signup {
  const { visitorId } = signup;
  const known = foundOf(signup);
  const now = {
    first: known?.first ?? (isOfReturning ? undefined : first),
    converting: known?.converting ?? converting,
  };
  const isNews = now.first !== known?.first || now.converting !== known?.converting;
  return isNews && visitorId !== undefined ? { ...signup, found: { visitorId, ...now } } : signup;
}

/** Whether the visit of this signup is under way, as far as our copy shows. */
function isOnSite(
  item: Pick<Item, 'signup'>,
  { visitor: { lastSeenAt }, fetchedAt }: FoundVisitor,
  nowMs: number,
): boolean {
  const sinceSeenMs = Date.parse(fetchedAt) - Date.parse(lastSeenAt ?? fetchedAt);
  return sinceSeenMs <= VISIT_MS && isDuringVisit(item, nowMs);
}

/** Whether the visit of this signup can be the one that is under way. Another signup of the visitor may have its own. */
function isDuringVisit({ signup }: Pick<Item, 'signup'>, nowMs: number): boolean {
  return signup.refresh === undefined && nowMs - Date.parse(signup.occurredAt) <= VISIT_MS;
}

/** The signup's own referrer, unless it names no source and another one was found. */
export function firstReferrer(
  { attribute }: Pick<ReferrerDependencies, 'attribute'>,
  { referrer }: Item['signup'],
  lookup: Lookup | undefined,
  found: string | undefined,
): string | undefined {
  if (referrer === undefined || found === undefined || lookup?.kind !== 'found') {
    return referrer ?? found;
  }
  return isOpen(attribute, lookup.visitor, referrer) ? found : referrer;
}

/** Of the visit of the signup, as it was found while that was under way. */
export function convertingReferrer(
  item: Pick<Item, 'signup'>,
  { current }: FoundReferrers,
  nowMs: number,
): string | undefined {
  const known = foundOf(item.signup)?.converting;
  return known ?? (isDuringVisit(item, nowMs) ? current : undefined);
}

/** An operator or a refresh asks: what was not known a moment ago may be known now. */
function isAskedAgain({ signup, state }: Item): boolean {
  const isReplay = [...state.progress.values()].some(({ reason: code }) => code === REPLAYED);
  return signup.refresh !== undefined || isReplay;
}

/** Whether neither the link of the first visit nor the referrer names a source. A page of the own site names none. */
function isOpen(
  attribute: ReferrerDependencies['attribute'],
  visitor: Visitor,
  referrer: string | undefined,
): boolean {
  try {
    return attribute({ visitor, referrer }).channel === UNKNOWN_CHANNEL;
  } catch {
    // A bug that the data of one visitor brings out must not hold up the others. It is logged where it counts.
    return false;
  }
}
