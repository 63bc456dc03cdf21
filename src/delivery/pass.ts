// One pass: items go as far as they get now. Those that have an address are enriched, merged by person, and written to
// every destination.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import type { Outcome } from '../outcome.ts';
import { addressing } from './address.ts';
import { type Allotment, allot } from './allot.ts';
import {
  type AttemptDependencies,
  attemptOf,
  type Deferred,
  type DeliveryDestination,
  deferredEntry,
  dueDestinations,
  skippedEntry,
} from './attempts.ts';
import { type EnrichDependencies, type Enrichment, enrichItems } from './enrich.ts';
import { followStep, inOrder } from './follow.ts';
import { nextRefreshAt, refreshRetryAt } from './refresh-times.ts';
import { withoutShared } from './shared-visitors.ts';
import { conversionAfter, isTouchKnown, touchAfter } from './touch-after.ts';
import { type Deliverable, peopleOf, upsertAll } from './upsert-all.ts';

export type PassDependencies = EnrichDependencies &
  AttemptDependencies & {
    ledger: LedgerDatabase;
    /** How many requests this invocation may still make. */
    requestsLeft(): number;
  };

export interface Pass {
  entries: LedgerEntry[];
  /** The minute of DataFast is used up. These are worth waiting for. */
  rateLimited: Deferred[];
}

export async function runPass(
  dependencies: PassDependencies,
  items: readonly Item[],
): Promise<Pass> {
  const pass: Pass = { entries: [], rateLimited: [] };
  const addressed: Item[] = [];
  for (const item of items) {
    const step = addressing(item.signup);
    if (step.kind === 'addressed') addressed.push(item);
    else if (step.kind === 'skipped') {
      pass.entries.push(skippedEntry(dependencies, item, step.reason));
    } else {
      pass.entries.push(
        deferredEntry(dependencies, { item, wait: step.wait, lookupFailed: false }),
      );
    }
  }

  const enriched: EnrichedItem[] = [];
  for (const enrichment of await enrichItems(dependencies, addressed)) {
    if (enrichment.kind === 'enriched') enriched.push(enrichment);
    else if (enrichment.rateLimited) pass.rateLimited.push(enrichment);
    else pass.entries.push(deferredEntry(dependencies, enrichment));
  }
  pass.entries.push(
    ...(await deliverItems(dependencies, await withoutShared(dependencies, enriched))),
  );
  return pass;
}

type EnrichedItem = Extract<Enrichment, { kind: 'enriched' }>;

const NOTHING: Allotment = { contacts: 0, requests: 0 };

/** An entry for each, after every destination that is due has been asked: those that follow come last. */
async function deliverItems(
  dependencies: PassDependencies,
  items: readonly EnrichedItem[],
): Promise<LedgerEntry[]> {
  const nowMs = dependencies.now();
  const attempts = new Map(items.map(({ item }): [Item, Attempt[]] => [item, []]));
  const settle = (destination: DeliveryDestination, outcomes: ReadonlyMap<Item, Outcome>) => {
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
  ).values();
  for (const { destination, people } of asked) {
    settle(
      destination,
      await upsertAll(dependencies, destination, people, allotments.next().value ?? NOTHING),
    );
  }
  const ofOthers = new Map([...attempts].map(([item, others]) => [item, [...others]]));
  for (const destination of followers) {
    const told: Deliverable[] = [];
    for (const { item, enriched } of items) {
      const known = { item, enriched, attempts: ofOthers.get(item) ?? [] };
      const step = followStep(dependencies, destination, known);
      if (step.kind === 'wait') attempts.get(item)?.push(step.attempt);
      if (step.kind === 'tell') told.push({ item, enriched, elsewhere: step.elsewhere });
    }
    const people = peopleOf(destination, told);
    settle(
      destination,
      await upsertAll(dependencies, destination, people, allotments.next().value ?? NOTHING),
    );
  }
  return items.map((item) => entryOf(dependencies, item, attempts.get(item.item) ?? []));
}

function entryOf(
  dependencies: AttemptDependencies,
  { enriched, isUnanswered, isReferrerUnanswered }: EnrichedItem,
  attempts: readonly Attempt[],
): LedgerEntry {
  const { signup, match, visitor } = enriched;
  const prediction = visitor?.prediction;
  const touch = touchAfter(enriched, attempts);
  const conversion = conversionAfter(enriched, attempts);
  const state = { isKnown: isTouchKnown(touch), isUnanswered, isReferrerUnanswered };
  const next = nextRefreshAt(enriched, dependencies, state);
  if (!signup.refresh) {
    const hasArrived = attempts.some(({ status }) => status === 'delivered');
    const refreshAt = hasArrived ? next : undefined;
    return { signup, match, ...touch, conversion, prediction, attempts, refreshAt };
  }
  const first = signup.refresh.matched ? touch : { match, ...touch };
  const isWaiting = attempts.some(({ status }) => status === 'waiting');
  const isGone = attempts.every(({ status }) => status === 'skipped');
  const refreshAt = isWaiting ? refreshRetryAt(dependencies, signup, {}) : isGone ? null : next;
  return { signup, ...first, conversion, prediction, attempts, refreshAt };
}
