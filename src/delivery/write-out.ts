// Writing a batch to every destination: side by side, so that one which hangs does not hold up another. Those that follow
// come last, since they are told how far the signup has come at the others.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt } from '../ledger/entry.ts';
import type { Log } from '../log.ts';
import type { EnrichedSignup } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import { type Allotment, allot } from './allot.ts';
import {
  type AttemptDependencies,
  attemptOf,
  type DeliveryDestination,
  dueDestinations,
} from './attempts.ts';
import { followStep, inOrder } from './follow.ts';
import { type Deliverable, type People, peopleOf, upsertAll } from './upsert-all.ts';

export interface WriteDependencies extends AttemptDependencies {
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
  /** The result of the work, or `undefined` when it takes longer. */
  within<Result>(seconds: number, work: Promise<Result>): Promise<Result | undefined>;
  log: Log;
  ledger: LedgerDatabase;
}

/** What happened to each item at the destinations where it is due. */
export async function writeOut(
  dependencies: WriteDependencies,
  items: readonly { item: Item; enriched: EnrichedSignup }[],
): Promise<ReadonlyMap<Item, readonly Attempt[]>> {
  const nowMs = dependencies.now();
  const attempts = new Map(items.map(({ item }): [Item, Attempt[]] => [item, []]));
  const write = async (
    destination: DeliveryDestination,
    people: People,
    allotment: Allotment | undefined,
  ) => {
    const outcomes = await writeTo(dependencies, destination, people, allotment ?? NOTHING);
    for (const [item, outcome] of outcomes) {
      attempts.get(item)?.push(attemptOf(dependencies, destination.name, item, outcome));
    }
  };
  const { leaders, followers } = inOrder(dependencies.destinations);
  const asked = leaders.map((destination) => {
    const due = items.filter(({ item }) => dueDestinations([destination], item, nowMs).length > 0);
    return { destination, people: peopleOf(destination, due) };
  });
  const allotments = allot(
    [
      ...asked.map(({ destination, people }) => ({ destination, contacts: people.people.length })),
      ...followers.map((destination) => ({ destination, contacts: items.length })),
    ],
    dependencies.requestsLeft(),
  );
  await Promise.all(
    asked.map(({ destination, people }, index) => write(destination, people, allotments[index])),
  );
  // Those that follow tell where the contact is.
  if (followers.length > 0) await Promise.all(leaders.map(({ locate }) => locate?.()));
  const ofOthers = new Map([...attempts].map(([item, others]) => [item, [...others]]));
  await Promise.all(
    followers.map((destination, index) => {
      const told: Deliverable[] = [];
      for (const { item, enriched } of items) {
        const known = { item, enriched, attempts: ofOthers.get(item) ?? [] };
        const step = followStep(dependencies, destination, known);
        if (step.kind === 'wait') attempts.get(item)?.push(step.attempt);
        if (step.kind === 'tell') told.push({ item, enriched, elsewhere: step.elsewhere });
      }
      return write(destination, peopleOf(destination, told), allotments[leaders.length + index]);
    }),
  );
  return attempts;
}

const NOTHING: Allotment = { contacts: 0, requests: 0 };
/** Longer than one request may take. What others have achieved must reach the ledger while this invocation lives. */
const DESTINATION_SECONDS = 30;
const TOO_SLOW: Outcome = { status: 'retry', reason: reason('destination_too_slow') };

async function writeTo(
  dependencies: WriteDependencies,
  destination: DeliveryDestination,
  people: People,
  allotment: Allotment,
): Promise<ReadonlyMap<Item, Outcome>> {
  const work = upsertAll(dependencies, destination, people, allotment);
  const outcomes = await dependencies.within(DESTINATION_SECONDS, work);
  if (outcomes) return outcomes;
  const late = [...people.given.values()].map(({ item }): [Item, Outcome] => [item, TOO_SLOW]);
  dependencies.log('warn', 'destination_too_slow', {
    destination: destination.name,
    signups: late.length,
  });
  return new Map(late);
}
