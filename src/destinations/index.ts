// The registry: a destination that stands here gets every signup.
import type { Destination } from './destination.ts';
import type { Field } from './field.ts';
import { type FieldNames, withNames } from './field-names.ts';
import { fields } from './fields.ts';
import type { HubspotOptions } from './hubspot/client.ts';
import { hubspot } from './hubspot/hubspot.ts';
import { ownFields } from './hubspot/own-fields.ts';
import { type HubspotLimits, newHubspotLimits } from './hubspot/rate-limit.ts';

export interface DestinationSettings {
  hubspot: Pick<HubspotOptions, 'token' | 'url' | 'apiVersion'>;
}

/** What destinations have said of their limits, for whoever opens them again. */
export interface DestinationMemory {
  hubspot: HubspotLimits;
}

export const newDestinationMemory = (): DestinationMemory => ({ hubspot: newHubspotLimits() });

type Io = Pick<HubspotOptions, 'fetch' | 'now'> &
  Partial<Pick<HubspotOptions, 'requestsLeft'>> & { memory?: DestinationMemory };

/** `names`: what FIELD_NAMES says; without, every property keeps its name. */
export function openDestinations(
  settings: DestinationSettings,
  { fetch, now, requestsLeft = unlimited, memory = newDestinationMemory() }: Io,
  names: FieldNames = new Map(),
): readonly Destination[] {
  const table = withNames([...fields, ...ownFields], names);
  const options = { ...settings.hubspot, fetch, now, requestsLeft, limits: memory.hubspot };
  return [hubspot(options, table)];
}

/** A command in Node has no limit; an invocation of the Worker says what is left of its own. */
const unlimited = () => Number.POSITIVE_INFINITY;

/** The field table by the operator's names. */
export const fieldTable = (names: FieldNames): readonly Field[] => withNames(fields, names);
