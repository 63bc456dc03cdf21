// What a write may change: the rules of the field table, applied to one contact.
import type { Contact, Enriched, EnrichedSignup } from '../model.ts';
import { tellsAnotherSignup } from './converting-touch.ts';
import { type Field, markerOf, type Snapshot, type Value } from './field.ts';
import { decideFirstTouch, type TouchDecision } from './first-touch.ts';
import { heldTimeOf } from './held-time.ts';

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

/** Why a field is not written when Whence has no value for it. */
export const NO_NEW_VALUE = 'no new value';

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
    converting_touch: held[markerOf(fields, 'converting_touch') ?? ''],
  };
  const firstTouch = decideFirstTouch(fields, contact, held);
  const signedUpAt = heldTimeOf(markers.signup) ?? Date.parse(contact.first.signup.occurredAt);
  return fields.map((field) => {
    const subject = subjectOf(field, contact, firstTouch, signedUpAt);
    const value = subject && field.from(subject);
    if (value === undefined || value === '') return { field, writes: false, why: NO_NEW_VALUE };
    return { field, value, ...rule(field) };
  });

  function rule(field: Field): Pick<Decision, 'writes' | 'why'> {
    switch (field.write) {
      case 'once': {
        const text = held[field.property];
        // What Whence itself has written as unknown may be replaced in the operator's own property too.
        const isShared = field.isMapped || field.keepsFilled;
        if (isShared && text && text !== field.unknownValue) {
          return { writes: false, why: 'filled already' };
        }
        return snapshotRule(field.snapshot);
      }
      case 'with_signup':
        if (field.isMapped && held[field.property]) return { writes: false, why: 'filled already' };
        return withSignup(fields, contact, held, firstTouch);
      case 'when_new':
        return existing === undefined
          ? { writes: true, why: 'new contact' }
          : { writes: false, why: 'only onto a new contact' };
      case 'when_empty':
        if (held[field.property]) return { writes: false, why: 'only if empty' };
        return firstTouch.isOwn
          ? { writes: true, why: 'empty so far' }
          : FIRST_TOUCH_RULES.of_another;
      case 'always':
        return freshness(field);
    }
  }

  function snapshotRule(snapshot: Snapshot | undefined): Pick<Decision, 'writes' | 'why'> {
    if (snapshot === 'first_touch') return FIRST_TOUCH_RULES[firstTouch.kind];
    if (snapshot !== undefined && markers[snapshot]) {
      return { writes: false, why: 'already written with the first signup' };
    }
    return snapshot === 'converting_touch'
      ? withSignup(fields, contact, held, firstTouch)
      : { writes: true, why: 'not there yet' };
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

const FIRST_TOUCH_RULES: Readonly<Record<TouchDecision['kind'], Pick<Decision, 'writes' | 'why'>>> =
  {
    new: { writes: true, why: 'not there yet' },
    known_now: { writes: true, why: 'the first touch was unknown until now' },
    frozen: { writes: false, why: 'already written; the first touch is written once' },
    open: { writes: false, why: 'the first touch is still unknown' },
    of_another: { writes: false, why: 'the first touch is that of another visitor' },
    none: { writes: false, why: 'no visitor is known' },
  };

/** What belongs to the signup that the contact tells, and to no later one. */
function withSignup(
  fields: readonly Field[],
  contact: Contact,
  held: Readonly<Record<string, string>>,
  { kind }: TouchDecision,
): Pick<Decision, 'writes' | 'why'> {
  // Where the contact tells no signup, it is of the one that brings the first touch.
  if (markerOf(fields, 'signup') === undefined) return FIRST_TOUCH_RULES[kind];
  return tellsAnotherSignup(fields, contact, held)
    ? { writes: false, why: 'a later signup than the one of the contact' }
    : { writes: true, why: 'of the signup that the contact tells' };
}

/** The subject of a field: the first signup, the first touch, or the latest signup. */
function subjectOf(
  field: Field,
  contact: Contact,
  { touch }: TouchDecision,
  signedUpAt: number,
): Enriched | undefined {
  switch (field.write) {
    case 'once':
      if (field.snapshot !== 'first_touch') return contact.first;
      return field.isOfSignup ? ofSignup(contact, touch, signedUpAt) : touch;
    case 'with_signup':
    case 'when_new':
      return contact.first;
    case 'when_empty':
      return touch;
    case 'always':
      return contact.latest;
  }
}

/** The signup of that time by the visitor of the touch. */
function ofSignup(
  { touches }: Contact,
  touch: EnrichedSignup | undefined,
  signedUpAt: number,
): EnrichedSignup | undefined {
  return touches.find(
    ({ signup, visitor }) =>
      Date.parse(signup.occurredAt) === signedUpAt &&
      visitor?.visitorId === touch?.visitor?.visitorId,
  );
}

/** The markers as the contact holds them. */
type Markers = Readonly<Record<Snapshot, string | undefined>>;

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
  const theirs = asOf && heldTimeOf(held[asOf.property]);
  if (theirs === undefined) return false;
  const ours = heldTimeOf(asOf?.from(latest));
  return ours === undefined || ours < theirs;
}
