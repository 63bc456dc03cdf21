// HubSpot's limits: what its headers and refusals say of them, and when to come back.
// https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
import * as z from 'zod/mini';
import type { Retry } from '../../model.ts';
import {
  type CircuitBreaker,
  newCircuitBreaker,
  pauseSeconds,
  retryAfterSeconds,
} from '../../outcome.ts';

/** What is known of HubSpot's limits and health. Kept per isolate, since a limit outlives a batch. */
export interface HubspotLimits {
  /** Until when nothing is sent, and what the records wait for meanwhile. */
  pause: { untilMs: number; reason: string } | undefined;
  breaker: CircuitBreaker;
}

export const newHubspotLimits = (): HubspotLimits => ({
  pause: undefined,
  breaker: newCircuitBreaker(),
});

/** A locked record is free again after two seconds. */
export const LOCKED_SECONDS = 2;
const ROLLING_INTERVAL_MS = 10_000;
/** The longest of its limits, and so the longest pause: a header may be wrong. */
const DAY_MS = 24 * 60 * 60 * 1000;
/** Where the portal's midnight cannot be learned, one look an hour finds it and costs next to nothing. */
const UNKNOWN_MIDNIGHT_MS = 60 * 60 * 1000;
const RATE_LIMITED = 'hubspot_rate_limited';

/** The wait, while there is one. */
export function pausedUntil({ pause, breaker }: HubspotLimits, nowMs: number): Retry | undefined {
  const downSeconds = pauseSeconds(breaker, nowMs);
  const limitSeconds = pause ? (pause.untilMs - nowMs) / 1000 : 0;
  const afterSeconds = Math.max(downSeconds, limitSeconds);
  if (afterSeconds <= 0) return undefined;
  const reason = pause && limitSeconds >= downSeconds ? pause.reason : 'hubspot_down';
  return { status: 'retry', reason, afterSeconds, costsNoTry: true };
}

/** The last request of an interval is the moment to stop, not the refusal after it. */
export function noteAnswer(limits: HubspotLimits, headers: Headers, nowMs: number): void {
  if (headers.get('x-hubspot-ratelimit-remaining') !== '0') return;
  limits.pause = { untilMs: nowMs + intervalOf(headers), reason: RATE_LIMITED };
}

/** A 429, on which HubSpot documents no Retry-After: either the interval or the day is used up. */
export async function limitReached(
  limits: HubspotLimits,
  { headers }: Response,
  policyName: string | undefined,
  nowMs: number,
  askAccount: () => Promise<unknown>,
): Promise<Retry> {
  const isDaily = policyName === 'DAILY';
  const reason = isDaily ? 'hubspot_daily_limit' : RATE_LIMITED;
  const afterSeconds = retryAfterSeconds(headers.get('retry-after'), nowMs);
  const pauseUntil = (untilMs: number) => {
    limits.pause = { untilMs: Math.min(untilMs, nowMs + DAY_MS), reason };
  };
  if (afterSeconds !== undefined) pauseUntil(nowMs + afterSeconds * 1000);
  else if (!isDaily) pauseUntil(nowMs + intervalOf(headers));
  else {
    // Asked once: the answer to this very question may be that the day is used up.
    const mayAsk = limits.pause?.reason !== reason;
    limits.pause = { untilMs: nowMs, reason };
    pauseUntil(mayAsk ? midnightAfter(nowMs, await askAccount()) : nowMs + UNKNOWN_MIDNIGHT_MS);
  }
  return pausedUntil(limits, nowMs) ?? { status: 'retry', reason, costsNoTry: true };
}

function intervalOf(headers: Headers): number {
  const intervalMs = Number(headers.get('x-hubspot-ratelimit-interval-milliseconds'));
  return intervalMs > 0 ? Math.min(intervalMs, DAY_MS) : ROLLING_INTERVAL_MS;
}

// https://developers.hubspot.com/docs/api-reference/2026-03/account/account-information/get-account-details
const Account = z.object({
  utcOffsetMilliseconds: z.number().check(z.minimum(-DAY_MS), z.maximum(DAY_MS)),
});

/** The day's limit lifts at midnight in the portal's time zone. */
function midnightAfter(nowMs: number, account: unknown): number {
  const { data } = Account.safeParse(account);
  if (!data) return nowMs + UNKNOWN_MIDNIGHT_MS;
  const offsetMs = data.utcOffsetMilliseconds;
  return (Math.floor((nowMs + offsetMs) / DAY_MS) + 1) * DAY_MS - offsetMs;
}
