// Visitors by ID: the cache first, then DataFast. Each visitor is asked for at most once, and few at a time.
import { isObject } from '../json.ts';
import type { Visitor } from '../model.ts';
import { MINUTE_MS } from '../time.ts';
import { KEPT_SECONDS, readCached, type VisitorCache, writeCached } from './cache.ts';
import { type DatafastOptions, isDatafastRecovering } from './datafast.ts';
import { eachOf } from './each-of.ts';
import { fetchVisitor } from './fetch-visitor.ts';
import { takePlace } from './line.ts';
import type { Lookup } from './lookup.ts';
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
}

/** What the cache knows, and the way to the others. */
export interface VisitorSearch {
  known: ReadonlyMap<string, Lookup>;
  /**
   * Asks DataFast for the others, in their order, each with at most one request. Once DataFast says that its budget is
   * spent, no further request is made.
   */
  ask(bounds: AskBounds): Promise<ReadonlyMap<string, Lookup>>;
}

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

/** Finds visitors in the cache, then at DataFast. */
export async function findVisitors(
  options: VisitorsOptions,
  wanted: readonly VisitorQuery[],
): Promise<ReadonlyMap<string, Lookup>> {
  const { known, ask } = await searchVisitors(options, wanted);
  return new Map([...known, ...(await ask(UNBOUNDED))]);
}

/** Reads the cache. DataFast is asked only when `ask` is called. */
export async function searchVisitors(
  options: VisitorsOptions,
  wanted: readonly VisitorQuery[],
): Promise<VisitorSearch> {
  const distinct = new Map(wanted.map((item) => [item.visitorId, item]));
  const cached = await readCached(options.cache, [...distinct.keys()].map(cacheKey), isFound);
  const known = new Map<string, Lookup>();
  const missing: VisitorQuery[] = [];
  for (const item of distinct.values()) {
    const copy = cached.get(cacheKey(item.visitorId));
    const isUnknown = (options.state.unknown.get(item.visitorId) ?? 0) > options.now();
    if (copy && serves(copy, item, options.now())) known.set(item.visitorId, copy);
    else if (!copy && isUnknown && !item.bypassNegativeCache) known.set(item.visitorId, NOT_FOUND);
    else missing.push(item);
  }
  const ask = async (bounds: AskBounds) => {
    const found = new Map<string, Lookup>();
    const answers = await askEach(options, missing, bounds);
    await eachOf(missing, async (item) => {
      const lookup = answers.get(item.visitorId);
      const copy = cached.get(cacheKey(item.visitorId));
      if (lookup) found.set(item.visitorId, await remember(options, item, lookup, copy));
    });
    return found;
  };
  return { known, ask };
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
function serves({ fetchedAt }: Found, { fetchedSince }: VisitorQuery, nowMs: number): boolean {
  return fetchedSince === undefined
    ? nowMs - Date.parse(fetchedAt) < FRESH_MS
    : fetchedAt >= fetchedSince;
}

/**
 * Remembers a new answer. Without one, or when a known visitor is suddenly unknown, the old copy serves. Only a spent
 * budget is waited for, since it passes within a minute. A plan has few writes a day: the first answer is kept, and a
 * refresh keeps nothing.
 */
async function remember(
  { cache, state, now }: VisitorsOptions,
  { visitorId, fetchedSince }: VisitorQuery,
  lookup: Lookup,
  copy: Found | undefined,
): Promise<Lookup> {
  const isSpent = lookup.kind === 'unavailable' && lookup.rateLimited;
  const mayServe = fetchedSince === undefined && !isSpent;
  if (lookup.kind !== 'found' && copy && mayServe) return copy;
  if (lookup.kind === 'found' && !copy && fetchedSince === undefined) {
    await writeCached(cache, cacheKey(visitorId), lookup, KEPT_SECONDS);
  }
  if (lookup.kind === 'absent' && lookup.match === 'not_found') {
    if (state.unknown.size >= MOST_UNKNOWN) state.unknown.clear();
    state.unknown.set(visitorId, now() + UNKNOWN_MS);
  }
  return lookup;
}

type Found = Extract<Lookup, { kind: 'found' }>;
const NOT_FOUND: Lookup = { kind: 'absent', match: 'not_found' };

/** What is cached of a visitor, however old. */
export async function keptVisitor(
  cache: VisitorCache,
  visitorId: string,
): Promise<Visitor | undefined> {
  const key = cacheKey(visitorId);
  return (await readCached(cache, [key], isFound)).get(key)?.visitor;
}

/** Erases what is cached of a visitor. */
export function forgetVisitor(
  cache: Pick<KVNamespace, 'delete'>,
  visitorId: string,
): Promise<void> {
  return cache.delete(cacheKey(visitorId));
}

/** The shape of `Lookup` is part of the key: a Worker of another version does not read it. */
const cacheKey = (visitorId: string) => `visitor:1:${visitorId}`;

const isFound = (value: unknown): value is Found => isObject(value) && value.kind === 'found';
