// DataFast's realtime map: the visitors of the last ten minutes, with the referrer of their visit. One request answers
// for a whole batch. https://datafa.st/docs/api/website/analytics/realtime-map

import { visitorIdFrom } from '../identifiers.ts';
import { isObject } from '../json.ts';
import { MINUTE_MS } from '../time.ts';
import { newUpstreamState } from '../upstream/upstream.ts';
import { readCached, type VisitorCache, writeCached } from './cache.ts';
import { askDatafast, type DatafastOptions } from './datafast.ts';
import { referrerText } from './referrer-text.ts';

/** A visitor on the map. */
export interface MapVisitor {
  referrer: string;
  visits?: number;
  /** When the visit began; ISO 8601. */
  startedAt?: string;
}

/** What is kept of the map: who was on it, and where they came from. */
interface MapSnapshot {
  /** Until when visitors who are not on it are not asked for again. */
  untilMs: number;
  visitors: Readonly<Record<string, MapVisitor>>;
}

/** A visitor on a map of half a minute ago has been on the site for longer. */
const FRESH_MS = 30_000;
/** After a failure: one that passes by itself, and one that only the operator or DataFast can fix. */
const QUIET_MS = MINUTE_MS;
const QUIET_LONG_MS = 10 * MINUTE_MS;
/** Shorter than for visitors, since the map is only an extra. */
const TIMEOUT_MS = 3_000;
/** A larger map is cut, so that a busy site does not cost the batch its CPU. */
const MAX_VISITORS = 2_000;
const MAP_PATH = 'analytics/realtime/map';
/** The shape is part of the key: a Worker of another version does not read it. */
export const MAP_KEY = 'referrers:1';

/** Those of the visitors who are on the map. With at most one request, and never an exception. */
export async function readMap(
  options: DatafastOptions & { cache: VisitorCache },
  visitorIds: readonly string[],
): Promise<ReadonlyMap<string, MapVisitor>> {
  const { cache, now } = options;
  const kept = (await readCached(cache, [MAP_KEY], isSnapshot)).get(MAP_KEY);
  const isEnough =
    kept !== undefined && (now() < kept.untilMs || visitorIds.every((id) => id in kept.visitors));
  const snapshot = isEnough ? kept : await fetchMap(options);
  if (snapshot !== kept) await writeCached(cache, MAP_KEY, snapshot, QUIET_LONG_MS / 1000);
  return new Map(
    visitorIds.flatMap((id) => {
      const found = snapshot.visitors[id];
      return found ? [[id, found] as const] : [];
    }),
  );
}

function isSnapshot(value: unknown): value is MapSnapshot {
  return isObject(value) && typeof value.untilMs === 'number' && isObject(value.visitors);
}

async function fetchMap(options: DatafastOptions): Promise<MapSnapshot> {
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
  const found: Record<string, MapVisitor> = {};
  for (const person of Array.isArray(people) ? people.slice(0, MAX_VISITORS) : []) {
    if (!isObject(person)) continue;
    const { visitorId, visitCount, sessionStartTime } = person;
    const id = visitorIdFrom(typeof visitorId === 'string' ? visitorId : '');
    // `null` may mean "none" or "not recorded". DataFast does not say which, so it says nothing.
    const referrer = referrerText(person.referrer);
    if (id === undefined || referrer === undefined) continue;
    found[id] = {
      referrer,
      visits: typeof visitCount === 'number' ? visitCount : undefined,
      startedAt: typeof sessionStartTime === 'string' ? sessionStartTime : undefined,
    };
  }
  return found;
}
