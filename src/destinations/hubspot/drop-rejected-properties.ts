// A property HubSpot does not take is left out and named, so that the rest of the contact arrives.
import type { Contact, Retry } from '../../model.ts';
import { configurationRetry } from '../../outcome.ts';
import type { Field } from '../field.ts';
import type { Fault } from './errors.ts';

/** One contact on its way. */
export interface Write {
  contact: Contact;
  email: string;
  properties: Readonly<Record<string, string>>;
  /** What has been left out, with HubSpot's word for why. */
  leftOut: readonly Fault[];
  /** Whether the read found nobody. */
  isNew: boolean;
}

/** True of the property, whoever the contact is: known once, it is left out of every further record. */
const OF_THE_PORTAL = ['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE'];
const OF_THE_VALUE = ['INVALID_OPTION'];

export const isOfThePortal = ({ code }: Fault) => OF_THE_PORTAL.includes(code);

/** Whether leaving out what is named would mend the record. */
export function isDroppable(faults: readonly Fault[] = []): boolean {
  const codes = [...OF_THE_PORTAL, ...OF_THE_VALUE];
  return faults.length > 0 && faults.every(({ code }) => codes.includes(code));
}

/**
 * The write without the properties at fault; or the wait for the operator where without one of them the
 * others are not protected: a snapshot lacking its marker would be overwritten. `undefined`: none is in it.
 */
export function omit(
  table: readonly Field[],
  write: Write,
  faults: readonly Fault[],
): Write | Retry | undefined {
  const present = faults.filter(({ property }) => property in write.properties);
  if (present.length === 0) return undefined;
  const named = new Map(present.map((fault) => [fault.property, fault]));
  for (const { property, isMarker, asOf } of table) {
    const fault = named.get(property);
    if (fault && isMarker) {
      return configurationRetry(`hubspot_property_missing ${fault.code} ${property}`);
    }
    // Values of unknown age would replace newer ones.
    if (!fault && asOf !== undefined && named.has(asOf) && property in write.properties) {
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

/** For the ledger and the log; `undefined` when nothing is missing. */
export function describeLeftOut(leftOut: readonly Fault[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const lines = leftOut.map(({ property, code }) => `${code} ${property}`);
  return `left out: ${[...new Set(lines)].join(', ')}`.slice(0, 500);
}
