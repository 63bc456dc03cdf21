// The outcome of one record at one destination. Expected failures are values; an exception is a bug.
import type { Reason } from './reasons.ts';

export type Outcome = (Delivered | Skipped | Retry | Snooze | Rejected) & Remembered;

/** What an outcome of any status can leave behind. */
export interface Remembered {
  /** Kept in the ledger, and handed back to the destination with the next attempt at the same signup. */
  memo?: string;
}

export interface Delivered {
  status: 'delivered';
  externalId?: string;
  /** The properties as they were written. */
  written: Readonly<Record<string, string>>;
  /** What the contact says of its first touch. Absent where the destination does not read what is there. */
  firstTouch?: FirstTouch;
  /** The converting channel that the contact holds of this very signup. Absent when it holds none, or that of an earlier signup. */
  convertingChannel?: string;
  /** What was left out, and why. */
  reason?: Reason;
}

/** What the contact says of its first touch: `written` now, or `held`, as an earlier signup wrote it. */
export interface FirstTouch {
  kind: 'written' | 'held';
  visitorId: string;
  channel?: string | undefined;
  source?: string | undefined;
}

/** There is nothing to do. */
export interface Skipped {
  status: 'skipped';
  reason: Reason;
}

/** An attempt that failed. */
export interface Retry {
  status: 'retry';
  reason: Reason;
  /** When the upstream named a time; otherwise the wait grows with the number of attempts. */
  afterSeconds?: number;
}

/** A wait that costs no attempt: a budget is spent, or a service is known to be down and was not asked. */
export interface Snooze {
  status: 'snooze';
  reason: Reason;
  afterSeconds: number;
  /** It happens a few times at most. The queue's own retry is enough for it, and costs fewer operations than a new message. */
  isBounded?: true;
  /** The service is down, and nobody knows for how long. */
  isOutage?: true;
  /**
   * No message brings it back, but an event does. `afterSeconds` counts from the arrival of the signup: when that is
   * over, there is nothing to do any more.
   */
  isParked?: true;
  /** Why it is skipped then, where that is another reason. */
  endsAs?: Reason;
}

/** A person must act before it can arrive. */
export interface Rejected {
  status: 'rejected';
  reason: Reason;
  /** The service wants nothing more, of nobody: the destination is off until the operator acts. */
  stops?: true;
}

/** It is not done, and will be tried again. */
export type Waiting = Retry | Snooze;

/** A wrong key stays wrong until a person fixes it: ten minutes is soon enough to notice the fix. */
const CONFIGURATION_RETRY_SECONDS = 10 * 60;

/** The slow pace of a problem that only the operator can fix. */
export function configurationRetry(reason: Reason): Retry {
  return { status: 'retry', reason, afterSeconds: CONFIGURATION_RETRY_SECONDS };
}
