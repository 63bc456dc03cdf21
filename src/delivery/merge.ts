// Signups of one person become one contact: two records of one email would race each other in the CRM.

import type { NewestSignup } from '../ledger/delivery-state.ts';
import type { Contact, EnrichedSignup } from '../model.ts';

export interface Person {
  contact: Contact;
  /** Every signup whose outcome the contact's outcome is. */
  signups: readonly EnrichedSignup[];
}

/**
 * Groups by email, in order of first appearance. Every signup has an email here. `newest`: by email, what has arrived
 * before.
 */
export function mergeByEmail(
  signups: readonly EnrichedSignup[],
  newest: ReadonlyMap<string, NewestSignup> = new Map(),
): Person[] {
  const byEmail = Map.groupBy(signups, ({ signup }) => signup.email ?? '');
  return [...byEmail].map(([email, group]) => ({
    contact: contactOf(email, group.toSorted(byOccurrence), newest.get(email)),
    signups: group,
  }));
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
