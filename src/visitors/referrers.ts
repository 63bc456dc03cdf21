// Where visitors came from, by DataFast's realtime map: the only place that says so for one visitor. It knows the
// visitors of the last ten minutes, and one request answers for a whole batch. No signup waits for it.
// https://datafa.st/docs/api/website/analytics/realtime-map

import { visitorIdFrom } from '../identifiers.ts';
import { isObject } from '../json.ts';
import { MINUTE_MS, VISIT_MS } from '../time.ts';
import { newUpstreamState } from '../upstream/upstream.ts';
import { askDatafast, type DatafastOptions, obstacleOf } from './datafast.ts';
import { KEPT_SECONDS, KEYS_PER_READ } from './visitors.ts';

/** Somebody on the map half a minute ago has been on the site for as long; who came since waits for the next fetchMap. */
const FRESH_MS = 30_000;
/** After a failure: one that passes by itself, and one that only the operator or DataFast can fix. */
const QUIET_MS = MINUTE_MS;
const QUIET_LONG_MS = 10 * MINUTE_MS;
/** Shorter than for visitors, since the map is only an extra. */
const TIMEOUT_MS = 3_000;
/** A larger map is cut, so that a busy site does not cost the batch its CPU. */
const MAX_VISITORS = 2_000;
const MAX_REFERRER = 500;
const MAP_PATH = 'analytics/realtime/map';

export interface ReferrersOptions extends DatafastOptions {
  cache: Pick<KVNamespace, 'get' | 'put'>;
}

/** Somebody whose referrer is wanted. */
export interface ReferrerQuery {
  visitorId: string;
  /** When they came first, ISO 8601: the map may speak of a later visit, which is not what brought them. */
  firstSeenAt?: string;
}

/** What is kept of the map: who was on it, and where they came from. */
interface MapSnapshot {
  /** Until when visitors who are not on it are not asked for again. */
  untilMs: number;
  visitors: Readonly<Record<string, MapVisitor>>;
}
interface MapVisitor {
  referrer: string;
  visits?: number;
  startedAt?: string;
}

/** The shapes are part of the keys: a Worker of another version does not read them. */
const MAP_KEY = 'referrers:1';
const ownKey = (visitorId: string) => `referrer:1:${visitorId}`;

/** Referrers by visitor ID, of those the map knows; with at most one request, and never an exception. */
export async function findReferrers(
  options: ReferrersOptions,
  people: readonly ReferrerQuery[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = people.slice(0, KEYS_PER_READ);
  if (wanted.length === 0 || obstacleOf(options)) return new Map();
  const found = await readOwn(options.cache, wanted);
  const missing = wanted.filter(({ visitorId }) => !found.has(visitorId));
  if (missing.length === 0) return found;

  const kept = await readMap(options.cache);
  const isEnough =
    kept !== undefined &&
    (options.now() < kept.untilMs || missing.every(({ visitorId }) => visitorId in kept.visitors));
  const snapshot = isEnough ? kept : await fetchMap(options);
  if (snapshot !== kept) await keep(options.cache, MAP_KEY, snapshot, QUIET_LONG_MS / 1000);
  await Promise.all(
    missing.map(async (person) => {
      const mapVisitor = snapshot.visitors[person.visitorId];
      if (!mapVisitor || !isFirstVisit(mapVisitor, person)) return;
      found.set(person.visitorId, mapVisitor.referrer);
      // As long as visitors are: a signup that has to wait, or is replayed, gets the same answer again.
      await keep(options.cache, ownKey(person.visitorId), mapVisitor.referrer, KEPT_SECONDS);
    }),
  );
  return found;
}

/** Erases what is kept of one visitor, and the map, which may show them. */
export async function forgetReferrer(
  cache: Pick<KVNamespace, 'delete'>,
  visitorId: string,
): Promise<void> {
  await Promise.all([cache.delete(ownKey(visitorId)), cache.delete(MAP_KEY)]);
}

/**
 * DataFast does not say whether the map's referrer is the visit's or the visitor's. On a first visit it is both;
 * of a later one it is not taken, since it would be written as what brought the person, once and for all.
 */
function isFirstVisit({ visits, startedAt }: MapVisitor, { firstSeenAt }: ReferrerQuery): boolean {
  if (visits !== undefined && visits <= 1) return true;
  const sinceFirst = Date.parse(startedAt ?? '') - Date.parse(firstSeenAt ?? '');
  return Number.isNaN(sinceFirst) ? visits === undefined : sinceFirst <= VISIT_MS;
}

async function fetchMap(options: ReferrersOptions): Promise<MapSnapshot> {
  const quiet = (ms: number): MapSnapshot => ({ untilMs: options.now() + ms, visitors: {} });
  // Failures of the map say nothing about visitors, so they have a circuit breaker of their own.
  const answer = await askDatafast(options, MAP_PATH, TIMEOUT_MS, newUpstreamState());
  if (answer.kind === 'ok') {
    return { untilMs: options.now() + FRESH_MS, visitors: visitorsIn(answer.json) };
  }
  const status = answer.kind === 'refused' ? answer.status : answer.answered?.status;
  const isLasting = status !== undefined && status >= 300 && status < 500 && status !== 429;
  return quiet(isLasting ? QUIET_LONG_MS : QUIET_MS);
}

// Read by hand: a schema for every person on the map would cost more CPU than the answer is worth.

/** Everything but ID, referrer and visit stays out: the map names customers and their emails. */
function visitorsIn(json: unknown): Record<string, MapVisitor> {
  const data = isObject(json) && isObject(json.data) ? json.data : json;
  const people: unknown = isObject(data) ? data.visitors : undefined;
  const mapVisitors: Record<string, MapVisitor> = {};
  for (const person of Array.isArray(people) ? people.slice(0, MAX_VISITORS) : []) {
    if (!isObject(person)) continue;
    const visitorId = visitorIdFrom(textOf(person.visitorId) ?? '');
    // `null` may mean "none" or "not recorded"; DataFast does not say, so it says nothing.
    const referrer = textOf(person.referrer);
    if (visitorId === undefined || referrer === undefined) continue;
    mapVisitors[visitorId] = {
      referrer: withoutQuery(referrer),
      visits: typeof person.visitCount === 'number' ? person.visitCount : undefined,
      startedAt: textOf(person.sessionStartTime),
    };
  }
  return mapVisitors;
}

/** A query may hold private text, such as a search, a token or an email address. */
function withoutQuery(referrer: string): string {
  return referrer.split(/[?#]/, 1)[0]?.slice(0, MAX_REFERRER) ?? '';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function readOwn(
  cache: ReferrersOptions['cache'],
  wanted: readonly ReferrerQuery[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    const values = await cache.get<string>(
      wanted.map(({ visitorId }) => ownKey(visitorId)),
      'json',
    );
    for (const { visitorId } of wanted) {
      const referrer = values.get(ownKey(visitorId));
      if (typeof referrer === 'string') found.set(visitorId, referrer);
    }
  } catch {
    // A cache that cannot be read is an empty one.
  }
  return found;
}

async function readMap(cache: ReferrersOptions['cache']): Promise<MapSnapshot | undefined> {
  try {
    return (await cache.get<MapSnapshot>(MAP_KEY, 'json')) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs a request later, never the signup. */
async function keep(
  cache: ReferrersOptions['cache'],
  key: string,
  value: MapSnapshot | string,
  expirationTtl: number,
): Promise<void> {
  await cache.put(key, JSON.stringify(value), { expirationTtl }).catch(() => undefined);
}
