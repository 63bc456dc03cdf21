// DataFast's limit on requests. How its headers and refusals say what is left.
// https://datafa.st/docs/api
import * as z from 'zod/mini';
import { DATAFAST_PER_MINUTE } from '../limits.ts';
import type { Snooze } from '../outcome.ts';
import {
  learnLimit,
  limitReached,
  newRateLimit,
  type RateLimit,
  takeRequest,
} from '../upstream/rate-limit.ts';
import { retryAfterSeconds } from '../upstream/retry-after.ts';
import type { Answered, Limits } from '../upstream/upstream.ts';
import { datafastReason } from './reasons.ts';

const WINDOW_SECONDS = 60;
/** An answer that comes late may name a moment that is just over. */
const PAST_SECONDS = 10;

export const newDatafastRateLimit = (): RateLimit =>
  newRateLimit(DATAFAST_PER_MINUTE, WINDOW_SECONDS * 1000);

/** The limits as the upstream client asks for them. */
export function datafastLimits(rateLimit: RateLimit): Limits {
  return {
    take(nowMs) {
      const wait = takeRequest(rateLimit, nowMs);
      return wait && snooze(wait.waitSeconds);
    },
    learn(answered, nowMs) {
      learnLimit(rateLimit, answered && limitIn(answered.headers, nowMs), nowMs);
    },
    reached: (answered, nowMs) =>
      snooze(limitReached(rateLimit, secondsToReset(answered, nowMs), nowMs)),
  };
}

const snooze = (afterSeconds: number): Snooze => ({
  status: 'snooze',
  reason: datafastReason('rate_limited'),
  afterSeconds,
});

function limitIn(headers: Headers, nowMs: number) {
  return {
    limit: numberIn(headers, 'x-ratelimit-limit'),
    remaining: numberIn(headers, 'x-ratelimit-remaining'),
    resetSeconds: secondsUntil(numberIn(headers, 'x-ratelimit-reset'), nowMs),
  };
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  const number = text ? Number(text) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/**
 * Seconds until the moment that DataFast names. Documented in seconds, seen in milliseconds; a small number can only be
 * a distance. Never more than twice the window. A moment long past says nothing, since a clock may be wrong.
 */
function secondsUntil(given: number | undefined, nowMs: number): number | undefined {
  if (given === undefined) return undefined;
  const seconds =
    given < 1_000_000
      ? given
      : (given < 100_000_000_000 ? given * 1000 : given) / 1000 - nowMs / 1000;
  if (seconds < -PAST_SECONDS) return undefined;
  return Math.min(2 * WINDOW_SECONDS, Math.max(1, seconds));
}

const Reset = z.object({ reset: z.coerce.number() });

/** From the header or the body, whichever says it. */
function secondsToReset({ headers, json }: Answered, nowMs: number): number {
  const given = [
    retryAfterSeconds(headers.get('retry-after'), nowMs),
    headers.get('x-ratelimit-reset'),
    Reset.safeParse(json).data?.reset,
  ]
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map(Number)
    .find((value) => Number.isFinite(value) && value >= 0);
  return secondsUntil(given, nowMs) ?? WINDOW_SECONDS;
}
