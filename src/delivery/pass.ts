// A pass through a batch: items are joined with their customer and sorted by what they need, then enriched, merged by
// person, and written to every destination.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/record.ts';
import { isErased } from '../ledger/tombstones.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import type { Lookup } from '../visitors/lookup.ts';
import { type AskDependencies, type Asking, sortByNeed } from './ask-for.ts';
import {
  type AttemptDependencies,
  attemptOf,
  type DeliveryDestination,
  deferredEntry,
  dueDestinations,
  skippedEntry,
} from './attempts.ts';
import { type EnrichDependencies, type Enrichment, enrichItems } from './enrich.ts';
import { joinCustomers } from './join.ts';
import { nextRefreshAt, refreshRetryAt } from './refresh-times.ts';
import { withoutShared } from './shared-visitors.ts';
import { isTouchKnown, touchAfter } from './touch-after.ts';
import { upsertAll } from './upsert-all.ts';

export type PassDependencies = EnrichDependencies &
  AskDependencies &
  AttemptDependencies & {
    ledger: LedgerDatabase;
    /** The result of the work, or `undefined` when it takes longer. */
    within<Result>(seconds: number, work: Promise<Result>): Promise<Result | undefined>;
  };

export interface Sorted extends Asking {
  /** Of those that wait for their customer, or have nothing to deliver. */
  entries: LedgerEntry[];
}

/** Nobody has been asked yet. Items of people who were erased get no entry. */
export async function sortItems(
  dependencies: PassDependencies,
  items: readonly Item[],
): Promise<Sorted> {
  const entries: LedgerEntry[] = [];
  const addressed: Item[] = [];
  for (const joined of joinCustomers(items, dependencies.now())) {
    const { item } = joined;
    if (isErased(item.state.erasures, item.signup)) continue;
    if (joined.kind === 'addressed') addressed.push(item);
    else if (joined.kind === 'skipped') {
      entries.push(skippedEntry(dependencies, item, joined.reason));
    } else entries.push(deferredEntry(dependencies, { ...joined, lookupFailed: false }));
  }
  return { entries, ...(await sortByNeed(dependencies, addressed)) };
}

/** An entry for each item. `lookups`: what is known of their visitors, by ID. */
export async function runPass(
  dependencies: PassDependencies,
  items: readonly Item[],
  lookups: ReadonlyMap<string, Lookup>,
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  const enriched: EnrichedItem[] = [];
  for (const enrichment of await enrichItems(dependencies, items, lookups)) {
    if (enrichment.kind === 'enriched') enriched.push(enrichment);
    else entries.push(deferredEntry(dependencies, enrichment));
  }
  entries.push(...(await deliverItems(dependencies, await withoutShared(dependencies, enriched))));
  return entries;
}

type EnrichedItem = Extract<Enrichment, { kind: 'enriched' }>;

/** An entry for each, after every destination that is due has been asked. They are asked side by side. */
async function deliverItems(
  dependencies: PassDependencies,
  items: readonly EnrichedItem[],
): Promise<LedgerEntry[]> {
  const attempts = new Map(items.map(({ item }): [Item, Attempt[]] => [item, []]));
  const outcomes = await Promise.all(
    dependencies.destinations.map((destination) => deliverTo(dependencies, destination, items)),
  );
  for (const [index, { name }] of dependencies.destinations.entries()) {
    for (const [item, outcome] of outcomes[index] ?? []) {
      attempts.get(item)?.push(attemptOf(dependencies, name, item, outcome));
    }
  }
  return items.map((item) => entryOf(dependencies, item, attempts.get(item.item) ?? []));
}

/** Longer than one request may take. What others have achieved must reach the ledger while this invocation lives. */
const DESTINATION_SECONDS = 30;
const TOO_SLOW: Outcome = { status: 'retry', reason: reason('destination_too_slow') };

async function deliverTo(
  dependencies: PassDependencies,
  destination: DeliveryDestination,
  items: readonly EnrichedItem[],
): Promise<ReadonlyMap<Item, Outcome>> {
  const { now, log, within } = dependencies;
  const nowMs = now();
  const due = items.filter(({ item }) => dueDestinations([destination], item, nowMs).length > 0);
  if (due.length === 0) return new Map();
  const outcomes = await within(DESTINATION_SECONDS, upsertAll(dependencies, destination, due));
  if (outcomes) return outcomes;
  log('warn', 'destination_too_slow', { destination: destination.name, signups: due.length });
  return new Map(due.map(({ item }) => [item, TOO_SLOW]));
}

function entryOf(
  dependencies: AttemptDependencies,
  { enriched, isUnanswered, isReferrerUnanswered }: EnrichedItem,
  attempts: readonly Attempt[],
): LedgerEntry {
  const { signup, match, visitor } = enriched;
  const prediction = visitor?.prediction;
  const touch = touchAfter(enriched, attempts);
  const state = { isKnown: isTouchKnown(touch), isUnanswered, isReferrerUnanswered };
  const next = nextRefreshAt(enriched, dependencies, state);
  if (!signup.refresh) {
    const hasArrived = attempts.some(({ status }) => status === 'delivered');
    const refreshAt = hasArrived ? next : undefined;
    return { signup, match, ...touch, prediction, attempts, refreshAt };
  }
  const first = signup.refresh.matched ? touch : { match, ...touch };
  const isWaiting = attempts.some(({ status }) => status === 'waiting');
  const isGone = attempts.every(({ status }) => status === 'skipped');
  const refreshAt = isWaiting ? refreshRetryAt(dependencies, signup, {}) : isGone ? null : next;
  return { signup, ...first, prediction, attempts, refreshAt };
}
