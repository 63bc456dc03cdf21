// A property that a service does not accept is left out and named, so that the rest of the contact arrives.
import { type Reason, reason } from '../reasons.ts';
import type { Field, Snapshot } from './field.ts';

/** One property that the service does not accept, with the service's word for why. */
export interface RejectedProperty {
  property: string;
  code: string;
}

/** What is to be written, and what has been left out of it so far. */
export interface Omittable {
  properties: Readonly<Record<string, string>>;
  leftOut: readonly RejectedProperty[];
}

/** Without this property the others are not protected, so nothing can be written. */
export interface Blocked {
  blockedBy: RejectedProperty;
}

export const isBlocked = (result: object): result is Blocked => 'blockedBy' in result;

/**
 * The write without the rejected properties; `undefined` when it has none of them. A snapshot without its marker would
 * be overwritten later, so a rejected marker blocks the write until the operator acts.
 */
export function omit<Write extends Omittable>(
  fields: readonly Field[],
  write: Write,
  rejected: readonly RejectedProperty[],
): Write | Blocked | undefined {
  const present = rejected.filter(({ property }) => property in write.properties);
  if (present.length === 0) return undefined;
  const named = new Map(present.map((one) => [one.property, one]));
  for (const { property, isMarker, asOf, snapshot } of fields) {
    const one = named.get(property);
    if (one && isMarker && snapshot !== 'converting_touch') return { blockedBy: one };
    if (one && isMarker) withoutSnapshot(fields, write, snapshot, named);
    // Values of unknown age would replace newer ones.
    if (!one && asOf !== undefined && named.has(asOf) && property in write.properties) {
      named.set(property, { property, code: 'UNDATED' });
    }
  }
  return {
    ...write,
    properties: Object.fromEntries(
      Object.entries(write.properties).filter(([property]) => !named.has(property)),
    ),
    leftOut: [...write.leftOut, ...named.values()],
  };
}

/** The converting touch is an addition, so the contact arrives without it. */
function withoutSnapshot(
  fields: readonly Field[],
  { properties }: Omittable,
  snapshot: Snapshot | undefined,
  named: Map<string, RejectedProperty>,
): void {
  for (const { property, snapshot: other } of fields) {
    if (other !== snapshot || named.has(property) || !(property in properties)) continue;
    named.set(property, { property, code: 'WITHOUT_MARKER' });
  }
}

/** `CODE property`, as a reason's detail names it. */
export const describeRejected = ({ code, property }: RejectedProperty) => `${code} ${property}`;

/** The reason of a delivery that lacks fields; `undefined` when nothing is missing. */
export function leftOutReason(leftOut: readonly RejectedProperty[]): Reason | undefined {
  if (leftOut.length === 0) return undefined;
  return reason('fields_left_out', [...new Set(leftOut.map(describeRejected))].join(', '));
}
