// What a field is: one property of a contact in a CRM, and how to fill it.
import type { Enriched } from '../model.ts';

export type Value = string | number | boolean;

/**
 * When a field may be written.
 * `once`: with its whole snapshot, and only while the contact does not have that snapshot.
 * `always`: whenever there is a value, unless the contact holds newer ones.
 * `with_signup`: as long as the contact tells the same signup, of which the value is.
 * `when_new`: only onto a contact that this write creates. `when_empty`: only where the contact has no value.
 */
export type WriteRule = 'once' | 'always' | 'with_signup' | 'when_new' | 'when_empty';

/** The frozen sets. The contact has a set when its marker is set. A set is written whole or not at all. */
export const SNAPSHOTS = ['signup', 'first_touch', 'converting_touch'] as const;
export type Snapshot = (typeof SNAPSHOTS)[number];

export interface Field {
  property: string;
  label: string;
  description: string;
  type: 'string' | 'number' | 'datetime' | 'enumeration';
  /** The values of an enumeration. */
  options?: readonly string[];
  /** What a number measures, for a CRM that can show it accordingly. `share` and `probability` are from 0 to 1. */
  unit?: 'count' | 'points' | 'us_dollars' | 'share' | 'probability';
  write: WriteRule;
  /** For `once`: the set it is frozen with. */
  snapshot?: Snapshot;
  /** The contact has the snapshot when this property is set. */
  isMarker?: true;
  /** While the property has this value, the snapshot says that nothing is known, and a known one may replace it. */
  unknownValue?: string;
  /** The source of the first touch, which the ledger shows. */
  isSource?: true;
  /** The value is about the signup that the contact tells, and not about a later one of the same visitor. */
  isOfSignup?: true;
  /** Others write there as well: what is there stays, but for an unknown value. */
  keepsFilled?: true;
  /** Left out unless the operator names it. */
  isOnRequest?: true;
  /** The operator's own property: checked, but never created. */
  isMapped?: true;
  /** For `always`: the property that says how old the value is; an older value never replaces a newer one. */
  asOf?: string;
  /** `undefined` when there is nothing to say, which never erases an earlier value. */
  from: (enriched: Enriched) => Value | undefined;
}

/** Whether the property is Whence's own. Others belong to the service or to the operator. */
export const isOurs = ({ isMapped, write }: Pick<Field, 'isMapped' | 'write'>): boolean =>
  !isMapped && OWN_RULES.includes(write);

const OWN_RULES: readonly WriteRule[] = ['once', 'always', 'with_signup'];

/** A row of a field table. Its write rule follows from the table. */
export type Column = Omit<Field, 'write' | 'snapshot' | 'isMapped'>;

/** The property that says, when it is set, that the contact has the snapshot. */
export function markerOf(fields: readonly Field[], snapshot: Snapshot): string | undefined {
  return fields.find((field) => field.isMarker && field.snapshot === snapshot)?.property;
}
