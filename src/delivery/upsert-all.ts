// Writing enriched signups to one destination: one contact per person, in batches of the destination's size.
import { UNVERIFIED } from '../destinations/unverified.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Item } from '../ledger/delivery-state.ts';
import { keepDrafts } from '../ledger/drafts.ts';
import { describeError, type Log } from '../log.ts';
import type { Contact, Elsewhere, EnrichedSignup } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import { isoOf } from '../time.ts';
import type { Allotment } from './allot.ts';
import type { DeliveryDestination } from './attempts.ts';
import { mergePeople, type Person } from './merge.ts';

export interface Deliverable {
  item: Item;
  enriched: EnrichedSignup;
  /** For a destination that follows. */
  elsewhere?: Elsewhere;
}

interface UpsertDependencies {
  log: Log;
  ledger: LedgerDatabase;
  now(): number;
}

/** The people of a batch, as a destination knows them. */
export interface People {
  people: readonly Person[];
  /** They have a verified signup in the batch as well, and wait for its outcome. */
  others: readonly Person[];
  given: ReadonlyMap<EnrichedSignup, Deliverable>;
}

/**
 * The signups of one person share one contact, and so one outcome. Those with an unverified address are apart: what is
 * verified must not wait for them. Where the record is the signup, each has its own outcome.
 */
export function peopleOf(
  { name, key }: Pick<DeliveryDestination, 'name' | 'key'>,
  items: readonly Deliverable[],
): People {
  const newest = new Map(
    items.flatMap(({ item: { state }, enriched: { signup } }) => {
      const { email = '' } = signup;
      const found = state.newest.get(email);
      return found ? [[email, found] as const] : [];
    }),
  );
  const merge = (some: readonly Deliverable[]) =>
    mergePeople(
      key,
      some.map(({ enriched }) => enriched),
      newest,
    );
  const isUnverified = ({ item: { state }, enriched: { signup } }: Deliverable) =>
    // Only an address can be somebody else's.
    key === 'email' &&
    signup.emailVerified === false &&
    !signup.refresh &&
    // It has created the contact, or was verified then.
    !state.progress.get(name)?.deliveredAt;
  const verified = merge(items.filter((item) => !isUnverified(item)));
  const unverified = merge(items.filter(isUnverified)).map(
    (person): Person => ({ ...person, contact: { ...person.contact, onlyIfNew: true } }),
  );
  const emails = new Set(verified.map(({ contact }) => contact.email));
  const isAlone = ({ contact }: Person) => !emails.has(contact.email);
  return {
    people: [...verified, ...unverified.filter(isAlone)],
    others: unverified.filter((person) => !isAlone(person)),
    given: new Map(items.map((one) => [one.enriched, one])),
  };
}

/** Writes as many as are allotted. The others wait for the next batch. */
export async function upsertAll(
  dependencies: UpsertDependencies,
  destination: DeliveryDestination,
  { people, others, given }: People,
  allotment: Allotment,
): Promise<ReadonlyMap<Item, Outcome>> {
  const outcomes = new Map<Item, Outcome>();
  const byEmail = new Map<string, Outcome>();
  const settle = ({ signups, contact }: Person, outcome: Outcome) => {
    byEmail.set(contact.email, outcome);
    for (const enriched of signups) {
      const item = given.get(enriched)?.item;
      if (item) outcomes.set(item, outcome);
    }
  };
  destination.allow?.(allotment.requests);
  const taken = people.slice(0, allotment.contacts).map(
    (person): Person => ({
      ...person,
      contact: {
        ...person.contact,
        ...pastOf(
          destination.name,
          person.signups.flatMap((enriched) => given.get(enriched) ?? []),
        ),
      },
    }),
  );
  const now = await withDrafts(dependencies, destination, taken);
  for (let start = 0; start < now.length; start += destination.batchSize) {
    const batch = now.slice(start, start + destination.batchSize);
    const contacts = batch.map(({ contact }) => contact);
    const results = await upsertBatch(dependencies, destination, contacts);
    for (const [index, person] of batch.entries()) settle(person, results[index] ?? BUG);
  }
  for (const person of people.slice(allotment.contacts)) settle(person, NEXT_BATCH);
  for (const person of others) settle(person, afterTheVerified(byEmail.get(person.contact.email)));
  return outcomes;
}

/** What an earlier attempt has begun, and an invocation that ended has not recorded, goes on as it was. */
async function withDrafts(
  { ledger, now }: UpsertDependencies,
  { name, draft }: DeliveryDestination,
  people: readonly Person[],
): Promise<readonly Person[]> {
  if (!draft) return people;
  const drafts = people.flatMap(({ contact }) => {
    const memo = draft(contact);
    return memo === undefined ? [] : [{ signupId: contact.latest.signup.id, memo }];
  });
  const kept = await keepDrafts(ledger, name, drafts, isoOf(now()));
  return people.map((person) => {
    const memo = kept.get(person.contact.latest.signup.id);
    return memo === undefined ? person : { ...person, contact: { ...person.contact, memo } };
  });
}

/** The contact exists by now, or the next attempt finds out. */
function afterTheVerified(outcome: Outcome = BUG): Outcome {
  if (outcome.status === 'delivered') return UNVERIFIED;
  if (outcome.status === 'retry' || outcome.status === 'snooze') return outcome;
  return { status: 'retry', reason: outcome.reason };
}

/**
 * Why the person's signups still wait at the destination, how often that was tried, and what it left behind. A failure in
 * between does not make an earlier reason untrue.
 */
function pastOf(destination: string, signups: readonly Deliverable[]) {
  const past = signups.flatMap(({ item }) => item.state.progress.get(destination) ?? []);
  const only = signups.length === 1 ? signups[0] : undefined;
  return {
    waitedFor: past.flatMap(({ status, reasons }) => (status === 'waiting' ? reasons : [])),
    attempts: Math.max(0, ...past.map(({ attempts }) => attempts)),
    memo: (only && past[0]?.memo) ?? undefined,
    elsewhere: only?.elsewhere,
  };
}

async function upsertBatch(
  { log }: { log: Log },
  { name, upsert }: DeliveryDestination,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  try {
    return await upsert(contacts);
  } catch (error) {
    // What other destinations have achieved still has to reach the ledger.
    log('error', 'destination_failed', { destination: name, ...describeError(error) });
    return contacts.map(() => BUG);
  }
}

/** The queue's own retry is enough: a batch takes what is left, and then there is room. */
const NEXT_BATCH: Outcome = {
  status: 'snooze',
  reason: reason('requests_used_up'),
  afterSeconds: 1,
  isBounded: true,
};
const BUG: Outcome = { status: 'retry', reason: reason('destination_failed') };
