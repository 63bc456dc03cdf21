// The operator's own names for fields, and the field table under these names.
import type { Field } from './field.ts';

/** By our property: the operator's own, or `null` to leave it out. */
export type FieldNames = ReadonlyMap<string, string | null>;

/** By the name of the destination. */
export type NamesByDestination = ReadonlyMap<string, FieldNames>;

/**
 * Whether Whence keeps the property under its own name, beside the operator's copy. Markers freeze a snapshot, and
 * times date live values. A name can be given, changed and taken back. If they moved with it, every contact that was
 * written before would lose its protection.
 */
export function isKept(fields: readonly Field[], { property, isMarker }: Field): boolean {
  return isMarker === true || fields.some(({ asOf }) => asOf === property);
}

/** The field table as the operator wants it. */
export function withNames(fields: readonly Field[], names: FieldNames): readonly Field[] {
  return fields.flatMap((field): Field[] => {
    const name = names.get(field.property);
    if (name === null || (name === undefined && field.isOnRequest)) return [];
    if (name === undefined || name === field.property) return [field];
    const mapped: Field = { ...field, property: name, isMapped: true, isMarker: undefined };
    return isKept(fields, field) ? [field, mapped] : [mapped];
  });
}
