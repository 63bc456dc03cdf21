// Weather for the stand-ins: what networks, proxies and overloaded services do to requests, by rate and by script.
// Goes into `failWith`. Seeded: the nth request for a path meets the same fault in every run, whatever else runs
// beside it.
import { createChance, draw } from './chance.ts';
import type { CannedAnswer, FailureOfOne } from './requests.ts';

export type Fault =
  /** The answer comes, but late. */
  | 'slow'
  /** The connection breaks before anything is done. */
  | 'reset'
  /** Done, and the connection breaks before the answer. */
  | 'lost'
  /** Done, and the answer breaks off in the middle. */
  | 'half'
  /** A page of HTML, under 200 or 502. */
  | 'html'
  | 'broken_json'
  | '429'
  | '500'
  | '502'
  | '503'
  | '504';

export interface Weather {
  /** The same seed brings the same faults. */
  seed: number;
  /** The share of requests each fault hits; together at most 1. */
  rates?: Partial<Record<Fault, number>>;
  /** What the first requests meet, in order of arrival; `fair` lets one through. The rates begin after it. */
  script?: readonly (Fault | 'fair')[];
  /** The longest that `slow` takes. */
  slowMs?: number;
}

export interface Forecast {
  /** For `failWith`. */
  failure(request: Request): Promise<FailureOfOne>;
  /** How many requests each fault has hit. */
  met: ReadonlyMap<Fault, number>;
}

type Provider = 'datafast' | 'hubspot';

export function createWeather(
  { seed, rates = {}, script = [], slowMs = 5_000 }: Weather,
  provider: Provider,
  world: { now(): number; sleep(ms: number): Promise<unknown> },
): Forecast {
  const weights = FAULTS.map((fault) => [fault, rates[fault] ?? 0] as const);
  const met = new Map<Fault, number>();
  const requestsOf = new Map<string, number>();
  let arrived = 0;

  return {
    met,
    async failure(request) {
      const place = `${request.method} ${new URL(request.url).pathname}`;
      const nth = (requestsOf.get(place) ?? 0) + 1;
      requestsOf.set(place, nth);
      const chance = createChance(`${seed} ${provider} ${place} ${nth}`);
      const scripted = script[arrived];
      arrived += 1;
      const fault = scripted ?? draw(chance, weights);
      if (fault === undefined || fault === 'fair') return undefined;
      met.set(fault, (met.get(fault) ?? 0) + 1);
      if (fault !== 'slow') return answerOf(fault, provider, chance, world.now());
      await world.sleep(chance() * slowMs);
      return undefined;
    },
  };
}

const FAULTS: readonly Fault[] = [
  ...(['slow', 'reset', 'lost', 'half', 'html', 'broken_json'] as const),
  ...(['429', '500', '502', '503', '504'] as const),
];

function answerOf(
  fault: Exclude<Fault, 'slow'>,
  provider: Provider,
  chance: () => number,
  nowMs: number,
): FailureOfOne {
  switch (fault) {
    case 'reset':
      return { networkError: 'Network connection lost.' };
    case 'lost':
      return { answerLost: 'whole' };
    case 'half':
      return { answerLost: 'half' };
    case 'html':
      return { status: chance() < 0.5 ? 200 : 502, body: PAGE };
    case 'broken_json':
      return { status: 200, body: '{"status": "succ', headers: JSON_HEADERS };
    case '429':
      return provider === 'datafast' ? datafastLimit(chance, nowMs) : HUBSPOT_LIMIT;
    case '503':
      return { status: 503, headers: retryAfter(chance, nowMs) };
    case '500':
    case '502':
    case '504':
      return { status: Number(fault) };
  }
}

const PAGE =
  '<!DOCTYPE html><html><title>Just a moment</title><h1>Something went wrong</h1></html>';
const JSON_HEADERS = { 'content-type': 'application/json' };

/** DataFast says in seconds or in milliseconds when its budget is back; here within seconds. */
function datafastLimit(chance: () => number, nowMs: number): CannedAnswer {
  const resetMs = nowMs + 1_000 + chance() * 9_000;
  const reset = chance() < 0.5 ? Math.ceil(resetMs / 1_000) : Math.ceil(resetMs);
  const error = { code: 429, message: 'Rate limit exceeded' };
  return {
    status: 429,
    body: { status: 'error', error, limit: 60, remaining: 0, reset },
    headers: {
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(reset),
    },
  };
}

/** The body is HubSpot's own; no Retry-After, since HubSpot documents none here. */
const HUBSPOT_LIMIT: CannedAnswer = {
  status: 429,
  headers: {
    'x-hubspot-ratelimit-max': '100',
    'x-hubspot-ratelimit-remaining': '0',
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
  },
};

/** In either form of RFC 9110, or none. */
function retryAfter(chance: () => number, nowMs: number): Record<string, string> {
  const form = chance();
  if (form < 1 / 3) return {};
  const seconds = 1 + Math.floor(chance() * 10);
  if (form < 2 / 3) return { 'retry-after': String(seconds) };
  return { 'retry-after': new Date(nowMs + seconds * 1_000).toUTCString() };
}
