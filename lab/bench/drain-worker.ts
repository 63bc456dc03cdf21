// The Worker that lab/bench/drain.ts runs: a burst of signups goes through the queue's door, on real KV and D1,
// with both stand-ins inside and a clock that jumps. Hours pass in it within seconds.
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { type ConsumeDependencies, consumeSignups } from '../../src/delivery/consume.ts';
import { meterRequests } from '../../src/delivery/request-meter.ts';
import { newDestinationMemory, openDestinations } from '../../src/destinations/index.ts';
import type { Signup } from '../../src/model.ts';
import { newRateLimit } from '../../src/visitors/rate-limit.ts';
import { findReferrers } from '../../src/visitors/referrers.ts';
import { findVisitors } from '../../src/visitors/visitors.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { createDatafast } from '../../stand-ins/datafast.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';

export interface Scenario {
  signups: number;
  rateLimitHeaders: boolean;
  /** What another program with the same key asks, evenly spread. */
  othersPerMinute: number;
}

export interface Drained {
  minutes: number;
  /** Of everybody's requests that DataFast may answer in that time, how many it did. */
  shareOfAllowed: number;
  datafastRequests: number;
  refused: number;
  hubspotRequests: number;
  invocations: number;
  longestInvocationMinutes: number;
  mostTries: number;
  mostMessages: number;
  deadLetters: number;
  contacts: number;
}

const KEY = 'df_drain';
const TOKEN = 'pat-drain';
const PER_MINUTE = 60;
const HUBSPOT = { token: TOKEN, url: 'https://api.hubapi.com', apiVersion: '2026-03' };
/** What an answer takes. Six requests to DataFast are on their way at a time, so each costs a sixth. */
const DATAFAST_MS = 150 / 6;
const HUBSPOT_MS = 300;
/** As wrangler.toml has them. */
const BATCH_SIZE = 40;
const BATCH_TIMEOUT_MS = 2_000;
const MAX_RETRIES = 100;
const REQUESTS_PER_INVOCATION = 50;

interface Waiting {
  signup: Signup;
  visibleAtMs: number;
  attempts: number;
}

function createClock(startMs: number) {
  const clock = { nowMs: startMs, others: async (): Promise<void> => {}, othersEveryMs: 0 };
  let othersAtMs = startMs;
  return {
    now: () => clock.nowMs,
    /** The other program asks every so often. */
    every(ms: number, work: () => Promise<void>) {
      Object.assign(clock, { othersEveryMs: ms, others: work });
    },
    async pass(ms: number) {
      const untilMs = clock.nowMs + ms;
      while (clock.othersEveryMs > 0 && othersAtMs <= untilMs) {
        clock.nowMs = Math.max(clock.nowMs, othersAtMs);
        othersAtMs += clock.othersEveryMs;
        await clock.others();
      }
      clock.nowMs = untilMs;
    },
  };
}

/** Both services and the Worker's dependencies as worker.ts opens them, but for the clock and the network. */
async function openWorld(env: Env, scenario: Scenario) {
  const startMs = Date.now();
  const clock = createClock(startMs);
  const { now, pass } = clock;
  const datafast = createDatafast({
    apiKey: KEY,
    requestsPerMinute: PER_MINUTE,
    rateLimitHeaders: scenario.rateLimitHeaders,
    now,
  });
  const hubspot = createHubspot({ token: TOKEN, now });
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const isDatafast = new URL(request.url).hostname === 'datafa.st';
    await pass(isDatafast ? DATAFAST_MS : HUBSPOT_MS);
    return isDatafast ? datafast.app.fetch(request) : hubspot.app.fetch(request);
  };
  const others = { answered: 0, refused: 0 };
  if (scenario.othersPerMinute > 0) {
    clock.every(60_000 / scenario.othersPerMinute, async () => {
      const { status } = await datafast.app.request(
        `https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`,
        { headers: { authorization: `Bearer ${KEY}` } },
      );
      others[status === 429 ? 'refused' : 'answered'] += 1;
    });
  }
  for (const destination of openDestinations({ hubspot: HUBSPOT }, { fetch: reach, now })) {
    const { problems } = await destination.prepare();
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
  }
  hubspot.forgetRequests();

  const rateLimit = newRateLimit();
  const memory = newDestinationMemory();
  const openDelivery = (enqueueLater: ConsumeDependencies['enqueueLater']): ConsumeDependencies => {
    const meter = meterRequests(reach, REQUESTS_PER_INVOCATION);
    const datafastOptions = {
      apiKey: KEY,
      websiteId: undefined,
      url: 'https://datafa.st',
      cache: env.VISITORS,
      fetch: meter.fetch,
      rateLimit,
      now,
    };
    return {
      ledger: env.LEDGER,
      findVisitors: (wanted) => findVisitors(datafastOptions, wanted),
      findReferrers: (wanted) => findReferrers(datafastOptions, wanted),
      attribute,
      journey,
      destinations: openDestinations({ hubspot: HUBSPOT }, { ...meter, now, memory }),
      requestsLeft: meter.requestsLeft,
      enqueueLater,
      forgetVisitor: async () => undefined,
      sleep: (seconds) => pass(seconds * 1000),
      random: Math.random,
      log: () => {},
      now,
    };
  };
  return { startMs, now, pass, datafast, hubspot, others, openDelivery };
}

async function drain(env: Env, scenario: Scenario): Promise<Drained> {
  const { startMs, now, pass, datafast, hubspot, others, openDelivery } = await openWorld(
    env,
    scenario,
  );
  const queue = Array.from({ length: scenario.signups }, (_, index): Waiting => {
    const at = new Date(startMs).toISOString();
    // Half of them came by a tagged link; the other half's referrers are asked for while they are on the site.
    const params = index % 2 === 0 ? { utm_source: 'google', utm_medium: 'cpc' } : {};
    const record = visitor({ params, firstVisitAt: at, referrer: 'https://news.ycombinator.com/' });
    datafast.visitors.set(record.visitorId, record);
    return {
      signup: {
        version: 1,
        id: `signup:msg_${index}`,
        source: 'signup',
        email: `person${index}@example.com`,
        visitorId: record.visitorId,
        occurredAt: at,
        receivedAt: at,
        test: false,
      },
      visibleAtMs: startMs,
      attempts: 0,
    };
  });

  let [invocations, longestMs, mostTries, deadLetters] = [0, 0, 0, 0];
  const messagesOf = new Map<string, number>();
  while (queue.length > 0) {
    let due = queue.filter(({ visibleAtMs }) => visibleAtMs <= now());
    if (due.length < BATCH_SIZE) {
      const nextMs = Math.min(...queue.map(({ visibleAtMs }) => visibleAtMs));
      await pass(Math.max(0, nextMs - now()) + BATCH_TIMEOUT_MS);
      due = queue.filter(({ visibleAtMs }) => visibleAtMs <= now());
    }
    const batch = due.slice(0, BATCH_SIZE);
    for (const item of batch) {
      item.attempts += 1;
      mostTries = Math.max(mostTries, item.attempts);
      messagesOf.set(item.signup.id, (messagesOf.get(item.signup.id) ?? 0) + 1);
    }
    const acknowledged = new Set<Waiting>();
    const startedMs = now();
    await consumeSignups(
      openDelivery(async (later) => {
        for (const { signup, delaySeconds } of later) {
          queue.push({ signup, visibleAtMs: now() + delaySeconds * 1000, attempts: 0 });
        }
      }),
      {
        messages: batch.map((item) => ({
          id: item.signup.id,
          timestamp: new Date(startMs),
          body: item.signup,
          attempts: item.attempts,
          ack: () => acknowledged.add(item),
          retry: ({ delaySeconds = 0 } = {}) => {
            item.visibleAtMs = now() + delaySeconds * 1000;
            if (item.attempts <= MAX_RETRIES) return;
            acknowledged.add(item);
            deadLetters += 1;
          },
        })),
      },
    );
    for (const item of acknowledged) queue.splice(queue.indexOf(item), 1);
    invocations += 1;
    longestMs = Math.max(longestMs, now() - startedMs);
  }

  const elapsedMs = now() - startMs;
  const refused = datafast.requests.filter(({ status }) => status === 429).length;
  // The first window begins with the first request, and the last one counts whole.
  const allowed = PER_MINUTE * (Math.floor(elapsedMs / 60_000) + 1);
  return {
    minutes: elapsedMs / 60_000,
    shareOfAllowed: (datafast.requests.length - refused) / allowed,
    datafastRequests: datafast.requests.length - others.answered - others.refused,
    refused: refused - others.refused,
    hubspotRequests: hubspot.requests.length,
    invocations,
    longestInvocationMinutes: longestMs / 60_000,
    mostTries,
    mostMessages: Math.max(...messagesOf.values()),
    deadLetters,
    contacts: hubspot.contacts().length,
  };
}

export default {
  async fetch(request, env) {
    return Response.json(await drain(env, await request.json<Scenario>()));
  },
} satisfies ExportedHandler<Env>;
