// People who sign up, and their contacts, for the tests of destinations.
import { attribute } from '../../src/attribution/attribute.ts';
import { mergePeople } from '../../src/delivery/merge.ts';
import type { Contact, EnrichedSignup, Visitor } from '../../src/model.ts';

export const NOON = '2026-11-23T12:00:00.000Z';

/** The contacts of these signups, as a batch makes them. */
export const contactsOf = (...signups: EnrichedSignup[]): readonly Contact[] =>
  mergePeople('email', signups).map(({ contact }) => contact);

let count = 0;
/** Somebody signs up, and everything about them is known already. */
export function signup(given: {
  email?: string;
  at?: string;
  source?: string;
  customerId?: string;
  test?: boolean;
  name?: string;
  company?: string;
  params?: Record<string, string>;
  visitor?: Partial<Visitor> | null;
  fetchedAt?: string;
}): EnrichedSignup {
  count += 1;
  const at = given.at ?? NOON;
  const visitor: Visitor | undefined =
    given.visitor === null
      ? undefined
      : {
          visitorId: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
          params: given.params ?? {},
          clickIds: {},
          pages: [],
          goals: [],
          lastSeenAt: at,
          ...given.visitor,
        };
  return {
    signup: {
      version: 1,
      id: `signup:${count}`,
      source: given.source ?? 'signup',
      email: given.email ?? 'ada@example.com',
      name: given.name,
      company: given.company,
      customerId: given.customerId,
      visitorId: visitor?.visitorId,
      occurredAt: at,
      receivedAt: at,
      test: given.test ?? false,
    },
    match: visitor ? 'matched' : 'no_visitor_id',
    visitor,
    fetchedAt: visitor && (given.fetchedAt ?? at),
    attribution: attribute({ visitor }),
  };
}
