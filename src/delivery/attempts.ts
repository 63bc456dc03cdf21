// From an outcome to what the ledger says about it.
import type { OpenDestination } from '../destinations/destination.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { isComplete } from '../ledger/lacks.ts';
import { type Match, type Signup, UNKNOWN_CHANNEL } from '../model.ts';
import type { Delivered, Outcome, Snooze, Waiting } from '../outcome.ts';
import { type Reason, reason } from '../reasons.ts';
import { isoOf, MINUTE_MS, timeOf } from '../time.ts';
import { withoutVisitor } from '../visitors/lookup.ts';
import { retryDelaySeconds, snoozeDelaySeconds } from './backoff.ts';
import { refreshAgainFrom } from './refresh-times.ts';

/** What delivery needs of a destination. */
export type DeliveryDestination = Pick<
  OpenDestination,
  | 'name'
  | 'key'
  | 'follows'
  | 'stopKey'
  | 'batchSize'
  | 'requestsPerBatch'
  | 'draft'
  | 'upsert'
  | 'contactUrl'
  | 'locate'
  | 'allow'
>;

export interface AttemptDependencies {
  destinations: readonly DeliveryDestination[];
  now(): number;
  random(): number;
}

/** With an hour between them, after the first ones, they outlast four days. */
const MOST_ATTEMPTS = 100;

/** What the outcome at one destination means for the signup's delivery there. */
export function attemptOf(
  dependencies: AttemptDependencies,
  destination: string,
  item: Item,
  { memo, ...outcome }: Outcome,
): Attempt {
  return { ...attemptWithout(dependencies, destination, item, outcome), memo };
}

function attemptWithout(
  dependencies: AttemptDependencies,
  destination: string,
  item: Item,
  outcome: Outcome,
): Attempt {
  switch (outcome.status) {
    case 'delivered':
      return { destination, ...withHeldTouch(item, outcome) };
    case 'skipped':
      return { destination, ...outcome };
    case 'rejected':
      return { destination, status: 'failed', reason: outcome.reason, stops: outcome.stops };
    case 'retry':
    case 'snooze': {
      if (outcome.status === 'snooze' && outcome.isParked) {
        return parkedAttempt(dependencies, destination, item, outcome);
      }
      const attempts = item.state.progress.get(destination)?.attempts ?? 0;
      const isLast = outcome.status === 'retry' && attempts + 1 >= MOST_ATTEMPTS;
      if (isLast && !item.signup.refresh) {
        const { code, detail } = outcome.reason;
        const why = reason('gave_up', detail);
        return { destination, status: 'failed', reason: why, lastReason: code };
      }
      return waitingAttempt(dependencies, destination, item, outcome, attempts);
    }
  }
}

/** An event brings it back, and no message does. Its next attempt is the end of its time. */
function parkedAttempt(
  { now }: AttemptDependencies,
  destination: string,
  { signup }: Item,
  { reason, afterSeconds, endsAs = reason }: Snooze,
): Attempt {
  const untilMs = Date.parse(signup.receivedAt) + afterSeconds * 1000;
  if (untilMs <= now()) return { destination, status: 'skipped', reason: endsAs };
  const nextAttemptAt = isoOf(untilMs);
  return { destination, status: 'waiting', reason, nextAttemptAt, isSnoozed: true, isParked: true };
}

/** A signup whose source is not on the contact says why. */
function withHeldTouch({ signup }: Item, outcome: Delivered): Delivered {
  const { firstTouch } = outcome;
  const isOfAnother = firstTouch?.visitorId.toLowerCase() !== signup.visitorId?.toLowerCase();
  const isHeld =
    firstTouch !== undefined &&
    (firstTouch.kind === 'held' || isOfAnother) &&
    firstTouch.channel !== UNKNOWN_CHANNEL;
  if (!isHeld || signup.refresh || signup.visitorId === undefined) return outcome;
  return { ...outcome, reason: outcome.reason ?? reason('first_touch_held') };
}

/** `failuresBefore`: how often this has failed already. */
function waitingAttempt(
  { now, random }: AttemptDependencies,
  destination: string,
  { signup }: Item,
  wait: Waiting,
  failuresBefore: number,
): Attempt {
  const nowMs = now();
  const isSnoozed = wait.status === 'snooze';
  // A snooze is not counted. The age of the signup is what makes it wait longer.
  const seconds = isSnoozed
    ? snoozeDelaySeconds(wait, (nowMs - Date.parse(signup.receivedAt)) / 1000)
    : retryDelaySeconds(wait, failuresBefore + 1, random);
  return {
    destination,
    status: 'waiting',
    reason: wait.reason,
    nextAttemptAt: isoOf(nowMs + seconds * 1000),
    ...(isSnoozed && { isSnoozed, isBounded: wait.isBounded, isOutage: wait.isOutage }),
  };
}

/** Nothing to deliver anywhere. */
export function skippedEntry(
  { destinations }: AttemptDependencies,
  { signup }: Item,
  reason: Reason,
): LedgerEntry {
  const attempts = destinations.map(
    ({ name }): Attempt => ({ destination: name, status: 'skipped', reason }),
  );
  return { signup, match: matchSoFar(signup), attempts };
}

/** Of a signup that is not looked up. Without the ID of a visitor nothing would be found. */
export const matchSoFar = (signup: Signup): Match | undefined =>
  signup.visitorId === undefined ? withoutVisitor(signup) : undefined;

/** A signup that waits for something before any destination can be asked. */
export interface Deferred {
  item: Item;
  match?: Match;
  wait: Waiting;
  /** DataFast was asked and failed: the next wait is longer. */
  lookupFailed: boolean;
}

/** A wait that is shorter needs no row, when the ledger knows the reason. */
const SOON_MS = 5 * MINUTE_MS;

/** It waits at every destination that is still due. */
export function deferredEntry(
  dependencies: AttemptDependencies,
  { item, match, wait, lookupFailed }: Deferred,
): LedgerEntry {
  const { signup, state } = item;
  const isParked = wait.status === 'snooze' && wait.isParked;
  const attempts = dueDestinations(dependencies.destinations, item, dependencies.now()).map(
    ({ name }): Attempt => {
      if (isParked) return { ...parkedAttempt(dependencies, name, item, wait), notAsked: true };
      const attempt = waitingAttempt(dependencies, name, item, wait, state.failedLookups);
      const isSoon = (timeOf(attempt.nextAttemptAt) ?? 0) - dependencies.now() < SOON_MS;
      const isSaid = isSoon && state.progress.get(name)?.reason === wait.reason.code;
      return { ...attempt, notAsked: true, isSaid: isSaid && attempt.isBounded };
    },
  );
  return {
    signup,
    match: match ?? matchSoFar(signup),
    attempts,
    lookupFailed: lookupFailed || undefined,
    ...(signup.refresh && { refreshFrom: refreshAgainFrom(dependencies, signup, wait) }),
  };
}

/** It may be let in by a later answer of DataFast. */
const LEFT_OUT = reason('left_out_by_condition').code;
/** The queue may bring a message back a little early, and clocks differ. */
const EARLY_MS = 5_000;

/**
 * The destinations still due. `failed` is final until an operator replays it. One that is to be tried later is left
 * alone until then, even if another one brings the signup back. A refresh goes where the signup has arrived, and where a
 * condition left it out.
 */
export function dueDestinations<Due extends Pick<DeliveryDestination, 'name'>>(
  destinations: readonly Due[],
  { signup, state }: Item,
  nowMs: number,
): readonly Due[] {
  return destinations.filter(({ name }) => {
    const progress = state.progress.get(name);
    // What it lacked has come. That counts after the end of its wait as well.
    if (progress?.lack && !signup.refresh && isComplete(signup, progress.lack)) return true;
    if (signup.refresh) {
      return progress?.status === 'delivered' || progress?.reason === LEFT_OUT;
    }
    if (progress?.status === 'waiting') {
      return (timeOf(progress.nextAttemptAt) ?? 0) <= nowMs + EARLY_MS;
    }
    return progress === undefined;
  });
}

/** When the signup is due again: at the earliest time of a destination that waits, other than for an event. */
export function nextAttemptAt(
  destinations: readonly Pick<DeliveryDestination, 'name'>[],
  item: Item,
  attempts: readonly Attempt[],
): string | undefined {
  const waiting = waitingOf(destinations, item, attempts).filter((one) => !one.isParked);
  return waiting.flatMap((one) => one.nextAttemptAt ?? []).sort()[0];
}

/** Whether the signup waits somewhere for an event, which no message does. */
export function isParked(
  destinations: readonly Pick<DeliveryDestination, 'name'>[],
  item: Item,
  attempts: readonly Attempt[],
): boolean {
  return waitingOf(destinations, item, attempts).some((one) => one.isParked);
}

/** Where the signup waits after these attempts. */
function waitingOf(
  destinations: readonly Pick<DeliveryDestination, 'name'>[],
  { state }: Item,
  attempts: readonly Attempt[],
): { isParked: boolean; nextAttemptAt?: string | null | undefined }[] {
  return destinations.flatMap(({ name }) => {
    const attempt = attempts.find(({ destination }) => destination === name);
    const progress = state.progress.get(name);
    const { status, nextAttemptAt } = attempt ?? progress ?? {};
    const isParked = attempt ? attempt.isParked === true : progress?.lack !== undefined;
    return status === 'waiting' ? { isParked, nextAttemptAt } : [];
  });
}
