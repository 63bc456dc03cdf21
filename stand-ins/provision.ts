// What `npm run provision` does, for stand-ins: HubSpot needs its properties before the first contact arrives.
import { openDestinations } from '../src/destinations/index.ts';
import type { SettingValues } from '../src/settings/setting.ts';

/** The settings of HubSpot, valid and with defaults. */
export function hubspotSettings(token: string, url = 'https://api.hubapi.com'): SettingValues {
  return new Map([
    ['HUBSPOT_TOKEN', token],
    ['HUBSPOT_URL', url],
    ['HUBSPOT_API_VERSION', '2026-03'],
  ]);
}

/** Throws when a destination still has problems afterwards. */
export async function provision(
  values: SettingValues,
  io: { fetch: typeof fetch; now(): number },
): Promise<void> {
  for (const destination of openDestinations(values, new Map(), io)) {
    const { problems = [] } = (await destination.prepare?.()) ?? {};
    if (problems.length > 0) throw new Error(`${destination.name}: ${JSON.stringify(problems)}`);
  }
}
