// Writing enriched signups to one destination: one contact per person, in batches of the destination's size.
import { UNVERIFIED } from '../destinations/unverified.ts';
import type { Item } from '../ledger/delivery-state.ts';
import { describeError, type Log } from '../log.ts';
import type { Contact, Elsewhere, EnrichedSignup } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import type { DeliveryDestination } from './attempts.ts';
import { mergeByEmail, type Person } from './merge.ts';

interface Deliverable {
  item: Item;
  enriched: EnrichedSignup;
  /** For a destination that follows. */
  elsewhere?: Elsewhere;
}

/**
 * The signups of one person share one contact, and so one outcome. Those with an unverified address are apart: what is
 * verified must not wait for them. Where the record is the signup, each has its own outcome.
 */
export async function upsertAll(
  dependencies: { log: Log },
  destination: DeliveryDestination,
  items: readonly Deliverable[],
): Promise<ReadonlyMap<Item, Outcome>> {
  const given = new Map(items.map((one) => [one.enriched, one]));
  const { people, others } =
    destination.key === 'signup' ? signupsOf(items) : peopleOf(destination.name, items);
  const outcomes = new Map<Item, Outcome>();
  const byEmail = new Map<string, Outcome>();
  const settle = ({ signups, contact }: Person, outcome: Outcome) => {
    byEmail.set(contact.email, outcome);
    for (const enriched of signups) {
      const item = given.get(enriched)?.item;
      if (item) outcomes.set(item, outcome);
    }
  };
  for (let start = 0; start < people.length; start += destination.batchSize) {
    const batch = people.slice(start, start + destination.batchSize);
    const contacts = batch.map(({ contact, signups }): Contact => {
      const all = signups.flatMap((enriched) => given.get(enriched) ?? []);
      const only = all.length === 1 ? all[0] : undefined;
      return {
        ...contact,
        waitedFor: all.flatMap(({ item }) => reasonsOf(destination.name, item)),
        memo: only?.item.state.progress.get(destination.name)?.memo ?? undefined,
        elsewhere: only?.elsewhere,
      };
    });
    const results = await upsertBatch(dependencies, destination, contacts);
    for (const [index, person] of batch.entries()) settle(person, results[index] ?? BUG);
  }
  for (const person of others) settle(person, afterTheVerified(byEmail.get(person.contact.email)));
  return outcomes;
}

/** Each signup alone, whatever other signups of the person there are. */
const signupsOf = (items: readonly Deliverable[]) => ({
  people: items.flatMap(({ enriched }) => mergeByEmail([enriched])),
  others: [],
});

/** `others`: people who have a verified signup in the batch as well. */
function peopleOf(destination: string, items: readonly Deliverable[]) {
  const newest = new Map(
    items.flatMap(({ item: { state }, enriched: { signup } }) =>
      state.newest ? [[signup.email ?? '', state.newest] as const] : [],
    ),
  );
  const merge = (some: readonly Deliverable[]) =>
    mergeByEmail(
      some.map(({ enriched }) => enriched),
      newest,
    );
  const isUnverified = ({ item: { state }, enriched: { signup } }: Deliverable) =>
    signup.emailVerified === false &&
    !signup.refresh &&
    // It has created the contact, or was verified then.
    !state.progress.get(destination)?.deliveredAt;
  const verified = merge(items.filter((item) => !isUnverified(item)));
  const unverified = merge(items.filter(isUnverified)).map(
    (person): Person => ({ ...person, contact: { ...person.contact, onlyIfNew: true } }),
  );
  const emails = new Set(verified.map(({ contact }) => contact.email));
  const isAlone = ({ contact }: Person) => !emails.has(contact.email);
  return {
    people: [...verified, ...unverified.filter(isAlone)],
    others: unverified.filter((person) => !isAlone(person)),
  };
}

/** The contact exists by now, or the next attempt finds out. */
function afterTheVerified(outcome: Outcome = BUG): Outcome {
  if (outcome.status === 'delivered') return UNVERIFIED;
  if (outcome.status === 'retry' || outcome.status === 'snooze') return outcome;
  return { status: 'retry', reason: outcome.reason };
}

/** Why it still waits at the destination. A failure in between does not make an earlier reason untrue. */
function reasonsOf(destination: string, item: Item): readonly string[] {
  const progress = item.state.progress.get(destination);
  return progress?.status === 'waiting' ? progress.reasons : [];
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

const BUG: Outcome = { status: 'retry', reason: reason('destination_failed') };
