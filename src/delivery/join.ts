// Signups without an email whose provider tells the customer's email in another event, before or after.

import { customerOf } from '../ledger/customer.ts';
import type { CustomerDetails } from '../ledger/delivery-state.ts';
import type { Retry, Signup } from '../model.ts';

/** What to do with a signup before anybody is asked about it. */
export type Joined =
  /** Has an email, its own or the customer's. */
  | { kind: 'addressed'; signup: Signup }
  /** The other event has not come yet. */
  | { kind: 'waiting'; signup: Signup; retry: Retry }
  /** Nothing to deliver: the reason. */
  | { kind: 'skipped'; signup: Signup; reason: 'no_email' | 'customer_details' };

/**
 * Providers send both events within seconds, in any order, and send again for hours. Looked for at these ages of
 * the waiting half; after the last one it is given up.
 */
const LOOK_AT_SECONDS = [5, 15, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 24 * 3600];

/** One result per signup, in the same order. Events of the same batch find each other; `known`: from before. */
export function joinCustomers(
  signups: readonly Signup[],
  known: ReadonlyMap<string, CustomerDetails>,
  nowMs: number,
): readonly Joined[] {
  const here = new Map<string, CustomerDetails>();
  for (const signup of signups) {
    const customer = customerOf(signup);
    if (customer === undefined || signup.email === undefined) continue;
    const { email, name, occurredAt } = signup;
    here.set(customer, latest(here.get(customer), { email, name, occurredAt }));
  }

  return signups.map((signup): Joined => {
    if (signup.customerOnly) return { kind: 'skipped', signup, reason: 'customer_details' };
    if (signup.email !== undefined) return { kind: 'addressed', signup };
    const customer = customerOf(signup);
    if (customer === undefined) return { kind: 'skipped', signup, reason: 'no_email' };
    const told = here.get(customer) ?? known.get(customer);
    const details = told && latest(known.get(customer), told);
    if (details) {
      const name = signup.name ?? details.name;
      return { kind: 'addressed', signup: { ...signup, email: details.email, name } };
    }
    const afterSeconds = secondsToNextLook(signup, nowMs);
    if (afterSeconds === undefined) return { kind: 'skipped', signup, reason: 'no_email' };
    const retry: Retry = { status: 'retry', reason: 'waiting_for_customer', afterSeconds };
    return { kind: 'waiting', signup, retry };
  });
}

/** People change their address; what they said last is theirs. */
function latest(one: CustomerDetails | undefined, other: CustomerDetails): CustomerDetails {
  return one && one.occurredAt > other.occurredAt ? one : other;
}

function secondsToNextLook({ receivedAt }: Signup, nowMs: number): number | undefined {
  const ageSeconds = (nowMs - Date.parse(receivedAt)) / 1000;
  const next = LOOK_AT_SECONDS.find((seconds) => seconds > ageSeconds);
  return next === undefined ? undefined : next - ageSeconds;
}
