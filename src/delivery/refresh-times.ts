// When a signup's live fields are written again. Predictions move, most in the first hours after a signup.
import type { EnrichedSignup, Match, Signup, Visitor } from '../model.ts';
import type { Waiting } from '../outcome.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../time.ts';

/** Counted from the signup. A time that has passed when it is delivered is left out. */
const REFRESH_AFTER_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS];
/** DataFast may learn of a visitor later, or refuse one for a reason that passes. A bot stays a bot. */
const REFRESHED: readonly Match[] = ['matched', 'not_found', 'rejected_by_datafast'];

/**
 * ISO 8601, or `null` when there is nothing to refresh: no visitor, a customer whose first touch is known, or a week has
 * passed. `isUnanswered`: a guess that DataFast could not be asked about.
 */
export function nextRefreshAt(
  { signup, match, visitor }: Pick<EnrichedSignup, 'signup' | 'match' | 'visitor'>,
  nowMs: number,
  { isKnown, isUnanswered = false }: { isKnown: boolean; isUnanswered?: boolean | undefined },
): string | null {
  const isDone = isKnown && visitor && hasPaid(visitor);
  if (!(REFRESHED.includes(match) || isUnanswered) || isDone) return null;
  const signedUpMs = Date.parse(signup.occurredAt);
  // A source that is not known yet is looked for again, however old the signup was when it came, as a backfill is.
  const isOpen = match === 'matched' && !isKnown;
  const fromMs = isOpen ? Math.max(signedUpMs, Date.parse(signup.receivedAt)) : signedUpMs;
  const nextMs = REFRESH_AFTER_MS.map((afterMs) => fromMs + afterMs).find((at) => at > nowMs);
  return nextMs === undefined ? null : isoOf(nextMs);
}

/**
 * A refresh is in no hurry: it waits ten to fifteen minutes, or as long as the upstream says, and longer the older the
 * signup is. A key that is wrong for days must not use up what a plan allows the queue and the ledger in a day.
 */
export function refreshRetryAt(
  { now, random }: { now(): number; random(): number },
  { occurredAt }: Pick<Signup, 'occurredAt'>,
  { afterSeconds = 0 }: Pick<Waiting, 'afterSeconds'>,
): string {
  const ageSeconds = (now() - Date.parse(occurredAt)) / 1000;
  const waitSeconds = Math.max(afterSeconds, 600 + random() * 300, ageSeconds / 8);
  return isoOf(now() + waitSeconds * 1000);
}

/** Whether DataFast has seen a payment; a trial is none yet. */
function hasPaid({ goals }: Visitor): boolean {
  return goals.some(
    ({ name, origin }) =>
      name === 'payment' ||
      (origin === 'payment_provider' && !/^(free_trial|trial_started)$/.test(name)),
  );
}
