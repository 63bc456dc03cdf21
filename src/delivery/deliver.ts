// A batch of signups: leave out what has arrived, deliver what needs nobody to be asked, ask for the visitors of the
// others, and record what happened to each.
import { type Item, readItems } from '../ledger/delivery-state.ts';
import { wakeLater } from '../ledger/end-waits.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { eraseSignups } from '../ledger/erasure.ts';
import { recordEntries } from '../ledger/record.ts';
import { isErased, readErasures } from '../ledger/tombstones.ts';
import { releaseUnused } from '../ledger/visitor-people.ts';
import { type LedgerWatch, noteSuccess } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import { urgency } from './ask-for.ts';
import { dueDestinations, isParked, nextAttemptAt } from './attempts.ts';
import { boundsOf } from './bounds.ts';
import { completeItems } from './complete.ts';
import { isDoubtful, type Seen, triedOf } from './doubt.ts';
import { logReasons } from './log-reasons.ts';
import { type PassDependencies, runPass, type Sorted, sortItems } from './pass.ts';
import { notNow } from './referrers-of.ts';
import { releaseRefused } from './shared-visitors.ts';
import { noteStops } from './stopped.ts';
import { deliverWithCare } from './with-care.ts';

export interface DeliverDependencies extends PassDependencies {
  ledgerWatch: LedgerWatch;
  /** How many statements this invocation may still make. */
  statementsLeft(): number;
  /** Removes the visitor, with the referrer, from the cache and from the memory of this isolate. */
  forgetVisitor(visitorId: string): Promise<unknown>;
}

const A_MOMENT_MS = 1_000;
/** To record twice, and to write once. */
const STATEMENTS_OF_TWO = 28;

/**
 * Why it comes back: `bounded` happens a few times at most, `timed` ends when a service said so, `failure` is an attempt
 * that failed, and of an `outage` nobody knows the end.
 */
export type WaitKind = 'bounded' | 'timed' | 'failure' | 'outage';

/** What the queue does with a signup's message. */
export type Disposition =
  /** `isParked`: it waits in the ledger, without a message. */
  | { kind: 'done'; isParked?: true }
  /** It comes back. */
  | { kind: 'again'; afterSeconds: number; wait: WaitKind }
  /** Nothing was done, so its message comes back as it is. */
  | { kind: 'left' };

/**
 * Takes distinct signups to every destination. A disposition is given only after the ledger has the row. Throws when the
 * ledger cannot be read or written, which leaves the whole batch to come again. `seen`: the message of each, by ID.
 */
export async function deliverSignups(
  dependencies: DeliverDependencies,
  signups: readonly Signup[],
  seen: ReadonlyMap<string, Seen> = new Map(),
): Promise<ReadonlyMap<string, Disposition>> {
  const given = new Set(signups.map(({ email }) => email));
  const items = completeItems(await readItems(dependencies.ledger, signups));
  const kept = await withoutErased(
    dependencies,
    items.filter(({ signup, state }) => !isErased(state.erasures, signup)),
    ({ signup }) => !given.has(signup.email),
  );
  const dispositions = new Map<string, Disposition>(signups.map(({ id }) => [id, DONE]));
  const due = dueItems(dependencies, kept);
  for (const item of kept) {
    if (!due.includes(item)) dispositions.set(item.signup.id, dispositionOf(dependencies, item));
  }
  const settle = async (entries: readonly LedgerEntry[]) => {
    await record(dependencies, entries, seen);
    for (const { signup, attempts } of entries) {
      const item = kept.find((one) => one.signup.id === signup.id);
      if (item) dispositions.set(signup.id, dispositionOf(dependencies, item, attempts));
    }
  };
  const { sure = [], doubtful = [] } = Object.groupBy(due, (item) => {
    const { ledgerWatch, now } = dependencies;
    const message = seen.get(item.signup.id);
    return isDoubtful(item, message, ledgerWatch, now()) ? 'doubtful' : 'sure';
  });
  const sorted = await sortItems(dependencies, sure);
  const { ready, open } = sorted;
  const entries = [...idleRefreshes(dependencies, kept), ...sorted.entries];
  if (ready.length > 0) {
    entries.push(...(await runPass(dependencies, ready, sorted.known)));
    // It is written and recorded before anybody is asked: nothing that happens then can hold it up. Where others have to be
    // tried with care, the statements are for them.
    const mayRecord = doubtful.length === 0 && dependencies.statementsLeft() >= STATEMENTS_OF_TWO;
    if (open.length > 0 && mayRecord) await settle(entries.splice(0));
  }
  if (open.length > 0) entries.push(...(await askAndRun(dependencies, sorted)));
  await settle(entries);
  if (doubtful.length > 0) {
    const left = await deliverWithCare(
      dependencies,
      doubtful,
      () => boundsOf(dependencies),
      settle,
    );
    for (const { signup } of left) dispositions.set(signup.id, { kind: 'left' });
  }
  // A batch before may have ended when it had their visitors, and before it wrote a row.
  const erased = items.filter((item) => !kept.includes(item)).map(({ signup }) => signup);
  await forget(dependencies, erased).catch((error: unknown) => {
    // Nobody else is to wait for the cache.
    dependencies.log('warn', 'cache_not_erased', describeError(error));
    for (const { id } of erased) dispositions.set(id, LATER);
  });
  return dispositions;
}

/** Asks for the visitors, within the time and the requests that this invocation has. */
async function askAndRun(
  dependencies: DeliverDependencies,
  { open, known, ask, keep }: Sorted,
): Promise<LedgerEntry[]> {
  const { findReferrers, now } = dependencies;
  const beganMs = now();
  const bounds = boundsOf(dependencies);
  const lookups = new Map([...known, ...(await ask(bounds))]);
  const endedMs = now();
  const items =
    endedMs - beganMs > A_MOMENT_MS ? await withoutErased(dependencies, open, () => true) : open;
  // When the lookups took that long, the refresh looks for where the visitors came from.
  const later = { ...dependencies, findReferrers: findReferrers && notNow };
  return runPass(endedMs > bounds.untilMs ? later : dependencies, items, lookups, keep);
}

/** Somebody may have been erased during the lookups, or under an address that has only now been joined with the signup. */
async function withoutErased(
  { ledger }: DeliverDependencies,
  items: readonly Item[],
  isAskedFor: (item: Item) => boolean,
): Promise<readonly Item[]> {
  const asked = items.filter(isAskedFor);
  if (asked.length === 0) return items;
  const erasures = await readErasures(
    ledger,
    asked.map(({ signup }) => signup),
  );
  return items.filter((item) => !asked.includes(item) || !isErased(erasures, item.signup));
}

const DONE: Disposition = { kind: 'done' };
const LATER: Disposition = { kind: 'again', afterSeconds: 90, wait: 'timed' };

/** Those that are still due somewhere, the most urgent first. */
function dueItems({ destinations, now }: DeliverDependencies, items: readonly Item[]): Item[] {
  return items
    .filter((item) => dueDestinations(destinations, item, now()).length > 0)
    .sort((a, b) => urgency(a) - urgency(b));
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
    .map(({ signup }) => ({ signup, attempts: [], refreshFrom: null }));
}

/** What was kept of people who are erased, and of their visitors. */
async function forget(
  { ledger, forgetVisitor, now }: DeliverDependencies,
  erased: readonly Signup[],
): Promise<void> {
  await eraseSignups(
    ledger,
    erased.map(({ id }) => id),
    isoOf(now()),
  );
  const brought = erased.flatMap(({ visitorId, email }) =>
    visitorId === undefined || email === undefined ? [] : [{ visitorId, email }],
  );
  // They may have signed up again since.
  if (brought.length > 0) await releaseUnused(ledger, brought);
  const visitorIds = new Set(erased.flatMap(({ visitorId }) => visitorId ?? []));
  for (const visitorId of visitorIds) await forgetVisitor(visitorId);
}

/** Writes the rows. */
async function record(
  dependencies: DeliverDependencies,
  entries: readonly LedgerEntry[],
  seen: ReadonlyMap<string, Seen> = new Map(),
): Promise<void> {
  const { ledger, ledgerWatch, destinations, now, log } = dependencies;
  if (entries.length === 0) return;
  const tried = entries.map((entry) => {
    const message = seen.get(entry.signup.id);
    return message ? { ...entry, tried: triedOf(message) } : entry;
  });
  const { ids, woken } = await recordEntries(ledger, tried, isoOf(now()));
  await wakeLater(ledger, woken, isoOf(now()));
  noteSuccess(ledgerWatch, log);
  // Erased while the batch had them: the lookup has put the visitors into the cache again.
  const erased = entries.filter(({ signup }) => !ids.has(signup.id));
  await forget(
    dependencies,
    erased.map(({ signup }) => signup),
  );
  await releaseRefused(ledger, entries);
  await noteStops(ledger, destinations, entries, isoOf(now()));
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
  return {
    kind: 'again',
    afterSeconds: Math.max(1, Math.ceil((Date.parse(next) - now()) / 1000)),
    wait: kindOf(attempts.find(({ isParked, nextAttemptAt: at }) => !isParked && at === next)),
  };
}

/** What is over first decides. */
function kindOf(first: Attempt | undefined): WaitKind {
  if (first?.isBounded) return 'bounded';
  if (first?.isOutage) return 'outage';
  return first && !first.isSnoozed ? 'failure' : 'timed';
}
