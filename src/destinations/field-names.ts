// FIELD_NAMES: the operator's own names for our properties, or none where a property shall be left out.
import type { Problem } from '../model.ts';
import type { Field } from './field.ts';
import { fields } from './fields.ts';
import { ownFields } from './hubspot/own-fields.ts';

/** By our property: the operator's own, or `null` to leave it out. */
export type FieldNames = ReadonlyMap<string, string | null>;

const KEY = 'FIELD_NAMES';
const known = [...fields, ...ownFields];
/** What says who a contact is; a field written there would change the person. */
const IDENTITY = ['email', 'hs_additional_emails', 'hs_object_id'];

/** Reads the setting. A mistaken entry is named and leaves its property as it is; the others count. */
export function parseFieldNames(text: string | undefined): {
  names: FieldNames;
  problems: readonly Problem[];
} {
  const given = text === undefined ? {} : parseJson(text);
  if (given instanceof Error) {
    const at = /position \d+/.exec(given.message)?.[0];
    const problem = { key: KEY, problem: `is not JSON${at ? ` at ${at}` : ''}`, fix: SHAPE };
    return { names: new Map(), problems: [problem] };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return {
      names: new Map(),
      problems: [{ key: KEY, problem: 'is not a JSON object', fix: SHAPE }],
    };
  }
  const names = new Map<string, string | null>();
  const problems: Problem[] = [];
  for (const [property, name] of Object.entries(given)) {
    const mistake = mistakeIn(property, name, given);
    if (mistake) problems.push({ key: `${KEY}.${property}`, ...mistake });
    else if (name === null || typeof name === 'string') names.set(property, name);
  }
  return { names, problems };
}

const SHAPE = 'Give {"datafast_source":"your_property","datafast_term":null}, or remove it.';

/**
 * What protects the others: the markers that freeze a snapshot and the times that date live values. Whence keeps
 * these under its own names whatever the operator calls them, for a name can be given, changed and taken back,
 * and the protection of every contact written before would go with it.
 */
const isKept = ({ property, isMarker }: Field) =>
  isMarker === true || known.some(({ asOf }) => asOf === property);

/** The field table as the operator wants it; what Whence keeps is there beside the operator's copy of it. */
export function withNames(table: readonly Field[], names: FieldNames): readonly Field[] {
  return table.flatMap((field): Field[] => {
    const name = names.get(field.property);
    if (name === undefined) return [field];
    if (name === null) return [];
    const mapped: Field = { ...field, property: name, isMapped: true, isMarker: undefined };
    return isKept(field) ? [field, mapped] : [mapped];
  });
}

function mistakeIn(
  property: string,
  name: unknown,
  given: object,
): Omit<Problem, 'key'> | undefined {
  const field = known.find((candidate) => candidate.property === property);
  if (!field) {
    return { problem: 'is no property of Whence', fix: 'Use a name of the fields table.' };
  }
  if (name === null) return whyNeeded(field, given);
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_]*$/.test(name)) {
    const fix = 'Use its internal name: lower-case letters, digits and _; or null to leave it out.';
    return { problem: 'is not the name of a HubSpot property', fix };
  }
  if (IDENTITY.includes(name)) {
    return { problem: `must not be ${name}, which says who a contact is`, fix: 'Use another.' };
  }
  const kept = known.find((other) => other !== field && other.property === name && isKept(other));
  if (kept) {
    return { problem: `is ${name}, which Whence keeps for itself`, fix: 'Use another.' };
  }
  const taken = known.find((other) => other !== field && nameGiven(other, given) === name);
  return taken
    ? { problem: `is ${name}, as is ${taken.property}`, fix: 'Give each a property of its own.' }
    : undefined;
}

/** What `given` makes of a field's name; `null` where it leaves the field out. */
function nameGiven({ property }: Field, given: object): unknown {
  return new Map(Object.entries(given)).get(property) ?? (property in given ? null : property);
}

/** Without its marker a snapshot could not be frozen, and without their time older values would replace newer. */
function whyNeeded(field: Field, given: object): Omit<Problem, 'key'> | undefined {
  if (field.isMarker) {
    return { problem: 'must not be left out: it freezes the others', fix: 'Rename it instead.' };
  }
  const dated = known.find(
    (other) => other !== field && other.asOf === field.property && nameGiven(other, given) !== null,
  );
  return dated
    ? {
        problem: `must not be left out: it says how old ${dated.property} is`,
        fix: 'Leave out those it dates, too.',
      }
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error();
  }
}
