// How long a signup waits for its next attempt.
import type { Retry, Snooze } from '../outcome.ts';
import { HOUR_SECONDS } from '../time.ts';

/** The queue's own limit on a delay. https://developers.cloudflare.com/queues/platform/limits/ */
const MAX_DELAY_SECONDS = 12 * HOUR_SECONDS;
const FIRST_BACKOFF_SECONDS = 5;
/** With the hundred attempts of a signup this outlasts four days. */
const MAX_BACKOFF_SECONDS = HOUR_SECONDS;
/** An upstream that keeps asking for a moment would use up every attempt within minutes. */
const TRUSTED_ATTEMPTS = 2;

/**
 * Whole seconds after a failure: 5 s, 10 s, 20 s … 1 h by `attempt` (from 1), half of it at random (`random`,
 * 0 ≤ x < 1) so that many signups do not come back at once. What the upstream asked for counts instead when it is longer,
 * or when it has not asked often.
 */
export function retryDelaySeconds(retry: Retry, attempt: number, random: () => number): number {
  const ceiling = Math.min(
    MAX_BACKOFF_SECONDS,
    FIRST_BACKOFF_SECONDS * 2 ** Math.min(attempt - 1, 20),
  );
  const backoff = ceiling / 2 + (random() * ceiling) / 2;
  const asked = retry.afterSeconds ?? backoff;
  const wait = attempt <= TRUSTED_ATTEMPTS ? asked : Math.max(asked, backoff);
  return Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(wait)));
}

/** A limit that has not let a signup through for so long is as good as an outage. */
const LIMITED_SECONDS = 12 * HOUR_SECONDS;

/**
 * Whole seconds of a snooze: as told. In an outage at least a quarter of the time waited so far, up to an hour: a service
 * that is down for a day must not use up what a plan allows the queue in a day. Whoever has a turn keeps it, however old:
 * else the budget would be left unused while a burst drains.
 */
export function snoozeDelaySeconds(
  { afterSeconds, isBounded, isOutage }: Snooze,
  ageSeconds: number,
): number {
  const mayGrow = !isBounded && (isOutage || ageSeconds > LIMITED_SECONDS);
  const grown = mayGrow ? Math.min(MAX_BACKOFF_SECONDS, ageSeconds / 4) : 0;
  const wait = Math.max(afterSeconds, grown, FIRST_BACKOFF_SECONDS);
  return Math.min(MAX_DELAY_SECONDS, Math.ceil(wait));
}

/** The seconds until the next of these ages; `undefined` after the last one. The age counts, not the attempts. */
export function secondsToNextLook(
  lookAtSeconds: readonly number[],
  bornMs: number,
  nowMs: number,
): number | undefined {
  const ageSeconds = (nowMs - bornMs) / 1000;
  const next = lookAtSeconds.find((seconds) => seconds > ageSeconds);
  return next === undefined ? undefined : next - ageSeconds;
}
