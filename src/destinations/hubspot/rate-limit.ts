// HubSpot's limits: what its headers and refusals say about them, and when to come back.
// https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
import * as z from 'zod/mini';
import type { Snooze } from '../../outcome.ts';
import { DAY_MS, HOUR_MS } from '../../time.ts';
import { retryAfterSeconds } from '../../upstream/retry-after.ts';
import {
  type Answered,
  type Limits,
  pauseOf,
  type UpstreamState,
} from '../../upstream/upstream.ts';
import { HubspotError } from './errors.ts';
import { reason } from './reasons.ts';

const ROLLING_INTERVAL_MS = 10_000;
/** No limit of HubSpot's is longer than a day. A header that says more is wrong. */
const MAX_PAUSE_MS = DAY_MS;
/** Where midnight at the account is unknown, one request an hour finds it and costs next to nothing. */
const UNKNOWN_MIDNIGHT_MS = HOUR_MS;

/** `readAccount`: the account's details as HubSpot gives them; `undefined` when it does not. */
export function hubspotLimits(state: UpstreamState, readAccount: () => Promise<unknown>): Limits {
  return {
    // HubSpot counts. Whence only listens.
    take: () => undefined,
    learn: (answered, nowMs) => {
      // A 429 is read in `reached`, which can tell the day's limit from the interval's.
      if (answered && answered.status !== 429) learnFrom(state, answered, nowMs);
    },
    reached: (answered, nowMs) => pauseAfter(state, answered, nowMs, readAccount),
  };
}

/** The last request of an interval is the moment to stop, before the refusal comes. */
function learnFrom(state: UpstreamState, { headers }: Answered, nowMs: number): void {
  if (headers.get('x-hubspot-ratelimit-remaining') !== '0') return;
  if (hasJustWaited(state, nowMs)) {
    // Others use up every interval. A batch that reads and then waits again would never write: a refusal may come.
    state.pause = undefined;
    return;
  }
  state.pause = { untilMs: nowMs + intervalOf(headers), reason: reason('rate_limited') };
}

const JUST_MS = 60_000;

function hasJustWaited({ pause }: UpstreamState, nowMs: number): boolean {
  if (pause?.reason.code !== reason('rate_limited').code) return false;
  return pause.untilMs <= nowMs && pause.untilMs > nowMs - JUST_MS;
}

/** HubSpot documents no Retry-After on a 429. Either the interval or the day is used up. */
async function pauseAfter(
  state: UpstreamState,
  { headers, json }: Answered,
  nowMs: number,
  readAccount: () => Promise<unknown>,
): Promise<Snooze> {
  const isDaily = HubspotError.safeParse(json).data?.policyName === 'DAILY';
  const why = reason(isDaily ? 'daily_limit' : 'rate_limited');
  const afterSeconds = retryAfterSeconds(headers.get('retry-after'), nowMs);
  let untilMs = nowMs + (isDaily ? UNKNOWN_MIDNIGHT_MS : intervalOf(headers));
  if (afterSeconds !== undefined) untilMs = nowMs + afterSeconds * 1000;
  else if (isDaily && state.pause?.reason.code !== why.code) {
    // Asked once: the answer to this very request may be that the day is used up. It is let through for now.
    state.pause = { untilMs: nowMs, reason: why };
    untilMs = midnightAfter(nowMs, await readAccount());
  }
  state.pause = { untilMs: Math.min(untilMs, nowMs + MAX_PAUSE_MS), reason: why };
  return pauseOf({ state, reason }, nowMs) ?? { status: 'snooze', reason: why, afterSeconds: 1 };
}

function intervalOf(headers: Headers): number {
  const intervalMs = Number(headers.get('x-hubspot-ratelimit-interval-milliseconds'));
  return intervalMs > 0 ? Math.min(intervalMs, MAX_PAUSE_MS) : ROLLING_INTERVAL_MS;
}

// https://developers.hubspot.com/docs/api-reference/2026-03/account/account-information/get-account-details
const Account = z.object({
  utcOffsetMilliseconds: z.number().check(z.minimum(-DAY_MS), z.maximum(DAY_MS)),
});

/** The day's limit ends at midnight in the account's time zone. */
function midnightAfter(nowMs: number, account: unknown): number {
  const { data } = Account.safeParse(account);
  if (!data) return nowMs + UNKNOWN_MIDNIGHT_MS;
  const offsetMs = data.utcOffsetMilliseconds;
  return (Math.floor((nowMs + offsetMs) / DAY_MS) + 1) * DAY_MS - offsetMs;
}
