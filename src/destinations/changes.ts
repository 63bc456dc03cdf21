// What a write may change: the rules of the field table, applied to one contact.
import type { Contact, Enriched, EnrichedSignup } from '../model.ts';
import type { Existing } from './destination.ts';
import { type Field, MARKERS, type Value } from './field.ts';

/** The values to write onto a contact, by property. `existing` is absent for a contact nobody has yet. */
export function changesFor(
  fields: readonly Field[],
  contact: Contact,
  existing: Existing | undefined,
): Map<string, Value> {
  const changes = new Map<string, Value>();
  for (const field of fields) {
    const teller = tellerOf(field, contact);
    const value = teller && field.from(teller);
    if (value === undefined || value === '') continue;
    if (mayWrite(field, contact, existing, fields)) {
      changes.set(field.property, value);
    }
  }
  return changes;
}

/** Whose story a field tells: the first signup, the first touch, or the latest signup. */
function tellerOf(field: Field, contact: Contact): Enriched | undefined {
  switch (field.write) {
    case 'once':
      return field.snapshot === 'signup' ? contact.first : contact.firstTouch;
    case 'when_new':
      return contact.first;
    case 'when_empty':
      return contact.firstTouch;
    case 'always':
      return contact.latest;
  }
}

function mayWrite(
  field: Field,
  contact: Contact,
  existing: Existing | undefined,
  fields: readonly Field[],
): boolean {
  const held = existing?.properties ?? {};
  switch (field.write) {
    case 'once':
      return field.snapshot !== undefined && !held[MARKERS[field.snapshot]];
    case 'when_new':
      return existing === undefined;
    case 'when_empty':
      return !held[field.property];
    case 'always':
      return field.asOf === undefined
        ? tellsMore(contact, held)
        : !isOfAnother(contact, held) &&
            !isOlder(
              fields.find(({ property }) => property === field.asOf),
              contact,
              held,
            );
  }
}

/**
 * Somebody whose source is known does not become unknown because another event came without a visitor, and
 * an event from before the contact's signup has nothing new to say.
 */
function tellsMore({ latest }: Contact, held: Readonly<Record<string, string>>): boolean {
  if (latest.match === 'matched') return true;
  return !held[MARKERS.first_touch] && !isLate(latest, held);
}

/** A late event may speak of another visitor than the contact's, however freshly it was fetched. */
function isOfAnother({ latest }: Contact, held: Readonly<Record<string, string>>): boolean {
  const visitorId = held[MARKERS.first_touch];
  return visitorId !== undefined && visitorId !== latest.visitor?.visitorId && isLate(latest, held);
}

/** From before the signup the contact knows of. */
function isLate({ signup }: EnrichedSignup, held: Readonly<Record<string, string>>): boolean {
  const signedUpAt = timeOf(held[MARKERS.signup]);
  return signedUpAt !== undefined && Date.parse(signup.occurredAt) < signedUpAt;
}

/** Late events and replays bring values from before what the contact holds already. */
function isOlder(
  asOf: Field | undefined,
  { latest }: Contact,
  held: Readonly<Record<string, string>>,
): boolean {
  if (!asOf) return false;
  const ours = timeOf(asOf.from(latest));
  const theirs = timeOf(held[asOf.property]);
  return theirs !== undefined && (ours === undefined || ours < theirs);
}

/** A CRM's datetime, ISO 8601 or Unix milliseconds. */
function timeOf(value: Value | undefined): number | undefined {
  if (!value) return undefined;
  const time = /^\d{12,}$/.test(String(value)) ? Number(value) : Date.parse(String(value));
  return Number.isNaN(time) ? undefined : time;
}
