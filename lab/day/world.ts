// The world around the Worker of `npm run bench -- plan`: both stand-ins on the clock that jumps, and the signups of the
// days before, which are refreshed on this day.

import { recordEntries } from '../../src/ledger/record.ts';
import { writeRefreshPosition } from '../../src/ledger/refreshes.ts';
import { DAY_MS, HOUR_MS } from '../../src/time.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { createDatafast, type DatafastStandIn } from '../../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../../stand-ins/provision.ts';
import { entry, iso, type Pace, seed } from '../bench/ledger-rows.ts';
import { clock } from '../truth/virtual-time.ts';
import type { Day } from './play.ts';

export interface World {
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
}

/** The time of an answer. Six requests to DataFast are open at once, so each costs a sixth. */
const DATAFAST_MS = 150 / 6;
const HUBSPOT_MS = 300;

/** `count`: called for each request to a service. */
export async function openWorld(
  { keys, outage, sightings }: Day,
  count: () => void,
): Promise<World> {
  const coming = sightings.toSorted((one, other) => one.fromMs - other.fromMs);
  const { now } = clock;
  const datafast = createDatafast({ apiKey: keys.DATAFAST_API_KEY, now });
  const hubspot = createHubspot({ token: keys.HUBSPOT_TOKEN, now });
  datafast.failWith((request) => {
    if (now() >= outage.fromMs && now() < outage.untilMs) return { status: 503 };
    for (let next = coming[0]; next && next.fromMs <= now(); next = coming[0]) {
      datafast.visitors.set(next.visitor.visitorId, next.visitor);
      coming.shift();
    }
    move(datafast, new URL(request.url).pathname.split('/').at(-1) ?? '');
    return undefined;
  });
  const reach = async (...given: Parameters<typeof fetch>): Promise<Response> => {
    const request = new Request(...given);
    const isDatafast = new URL(request.url).hostname === 'datafa.st';
    clock.jumpTo(now() + (isDatafast ? DATAFAST_MS : HUBSPOT_MS));
    count();
    return (isDatafast ? datafast : hubspot).app.fetch(request);
  };
  await provision(hubspotSettings(keys.HUBSPOT_TOKEN), { fetch: reach, now });
  globalThis.fetch = reach;
  return { datafast, hubspot };
}

/** A prediction moves every hour, so that every refresh has something to write. */
function move({ visitors }: DatafastStandIn, visitorId: string): void {
  const known = visitors.get(visitorId);
  if (known === undefined || known === 'bot' || !known.prediction) return;
  const score = Math.floor(clock.now() / HOUR_MS) % 100;
  visitors.set(visitorId, { ...known, prediction: { ...known.prediction, score } });
}

/** Rows of one statement. D1 ends a statement that takes longer than 30 s. */
const SEED_ROWS = 5_000;

/** Fills the ledger with the days before, and makes those who are refreshed on this day known to both services. */
export async function addEarlierDays(
  ledger: D1Database,
  { datafast, hubspot }: World,
  { fromMs, perDay, ledgerRows = 0 }: Day,
): Promise<void> {
  const secondsApart = DAY_MS / 1000 / perDay;
  await recordEntries(ledger, [entry(0)], iso(fromMs - 365 * DAY_MS));
  const add = async (from: number, to: number, pace: Pace) => {
    for (let start = from; start < to; start += SEED_ROWS) {
      await seed(ledger, start, Math.min(to, start + SEED_ROWS), pace);
    }
  };
  /** Of the day that many days ago, the number of the first signup. */
  const firstOf = new Map<number, number>();
  if (ledgerRows > 0) {
    await add(1, ledgerRows, { startMs: fromMs - ledgerRows * secondsApart * 1000, secondsApart });
    for (const days of REFRESHED_DAYS) firstOf.set(days, ledgerRows - days * perDay);
  } else {
    for (const [index, days] of REFRESHED_DAYS.entries()) {
      const first = 1 + index * perDay;
      const startMs = fromMs - days * DAY_MS - first * secondsApart * 1000;
      await add(first, first + perDay, { startMs, secondsApart });
      firstOf.set(days, first);
    }
  }
  // As many as come without a visitor have nothing to refresh.
  await ledger
    .prepare(`UPDATE signups SET refresh_from = NULL WHERE substr(id, -1) IN ('0', '1', '2')`)
    .run();
  await writeRefreshPosition(ledger, { at: iso(fromMs), id: '', takenAt: iso(fromMs) });
  for (const [days, first] of firstOf) {
    for (let number = first; number < first + perDay; number += 1) {
      addPerson({ datafast, hubspot }, number, fromMs - days * DAY_MS);
    }
  }
}

/** A day and a week after a signup come its later refreshes. */
const REFRESHED_DAYS = [1, 7];

function addPerson({ datafast, hubspot }: World, number: number, atMs: number): void {
  const { signup } = entry(number);
  const { email = '', visitorId = '' } = signup;
  const params = { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'autumn-launch-2026' };
  datafast.visitors.set(visitorId, visitor({ visitorId, params, firstVisitAt: iso(atMs) }));
  hubspot.addContact({
    email,
    datafast_visitor_id: visitorId,
    datafast_channel: 'Paid Search',
    datafast_source: 'Google Ads',
  });
}
