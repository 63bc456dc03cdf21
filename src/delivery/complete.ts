// Signups get what their first event did not say: from their first half, from other events of the person, and from the
// others in the batch.
import { personOf } from '../ledger/customer.ts';
import type { Item } from '../ledger/delivery-state.ts';
import type { News } from '../ledger/person-news.ts';
import type { Signup } from '../model.ts';

/** The same items in the same order. */
export function completeItems(items: readonly Item[]): Item[] {
  const addressed = items.flatMap(({ signup }) =>
    signup.email === undefined || signup.refresh ? [] : signup,
  );
  const ofPerson = Map.groupBy(addressed, personOf);
  return items.map(({ signup, state }) => {
    if (signup.refresh) return { signup, state };
    const whole = state.half ? joinHalves(state.half, signup) : signup;
    const lacks = whole.email === undefined || whole.emailVerified === false;
    const person = lacks ? personOf(whole) : undefined;
    const others = person === undefined ? [] : ofPerson.get(person);
    return { signup: withNews(whole, [...state.news, ...(others ?? []).map(saysOf)]), state };
  });
}

/** Its visitor is its own. */
const saysOf = ({ email, emailVerified, name, occurredAt }: Signup): News => ({
  email,
  emailVerified,
  name,
  occurredAt,
});

/** The signup came again, and says more. It is still of the first time. */
export function joinHalves(one: Signup, other: Signup): Signup {
  const earlier = one.occurredAt <= other.occurredAt ? one : other;
  const visitor = trustOf(one) > trustOf(other) ? one : other;
  return {
    ...one,
    ...definedOf(other),
    emailVerified: verificationOf(one, other),
    ...visitorOf(visitor),
    occurredAt: earlier.occurredAt,
    receivedAt: one.receivedAt <= other.receivedAt ? one.receivedAt : other.receivedAt,
  };
}

/** What was verified once stays so, and an event that does not say it verifies nothing. */
function verificationOf(one: Signup, other: Signup): boolean | undefined {
  if (other.email === undefined) return one.emailVerified;
  if (one.email !== other.email) return other.emailVerified;
  return one.emailVerified || other.emailVerified || (one.emailVerified ?? other.emailVerified);
}

function withNews(signup: Signup, news: readonly News[]): Signup {
  // People change their address. What they said last counts.
  const latestFirst = news.toSorted((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1));
  const told = latestFirst.find(({ email }) => email !== undefined);
  const email = signup.email ?? told?.email;
  // Without a user, whoever gives an address that was verified before has verified nothing.
  const mayVerify = (one: News) =>
    signup.customerId !== undefined || one.occurredAt >= signup.occurredAt;
  const isVerified = news.some(
    (one) => one.email === email && one.emailVerified === true && mayVerify(one),
  );
  const isOwn = signup.email !== undefined;
  const visitorId = news.find((one) => one.visitorId !== undefined)?.visitorId;
  const name = signup.name ?? latestFirst.find((one) => one.name !== undefined)?.name;
  return {
    ...signup,
    email,
    emailVerified: isVerified || (isOwn ? signup.emailVerified : told?.emailVerified),
    name,
    ...(visitorId !== undefined &&
      trustOf(signup) < trustOf({ visitorId }) &&
      visitorOf({ visitorId })),
  };
}

type VisitorFacts = Pick<Signup, 'visitorId' | 'visitorIdGuessed' | 'visitorIdInvalid'>;

/** With what else only a signup without a visitor ID has. */
const visitorOf = (facts: VisitorFacts) => ({
  visitorId: facts.visitorId,
  visitorIdGuessed: facts.visitorIdGuessed,
  visitorIdInvalid: facts.visitorIdInvalid,
  ...(facts.visitorId !== undefined && { payloadShape: undefined }),
});

/** A visitor ID in its own place counts before a guess, and any word about it before none. */
function trustOf({ visitorId, visitorIdGuessed, visitorIdInvalid }: VisitorFacts): number {
  if (visitorId === undefined) return visitorIdInvalid ? 1 : 0;
  return visitorIdGuessed ? 2 : 3;
}

function definedOf(signup: Signup): Partial<Signup> {
  return Object.fromEntries(Object.entries(signup).filter(([, value]) => value !== undefined));
}
