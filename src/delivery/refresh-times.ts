// When a signup's live fields are written again. Predictions move, most in the first hours after a signup.
import { type EnrichedSignup, hasPaid, type Match, type Retry } from '../model.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Counted from the signup; what has passed when it is delivered is not made up for. */
const REFRESH_AFTER_MS = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS];
/** DataFast may come to know a visitor it did not; a bot stays one. */
const REFRESHED: readonly Match[] = ['matched', 'not_found'];

/** ISO 8601, or `null` when there is nothing to keep up with: no visitor, a customer, or a week has passed. */
export function nextRefreshAt(
  { signup, match, visitor }: Pick<EnrichedSignup, 'signup' | 'match' | 'visitor'>,
  nowMs: number,
): string | null {
  if (!REFRESHED.includes(match) || (visitor && hasPaid(visitor))) return null;
  const signedUpMs = Date.parse(signup.occurredAt);
  const nextMs = REFRESH_AFTER_MS.map((afterMs) => signedUpMs + afterMs).find((at) => at > nowMs);
  return nextMs === undefined ? null : new Date(nextMs).toISOString();
}

/** A refresh is in no hurry: ten minutes or a quarter of an hour, or when the upstream says. */
export function refreshRetryAt(
  { now, random }: { now(): number; random(): number },
  { afterSeconds = 0 }: Pick<Retry, 'afterSeconds'>,
): string {
  const waitSeconds = Math.max(afterSeconds, 600 + random() * 300);
  return new Date(now() + waitSeconds * 1000).toISOString();
}
