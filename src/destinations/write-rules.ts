// What a write may change: the rules of the field table, applied to one contact.
import type { Contact, Enriched, EnrichedSignup } from '../model.ts';
import type { Existing } from './destination.ts';
import { type Field, markerOf, type Value } from './field.ts';

/** What becomes of one field, and why. */
export interface Decision {
  field: Field;
  /** Absent when there is nothing to say. */
  value?: Value;
  writes: boolean;
  why: string;
}

/** One decision per field of the table. `existing` is absent for a contact nobody has yet. */
export function decide(
  table: readonly Field[],
  contact: Contact,
  existing: Existing | undefined,
): readonly Decision[] {
  const held = existing?.properties ?? {};
  const markers = {
    signup: held[markerOf(table, 'signup') ?? ''],
    first_touch: held[markerOf(table, 'first_touch') ?? ''],
  };
  return table.map((field) => {
    const subject = subjectOf(field, contact);
    const value = subject && field.from(subject);
    if (value === undefined || value === '') return { field, writes: false, why: 'nothing to say' };
    return { field, value, ...rule(field) };
  });

  function rule(field: Field): Pick<Decision, 'writes' | 'why'> {
    if (contact.isRefresh && markers.first_touch && field.write !== 'always') {
      return { writes: false, why: 'a refresh moves live fields only' };
    }
    switch (field.write) {
      case 'once':
        if (field.isMapped && held[field.property]) {
          return { writes: false, why: 'your own, and filled already' };
        }
        return field.snapshot !== undefined && !markers[field.snapshot]
          ? { writes: true, why: `${field.snapshot} is not there yet` }
          : { writes: false, why: `${field.snapshot} is frozen` };
      case 'when_new':
        return existing === undefined
          ? { writes: true, why: 'new contact' }
          : { writes: false, why: 'only onto a new contact' };
      case 'when_empty':
        return held[field.property]
          ? { writes: false, why: 'only if empty' }
          : { writes: true, why: 'empty so far' };
      case 'always':
        return freshness(field);
    }
  }

  function freshness({ asOf }: Field): Pick<Decision, 'writes' | 'why'> {
    if (contact.isOutdated) return { writes: false, why: 'a later signup of another visitor' };
    if (asOf === undefined) {
      return tellsMore(contact, markers)
        ? { writes: true, why: 'live' }
        : { writes: false, why: 'the contact is known better' };
    }
    if (isOfAnother(contact, markers)) {
      return { writes: false, why: 'a late event of another visitor' };
    }
    const dating = table.find(({ property }) => property === asOf);
    return isOlder(dating, contact, held)
      ? { writes: false, why: `older than ${asOf}` }
      : { writes: true, why: 'live' };
  }
}

/** Whose story a field tells: the first signup, the first touch, or the latest signup. */
function subjectOf(field: Field, contact: Contact): Enriched | undefined {
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

/** The markers as the contact holds them. */
interface Markers {
  signup: string | undefined;
  first_touch: string | undefined;
}

/**
 * Somebody whose source is known does not become unknown because another event came without a visitor, and
 * an event from before the contact's signup has nothing new to say.
 */
function tellsMore({ latest }: Contact, markers: Markers): boolean {
  if (latest.match === 'matched') return true;
  return !markers.first_touch && !isLate(latest, markers);
}

/** A late event may speak of another visitor than the contact's, however freshly it was fetched. */
function isOfAnother({ latest }: Contact, markers: Markers): boolean {
  const visitorId = markers.first_touch;
  return (
    visitorId !== undefined && visitorId !== latest.visitor?.visitorId && isLate(latest, markers)
  );
}

/** From before the signup the contact knows of. */
function isLate({ signup }: EnrichedSignup, markers: Markers): boolean {
  const signedUpAt = timeOf(markers.signup);
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
