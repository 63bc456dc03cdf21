// The world of lab/bench/drain-worker.ts: a clock that jumps, both stand-ins on it, and the Worker's dependencies as
// worker.ts opens them.
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import type { ConsumeDependencies } from '../../src/delivery/consume.ts';
import { meterRequests } from '../../src/delivery/request-meter.ts';
import { newDestinationMemory, openDestinations } from '../../src/destinations/index.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import { findReferrers } from '../../src/visitors/referrers.ts';
import { searchVisitors } from '../../src/visitors/visitors.ts';
import { createDatafast, type DatafastStandIn } from '../../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../../stand-ins/provision.ts';

export interface Scenario {
  signups: number;
  rateLimitHeaders: boolean;
  /** Requests of another program with the same key, evenly spread. */
  othersPerMinute: number;
}

export const REQUESTS_PER_MINUTE = 60;

const KEY = 'df_drain';
const TOKEN = 'pat-drain';
/** The time of an answer. Six requests to DataFast are open at once, so each costs a sixth. */
const DATAFAST_MS = 150 / 6;
const HUBSPOT_MS = 300;
/** The Free plan's. */
const REQUESTS_PER_INVOCATION = 50;

export interface DrainWorld {
  startMs: number;
  now(): number;
  /** Moves the clock. */
  pass(ms: number): Promise<void>;
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  /** What DataFast answered to the other program. */
  others: { answered: number; refused: number };
  /** The dependencies of one invocation. */
  openDelivery(enqueueLater: ConsumeDependencies['enqueueLater']): ConsumeDependencies;
}

export async function openWorld(env: Env, scenario: Scenario): Promise<DrainWorld> {
  const startMs = Date.now();
  const clock = createClock(startMs);
  const { now, pass } = clock;
  const { rateLimitHeaders, othersPerMinute } = scenario;
  const datafast = createDatafast({
    apiKey: KEY,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    rateLimitHeaders,
    now,
  });
  const hubspot = createHubspot({ token: TOKEN, now });
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const isDatafast = new URL(request.url).hostname === 'datafa.st';
    await pass(isDatafast ? DATAFAST_MS : HUBSPOT_MS);
    return isDatafast ? datafast.app.fetch(request) : hubspot.app.fetch(request);
  };
  await provision(hubspotSettings(TOKEN), { fetch: reach, now });
  hubspot.forgetRequests();

  const others = { answered: 0, refused: 0 };
  if (othersPerMinute > 0) {
    clock.every(60_000 / othersPerMinute, async () => {
      others[(await askAsOther(datafast)) === 429 ? 'refused' : 'answered'] += 1;
    });
  }
  const openDelivery = deliveryOpener(env, { reach, now });
  return { startMs, now, pass, datafast, hubspot, others, openDelivery };
}

function deliveryOpener(
  env: Env,
  { reach, now }: Pick<DrainWorld, 'now'> & { reach: typeof fetch },
): DrainWorld['openDelivery'] {
  const state = newDatafastState();
  const referrers = newReferrerMemory();
  const memory = newDestinationMemory();
  return (enqueueLater) => {
    const io = { ...meterRequests(reach, REQUESTS_PER_INVOCATION), now };
    const datafast = {
      apiKey: KEY,
      websiteId: undefined,
      url: 'https://datafa.st',
      cache: env.VISITORS,
      state,
      ...io,
    };
    return {
      ledger: env.LEDGER,
      ledgerWatch: newLedgerWatch(),
      searchVisitors: (queries) => searchVisitors(datafast, queries),
      within: (_, work) => work,
      findReferrers: (query) =>
        findReferrers({ ...datafast, lookup: 'auto', memory: referrers }, query),
      attribute,
      journey,
      destinations: openDestinations(hubspotSettings(TOKEN), new Map(), { ...io, memory }),
      requestsLeft: io.requestsLeft,
      statementsLeft: () => Number.POSITIVE_INFINITY,
      enqueueLater,
      forgetVisitor: async () => undefined,
      random: Math.random,
      log: () => {},
      now,
    };
  };
}

async function askAsOther({ app }: DatafastStandIn): Promise<number> {
  const url = `https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`;
  const { status } = await app.request(url, { headers: { authorization: `Bearer ${KEY}` } });
  return status;
}

function createClock(startMs: number) {
  let nowMs = startMs;
  let other: { everyMs: number; nextMs: number; work(): Promise<void> } | undefined;
  return {
    now: () => nowMs,
    /** Does the work again and again while time passes. */
    every(everyMs: number, work: () => Promise<void>) {
      other = { everyMs, nextMs: nowMs, work };
    },
    async pass(ms: number) {
      const untilMs = nowMs + ms;
      while (other && other.nextMs <= untilMs) {
        nowMs = Math.max(nowMs, other.nextMs);
        other.nextMs += other.everyMs;
        await other.work();
      }
      nowMs = untilMs;
    },
  };
}
