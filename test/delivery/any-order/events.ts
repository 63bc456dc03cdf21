// What providers send of people, in halves and whole, and what is known when all of it has come.
import type { Signup } from '../../../src/model.ts';
import type { Stage } from './stage.ts';

export const START = Date.parse('2026-11-23T09:00:00.000Z');
export const PEOPLE = 2;
const SOURCES = ['google', 'newsletter', 'linkedin', 'bing'];

/** What a provider may send of a person. */
export const KINDS = [
  ...(['half', 'address', 'whole', 'unverified', 'verification'] as const),
  ...(['unverified_without_user', 'verification_without_user'] as const),
] as const;
export type Kind = (typeof KINDS)[number];
export interface Event {
  kind: Kind;
  person: number;
  /** The message comes twice. */
  isTwice: boolean;
}

/** The signup or completing event. Ages differ, so that the order of happening is not that of arrival. */
export function messageOf({ consumer }: Stage, { kind, person }: Event, index: number): Signup {
  const email = `person.${person}@example.com`;
  const utm = SOURCES[index % SOURCES.length] ?? 'google';
  const visitorId = () => consumer.world.visitor({ params: { utm_source: utm } });
  const ofPaddle = { source: 'paddle', customerId: `ctm_${person}` };
  const ofAuth0 = { source: 'auth0', customerId: `auth0|${person}`, email };
  const facts: Record<Kind, () => Partial<Signup>> = {
    half: () => ({ ...ofPaddle, email: undefined, visitorId: visitorId() }),
    address: () => ({ ...ofPaddle, email, completing: true }),
    whole: () => ({ ...ofPaddle, email, visitorId: visitorId() }),
    unverified: () => ({ ...ofAuth0, emailVerified: false, visitorId: visitorId() }),
    verification: () => ({ ...ofAuth0, emailVerified: true, completing: true }),
    unverified_without_user: () => ({ email, emailVerified: false, visitorId: visitorId() }),
    // Without a user, an older one would verify nothing.
    verification_without_user: () => ({
      email,
      emailVerified: true,
      completing: true,
      occurredAt: iso(START),
    }),
  };
  const occurredAt = iso(START - ((index * 7919) % 600) * 1000);
  const { source = 'signup', ...rest } = facts[kind]();
  return consumer.signup({ occurredAt, ...rest, source, id: `${source}:evt_${index}` });
}

export const isSaid = (events: readonly Event[], { kind, person }: Event): boolean => {
  const says = (...kinds: Kind[]) =>
    events.some((other) => other.person === person && kinds.includes(other.kind));
  if (kind === 'half') return says('address', 'whole');
  if (kind === 'unverified') return says('verification');
  return kind !== 'unverified_without_user' || says('verification_without_user');
};

const iso = (ms: number) => new Date(ms).toISOString();
