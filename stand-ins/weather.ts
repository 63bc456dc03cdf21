// Weather for the stand-ins: what networks, proxies and overloaded services do to requests, by rate or by script.
// It goes into `failWith`. With one seed, the nth request for a path has the same fault in every run, whatever else
// runs at the same time.
import { createChance, draw } from './chance.ts';
import type { CannedAnswer, FailureOfOne } from './requests.ts';

export type Fault =
  /** The answer comes late. */
  | 'slow'
  /** The connection breaks before the service does anything. */
  | 'reset'
  /** The service does it, and the connection breaks before the answer. */
  | 'lost'
  /** The service does it, and the answer breaks off in the middle. */
  | 'half'
  /** A page of HTML with status 200 or 502. */
  | 'html'
  | 'broken_json'
  | '429'
  | '500'
  | '502'
  | '503'
  | '504';

export interface Weather {
  /** The same seed gives the same faults. */
  seed: number;
  /** The share of requests that each fault hits. The sum is at most 1. */
  rates?: Partial<Record<Fault, number>>;
  /** The faults of the first requests, in order of arrival. `fair` lets one through. The rates begin afterwards. */
  script?: readonly (Fault | 'fair')[];
  /** The longest delay of `slow`. */
  slowMs?: number;
}

export interface Forecast {
  /** For `failWith`. */
  failure(request: Request): Promise<FailureOfOne>;
  /** How many requests each fault has hit. */
  hits: ReadonlyMap<Fault, number>;
}

type Provider = 'datafast' | 'hubspot';

export function createWeather(
  { seed, rates = {}, script = [], slowMs = 5_000 }: Weather,
  provider: Provider,
  world: { now(): number; sleep(ms: number): Promise<unknown> },
): Forecast {
  const weights = FAULTS.map((fault) => [fault, rates[fault] ?? 0] as const);
  const hits = new Map<Fault, number>();
  const requestsOf = new Map<string, number>();
  let arrived = 0;

  return {
    hits,
    async failure(request) {
      const place = `${request.method} ${new URL(request.url).pathname}`;
      const nth = (requestsOf.get(place) ?? 0) + 1;
      requestsOf.set(place, nth);
      const chance = createChance(`${seed} ${provider} ${place} ${nth}`);
      const scripted = script[arrived];
      arrived += 1;
      const fault = scripted ?? draw(chance, weights);
      if (fault === undefined || fault === 'fair') return undefined;
      hits.set(fault, (hits.get(fault) ?? 0) + 1);
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

/** DataFast names the moment of its reset in seconds or in milliseconds. Here it is a few seconds away. */
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

/** With HubSpot's own body, and without Retry-After: HubSpot documents none here. */
const HUBSPOT_LIMIT: CannedAnswer = {
  status: 429,
  headers: {
    'x-hubspot-ratelimit-max': '100',
    'x-hubspot-ratelimit-remaining': '0',
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
  },
};

/** Retry-After in one of the two forms of RFC 9110, or absent. */
function retryAfter(chance: () => number, nowMs: number): Record<string, string> {
  const form = chance();
  if (form < 1 / 3) return {};
  const seconds = 1 + Math.floor(chance() * 10);
  if (form < 2 / 3) return { 'retry-after': String(seconds) };
  return { 'retry-after': new Date(nowMs + seconds * 1_000).toUTCString() };
}
