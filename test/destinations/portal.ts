// A HubSpot portal and somebody who signs up, for the tests of the destination.

import { attribute } from '../../src/attribution/attribute.ts';
import { mergeByEmail } from '../../src/delivery/merge.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import type { EnrichedSignup, Visitor } from '../../src/model.ts';
import {
  createHubspot,
  type HubspotOptions,
  type HubspotStandIn,
} from '../../stand-ins/hubspot.ts';

const TOKEN = 'pat-test';
export const NOON = '2026-11-23T12:00:00.000Z';

/** A portal nobody has prepared. `names`: what FIELD_NAMES says. */
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
    { hubspot: { token: TOKEN, url: 'https://api.hubapi.com', apiVersion } },
    { fetch: async (input, init) => standIn.app.fetch(new Request(input, init)), now },
    new Map(Object.entries(names)),
  );
  if (!destination) throw new Error('no destination');
  return destination;
}

/** A portal with every property in place. `write` opens HubSpot anew, as each batch does. */
export async function ready(
  options: Partial<HubspotOptions> = {},
  apiVersion?: string,
  names?: Record<string, string | null>,
) {
  const { standIn, destination, open } = portal(options, apiVersion, names);
  await destination.prepare();
  standIn.forgetRequests();
  const write = (...signups: EnrichedSignup[]) =>
    open().upsert(mergeByEmail(signups).map(({ contact }) => contact));
  const held = (email = 'ada@example.com') => standIn.contact(email)?.properties ?? {};
  return { standIn, destination, open, write, held };
}

let count = 0;
/** Somebody signs up, with everything already known of them. */
export function signup(facts: {
  email?: string;
  at?: string;
  source?: string;
  name?: string;
  params?: Record<string, string>;
  visitor?: Partial<Visitor> | null;
  fetchedAt?: string;
}): EnrichedSignup {
  count += 1;
  const at = facts.at ?? NOON;
  const visitor: Visitor | undefined =
    facts.visitor === null
      ? undefined
      : {
          visitorId: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
          params: facts.params ?? {},
          clickIds: {},
          pages: [],
          goals: [],
          lastSeenAt: at,
          ...facts.visitor,
        };
  return {
    signup: {
      version: 1,
      id: `signup:${count}`,
      source: facts.source ?? 'signup',
      email: facts.email ?? 'ada@example.com',
      name: facts.name,
      occurredAt: at,
      receivedAt: at,
      test: false,
    },
    match: visitor ? 'matched' : 'no_visitor_id',
    visitor,
    fetchedAt: visitor && (facts.fetchedAt ?? at),
    attribution: attribute({ visitor }),
  };
}
