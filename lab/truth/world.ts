// The world around the Worker of `npm run truth`: both stand-ins on the clock that jumps, with what DataFast knows at each
// moment, and whose request each one was.
import { createDatafast } from '../../stand-ins/datafast.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../../stand-ins/provision.ts';
import type { Contact, Play } from './play.ts';
import { clock } from './virtual-time.ts';

export interface World {
  /** The contact as it is now. */
  contact(email: string): Contact;
  /** The email of the person whose message this is. */
  personOf(body: unknown): string | undefined;
  /** The requests until the end are of these people. */
  beginBatch(emails: readonly string[]): void;
  endBatch(): void;
  requests: { visitor: number; map: number; list: number };
  errors: string[];
  operatorHeaders: Readonly<Record<string, string>>;
}

/** The time of an answer. Six requests to DataFast are open at once, so each costs a sixth. */
const DATAFAST_MS = 150 / 6;
const HUBSPOT_MS = 300;
const VISITORS = '/api/v1/visitors';

export async function openWorld(play: Play): Promise<World> {
  const { now } = clock;
  const { DATAFAST_API_KEY: apiKey, HUBSPOT_TOKEN: token, ADMIN_TOKEN } = play.keys;
  const { acquisition, window } = play.run;
  const list = { acquisition, window, lagMs: play.listLagMs };
  const datafast = createDatafast({ apiKey, now, list });
  const hubspot = createHubspot({ token, now });
  const asked = openAccount(play);
  const seeing = play.sightings.toSorted((one, other) => one.fromMs - other.fromMs);
  datafast.failWith((request) => {
    const { pathname } = new URL(request.url);
    const isOut = play.outages.some(
      ({ path, fromMs, untilMs }) => pathname.endsWith(path) && now() >= fromMs && now() < untilMs,
    );
    return isOut ? { status: 503 } : undefined;
  });

  const reach = async (...given: Parameters<typeof fetch>): Promise<Response> => {
    const request = new Request(...given);
    const { hostname, pathname } = new URL(request.url);
    if (hostname !== 'datafa.st') {
      clock.jumpTo(now() + HUBSPOT_MS);
      return hubspot.app.fetch(request);
    }
    clock.jumpTo(now() + DATAFAST_MS);
    for (let next = seeing[0]; next && next.fromMs <= now(); next = seeing[0]) {
      datafast.visitors.set(next.visitor.visitorId, next.visitor);
      seeing.shift();
    }
    asked.count(pathname);
    return datafast.app.fetch(request);
  };
  globalThis.fetch = reach;
  await provision(hubspotSettings(token), { fetch: reach, now });

  const errors: string[] = [];
  console.error = (line: unknown) => errors.push(String(line));
  return {
    contact(email) {
      const properties = hubspot.contact(email)?.properties;
      return {
        exists: properties !== undefined,
        channel: properties?.datafast_channel,
        source: properties?.datafast_source,
        visitorId: properties?.datafast_visitor_id,
        requests: asked.by(email),
      };
    },
    ...{ personOf: asked.personOf, beginBatch: asked.begin, endBatch: () => asked.begin([]) },
    ...{ requests: asked.requests, errors },
    operatorHeaders: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/json',
    },
  };
}

/** Counts the requests by person: Get visitor by its ID, the map and the list in equal parts for those of the batch. */
function openAccount({ people }: Play) {
  const emailOf = new Map(people.map(({ email, visitorId = '' }) => [visitorId, email]));
  const emails = new Set(people.map(({ email }) => email));
  const byEmail = new Map<string, number>();
  const requests = { visitor: 0, map: 0, list: 0 };
  let batch: readonly string[] = [];
  const add = (to: readonly string[], much: number) => {
    for (const email of to) byEmail.set(email, (byEmail.get(email) ?? 0) + much / to.length);
  };
  return {
    requests,
    by: (email: string) => byEmail.get(email) ?? 0,
    begin(those: readonly string[]) {
      batch = those;
    },
    personOf(body: unknown) {
      const { email, visitorId } = Object(body);
      if (typeof email === 'string' && emails.has(email)) return email;
      return typeof visitorId === 'string' ? emailOf.get(visitorId) : undefined;
    },
    count(pathname: string) {
      if (!pathname.startsWith(VISITORS)) requests.map += 1;
      else if (pathname === VISITORS) requests.list += 1;
      else {
        requests.visitor += 1;
        const email = emailOf.get(pathname.slice(VISITORS.length + 1));
        return add(email === undefined ? batch : [email], 1);
      }
      add(batch, 1);
    },
  };
}
