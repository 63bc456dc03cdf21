// An address that is not verified changes no contact that exists: anybody can type it into a signup form.
import type { Contact } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { reason } from '../reasons.ts';
import { DAY_SECONDS } from '../time.ts';
import type { Field } from './field.ts';
import { markerOf } from './field.ts';
import { heldTimeOf } from './held-time.ts';
import type { Held } from './write-rules.ts';

/** For a contact that was left alone. It waits for the event that says that the address is verified. */
export const UNVERIFIED: Outcome = {
  status: 'snooze',
  reason: reason('email_unverified'),
  afterSeconds: 7 * DAY_SECONDS,
  isParked: true,
};

/** Whether the contact must be left alone. The one that this signup itself has created is its own. */
export function mustStay(
  fields: readonly Field[],
  { onlyIfNew, first }: Contact,
  existing: Held | undefined,
): boolean {
  if (!onlyIfNew || existing === undefined) return false;
  const signedUpAt = heldTimeOf(existing.properties[markerOf(fields, 'signup') ?? '']);
  if (signedUpAt !== Date.parse(first.signup.occurredAt)) return true;
  // Two signups can share a moment. The contact tells the source as well.
  return fields
    .filter(({ snapshot, isMarker }) => snapshot === 'signup' && !isMarker)
    .some((field) => existing.properties[field.property] !== field.from(first));
}
