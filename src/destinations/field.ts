// What a field is: one property of a CRM's contact, and how to fill it.
import type { Enriched } from '../model.ts';

export type Value = string | number | boolean;

/**
 * When a field may be written.
 * `once`: with its whole snapshot, and only while the contact does not have that snapshot.
 * `always`: whenever there is a value, unless the contact holds newer ones.
 * `when_new`: only onto a contact this write creates. `when_empty`: only where nothing stands.
 */
export type WriteRule = 'once' | 'always' | 'when_new' | 'when_empty';

/** The two frozen sets. Each is there once its marker is set, and is written whole or not at all. */
export type Snapshot = 'signup' | 'first_touch';

export interface Field {
  property: string;
  label: string;
  description: string;
  type: 'string' | 'number' | 'datetime' | 'enumeration';
  /** The values of an enumeration. */
  options?: readonly string[];
  /** How the CRM shows a number, where it can choose. */
  hint?: 'formatted' | 'unformatted' | 'currency' | 'percentage' | 'probability';
  write: WriteRule;
  /** For `once`: the set it is frozen with. */
  snapshot?: Snapshot;
  /** Its snapshot is there once this property is set. */
  isMarker?: true;
  /** The operator's own property: checked, but never created. */
  isMapped?: true;
  /** For `always`: the property that says how old the value is; an older value never replaces a newer one. */
  asOf?: string;
  /** `undefined` when there is nothing to say, which never erases what was said before. */
  from: (enriched: Enriched) => Value | undefined;
}

/** A row of the field table; its rule follows from the table it stands in. */
export type Column = Omit<Field, 'write' | 'snapshot' | 'isMapped'>;

/** The property whose being set says that the contact has the snapshot. */
export function markerOf(fields: readonly Field[], snapshot: Snapshot): string | undefined {
  return fields.find((field) => field.isMarker && field.snapshot === snapshot)?.property;
}
