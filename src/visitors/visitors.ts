// Visitors by ID: the cache first, then DataFast. Each visitor is asked for at most once, and few at a time.
import { MINUTE_MS } from '../time.ts';
import type { VisitorCache } from './cache.ts';
import { type DatafastOptions, isDatafastRecovering } from './datafast.ts';
import { eachOf } from './each-of.ts';
import { fetchVisitor } from './fetch-visitor.ts';
import { keepVisitor, readKept } from './kept-visitor.ts';
import { takePlace } from './line.ts';
import type { FirstReferrer, FoundVisitor, Lookup } from './lookup.ts';
import { datafastReason } from './reasons.ts';
import { settleRefusals } from './refusals.ts';

/** Found visitors serve for 15 minutes, and while DataFast cannot be reached as long as they are kept. */
const FRESH_MS = 15 * MINUTE_MS;
/** As long as an unknown visitor is remembered, and how many are. */
const UNKNOWN_MS = MINUTE_MS;
const MOST_UNKNOWN = 1_000;

export interface VisitorsOptions extends DatafastOptions {
  cache: VisitorCache;
}

/** One visitor to look up. */
export interface VisitorQuery {
  visitorId: string;
  /** Ask DataFast even though it did not know the visitor a moment ago. */
  bypassNegativeCache: boolean;
  /** An older copy does not serve at all; ISO 8601. */
  fetchedSince?: string;
  /** Another signup has just had the record written, though the cache may not show it yet. */
  isKept?: boolean;
}

/** What the cache knows, and the way to the others. */
export interface VisitorSearch {
  known: ReadonlyMap<string, Lookup>;
  /**
   * Asks DataFast for the others, in their order, each with at most one request. Once DataFast says that its budget is
   * spent, no further request is made.
   */
  ask(bounds?: AskBounds): Promise<ReadonlyMap<string, Lookup>>;
  /**
   * Writes visitors into the cache, once each: those of these who were asked for and were not there. It is called when
   * their referrers are known, or nobody looks for them any more.
   */
  keep: KeepVisitors;
}

/** `referrers`: by visitor ID. */
export type KeepVisitors = (
  visitorIds: Iterable<string>,
  referrers?: ReadonlyMap<string, Partial<FirstReferrer>>,
) => Promise<void>;

/** How far one batch may go. The others are postponed. */
export interface AskBounds {
  /** No request begins after this moment. */
  untilMs: number;
  /** So many requests. */
  atMost: number;
}

const UNBOUNDED: AskBounds = {
  untilMs: Number.POSITIVE_INFINITY,
  atMost: Number.POSITIVE_INFINITY,
};

/** Reads the cache. DataFast is asked only when `ask` is called. */
export async function searchVisitors(
  options: VisitorsOptions,
  wanted: readonly VisitorQuery[],
): Promise<VisitorSearch> {
  const distinct = new Map(wanted.map((item) => [item.visitorId, item]));
  let isRead = true;
  const kept = await readKept(options.cache, [...distinct.keys()], () => {
    isRead = false;
  });
  const known = new Map<string, Lookup>();
  const missing: VisitorQuery[] = [];
  for (const item of distinct.values()) {
    const copy = kept.get(item.visitorId);
    const isUnknown = (options.state.unknown.get(item.visitorId) ?? 0) > options.now();
    if (copy && serves(copy, item, options.now())) known.set(item.visitorId, copy);
    else if (!copy && isUnknown && !item.bypassNegativeCache) known.set(item.visitorId, NOT_FOUND);
    else missing.push(item);
  }
  const unkept = new Map<string, FoundVisitor>();
  const ask = async (bounds: AskBounds = UNBOUNDED) => {
    const found = new Map<string, Lookup>();
    const answers = await askEach(options, missing, bounds);
    for (const item of missing) {
      const { visitorId, fetchedSince, isKept } = item;
      const answer = answers.get(visitorId);
      if (!answer) continue;
      const copy = kept.get(visitorId);
      // A refresh keeps nothing. Over a record that could not be read none is written: it may have a referrer.
      const isMissing = !copy && isRead && !isKept;
      if (answer.kind === 'found' && isMissing && fetchedSince === undefined) {
        unkept.set(visitorId, answer);
      }
      if (isNotFound(answer)) rememberUnknown(options, visitorId);
      found.set(visitorId, withCopy(answer, item, copy));
    }
    return found;
  };
  const keep: KeepVisitors = async (visitorIds, referrers) => {
    const visitors = [...new Set(visitorIds)].flatMap((id) => unkept.get(id) ?? []);
    await eachOf(visitors, async (found) => {
      const { visitorId } = found.visitor;
      unkept.delete(visitorId);
      await keepVisitor(options.cache, found, referrers?.get(visitorId));
    });
  };
  return { known, ask, keep };
}

/** By visitor ID. Those for whom the budget or the bounds leave no request are told when to come back. */
async function askEach(
  options: VisitorsOptions,
  missing: readonly VisitorQuery[],
  { untilMs, atMost }: AskBounds,
): Promise<ReadonlyMap<string, Lookup>> {
  const { now, state } = options;
  const answers = new Map<string, Lookup>();
  let asked = 0;
  let spent: RateLimited | undefined;
  const next = async ({ visitorId }: VisitorQuery): Promise<Lookup> => {
    if (asked >= atMost || now() > untilMs) return POSTPONED;
    asked += 1;
    return fetchVisitor(options, visitorId);
  };
  const find = async (item: VisitorQuery) => {
    const lookup = spent ?? (await next(item));
    if (isRateLimited(lookup)) spent = lookup;
    answers.set(item.visitorId, isRateLimited(lookup) ? inLine(options, item, lookup) : lookup);
  };
  const [first, ...others] = missing;
  if (first && isDatafastRecovering(options)) {
    await find(first);
    await eachOf(others, find);
  } else await eachOf(missing, find);
  return settleRefusals(state.refusals, answers);
}

/** With DataFast slow, or an invocation out of requests, the next batch asks. */
const POSTPONED: Lookup = {
  kind: 'unavailable',
  wait: { status: 'snooze', reason: datafastReason('postponed'), afterSeconds: 0 },
  rateLimited: false,
};

type RateLimited = Extract<Lookup, { kind: 'unavailable' }>;

const isRateLimited = (lookup: Lookup): lookup is RateLimited =>
  lookup.kind === 'unavailable' && lookup.rateLimited;

/** A refresh needs no place: it is due again by the ledger. */
function inLine(
  { state, now }: VisitorsOptions,
  { fetchedSince }: VisitorQuery,
  lookup: RateLimited,
): Lookup {
  const { wait } = lookup;
  if (fetchedSince !== undefined) return lookup;
  const resetMs = now() + (wait.afterSeconds ?? 0) * 1000;
  const turnMs = takePlace(state.line, resetMs, state.rateLimit.limit, now());
  return { ...lookup, wait: { ...wait, afterSeconds: (turnMs - now()) / 1000 } };
}

/** Whether a cached copy saves the request. */
function serves(
  { fetchedAt }: FoundVisitor,
  { fetchedSince }: VisitorQuery,
  nowMs: number,
): boolean {
  return fetchedSince === undefined
    ? nowMs - Date.parse(fetchedAt) < FRESH_MS
    : fetchedAt >= fetchedSince;
}

/**
 * Without a new answer, or when a known visitor is suddenly unknown, the old copy serves. Only a spent budget is waited for,
 * since it passes within a minute. A new answer says nothing of the referrer, so that of the copy stays.
 */
function withCopy(
  answer: Lookup,
  { fetchedSince }: VisitorQuery,
  copy: FoundVisitor | undefined,
): Lookup {
  if (!copy) return answer;
  if (answer.kind === 'found') return { ...answer, referrer: copy.referrer };
  return fetchedSince === undefined && !isRateLimited(answer) ? copy : answer;
}

const isNotFound = (lookup: Lookup): boolean =>
  lookup.kind === 'absent' && lookup.match === 'not_found';

function rememberUnknown({ state, now }: VisitorsOptions, visitorId: string): void {
  if (state.unknown.size >= MOST_UNKNOWN) state.unknown.clear();
  state.unknown.set(visitorId, now() + UNKNOWN_MS);
}

const NOT_FOUND: Lookup = { kind: 'absent', match: 'not_found' };
