// Signups without an email whose provider says the customer's email in another event, before or after.
import { customerOf } from '../ledger/customer.ts';
import type { CustomerDetails, Item } from '../ledger/delivery-state.ts';
import type { Snooze } from '../outcome.ts';
import { type Reason, reason } from '../reasons.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../time.ts';
import { secondsToNextLook } from './backoff.ts';

/** What to do with a signup before anybody is asked about it. */
export type Joined =
  /** It has an email, its own or the customer's. */
  | { kind: 'addressed'; item: Item }
  /** The other event has not come yet. */
  | { kind: 'waiting'; item: Item; wait: Snooze }
  /** There is nothing to deliver. */
  | { kind: 'skipped'; item: Item; reason: Reason };

/**
 * Providers send both events within seconds, in any order, and send again for hours. The ledger is asked at these ages
 * of the waiting half. After the last one it ends without an email.
 */
const LOOK_AT_SECONDS = [
  5,
  15,
  60,
  5 * 60,
  30 * 60,
  2 * HOUR_SECONDS,
  6 * HOUR_SECONDS,
  DAY_SECONDS,
];

/** One result per item, in the same order. Events of the same batch find each other. */
export function joinCustomers(items: readonly Item[], nowMs: number): readonly Joined[] {
  const inBatch = new Map<string, Announced>();
  for (const { signup, state } of items) {
    const customer = customerOf(signup);
    if (customer === undefined || signup.email === undefined) continue;
    const { email, name, occurredAt } = signup;
    const announced = { details: { email, name, occurredAt }, newest: state.newest };
    const earlier = inBatch.get(customer);
    if (!earlier || isLater(announced.details, earlier.details)) inBatch.set(customer, announced);
  }
  return items.map((item) => joined(item, inBatch, nowMs));
}

/** An event of the batch that says who a customer is. */
interface Announced extends Pick<Item['state'], 'newest'> {
  details: CustomerDetails;
}

function joined(item: Item, inBatch: ReadonlyMap<string, Announced>, nowMs: number): Joined {
  const { signup, state } = item;
  if (signup.completing) return { kind: 'skipped', item, reason: reason('customer_details') };
  if (signup.email !== undefined) return { kind: 'addressed', item };
  const customer = customerOf(signup);
  if (customer === undefined) return { kind: 'skipped', item, reason: reason('no_email') };

  const here = inBatch.get(customer);
  const known = state.customer;
  const isHere = here !== undefined && !(known && isLater(known, here.details));
  const details = isHere ? here.details : known;
  if (details) {
    const newest = isHere ? here.newest : state.newest;
    const { email } = details;
    const name = signup.name ?? details.name;
    return {
      kind: 'addressed',
      item: { signup: { ...signup, email, name }, state: { ...state, newest } },
    };
  }
  const afterSeconds = secondsToNextLook(LOOK_AT_SECONDS, Date.parse(signup.receivedAt), nowMs);
  if (afterSeconds === undefined) return { kind: 'skipped', item, reason: reason('no_email') };
  return {
    kind: 'waiting',
    item,
    wait: {
      status: 'snooze',
      reason: reason('waiting_for_customer'),
      afterSeconds,
      isBounded: true,
    },
  };
}

/** People change their address. What they said last counts. */
const isLater = (one: CustomerDetails, other: CustomerDetails) => one.occurredAt > other.occurredAt;
