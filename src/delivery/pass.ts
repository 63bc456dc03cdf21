// Signups as far as they get at once: joined with their customer, enriched, merged by person, written everywhere.
import type { Destination } from '../destinations/destination.ts';
import type { Standing } from '../ledger/delivery-state.ts';
import type { Attempt, LedgerEntry } from '../ledger/record.ts';
import { isErased } from '../ledger/tombstones.ts';
import { describeError, type EnrichedSignup, type Outcome, type Signup } from '../model.ts';
import {
  type AttemptDependencies,
  attemptOf,
  type Deferred,
  deferred,
  dueDestinations,
  skipped,
  triesOf,
} from './attempts.ts';
import { type EnrichDependencies, enrichSignups } from './enrich.ts';
import { joinCustomers } from './join.ts';
import { mergeByEmail, type Person } from './merge.ts';
import { nextRefreshAt, refreshRetryAt } from './refresh-times.ts';

export type RoundDependencies = EnrichDependencies & AttemptDependencies;

export interface Round {
  entries: LedgerEntry[];
  /** DataFast's minute is used up; it is worth waiting for. */
  rateLimited: Deferred[];
  /** Of people who were erased after it was received. */
  erased: Signup[];
}

/** `triedBefore`: ids of signups that are here again. */
export async function runRound(
  dependencies: RoundDependencies,
  signups: readonly Signup[],
  standing: Standing,
  triedBefore: ReadonlySet<string>,
): Promise<Round> {
  const round: Round = { entries: [], rateLimited: [], erased: [] };
  const addressed: Signup[] = [];
  for (const item of joinCustomers(signups, standing.customers, dependencies.now())) {
    if (isErased(standing.erasures, item.signup)) round.erased.push(item.signup);
    else if (item.kind === 'addressed') addressed.push(item.signup);
    else if (item.kind === 'waiting') {
      round.entries.push(deferred(dependencies, { ...item, lookupFailed: false }, standing));
    } else round.entries.push(skipped(dependencies, item.signup, item.reason));
  }

  const enriched: EnrichedSignup[] = [];
  for (const item of await enrichSignups(dependencies, addressed, triedBefore)) {
    if (item.kind === 'enriched') enriched.push(item.enriched);
    else if (item.rateLimited) round.rateLimited.push(item);
    else round.entries.push(deferred(dependencies, item, standing));
  }

  const attempts = new Map<EnrichedSignup, Attempt[]>(enriched.map((item) => [item, []]));
  for (const destination of dependencies.destinations) {
    const due = enriched.filter(({ signup }) =>
      dueDestinations([destination], standing, signup).includes(destination),
    );
    for (const [item, outcome] of await upsertAll(dependencies, destination, due, standing)) {
      const tries = triesOf(standing, item.signup, destination);
      attempts.get(item)?.push(attemptOf(dependencies, destination, item.signup, outcome, tries));
    }
  }
  for (const [item, tried] of attempts) round.entries.push(entryOf(dependencies, item, tried));
  return round;
}

function entryOf(
  dependencies: AttemptDependencies,
  item: EnrichedSignup,
  attempts: readonly Attempt[],
): LedgerEntry {
  const { signup, match, attribution, visitor } = item;
  const prediction = visitor?.prediction;
  const next = nextRefreshAt(item, dependencies.now());
  if (!signup.refresh) {
    const hasArrived = attempts.some(({ status }) => status === 'delivered');
    const refreshAt = hasArrived ? next : undefined;
    return { signup, match, attribution, prediction, attempts, refreshAt };
  }
  // What a contact's first touch says stays what the ledger says brought the person.
  const first = signup.refresh.matched ? {} : { match, attribution };
  const isWaiting = attempts.some(({ status }) => status === 'waiting');
  const isGone = attempts.every(({ status }) => status === 'skipped');
  const refreshAt = isWaiting ? refreshRetryAt(dependencies, signup, {}) : isGone ? null : next;
  return { signup, ...first, prediction, attempts, refreshAt };
}

/** One person's signups share one contact, and so one outcome. */
async function upsertAll(
  dependencies: RoundDependencies,
  destination: Destination,
  signups: readonly EnrichedSignup[],
  { newest }: Standing,
): Promise<ReadonlyMap<EnrichedSignup, Outcome>> {
  const people = mergeByEmail(signups, newest);
  const outcomes = new Map<EnrichedSignup, Outcome>();
  for (let start = 0; start < people.length; start += destination.batchSize) {
    const slice = people.slice(start, start + destination.batchSize);
    const results = await upsertSlice(dependencies, destination, slice);
    slice.forEach((person, index) => {
      const outcome = results[index] ?? bug(destination);
      for (const item of person.signups) outcomes.set(item, outcome);
    });
  }
  return outcomes;
}

async function upsertSlice(
  { log }: RoundDependencies,
  destination: Destination,
  people: readonly Person[],
): Promise<readonly Outcome[]> {
  try {
    return await destination.upsert(people.map(({ contact }) => contact));
  } catch (error) {
    // What other destinations and rounds have achieved still has to reach the ledger.
    log('error', 'destination_failed', { destination: destination.name, ...describeError(error) });
    return people.map(() => bug(destination));
  }
}

const bug = ({ name }: Destination): Outcome => ({ status: 'retry', reason: `${name}_failed` });
