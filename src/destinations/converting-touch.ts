// The converting touch on a contact. It belongs to the signup that the contact tells, and to no later one.
import type { Contact } from '../model.ts';
import { type Field, markerOf } from './field.ts';
import { heldTimeOf } from './held-time.ts';

type HeldProperties = Readonly<Record<string, string>>;

/** Whether the contact tells a signup of another time than the first one of these. */
export function tellsAnotherSignup(
  fields: readonly Field[],
  { first }: Pick<Contact, 'first'>,
  held: HeldProperties,
): boolean {
  const signedUpAt = held[markerOf(fields, 'signup') ?? ''];
  return signedUpAt !== undefined && heldTimeOf(signedUpAt) !== Date.parse(first.signup.occurredAt);
}

/** The converting channel on the contact after the write, where it is that of this signup; else `undefined`. */
export function convertingChannelAfter(
  fields: readonly Field[],
  contact: Pick<Contact, 'first'>,
  held: HeldProperties | undefined,
  written: HeldProperties,
): string | undefined {
  const marker = markerOf(fields, 'converting_touch') ?? '';
  if (written[marker] !== undefined) return written[marker];
  // A contact without the time of its signup does not say whose converting touch it holds.
  const saysSignup = markerOf(fields, 'signup') !== undefined;
  return held && saysSignup && !tellsAnotherSignup(fields, contact, held)
    ? held[marker]
    : undefined;
}
