// What the commands know of sources and destinations: the registries. No command names one of them.

import type { OpenDestination } from '../destinations/destination.ts';
import type { NamesByDestination } from '../destinations/field-names.ts';
import { destinations, type OpeningIo, openDestinations } from '../destinations/index.ts';
import type { DestinationSettings } from '../settings/config.ts';
import { ownSettings } from '../settings/own-settings.ts';
import type { Setting, SettingValues } from '../settings/setting.ts';
import { secretSetting } from '../settings/webhook-secrets.ts';
import { sources } from '../sources/index.ts';
import type { Source } from '../sources/source.ts';

export interface Registry {
  sources: readonly Source[];
  destinations: readonly DestinationSettings[];
  /** Those that are on. */
  openDestinations(
    values: SettingValues,
    names: NamesByDestination,
    io: Pick<OpeningIo, 'fetch' | 'now' | 'sleep'>,
  ): readonly Pick<OpenDestination, 'name' | 'label' | 'check' | 'prepare'>[];
}

export const registry: Registry = {
  sources: [...sources.values()],
  destinations,
  openDestinations,
};

/** The row of every setting there is. */
export function allSettings({ sources, destinations }: Registry): readonly Setting[] {
  return [
    ...ownSettings,
    ...destinations.flatMap(({ settings }) => settings),
    ...sources.map(secretSetting),
  ];
}
