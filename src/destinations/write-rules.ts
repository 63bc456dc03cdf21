// What a write may change: the rules of the field table, applied to one contact.
import type { Contact, Enriched, EnrichedSignup } from '../model.ts';
import { timeOf } from '../time.ts';
import { type Field, markerOf, type Value } from './field.ts';

/** A contact as the service holds it. */
export interface Held {
  externalId: string;
  /** Only those with a value. */
  properties: Readonly<Record<string, string>>;
}

/** A value as the service wants it; `undefined` when it cannot hold it, which writes nothing. */
export type Format = (field: Field, value: Value) => string | undefined;

/** Whether one field is written, and why. */
export interface Decision {
  field: Field;
  /** Absent when there is nothing to say. */
  value?: Value;
  writes: boolean;
  why: string;
}

/** One decision per field of the table. `existing` is absent for a contact that the service does not know. */
export function decide(
  fields: readonly Field[],
  contact: Contact,
  existing: Held | undefined,
): readonly Decision[] {
  const held = existing?.properties ?? {};
  const markers = {
    signup: held[markerOf(fields, 'signup') ?? ''],
    first_touch: held[markerOf(fields, 'first_touch') ?? ''],
  };
  return fields.map((field) => {
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
      return saysMore(contact, markers)
        ? { writes: true, why: 'live' }
        : { writes: false, why: 'the contact has a better match already' };
    }
    if (isOfAnother(contact, markers)) {
      return { writes: false, why: 'a late event of another visitor' };
    }
    const dating = fields.find(({ property }) => property === asOf);
    return isOlder(dating, contact, held)
      ? { writes: false, why: `older than ${asOf}` }
      : { writes: true, why: 'live' };
  }
}

/** What a write of the contact holds, by property, in the service's format. */
export function propertiesToWrite(
  fields: readonly Field[],
  contact: Contact,
  existing: Held | undefined,
  format: Format,
): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (const { field, value, writes } of decide(fields, contact, existing)) {
    const text = writes && value !== undefined ? format(field, value) : undefined;
    if (text !== undefined) properties[field.property] = text;
  }
  return properties;
}

/** The subject of a field: the first signup, the first touch, or the latest signup. */
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
 * A contact whose visitor is known stays known when another event comes without a visitor. An event from before the
 * contact's signup has nothing new to say.
 */
function saysMore({ latest }: Contact, markers: Markers): boolean {
  if (latest.match === 'matched') return true;
  return !markers.first_touch && !isLate(latest, markers);
}

/** A late event may belong to another visitor than the contact's, even when it was fetched just now. */
function isOfAnother({ latest }: Contact, markers: Markers): boolean {
  const visitorId = markers.first_touch;
  return (
    visitorId !== undefined && visitorId !== latest.visitor?.visitorId && isLate(latest, markers)
  );
}

/** From before the signup that the contact holds. */
function isLate({ signup }: EnrichedSignup, markers: Markers): boolean {
  const signedUpAt = heldTimeOf(markers.signup);
  return signedUpAt !== undefined && Date.parse(signup.occurredAt) < signedUpAt;
}

/** Late events and replays bring values that are older than those of the contact. */
function isOlder(
  asOf: Field | undefined,
  { latest }: Contact,
  held: Readonly<Record<string, string>>,
): boolean {
  if (!asOf) return false;
  const ours = heldTimeOf(asOf.from(latest));
  const theirs = heldTimeOf(held[asOf.property]);
  return theirs !== undefined && (ours === undefined || ours < theirs);
}

/** A CRM's datetime, as ISO 8601 or as Unix milliseconds. */
export function heldTimeOf(value: Value | undefined): number | undefined {
  if (!value) return undefined;
  const text = String(value);
  return /^\d{12,}$/.test(text) ? Number(text) : timeOf(text);
}
