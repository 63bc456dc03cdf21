// What an upsert would do with one contact, property by property, without doing it.
import type { Contact } from '../../model.ts';
import type { Existing, PreviewedProperty } from '../destination.ts';
import type { Field } from '../field.ts';
import { decide } from '../write-rules.ts';
import { conflictOf, type Definition } from './definitions.ts';
import { formatValue } from './format.ts';

/** One row per field. `definitions` are the portal's; absent when they could not be read. */
export function previewRows(
  table: readonly Field[],
  contact: Contact,
  existing: Existing | undefined,
  definitions: ReadonlyMap<string, Definition> | undefined,
): PreviewedProperty[] {
  return decide(table, contact, existing).map(({ field, value, writes, why }) => {
    const { property, label } = field;
    const definition = definitions?.get(property);
    const wouldBe =
      value === undefined
        ? undefined
        : (formatValue(definition ?? field, value) ?? formatValue(field, value));
    const obstacle =
      wouldBe !== undefined && definitions ? obstacleOf(field, definition, wouldBe) : undefined;
    return {
      property,
      label,
      now: existing?.properties[property] ?? null,
      wouldBe: wouldBe ?? null,
      action: writes && wouldBe !== undefined && !obstacle ? 'write' : 'kept',
      why: (writes && (obstacle ?? (wouldBe === undefined && 'nothing to say'))) || why,
    };
  });
}

/** What HubSpot would refuse. */
function obstacleOf(
  field: Field,
  definition: Definition | undefined,
  value: string,
): string | undefined {
  if (!definition) return 'does not exist in HubSpot';
  const isChoice = definition.type === 'enumeration' && definition.fieldType !== 'checkbox';
  if (isChoice && !definition.options.some((option) => option.value === value)) {
    return 'is no option in HubSpot';
  }
  return conflictOf({ ...field, options: [] }, definition)?.problem;
}
