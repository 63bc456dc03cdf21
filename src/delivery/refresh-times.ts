// When a signup's live fields are written again. Predictions move, most in the first hours after a signup.
import { nextRefreshAt, REFRESH_AFTER_MS } from '../ledger/refreshes.ts';
import type { EnrichedSignup, Match, Signup } from '../model.ts';
import type { Waiting } from '../outcome.ts';
import { isoOf } from '../time.ts';
import { paymentsOf } from '../visitors/payments.ts';

/** DataFast may learn of a visitor later, or refuse one for a reason that passes. A bot stays a bot. */
const REFRESHED: readonly Match[] = ['matched', 'not_found', 'rejected_by_datafast'];

interface Clockwork {
  now(): number;
  random(): number;
}

interface State {
  /** Whether the contact says what brought the person. */
  isKnown: boolean;
  /** A guess that DataFast could not be asked about. */
  isUnanswered?: boolean | undefined;
  /** Where the visitor came from could not be asked for now. */
  isReferrerUnanswered?: boolean | undefined;
}

/**
 * From when the times of the refreshes count, ISO 8601. `null`: there is nothing to refresh, because there is no visitor,
 * or it is a customer whose first touch is known, or a week has passed. `undefined`: a refresh leaves it as it is.
 * While the first touch is not known, it counts from the arrival: a signup of last year has just been backfilled.
 */
export function refreshFrom(
  { signup, match, visitor }: Pick<EnrichedSignup, 'signup' | 'match' | 'visitor'>,
  { now, random }: Clockwork,
  { isKnown, isUnanswered = false, isReferrerUnanswered = false }: State,
): string | null | undefined {
  const isDone = isKnown && visitor && paymentsOf(visitor).length > 0;
  if (!(REFRESHED.includes(match) || isUnanswered) || isDone) return null;
  const isOpen = visitor !== undefined && !isKnown;
  const from = isOpen ? signup.receivedAt : signup.occurredAt;
  const next = nextRefreshAt(from, now());
  if (isOpen && isReferrerUnanswered && !(signup.refresh && next === undefined)) {
    // A replay of an old signup begins a new wait.
    const since = signup.refresh ? signup.receivedAt : isoOf(now());
    const soon = soonAt({ now, random }, since, SOON_SECONDS);
    if (next === undefined || soon < next)
      return isoOf(Date.parse(soon) - stepBefore(since, now()));
  }
  if (!signup.refresh) return next === undefined ? null : from;
  // The times go on by themselves, and no row is written. Otherwise they end, or an early refresh is over.
  const arrival = signup.receivedAt;
  if (next === undefined) return nextRefreshAt(arrival, now()) === undefined ? undefined : null;
  return now() - Date.parse(arrival) < (REFRESH_AFTER_MS[0] ?? 0) ? from : undefined;
}

/**
 * The same after a refresh that failed. It is in no hurry: it waits half an hour or more, or as long as the upstream says,
 * and longer the longer ago the signup arrived. An outage, or a key that is wrong for days, must not use up what a plan
 * allows the queue and the ledger in a day.
 */
export function refreshAgainFrom(
  { now, random }: Clockwork,
  { receivedAt }: Pick<Signup, 'receivedAt'>,
  { afterSeconds = 0 }: Pick<Waiting, 'afterSeconds'> = {},
): string {
  const soon = soonAt({ now, random }, receivedAt, Math.max(AGAIN_SECONDS, afterSeconds));
  return isoOf(Date.parse(soon) - stepBefore(receivedAt, now()));
}

/** Until a source that is still unknown is looked for again. */
const SOON_SECONDS = 10 * 60;
const AGAIN_SECONDS = 30 * 60;

function soonAt({ now, random }: Clockwork, receivedAt: string, atLeastSeconds: number): string {
  const ageSeconds = (now() - Date.parse(receivedAt)) / 1000;
  const waitSeconds = Math.max((1 + random() / 2) * atLeastSeconds, ageSeconds / 8);
  return isoOf(now() + waitSeconds * 1000);
}

/** The step that such a signup has reached: what failed at it is tried again as the same step, and then the next follows. */
function stepBefore(since: string, nowMs: number): number {
  const ageMs = nowMs - Date.parse(since);
  const [first = 0] = REFRESH_AFTER_MS;
  return REFRESH_AFTER_MS.findLast((afterMs) => afterMs <= ageMs) ?? first;
}
