// What happened to one signup, as the ledger records it.
import type { Attribution, Delivery, Match, Prediction, Signup, Touch } from '../model.ts';
import type { FirstTouch } from '../outcome.ts';

/** What one attempt did at one destination. */
export type Attempt = Pick<
  Delivery,
  'destination' | 'status' | 'reason' | 'externalId' | 'written'
> & {
  /** What the contact says of its first touch. */
  firstTouch?: FirstTouch | undefined;
  /** The converting channel that the contact holds of this signup. */
  convertingChannel?: string | undefined;
  /** What the destination wants back with its next attempt. */
  memo?: string | undefined;
  /** The service wants nothing more, of nobody. */
  stops?: true | undefined;
  /** For a dead letter: the code of the reason before Whence gave up. */
  lastReason?: string | undefined;
  /** For `waiting`: ISO 8601. */
  nextAttemptAt?: string;
  /** The destination was not asked, since something else is missing. It counts no attempt. */
  notAsked?: true;
  /** The wait is no failure: for a budget, for another event, or for a service that is known to be down. */
  isSnoozed?: true;
  /** The ledger says that it waits for this already, and its message brings it back soon: no row is needed. */
  isSaid?: boolean | undefined;
  /** The wait happens a few times at most. */
  isBounded?: true | undefined;
  /** The service is down, and nobody knows for how long. */
  isOutage?: true | undefined;
  /** No message brings it back. */
  isParked?: true;
};

export interface LedgerEntry {
  signup: Signup;
  /** What to keep of a message that cannot be read as a signup. */
  unreadable?: unknown;
  match?: Match;
  /** What was written, never what would be written. */
  attribution?: Attribution;
  /** What the contact says instead: an earlier signup brought it. */
  held?: { channel?: string; source?: string };
  /** The converting touch, as the contact holds it. */
  conversion?: Touch | undefined;
  prediction?: Prediction;
  /** The visitor's, two letters in capitals. */
  country?: string | undefined;
  /** When the person paid first, as far as it is known; ISO 8601. */
  paidAt?: string | undefined;
  /** Whole days from the first visit. */
  daysToSignup?: number | undefined;
  /** DataFast was asked for the visitor and did not answer. */
  lookupFailed?: true;
  attempts: readonly Attempt[];
  /** The message of the queue that brought it, and which attempt of that message it was. */
  tried?: string | undefined;
  /** From when the times of the refreshes count, ISO 8601; `null`: there are none. Absent leaves it as it is. */
  refreshFrom?: string | null | undefined;
}
