// One pass: items go as far as they get now. They are joined with their customer, enriched, merged by person, and
// written to every destination.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { isErased } from '../ledger/tombstones.ts';
import {
  type AttemptDependencies,
  attemptOf,
  type Deferred,
  deferredEntry,
  dueDestinations,
  skippedEntry,
} from './attempts.ts';
import { type EnrichDependencies, type Enrichment, enrichItems } from './enrich.ts';
import { followStep, inOrder } from './follow.ts';
import { joinCustomers } from './join.ts';
import { refreshAgainFrom, refreshFrom } from './refresh-times.ts';
import { withoutShared } from './shared-visitors.ts';
import { conversionAfter, isTouchKnown, touchAfter } from './touch-after.ts';
import { upsertAll } from './upsert-all.ts';

export type PassDependencies = EnrichDependencies &
  AttemptDependencies & { ledger: LedgerDatabase };

export interface Pass {
  entries: LedgerEntry[];
  /** The minute of DataFast is used up. These are worth waiting for. */
  rateLimited: Deferred[];
}

/** Items of people who were erased get no entry. */
export async function runPass(
  dependencies: PassDependencies,
  items: readonly Item[],
): Promise<Pass> {
  const pass: Pass = { entries: [], rateLimited: [] };
  const addressed: Item[] = [];
  for (const joined of joinCustomers(items, dependencies.now())) {
    const { item } = joined;
    if (isErased(item.state.erasures, item.signup)) continue;
    if (joined.kind === 'addressed') addressed.push(item);
    else if (joined.kind === 'skipped') {
      pass.entries.push(skippedEntry(dependencies, item, joined.reason));
    } else pass.entries.push(deferredEntry(dependencies, { ...joined, lookupFailed: false }));
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

/** An entry for each, after every destination that is due has been asked: those that follow come last. */
async function deliverItems(
  dependencies: PassDependencies,
  items: readonly EnrichedItem[],
): Promise<LedgerEntry[]> {
  const nowMs = dependencies.now();
  const attempts = new Map(items.map(({ item }): [Item, Attempt[]] => [item, []]));
  const { leaders, followers } = inOrder(dependencies.destinations);
  for (const destination of leaders) {
    const due = items.filter(({ item }) => dueDestinations([destination], item, nowMs).length > 0);
    const outcomes = await upsertAll(dependencies, destination, due);
    for (const [item, outcome] of outcomes) {
      attempts.get(item)?.push(attemptOf(dependencies, destination.name, item, outcome));
    }
  }
  const ofOthers = new Map([...attempts].map(([item, others]) => [item, [...others]]));
  for (const destination of followers) {
    const told: Parameters<typeof upsertAll>[2][number][] = [];
    for (const { item, enriched } of items) {
      const known = { item, enriched, attempts: ofOthers.get(item) ?? [] };
      const step = followStep(dependencies, destination, known);
      if (step.kind === 'wait') attempts.get(item)?.push(step.attempt);
      if (step.kind === 'tell') told.push({ item, enriched, elsewhere: step.elsewhere });
    }
    for (const [item, outcome] of await upsertAll(dependencies, destination, told)) {
      attempts.get(item)?.push(attemptOf(dependencies, destination.name, item, outcome));
    }
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
  const from = refreshFrom(enriched, dependencies, state);
  if (!signup.refresh) {
    const hasArrived = attempts.some(({ status }) => status === 'delivered');
    const refreshes = { refreshFrom: hasArrived ? from : undefined };
    return { signup, match, ...touch, conversion, prediction, attempts, ...refreshes };
  }
  const first = signup.refresh.matched ? touch : { match, ...touch };
  const isWaiting = attempts.some(({ status }) => status === 'waiting');
  const isGone = attempts.every(({ status }) => status === 'skipped');
  const refreshes = {
    refreshFrom: isWaiting ? refreshAgainFrom(dependencies, signup) : isGone ? null : from,
  };
  return { signup, ...first, conversion, prediction, attempts, ...refreshes };
}
