// DataFast's realtime map: the visitors of the last ten minutes, with the referrer of their visit. One request answers
// for a whole batch. https://datafa.st/docs/api/website/analytics/realtime-map

import { visitorIdFrom } from '../identifiers.ts';
import { isObject } from '../json.ts';
import { MINUTE_MS } from '../time.ts';
import { newUpstreamState } from '../upstream/upstream.ts';
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
export interface MapSnapshot {
  /** Until when visitors who are not on it are not asked for again. */
  untilMs: number;
  /** Until when it tells of those who are on it. */
  keptUntilMs: number;
  visitors: Readonly<Record<string, MapVisitor>>;
}

/** As long as the isolate lives: the cache has few writes a day, and a map is soon old. */
export interface MapMemory {
  map?: MapSnapshot | undefined;
}

/** A visitor on a map of half a minute ago has been on the site for longer. */
const FRESH_MS = 30_000;
/** After a failure: one that passes by itself, and one that only the operator or DataFast can fix. */
const QUIET_MS = MINUTE_MS;
const QUIET_LONG_MS = 10 * MINUTE_MS;
const KEPT_MS = 10 * MINUTE_MS;
/** Shorter than for visitors, since the map is only an extra. */
const TIMEOUT_MS = 3_000;
/** A larger map is cut, so that a busy site does not cost the batch its CPU. */
const MAX_VISITORS = 2_000;
const MAP_PATH = 'analytics/realtime/map';
/** Those of the visitors who are on the map. With at most one request, and never an exception. */
export async function readMap(
  options: DatafastOptions & { memory: MapMemory },
  visitorIds: readonly string[],
): Promise<ReadonlyMap<string, MapVisitor>> {
  const { memory, now } = options;
  const kept = memory.map && now() < memory.map.keptUntilMs ? memory.map : undefined;
  const isEnough =
    kept !== undefined &&
    (now() < kept.untilMs || visitorIds.every((id) => Object.hasOwn(kept.visitors, id)));
  const snapshot = isEnough ? kept : await fetchMap(options);
  memory.map = snapshot;
  return new Map(
    visitorIds.flatMap((id) => {
      const found = snapshot.visitors[id];
      return found ? [[id, found] as const] : [];
    }),
  );
}

async function fetchMap(options: DatafastOptions): Promise<MapSnapshot> {
  const kept = (ms: number, visitors: MapSnapshot['visitors'] = {}): MapSnapshot => ({
    untilMs: options.now() + ms,
    keptUntilMs: options.now() + KEPT_MS,
    visitors,
  });
  // Failures of the map say nothing about visitors, so they have a circuit breaker of their own.
  const answer = await askDatafast(options, MAP_PATH, TIMEOUT_MS, newUpstreamState());
  if (answer.kind === 'ok') {
    return kept(FRESH_MS, visitorsIn(answer.json));
  }
  const status = answer.kind === 'refused' ? answer.status : answer.answered?.status;
  const isLasting = status !== undefined && status >= 300 && status < 500 && status !== 429;
  return kept(isLasting ? QUIET_LONG_MS : QUIET_MS);
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
