// A batch of signups: leave out what has arrived, take the rest as far as it gets, wait for DataFast's minute where only
// that is missing, and record what happened to each.
import { type Item, readItems } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { recordEntries } from '../ledger/record.ts';
import { isErased, readErasures } from '../ledger/tombstones.ts';
import { releaseVisitors } from '../ledger/visitor-people.ts';
import type { Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import {
  type Deferred,
  deferredEntry,
  dueDestinations,
  isParked,
  nextAttemptAt,
} from './attempts.ts';
import { completeItems } from './complete.ts';
import { logReasons } from './log-reasons.ts';
import { type PassDependencies, runPass } from './pass.ts';
import { notNow } from './referrers-of.ts';
import { releaseRefused } from './shared-visitors.ts';
import { planWait, type Waited } from './wait.ts';

export interface DeliverDependencies extends PassDependencies {
  /** Removes the visitor and the referrer from the cache. */
  forgetVisitor(visitorId: string): Promise<unknown>;
  sleep(seconds: number): Promise<void>;
}

/** What the queue does with a signup's message. */
export type Disposition =
  /** `isParked`: it waits in the ledger, without a message. */
  | { kind: 'done'; isParked?: true }
  /** It comes back. `isSnoozed`: the wait is no failure, and a new message takes the place of this one. */
  | { kind: 'again'; afterSeconds: number; isSnoozed: boolean };

/**
 * Takes distinct signups to every destination. A disposition is given only after the ledger has the row. Throws when the
 * ledger cannot be read or written, which leaves the whole batch to come again.
 */
export async function deliverSignups(
  dependencies: DeliverDependencies,
  signups: readonly Signup[],
): Promise<ReadonlyMap<string, Disposition>> {
  const kept = completeItems(await readItems(dependencies.ledger, signups)).filter(
    ({ signup, state }) => !isErased(state.erasures, signup),
  );
  const dispositions = new Map<string, Disposition>(signups.map(({ id }) => [id, DONE]));
  await record(dependencies, idleRefreshes(dependencies, kept));
  let open = openItems(dependencies, kept);
  for (const item of kept) {
    if (!open.includes(item)) dispositions.set(item.signup.id, dispositionOf(dependencies, item));
  }
  let waited: Waited = { waits: 0, seconds: 0 };
  while (open.length > 0) {
    // After a wait the next signups need what is left of the minute. The refresh looks for the referrers.
    const isHurried = waited.waits > 0;
    const { findReferrers } = dependencies;
    const { entries, rateLimited } = await runPass(
      isHurried ? { ...dependencies, findReferrers: findReferrers && notNow } : dependencies,
      open,
    );
    const wait = planWait(dependencies, rateLimited, waited);
    entries.push(...wait.later.map((item) => deferredEntry(dependencies, item)));
    await record(dependencies, entries);
    for (const { signup, attempts } of entries) {
      const item = kept.find((one) => one.signup.id === signup.id);
      if (item) dispositions.set(signup.id, dispositionOf(dependencies, item, attempts));
    }
    if (wait.here.length === 0) break;
    // What is enriched has been delivered. The rest waits here for the budget.
    await dependencies.sleep(wait.seconds);
    waited = { waits: waited.waits + 1, seconds: waited.seconds + wait.seconds };
    open = await withoutErased(dependencies, wait.here);
  }
  return dispositions;
}

const DONE: Disposition = { kind: 'done' };

/** Those that are still due somewhere. New signups go before refreshes. */
function openItems({ destinations, now }: DeliverDependencies, items: readonly Item[]): Item[] {
  const isRefresh = ({ signup }: Item) => Number(signup.refresh !== undefined);
  return items
    .filter((item) => dueDestinations(destinations, item, now()).length > 0)
    .sort((a, b) => isRefresh(a) - isRefresh(b));
}

/** Refreshes of signups that have arrived nowhere that is on: they end, since nothing would end them. */
function idleRefreshes(
  { destinations, now }: DeliverDependencies,
  items: readonly Item[],
): LedgerEntry[] {
  return items
    .filter(
      (item) => item.signup.refresh && dueDestinations(destinations, item, now()).length === 0,
    )
    .map(({ signup }) => ({ signup, attempts: [], refreshAt: null }));
}

/** Somebody may have been erased during the wait. */
async function withoutErased(
  { ledger }: DeliverDependencies,
  deferred: readonly Deferred[],
): Promise<Item[]> {
  const items = deferred.map(({ item }) => item);
  const erasures = await readErasures(
    ledger,
    items.map(({ signup }) => signup),
  );
  return items
    .filter(({ signup }) => !isErased(erasures, signup))
    .map(({ signup, state }) => ({ signup, state: { ...state, erasures } }));
}

/** Writes the rows. */
async function record(
  { ledger, forgetVisitor, now, log }: DeliverDependencies,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const recorded = await recordEntries(ledger, entries, isoOf(now()));
  for (const { signup } of entries) {
    // Erased while the batch had it: the lookup has put the visitor into the cache again.
    if (recorded.has(signup.id) || !signup.visitorId) continue;
    await forgetVisitor(signup.visitorId);
    if (signup.email !== undefined) await releaseVisitors(ledger, [signup.email]);
  }
  await releaseRefused(ledger, entries);
  logReasons(log, entries);
}

/**
 * What the queue does with the message of a signup, after these attempts. A refresh that failed is due again by the
 * ledger, not by its message.
 */
function dispositionOf(
  { destinations, now }: DeliverDependencies,
  item: Item,
  attempts: readonly Attempt[] = [],
): Disposition {
  if (item.signup.refresh) return DONE;
  const next = nextAttemptAt(destinations, item, attempts);
  if (next === undefined) {
    return isParked(destinations, item, attempts) ? { kind: 'done', isParked: true } : DONE;
  }
  const waiting = attempts.filter((attempt) => attempt.status === 'waiting' && !attempt.isParked);
  return {
    kind: 'again',
    afterSeconds: Math.max(1, Math.ceil((Date.parse(next) - now()) / 1000)),
    isSnoozed:
      waiting.length > 0 && waiting.every(({ isSnoozed, isBounded }) => isSnoozed && !isBounded),
  };
}
