// The portal's property definitions, and whether a field can be written to them.
import * as z from 'zod/mini';
import type { Problem } from '../../model.ts';
import type { Field } from '../field.ts';
import { type Answer, callHubspot, type HubspotOptions, propertiesPath } from './client.ts';
import type { Fault } from './errors.ts';
import { ifReadable, otherwise } from './otherwise.ts';

const Definition = z.object({
  name: z.string(),
  type: z.string(),
  fieldType: ifReadable(z.string()),
  options: otherwise(z.array(z.object({ value: z.string() })), []),
  modificationMetadata: ifReadable(z.object({ readOnlyValue: z.boolean() })),
});
export type Definition = z.infer<typeof Definition>;

const Definitions = z.object({ results: z.array(Definition) });

/** By name; or the answer that came instead. `archived`: those that somebody has put away. */
export async function readDefinitions(
  options: HubspotOptions,
  archived = false,
): Promise<ReadonlyMap<string, Definition> | Exclude<Answer, { kind: 'ok' }>> {
  const path = `${propertiesPath(options)}${archived ? '?archived=true' : ''}`;
  const answer = await callHubspot(options, 'GET', path);
  if (answer.kind !== 'ok') return answer;
  const parsed = Definitions.safeParse(answer.json);
  if (!parsed.success) {
    return {
      kind: 'unavailable',
      retry: { status: 'retry', reason: 'hubspot_answer_unreadable' },
    };
  }
  return new Map(parsed.data.results.map((definition) => [definition.name, definition]));
}

/** What a field's values can be said in, beside its own type. */
const ALSO: Readonly<Record<Field['type'], readonly string[]>> = {
  string: ['enumeration'],
  number: ['string'],
  datetime: ['date', 'string'],
  enumeration: ['string'],
};

/** Why the field cannot be written to the property that is there. */
export function conflictOf(
  field: Field,
  { name, type, options, modificationMetadata }: Definition,
): Problem | undefined {
  const fix = field.isMapped
    ? 'Name another property in FIELD_NAMES.'
    : 'Rename or delete that property in HubSpot, then run npm run provision.';
  if (modificationMetadata?.readOnlyValue) {
    return { key: name, problem: 'is read-only in HubSpot', fix };
  }
  const possible = [field.type, ...(field.isMapped ? ALSO[field.type] : [])];
  if (!possible.includes(type)) {
    const problem = `is a ${type} in HubSpot, and Whence writes a ${field.type}`;
    return { key: name, problem, fix };
  }
  const lacking =
    type === 'enumeration'
      ? (field.options ?? []).filter((value) => !options.some((option) => option.value === value))
      : [];
  if (lacking.length === 0) return undefined;
  return {
    key: name,
    problem: `lacks the options ${lacking.join(', ')}`,
    fix: 'Add them to the property in HubSpot; until then contacts with these values lack it.',
  };
}

/** Faults of the operator's own properties that are known before anything is sent. */
export function faultsOfMapped(
  table: readonly Field[],
  definitions: ReadonlyMap<string, Definition>,
): Fault[] {
  return table.flatMap((field) => {
    const definition = definitions.get(field.property);
    if (!field.isMapped || !definition) return [];
    const conflict = conflictOf({ ...field, options: [] }, definition);
    return conflict ? [{ property: field.property, code: 'TYPE_CONFLICT' }] : [];
  });
}
