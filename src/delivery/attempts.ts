// From an outcome to what the ledger shall say of it.
import type { Destination } from '../destinations/destination.ts';
import type { Standing } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/record.ts';
import type { Match, Outcome, Retry, Signup } from '../model.ts';
import { delaySeconds, uncountedDelaySeconds } from '../outcome.ts';
import { refreshRetryAt } from './refresh-times.ts';

export interface AttemptDependencies {
  destinations: readonly Destination[];
  now(): number;
  random(): number;
}

/** What one destination's outcome means for the signup's delivery there. `tries`: so many before this one. */
export function attemptOf(
  { now, random }: AttemptDependencies,
  { name: destination }: Destination,
  { receivedAt }: Signup,
  outcome: Outcome,
  tries: number,
): Attempt {
  switch (outcome.status) {
    case 'delivered':
      return { destination, ...outcome };
    case 'skipped':
      return { destination, ...outcome };
    case 'rejected':
      return { destination, status: 'failed', reason: outcome.reason };
    case 'retry': {
      const { reason, costsNoTry } = outcome;
      // What costs no try is not counted; its age is what makes it wait longer.
      const ageSeconds = (now() - Date.parse(receivedAt)) / 1000;
      const seconds = costsNoTry
        ? uncountedDelaySeconds(outcome, ageSeconds)
        : delaySeconds(outcome, tries + 1, random);
      const nextAttemptAt = new Date(now() + seconds * 1000).toISOString();
      return { destination, status: 'waiting', reason, nextAttemptAt, costsNoTry };
    }
  }
}

/** Nothing to deliver anywhere. */
export function skipped(
  { destinations }: AttemptDependencies,
  signup: Signup,
  reason: string,
): LedgerEntry {
  const attempts = destinations.map(
    ({ name }): Attempt => ({ destination: name, status: 'skipped', reason }),
  );
  return { signup, attempts };
}

/** What a signup waits for before any destination can be asked. */
export interface Deferred {
  signup: Signup;
  match?: Match;
  retry: Retry;
  /** DataFast was asked and failed: the next wait is longer. */
  lookupFailed: boolean;
}

/** A signup that has to wait for its visitor or its email waits at every destination that lacks it. */
export function deferred(
  dependencies: AttemptDependencies,
  { signup, match, retry, lookupFailed }: Deferred,
  standing: Standing,
): LedgerEntry {
  const lookups = standing.lookups.get(signup.id) ?? 0;
  const attempts = dueDestinations(dependencies.destinations, standing, signup).map(
    (destination): Attempt => ({
      ...attemptOf(dependencies, destination, signup, retry, lookups),
      notAsked: true,
    }),
  );
  return {
    signup,
    match,
    attempts,
    lookupFailed: lookupFailed || undefined,
    ...(signup.refresh && { refreshAt: refreshRetryAt(dependencies, signup, retry) }),
  };
}

/**
 * Where a signup still has to go: wherever it has not ended, and `failed` ended too, for a person must act first.
 * A refresh goes where the signup has arrived.
 */
export function dueDestinations(
  destinations: readonly Destination[],
  { progress }: Standing,
  { id, refresh }: Signup,
): readonly Destination[] {
  return destinations.filter(({ name }) => {
    const status = progress.get(id)?.get(name)?.status;
    return refresh ? status === 'delivered' : status === undefined || status === 'waiting';
  });
}

/** How often a destination was asked to take this signup, and could not. */
export function triesOf({ progress }: Standing, { id }: Signup, { name }: Destination): number {
  return progress.get(id)?.get(name)?.attempts ?? 0;
}
