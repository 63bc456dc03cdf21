// The registry: a destination that stands here gets every signup.
import type { Destination } from './destination.ts';
import type { Field } from './field.ts';
import { type FieldNames, withNames } from './field-names.ts';
import { fields } from './fields.ts';
import type { HubspotOptions } from './hubspot/client.ts';
import { hubspot } from './hubspot/hubspot.ts';
import { ownFields } from './hubspot/own-fields.ts';

export interface DestinationSettings {
  hubspot: Pick<HubspotOptions, 'token' | 'url' | 'apiVersion'>;
}

/** `names`: what FIELD_NAMES says; without, every property keeps its name. */
export function openDestinations(
  settings: DestinationSettings,
  io: Pick<HubspotOptions, 'fetch' | 'now'> & Partial<Pick<HubspotOptions, 'requestsLeft'>>,
  names: FieldNames = new Map(),
): readonly Destination[] {
  // A command in Node has no limit; an invocation of the Worker says what is left of its own.
  const unlimited = { requestsLeft: () => Number.POSITIVE_INFINITY };
  const table = withNames([...fields, ...ownFields], names);
  return [hubspot({ ...settings.hubspot, ...unlimited, ...io }, table)];
}

/** The field table by the operator's names. */
export const fieldTable = (names: FieldNames): readonly Field[] => withNames(fields, names);
