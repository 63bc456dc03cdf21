// A HubSpot account, for the tests of the destination.
import type { OpenDestination } from '../../src/destinations/destination.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import type { EnrichedSignup } from '../../src/model.ts';
import {
  createHubspot,
  type HubspotOptions,
  type HubspotStandIn,
} from '../../stand-ins/hubspot.ts';
import { contactsOf, NOON } from './people.ts';

export const TOKEN = 'pat-test';

/** An account without our properties. `names`: what FIELD_NAMES says. */
export function portal(
  options: Partial<HubspotOptions> = {},
  apiVersion = '2026-03',
  names: Record<string, string | null> = {},
) {
  const now = options.now ?? (() => Date.parse(NOON));
  const standIn = createHubspot({ token: TOKEN, now, ...options });
  const open = () => openAgain(standIn, names, apiVersion, now);
  return { standIn, destination: open(), open };
}

/** HubSpot as the next isolate opens it, maybe with other names. */
export function openAgain(
  standIn: HubspotStandIn,
  names: Record<string, string | null>,
  apiVersion = '2026-03',
  now = () => Date.parse(NOON),
) {
  const [destination] = openDestinations(
    new Map([
      ['HUBSPOT_TOKEN', TOKEN],
      ['HUBSPOT_API_VERSION', apiVersion],
    ]),
    new Map([['hubspot', new Map(Object.entries(names))]]),
    { fetch: async (input, init) => standIn.app.fetch(new Request(input, init)), now },
  );
  return complete(destination);
}

/** HubSpot has every method that a destination may lack. */
function complete(destination: OpenDestination | undefined) {
  const { prepare, preview } = destination ?? {};
  if (!destination || !prepare || !preview) throw new Error('HubSpot is not open');
  return { ...destination, prepare, preview };
}

/** An account with every property in place. `write` opens HubSpot again, as each batch does. */
export async function ready(
  options: Partial<HubspotOptions> = {},
  apiVersion?: string,
  names?: Record<string, string | null>,
) {
  const { standIn, destination, open } = portal(options, apiVersion, names);
  await destination.prepare();
  standIn.forgetRequests();
  const write = (...signups: EnrichedSignup[]) => open().upsert(contactsOf(...signups));
  const held = (email = 'ada@example.com') => standIn.contact(email)?.properties ?? {};
  return { standIn, destination, open, write, held };
}
