// The definitions of the account's properties, and whether a field can be written to them.
import * as z from 'zod/mini';
import type { DestinationProblem } from '../destination.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import type { Field } from '../field.ts';
import {
  callHubspot,
  type HubspotClient,
  type NoAnswer,
  propertiesPath,
  UNREADABLE,
} from './client.ts';

const Definition = z.object({
  name: z.string(),
  type: z.string(),
  fieldType: z.catch(z.optional(z.string()), undefined),
  options: z.catch(z.array(z.object({ value: z.string() })), []),
  modificationMetadata: z.catch(z.optional(z.object({ readOnlyValue: z.boolean() })), undefined),
});
export type Definition = z.infer<typeof Definition>;
/** By the name of the property. */
export type Definitions = ReadonlyMap<string, Definition>;

const List = z.object({ results: z.array(Definition) });

/** All definitions, or the answer that came instead. `isArchived`: those that somebody has archived. */
export async function readDefinitions(
  client: HubspotClient,
  isArchived = false,
): Promise<Definitions | NoAnswer> {
  const path = `${propertiesPath(client)}${isArchived ? '?archived=true' : ''}`;
  const answer = await callHubspot(client, 'GET', path);
  if (answer.kind !== 'ok') return answer;
  const parsed = List.safeParse(answer.json);
  if (!parsed.success) return { kind: 'unavailable', wait: UNREADABLE };
  return new Map(parsed.data.results.map((definition) => [definition.name, definition]));
}

export const isUnread = (read: Definitions | NoAnswer): read is NoAnswer => 'kind' in read;

/** The types that can also hold a field's values. */
const ALSO: Readonly<Record<Field['type'], readonly string[]>> = {
  string: ['enumeration'],
  number: ['string'],
  datetime: ['date', 'string'],
  enumeration: ['string'],
};

/** Why the field cannot be written to the property that is there. */
export function conflictOf(field: Field, definition: Definition): DestinationProblem | undefined {
  const { name: key, type, options, modificationMetadata } = definition;
  const fix = field.isMapped
    ? 'Name another property in FIELD_NAMES.'
    : 'Rename or delete that property in HubSpot, then run npx whence-crm provision.';
  const conflict = { key, fix, code: 'property_conflict' } as const;
  if (modificationMetadata?.readOnlyValue) {
    return { ...conflict, problem: 'is read-only in HubSpot' };
  }
  const possible = [field.type, ...(field.isMapped ? ALSO[field.type] : [])];
  if (!possible.includes(type)) {
    return { ...conflict, problem: `is a ${type} in HubSpot, and Whence writes a ${field.type}` };
  }
  const lacking =
    type === 'enumeration'
      ? (field.options ?? []).filter((value) => !options.some((option) => option.value === value))
      : [];
  if (lacking.length === 0) return undefined;
  return {
    key,
    code: 'missing_option',
    problem: `lacks the options ${lacking.join(', ')}`,
    fix: 'Add them to the property in HubSpot. Until then, contacts with these values lack it.',
  };
}

/** The operator's own properties; empty when FIELD_NAMES names none, which costs no request. */
export interface MappedProperties {
  definitions: Definitions;
  /** Those that cannot hold what they would get. */
  rejected: readonly RejectedProperty[];
}

export async function readMapped(
  client: HubspotClient,
  fields: readonly Field[],
): Promise<MappedProperties> {
  const mapped = fields.filter(({ isMapped }) => isMapped);
  const read = mapped.length > 0 ? await readDefinitions(client) : new Map<string, Definition>();
  // Unknown: our own format is tried, and HubSpot names what it does not accept.
  if (isUnread(read)) return { definitions: new Map(), rejected: [] };
  const isUnfit = ({ property, ...field }: Field) => {
    const definition = read.get(property);
    return definition && conflictOf({ ...field, property, options: [] }, definition);
  };
  const unfit = mapped.filter(isUnfit).map(({ property }) => property);
  return {
    definitions: new Map([...read].filter(([property]) => !unfit.includes(property))),
    rejected: unfit.map((property) => ({ property, code: 'TYPE_CONFLICT' })),
  };
}
