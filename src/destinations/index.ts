// The registry: a destination that stands here gets every signup.
import type { Destination } from './destination.ts';
import type { HubspotOptions } from './hubspot/client.ts';
import { hubspot } from './hubspot/hubspot.ts';

export interface DestinationSettings {
  hubspot: Pick<HubspotOptions, 'token' | 'url' | 'apiVersion'>;
}

export function openDestinations(
  settings: DestinationSettings,
  io: Pick<HubspotOptions, 'fetch' | 'now'>,
): readonly Destination[] {
  return [hubspot({ ...settings.hubspot, ...io })];
}
