// What DataFast lets us ask: 60 requests a minute and token. Its headers and refusals say how many are left, where
// they say anything; where they are silent, our own count does. Kept per isolate: a hint that saves refused requests.
// https://datafa.st/docs/api
import { type CircuitBreaker, newCircuitBreaker } from '../outcome.ts';

/** What is known of DataFast's limit and health. */
export interface RateLimit {
  /** When requests of the last window were sent. */
  sentAtMs: number[];
  /** When requests were sent that are still on their way: their answers will count them, and have not yet. */
  underWayMs: number[];
  /** What DataFast said last, until its window ends. */
  told: { remaining: number; untilMs: number } | undefined;
  limit: number;
  /** A refused key stays refused: until when nothing is asked. */
  refusedUntilMs: number;
  breaker: CircuitBreaker;
}

const WINDOW_MS = 60_000;
const LIMIT = 60;
/** Two clocks differ a little; a request too early is refused. */
const MARGIN_MS = 500;
/** An answer that comes late may name a moment that is just over. */
const PAST_SECONDS = 10;
/** As long as a refused key is not tried with other visitors: new secrets come with a new isolate. */
const REFUSED_MS = 60_000;

/** No request is waited for so long. */
const LONGEST_MS = 10_000;

export const newRateLimit = (): RateLimit => ({
  sentAtMs: [],
  underWayMs: [],
  told: undefined,
  limit: LIMIT,
  refusedUntilMs: 0,
  breaker: newCircuitBreaker(),
});

/** Takes one request of what is left; else the seconds until there is one. */
export function take(rateLimit: RateLimit, nowMs: number): { waitSeconds: number } | 'taken' {
  if (rateLimit.told && rateLimit.told.untilMs <= nowMs) {
    // By DataFast's own word a new window has begun, in which nothing was sent yet.
    rateLimit.told = undefined;
    rateLimit.sentAtMs = [];
  }
  const { told, limit } = rateLimit;
  const stale = rateLimit.sentAtMs.findIndex((at) => at > nowMs - WINDOW_MS - MARGIN_MS);
  rateLimit.sentAtMs.splice(0, stale < 0 ? rateLimit.sentAtMs.length : stale);
  if (told) {
    if (told.remaining <= 0) return { waitSeconds: (told.untilMs - nowMs) / 1000 };
    told.remaining -= 1;
  } else {
    const [oldest = nowMs] = rateLimit.sentAtMs;
    if (rateLimit.sentAtMs.length >= limit) {
      return { waitSeconds: (oldest + WINDOW_MS + MARGIN_MS - nowMs) / 1000 };
    }
  }
  rateLimit.sentAtMs.push(nowMs);
  rateLimit.underWayMs.push(nowMs);
  return 'taken';
}

/** Learns from the headers of an answer; `undefined` when none came. */
export function noteAnswer(
  rateLimit: RateLimit,
  headers: Headers | undefined,
  nowMs: number,
): void {
  // An invocation that was ended takes its requests with it, and nobody hears of them again.
  const heardOf = rateLimit.underWayMs.filter((at) => at > nowMs - LONGEST_MS);
  rateLimit.underWayMs = heardOf.slice(1);
  const limit = numberIn(headers, 'x-ratelimit-limit');
  if (limit) rateLimit.limit = limit;
  const remaining = numberIn(headers, 'x-ratelimit-remaining');
  if (remaining === undefined) return;
  const seconds = secondsUntil(numberIn(headers, 'x-ratelimit-reset'), nowMs);
  const untilMs = nowMs + (seconds ?? WINDOW_MS / 1000) * 1000 + MARGIN_MS;
  // Answers overtake each other, and each knows only of those before it.
  const left = Math.max(0, remaining - rateLimit.underWayMs.length);
  const { told } = rateLimit;
  const isSameWindow = told !== undefined && told.untilMs > nowMs && untilMs <= told.untilMs + 2000;
  rateLimit.told = {
    remaining: isSameWindow ? Math.min(told.remaining, left) : left,
    untilMs: isSameWindow ? told.untilMs : untilMs,
  };
}

/** A refusal for the rate: nothing is left until then. Answers the seconds to wait. */
export function noteSpent(rateLimit: RateLimit, afterSeconds: number, nowMs: number): number {
  const waitMs = afterSeconds * 1000 + MARGIN_MS;
  rateLimit.told = { remaining: 0, untilMs: nowMs + waitMs };
  return waitMs / 1000;
}

/** The key was refused, whoever the visitor is. */
export function noteRefused(rateLimit: RateLimit, nowMs: number): void {
  rateLimit.refusedUntilMs = nowMs + REFUSED_MS;
}

function numberIn(headers: Headers | undefined, name: string): number | undefined {
  const text = headers?.get(name);
  const number = text ? Number(text) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * Seconds until the moment DataFast names. Documented in seconds, seen in milliseconds; a small number can only be
 * a distance. Never more than twice the window, and a moment long past says nothing: a clock may be wrong.
 */
export function secondsUntil(given: number | undefined, nowMs: number): number | undefined {
  if (given === undefined) return undefined;
  const seconds =
    given < 1_000_000
      ? given
      : (given < 100_000_000_000 ? given * 1000 : given) / 1000 - nowMs / 1000;
  if (seconds < -PAST_SECONDS) return undefined;
  return Math.min((2 * WINDOW_MS) / 1000, Math.max(1, seconds));
}
