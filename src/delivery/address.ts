// Whether a signup has an address to go to.
import { customerOf } from '../ledger/customer.ts';
import type { Signup } from '../model.ts';
import type { Snooze } from '../outcome.ts';
import { type Reason, reason } from '../reasons.ts';
import { DAY_SECONDS } from '../time.ts';

export type Addressing =
  | { kind: 'addressed' }
  /** Another event of the customer may bring it. */
  | { kind: 'waiting'; wait: Snooze }
  /** Nothing can bring it, unless the same event comes again. */
  | { kind: 'skipped'; reason: Reason };

const WAIT: Snooze = {
  status: 'snooze',
  reason: reason('waiting_for_customer'),
  afterSeconds: 7 * DAY_SECONDS,
  isParked: true,
  endsAs: reason('no_email'),
};

/** Says what happens to a signup with or without an address. */
export function addressing(signup: Signup): Addressing {
  if (signup.email !== undefined) return { kind: 'addressed' };
  return customerOf(signup) === undefined
    ? { kind: 'skipped', reason: reason('no_email') }
    : { kind: 'waiting', wait: WAIT };
}
