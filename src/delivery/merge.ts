// Signups of one person become one contact: two records of one email would race each other in the CRM.
import type { Destination } from '../destinations/destination.ts';
import { customerOf } from '../ledger/customer.ts';
import type { NewestSignup } from '../ledger/delivery-state.ts';
import type { Contact, EnrichedSignup, Signup } from '../model.ts';

export interface Person {
  contact: Contact;
  /** Every signup whose outcome the contact's outcome is. */
  signups: readonly EnrichedSignup[];
}

const KEYS: Readonly<Record<Destination['key'], (signup: Signup) => string | undefined>> = {
  email: ({ email }) => email,
  customerId: customerOf,
  signup: ({ id }) => id,
};

/** What the destination knows the person by. A signup that lacks it stands for its email, and the destination says why. */
const keyOf = (key: Destination['key'], signup: Signup): string =>
  KEYS[key](signup) ?? signup.email ?? '';

/**
 * Groups by the destination's key, in order of first appearance. Every signup has an email here. `newest`: by email, what
 * has arrived before.
 */
export function mergePeople(
  key: Destination['key'],
  signups: readonly EnrichedSignup[],
  newest: ReadonlyMap<string, NewestSignup> = new Map(),
): Person[] {
  const byKey = Map.groupBy(signups, ({ signup }) => keyOf(key, signup));
  return [...byKey.values()].map((group) => {
    const email = group[0]?.signup.email ?? '';
    return {
      contact: contactOf(email, group.toSorted(byOccurrence), newest.get(email)),
      signups: group,
    };
  });
}

function contactOf(
  email: string,
  [earliest, ...later]: EnrichedSignup[],
  newest: NewestSignup | undefined,
): Contact {
  if (!earliest) throw new Error('a person has at least one signup');
  const all = [earliest, ...later];
  const matched = all.filter(({ match }) => match === 'matched');
  // A person who was recognised once is known. An event without a visitor does not make them unknown again.
  const latest = matched.at(-1) ?? all.at(-1) ?? earliest;
  const [name, company] = (['name', 'company'] as const).map(
    (key) => all.find(({ signup }) => signup[key] !== undefined)?.signup[key],
  );
  return {
    email,
    first: { ...earliest, signup: { ...earliest.signup, name, company } },
    touches: matched,
    latest,
    isOutdated: (newest && isOlder(latest, newest)) || undefined,
    isRefresh: all.every(({ signup }) => signup.refresh !== undefined) || undefined,
  };
}

/** It is of another visitor than the person's later signup, however recently it was fetched. */
function isOlder({ signup }: EnrichedSignup, { occurredAt, visitorId }: NewestSignup): boolean {
  return Date.parse(signup.occurredAt) < Date.parse(occurredAt) && signup.visitorId !== visitorId;
}

function byOccurrence(a: EnrichedSignup, b: EnrichedSignup): number {
  return Date.parse(a.signup.occurredAt) - Date.parse(b.signup.occurredAt);
}
