// FIELD_NAMES: for all destinations at once, or for each under its name. Every mistake is named by its place.
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { placeOfMistake } from '../json-mistake.ts';
import type { Problem } from '../model.ts';
import type { Destination } from './destination.ts';
import type { Field } from './field.ts';
import { type FieldNames, isKept, type NamesByDestination } from './field-names.ts';
import { destinations as registered } from './index.ts';

const KEY = 'FIELD_NAMES';
const SHAPE =
  'Give {"datafast_source":"your_property","datafast_term":null}, or one such object for each destination, or remove it.';

/** What the rules need to know of a destination. */
type Nameable = Pick<Destination, 'name' | 'label' | 'fields' | 'naming'>;
type Mistake = Omit<Problem, 'key'>;

export interface ParsedFieldNames {
  /** One entry for each destination whose names can be changed. */
  names: NamesByDestination;
  problems: readonly Problem[];
}

/** Reads the setting. A mistaken entry is named and leaves its property as it is. The other entries count. */
export function parseFieldNames(
  text: string | undefined,
  destinations: readonly Nameable[] = registered,
): ParsedFieldNames {
  const nameable = destinations.filter(({ naming }) => naming !== undefined);
  const nothing = new Map(nameable.map(({ name }): [string, FieldNames] => [name, new Map()]));
  if (text === undefined) return { names: nothing, problems: [] };
  const given = parseJson(text);
  if (!isObject(given)) {
    const problem =
      given === undefined ? `is not JSON: ${placeOfMistake(text)}` : 'is not a JSON object';
    return { names: nothing, problems: [{ key: KEY, problem, fix: SHAPE }] };
  }
  const isSection = ([key, value]: [string, unknown]) => isObject(value) && !isField(nameable, key);
  const sections = Object.entries(given).filter(isSection);
  const shared = Object.fromEntries(Object.entries(given).filter((entry) => !isSection(entry)));
  const problems: Problem[] = [];
  const names = new Map<string, FieldNames>();
  for (const destination of nameable) {
    const section = given[destination.name];
    const own = isObject(section) ? section : {};
    const read = namesFor(destination, { ...shared, ...own }, own);
    names.set(destination.name, read.names);
    problems.push(...read.problems);
  }
  problems.push(...unknownFields(nameable, shared), ...unknownSections(nameable, sections));
  return { names, problems: distinct(problems) };
}

function isField(destinations: readonly Nameable[], property: string): boolean {
  return destinations.some(({ fields }) => fields.some((field) => field.property === property));
}

/** Entries for all destinations that belong to none. A property that only one of them has is no mistake. */
function unknownFields(destinations: readonly Nameable[], shared: JsonObject): Problem[] {
  return Object.keys(shared)
    .filter((property) => !isField(destinations, property))
    .map((property) => ({ key: `${KEY}.${property}`, ...UNKNOWN_PROPERTY }));
}

const UNKNOWN_PROPERTY: Mistake = {
  problem: 'is no property of Whence',
  fix: 'Use a name of the fields table.',
};

function unknownSections(
  destinations: readonly Nameable[],
  sections: readonly [string, unknown][],
): Problem[] {
  const known = destinations.map(({ name }) => name);
  return sections
    .filter(([name]) => !known.includes(name))
    .map(([name]) => ({
      key: `${KEY}.${name}`,
      problem: 'is no destination whose names can be changed',
      fix: `Use one of: ${known.join(', ')}.`,
    }));
}

/** `given`: all entries that concern the destination. `own`: those under its name. */
function namesFor(destination: Nameable, given: JsonObject, own: JsonObject) {
  const names = new Map<string, string | null>();
  const problems: Problem[] = [];
  for (const [property, name] of Object.entries(given)) {
    const isOwn = Object.hasOwn(own, property);
    const field = destination.fields.find((candidate) => candidate.property === property);
    // Another destination may have it.
    if (!field && !isOwn) continue;
    const mistake = field ? mistakeIn(destination, field, name, given) : UNKNOWN_PROPERTY;
    const key = isOwn ? `${KEY}.${destination.name}.${property}` : `${KEY}.${property}`;
    if (mistake) problems.push({ key, ...mistake });
    else if (name === null || typeof name === 'string') names.set(property, name);
  }
  return { names, problems };
}

function mistakeIn(
  { label, fields, naming }: Nameable,
  field: Field,
  name: unknown,
  given: JsonObject,
): Mistake | undefined {
  if (name === null) return whyNeeded(fields, field, given);
  if (typeof name !== 'string' || !naming?.pattern.test(name)) {
    return {
      problem: `is not the name of a property in ${label}`,
      fix: `Use its internal name: ${naming?.rule}; or null to leave it out.`,
    };
  }
  if (naming.identity.includes(name)) {
    return { problem: `must not be ${name}, which says who a contact is`, fix: 'Use another.' };
  }
  const others = fields.filter((other) => other !== field);
  if (others.some((other) => other.property === name && isKept(fields, other))) {
    return { problem: `is ${name}, which Whence keeps for itself`, fix: 'Use another.' };
  }
  const taken = others.find((other) => nameGiven(other, given) === name);
  return taken
    ? { problem: `is ${name}, as is ${taken.property}`, fix: 'Give each a property of its own.' }
    : undefined;
}

/** The name that a field gets from `given`; `null` where it is left out. */
function nameGiven({ property }: Field, given: JsonObject): unknown {
  return Object.hasOwn(given, property) ? (given[property] ?? null) : property;
}

/** Without its marker a snapshot cannot be frozen. Without their time, older values would replace newer ones. */
function whyNeeded(fields: readonly Field[], field: Field, given: JsonObject): Mistake | undefined {
  if (field.isMarker) {
    return { problem: 'must not be left out: it freezes the others', fix: 'Rename it instead.' };
  }
  const dated = fields.find(
    (other) => other !== field && other.asOf === field.property && nameGiven(other, given) !== null,
  );
  return dated
    ? {
        problem: `must not be left out: it says how old ${dated.property} is`,
        fix: 'Also leave out the properties that it dates.',
      }
    : undefined;
}

/** An entry for all destinations may be a mistake in each. The first one that has it is named. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.toReversed().map((one) => [one.key, one])).values()].toReversed();
}
