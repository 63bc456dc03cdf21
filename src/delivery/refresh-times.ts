// When a signup's live fields are written again. Predictions move, most in the first hours after a signup.
import type { EnrichedSignup, Match, Signup, Visitor } from '../model.ts';
import type { Waiting } from '../outcome.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../time.ts';

/** Counted from the signup. A time that has passed when it is delivered is left out. */
const REFRESH_AFTER_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS];
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
 * ISO 8601, or `null` when there is nothing to refresh: no visitor, a customer whose first touch is known, or a week has
 * passed. While the first touch is not known, the arrival counts as well: a signup of last year has just been backfilled.
 */
export function nextRefreshAt(
  { signup, match, visitor }: Pick<EnrichedSignup, 'signup' | 'match' | 'visitor'>,
  { now, random }: Clockwork,
  { isKnown, isUnanswered = false, isReferrerUnanswered = false }: State,
): string | null {
  const isDone = isKnown && visitor && hasPaid(visitor);
  if (!(REFRESHED.includes(match) || isUnanswered) || isDone) return null;
  const isOpen = visitor !== undefined && !isKnown;
  const { occurredAt, receivedAt } = signup;
  const moments = (isOpen ? [occurredAt, receivedAt] : [occurredAt]).flatMap((from) =>
    REFRESH_AFTER_MS.map((afterMs) => Date.parse(from) + afterMs),
  );
  const next = moments.filter((at) => at > now()).sort((one, other) => one - other)[0];
  const at = next === undefined ? null : isoOf(next);
  if (!isOpen || !isReferrerUnanswered || (signup.refresh && at === null)) return at;
  // A replay of an old signup begins a new wait.
  const since = signup.refresh ? receivedAt : isoOf(now());
  const soon = refreshRetryAt({ now, random }, { receivedAt: since }, {});
  return at !== null && at < soon ? at : soon;
}

/**
 * A refresh is in no hurry: it waits ten to fifteen minutes, or as long as the upstream says, and longer the longer
 * ago the signup arrived. A key that is wrong for days must not use up what a plan allows the queue and the ledger in a day.
 */
export function refreshRetryAt(
  { now, random }: Clockwork,
  { receivedAt }: Pick<Signup, 'receivedAt'>,
  { afterSeconds = 0 }: Pick<Waiting, 'afterSeconds'>,
): string {
  const ageSeconds = (now() - Date.parse(receivedAt)) / 1000;
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
