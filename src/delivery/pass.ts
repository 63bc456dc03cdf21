// A pass through a batch: items that have an address are sorted by what they need, then enriched, merged by person, and
// written to every destination.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { KeepVisitors } from '../visitors/visitors.ts';
import { addressing } from './address.ts';
import { type AskDependencies, type Asking, sortByNeed } from './ask-for.ts';
import { type AttemptDependencies, deferredEntry, skippedEntry } from './attempts.ts';
import { type EnrichDependencies, type Enrichment, enrichItems } from './enrich.ts';
import { paidAtOf } from './payments.ts';
import { referrersOf } from './referrers-of.ts';
import { refreshAgainFrom, refreshFrom } from './refresh-times.ts';
import { withoutShared } from './shared-visitors.ts';
import { conversionAfter, isTouchKnown, touchAfter } from './touch-after.ts';
import { type WriteDependencies, writeOut } from './write-out.ts';

export type PassDependencies = EnrichDependencies &
  AskDependencies &
  WriteDependencies & { ledger: LedgerDatabase };

export interface Sorted extends Asking {
  /** Of those that wait for their customer, or have nothing to deliver. */
  entries: LedgerEntry[];
}

/** Nobody has been asked yet. */
export async function sortItems(
  dependencies: PassDependencies,
  items: readonly Item[],
): Promise<Sorted> {
  const entries: LedgerEntry[] = [];
  const addressed: Item[] = [];
  for (const item of items) {
    const step = addressing(item.signup);
    if (step.kind === 'addressed') addressed.push(item);
    else if (step.kind === 'skipped') {
      entries.push(skippedEntry(dependencies, item, step.reason));
    } else {
      entries.push(deferredEntry(dependencies, { item, wait: step.wait, lookupFailed: false }));
    }
  }
  return { entries, ...(await sortByNeed(dependencies, addressed)) };
}

/** An entry for each item. `lookups`: what is known of their visitors, by ID. `keep`: writes the new ones into the cache. */
export async function runPass(
  dependencies: PassDependencies,
  all: readonly Item[],
  lookups: ReadonlyMap<string, Lookup>,
  keep?: KeepVisitors,
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  const enriched: EnrichedItem[] = [];
  const referrers = await referrersOf(dependencies, all, lookups, keep);
  for (const enrichment of enrichItems(dependencies, all, lookups, referrers)) {
    if (enrichment.kind === 'enriched') enriched.push(enrichment);
    else entries.push(deferredEntry(dependencies, enrichment));
  }
  const items = await withoutShared(dependencies, enriched);
  const attempts = await writeOut(dependencies, items);
  const written = items.map((one) => entryOf(dependencies, one, attempts.get(one.item) ?? []));
  return [...entries, ...written];
}

type EnrichedItem = Extract<Enrichment, { kind: 'enriched' }>;

function entryOf(
  dependencies: AttemptDependencies,
  { enriched, isUnanswered, isReferrerUnanswered }: EnrichedItem,
  attempts: readonly Attempt[],
): LedgerEntry {
  const { signup, match, visitor } = enriched;
  const touch = touchAfter(enriched, attempts);
  const facts = {
    conversion: conversionAfter(enriched, attempts),
    prediction: visitor?.prediction,
    country: visitor?.country?.toUpperCase(),
    paidAt: paidAtOf(enriched),
    daysToSignup: enriched.journey?.daysToSignup,
  };
  const state = { isKnown: isTouchKnown(touch), isUnanswered, isReferrerUnanswered };
  const from = refreshFrom(enriched, dependencies, state);
  if (!signup.refresh) {
    const hasArrived = attempts.some(({ status }) => status === 'delivered');
    const refreshes = { refreshFrom: hasArrived ? from : undefined };
    return { signup, match, ...touch, ...facts, attempts, ...refreshes };
  }
  const first = signup.refresh.matched ? touch : { match, ...touch };
  const isWaiting = attempts.some(({ status }) => status === 'waiting');
  const isGone = attempts.every(({ status }) => status === 'skipped');
  const refreshes = {
    refreshFrom: isWaiting ? refreshAgainFrom(dependencies, signup) : isGone ? null : from,
  };
  return { signup, ...first, ...facts, attempts, ...refreshes };
}
