// A HubSpot account and people who sign up, for the tests of the destination.
import { attribute } from '../../src/attribution/attribute.ts';
import { mergeByEmail } from '../../src/delivery/merge.ts';
import type { OpenDestination } from '../../src/destinations/destination.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import type { Contact, EnrichedSignup, Visitor } from '../../src/model.ts';
import {
  createHubspot,
  type HubspotOptions,
  type HubspotStandIn,
} from '../../stand-ins/hubspot.ts';

export const TOKEN = 'pat-test';
export const NOON = '2026-11-23T12:00:00.000Z';

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

/** The contacts of these signups, as a batch makes them. */
export const contactsOf = (...signups: EnrichedSignup[]): readonly Contact[] =>
  mergeByEmail(signups).map(({ contact }) => contact);

let count = 0;
/** Somebody signs up, and everything about them is known already. */
export function signup(given: {
  email?: string;
  at?: string;
  source?: string;
  name?: string;
  params?: Record<string, string>;
  visitor?: Partial<Visitor> | null;
  fetchedAt?: string;
}): EnrichedSignup {
  count += 1;
  const at = given.at ?? NOON;
  const visitor: Visitor | undefined =
    given.visitor === null
      ? undefined
      : {
          visitorId: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
          params: given.params ?? {},
          clickIds: {},
          pages: [],
          goals: [],
          lastSeenAt: at,
          ...given.visitor,
        };
  return {
    signup: {
      version: 1,
      id: `signup:${count}`,
      source: given.source ?? 'signup',
      email: given.email ?? 'ada@example.com',
      name: given.name,
      occurredAt: at,
      receivedAt: at,
      test: false,
    },
    match: visitor ? 'matched' : 'no_visitor_id',
    visitor,
    fetchedAt: visitor && (given.fetchedAt ?? at),
    attribution: attribute({ visitor }),
  };
}
