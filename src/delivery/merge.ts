// Signups of one person become one contact: two records of one email would race each other in the CRM.
import type { Contact, EnrichedSignup } from '../model.ts';

export interface Person {
  contact: Contact;
  /** Every signup whose outcome the contact's outcome is. */
  signups: readonly EnrichedSignup[];
}

/** Groups by email, in order of first appearance. Signups without an email must be gone already. */
export function mergeByEmail(signups: readonly EnrichedSignup[]): Person[] {
  const byEmail = Map.groupBy(signups, ({ signup }) => signup.email ?? '');
  return [...byEmail].map(([email, group]) => ({
    contact: contactOf(email, group.toSorted(byOccurrence)),
    signups: group,
  }));
}

function contactOf(email: string, [earliest, ...later]: EnrichedSignup[]): Contact {
  if (!earliest) throw new Error('a person has at least one signup');
  const all = [earliest, ...later];
  const matched = all.filter(({ match }) => match === 'matched');
  // Whoever was recognised once is known; an event without a visitor does not make them unknown again.
  const latest = matched.at(-1) ?? all.at(-1) ?? earliest;
  const name = all.find(({ signup }) => signup.name !== undefined)?.signup.name;
  return {
    email,
    first: { ...earliest, signup: { ...earliest.signup, name } },
    firstTouch: matched[0],
    latest,
    isRefresh: all.every(({ signup }) => signup.refresh !== undefined) || undefined,
  };
}

function byOccurrence(a: EnrichedSignup, b: EnrichedSignup): number {
  return Date.parse(a.signup.occurredAt) - Date.parse(b.signup.occurredAt);
}
