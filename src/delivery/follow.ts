// Destinations that follow are told how far a signup has come at the others, so they come last. While another one is
// not done they wait, but not for ever.
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt } from '../ledger/entry.ts';
import type { Elsewhere, EnrichedSignup, ReachedDelivery } from '../model.ts';
import { reason } from '../reasons.ts';
import { HOUR_MS, isoOf } from '../time.ts';
import { type AttemptDependencies, type DeliveryDestination, dueDestinations } from './attempts.ts';
import { touchAfter } from './touch-after.ts';

/** After that it tells what is known by then. */
const MAX_WAIT_MS = HOUR_MS;

const WAITING = reason('waiting_for_others');
const SENT_EARLY = reason('sent_before_others').code;
const REPLAYED = reason('replayed').code;

/** What to do with one signup at a destination that follows. */
export type FollowStep =
  | { kind: 'nothing' }
  | { kind: 'wait'; attempt: Attempt }
  | { kind: 'tell'; elsewhere: Elsewhere };

interface Follower {
  item: Item;
  enriched: EnrichedSignup;
  /** What has just happened at the others. */
  attempts: readonly Attempt[];
}

/** Those that come first, and those that follow them. */
export function inOrder(destinations: readonly DeliveryDestination[]) {
  return {
    leaders: destinations.filter(({ follows }) => !follows),
    followers: destinations.filter(({ follows }) => follows),
  };
}

/** Decides for one signup, after the other destinations were written. */
export function followStep(
  dependencies: AttemptDependencies,
  follower: DeliveryDestination,
  { item, enriched, attempts }: Follower,
): FollowStep {
  const { leaders } = inOrder(dependencies.destinations);
  const isDue = dueDestinations([follower], item, dependencies.now()).length > 0;
  const progress = item.state.progress.get(follower.name);
  const hasEnded = attempts.some(({ status }) => status !== 'waiting');
  const isAwaited = progress?.reason === WAITING.code || progress?.reason === SENT_EARLY;
  if (!isDue && !(isAwaited && hasEnded)) return { kind: 'nothing' };
  const deliveries = leaders.flatMap((leader) => reached(leader, item, attempts) ?? []);
  const isOpen = deliveries.some(({ status }) => status === 'waiting');
  if (isOpen && !isDue) return { kind: 'nothing' };
  // What was asked already goes on by itself, and so does a wait that has come to its end.
  const hasWaited = progress?.memo || progress?.reasons.includes(WAITING.code);
  const mayWait = progress?.reason === REPLAYED || !hasWaited;
  if (isOpen && mayWait && !item.signup.refresh) {
    return { kind: 'wait', attempt: waitOf(follower, dependencies.now()) };
  }
  const { held } = touchAfter(enriched, attempts);
  const isTouchTold = attempts.some(({ firstTouch }) => firstTouch !== undefined);
  return { kind: 'tell', elsewhere: { deliveries, held, isTouchTold } };
}

/** It counts no attempt. Where another destination brings the signup back earlier, it needs no message of its own. */
const waitOf = ({ name }: DeliveryDestination, nowMs: number): Attempt => ({
  destination: name,
  status: 'waiting',
  reason: WAITING,
  nextAttemptAt: isoOf(nowMs + MAX_WAIT_MS),
  isSnoozed: true,
  isBounded: true,
});

/** A refresh that failed at a destination leaves what has arrived there. */
function reached(
  { name, contactUrl }: DeliveryDestination,
  { signup, state }: Item,
  attempts: readonly Attempt[],
): ReachedDelivery | undefined {
  const attempt = attempts.find(
    ({ destination, status }) =>
      destination === name && (status === 'delivered' || !signup.refresh),
  );
  const progress = state.progress.get(name);
  const status = attempt?.status ?? progress?.status;
  if (status === undefined) return undefined;
  const externalId = attempt?.externalId ?? progress?.externalId ?? undefined;
  return {
    destination: name,
    status,
    reason: attempt ? attempt.reason?.code : (progress?.reason ?? undefined),
    externalId,
    url: externalId === undefined ? undefined : contactUrl?.(externalId),
  };
}
