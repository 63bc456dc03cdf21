// What an upsert would do with one contact, property by property, without doing it.
import type { Contact } from '../model.ts';
import type { PreviewedProperty } from './destination.ts';
import type { Field } from './field.ts';
import { mustStay } from './unverified.ts';
import { decide, type Format, type Held } from './write-rules.ts';

/** Why the service would refuse this text for the field; `undefined` when it would not. */
export type Obstacle = (field: Field, text: string) => string | undefined;

/** One row per field. `existing` is absent for a contact that the service does not know. */
export function previewRows(
  fields: readonly Field[],
  contact: Contact,
  existing: Held | undefined,
  format: Format,
  obstacleOf: Obstacle = () => undefined,
): readonly PreviewedProperty[] {
  const stays = mustStay(fields, contact, existing);
  return decide(fields, contact, existing).map(({ field, value, writes, why }) => {
    const { property, label } = field;
    const wouldBe = value === undefined ? undefined : format(field, value);
    const obstacle = wouldBe === undefined ? undefined : obstacleOf(field, wouldBe);
    return {
      property,
      label,
      now: existing?.properties[property] ?? null,
      wouldBe: wouldBe ?? null,
      action: writes && !stays && wouldBe !== undefined && !obstacle ? 'write' : 'kept',
      why:
        (stays && 'the address is not verified') ||
        (writes && (obstacle ?? (wouldBe === undefined && 'nothing to say'))) ||
        why,
    };
  });
}
