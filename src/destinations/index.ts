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
  io: Pick<HubspotOptions, 'fetch' | 'now'>,
  names: FieldNames = new Map(),
): readonly Destination[] {
  return [hubspot({ ...settings.hubspot, ...io }, withNames([...fields, ...ownFields], names))];
}

/** The field table by the operator's names. */
export const fieldTable = (names: FieldNames): readonly Field[] => withNames(fields, names);
