// The Worker that lab/bench/drain.ts runs: it delivers a burst of signups on real KV and D1, with both stand-ins inside and
// a clock that jumps. Hours of it take seconds.
import { idsIn, type QueueMessage } from '../../src/delivery/bundle.ts';
import { consumeSignups } from '../../src/delivery/consume.ts';
import type { Later } from '../../src/delivery/enqueue.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import type { Signup } from '../../src/model.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { type DrainWorld, openWorld, REQUESTS_PER_MINUTE, type Scenario } from './drain-world.ts';

export interface Drained {
  minutes: number;
  /** The requests that DataFast answered, of all that it allows in that time. */
  shareOfAllowed: number;
  datafastRequests: number;
  refused: number;
  hubspotRequests: number;
  invocations: number;
  longestInvocationMinutes: number;
  mostAttempts: number;
  mostMessages: number;
  deadLetters: number;
  contacts: number;
}

/** The settings of wrangler.toml. */
const BATCH_SIZE = 40;
const BATCH_TIMEOUT_MS = 2_000;
const MAX_RETRIES = 100;
const CRON_MS = 5 * 60_000;

interface Waiting {
  message: QueueMessage;
  visibleAtMs: number;
  attempts: number;
}

interface Line {
  waiting: Waiting[];
  /** How many messages each signup has had. */
  messages: Map<string, number>;
  mostAttempts: number;
  deadLetters: number;
}

async function drain(env: Env, scenario: Scenario): Promise<Drained> {
  const world = await openWorld(env, scenario);
  const line: Line = {
    waiting: Array.from({ length: scenario.signups }, (_, index) => newSignup(world, index)),
    messages: new Map(),
    mostAttempts: 0,
    deadLetters: 0,
  };
  let invocations = 0;
  let longestMs = 0;
  let cronMs = world.startMs + CRON_MS;
  while (line.waiting.length > 0 || (await waitsInLedger(env))) {
    if (line.waiting.length === 0) await world.pass(Math.max(0, cronMs - world.now()));
    if (world.now() >= cronMs) {
      cronMs += CRON_MS;
      await runCron(env, world, line);
    }
    if (line.waiting.length === 0) continue;
    const batch = await nextBatch(world, line);
    const startedMs = world.now();
    await deliver(world, line, batch);
    invocations += 1;
    longestMs = Math.max(longestMs, world.now() - startedMs);
  }
  return {
    ...requestsOf(world),
    invocations,
    longestInvocationMinutes: longestMs / 60_000,
    mostAttempts: line.mostAttempts,
    mostMessages: Math.max(...line.messages.values()),
    deadLetters: line.deadLetters,
    contacts: world.hubspot.contacts().length,
  };
}

/** A few that wait long have no message. */
async function waitsInLedger({ LEDGER }: Env): Promise<boolean> {
  const waiting = "SELECT 1 FROM deliveries WHERE status = 'waiting' LIMIT 1";
  return (await LEDGER.prepare(waiting).first()) !== null;
}

async function runCron({ LEDGER }: Env, { now }: DrainWorld, line: Line): Promise<void> {
  await bringBack({
    ledger: LEDGER,
    enqueueLater: async (later) => {
      for (const { message, delaySeconds } of later) {
        line.waiting.push({ message, visibleAtMs: now() + delaySeconds * 1000, attempts: 0 });
      }
    },
    destinationNames: ['hubspot'],
    now,
  });
}

/** Half of them have a tagged link. For the others Whence looks for a referrer while they are on the site. */
function newSignup({ startMs, datafast }: DrainWorld, index: number): Waiting {
  const at = new Date(startMs).toISOString();
  const params = index % 2 === 0 ? { utm_source: 'google', utm_medium: 'cpc' } : {};
  const record = visitor({ params, firstVisitAt: at, referrer: 'https://news.ycombinator.com/' });
  datafast.visitors.set(record.visitorId, record);
  const signup: Signup = {
    version: 1,
    id: `signup:msg_${index}`,
    source: 'signup',
    email: `person${index}@example.com`,
    visitorId: record.visitorId,
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
  return { message: signup, visibleAtMs: startMs, attempts: 0 };
}

/** Waits as the queue does: until the batch is full, or for its timeout. */
async function nextBatch({ now, pass }: DrainWorld, line: Line): Promise<readonly Waiting[]> {
  const ready = () => line.waiting.filter(({ visibleAtMs }) => visibleAtMs <= now());
  if (ready().length < BATCH_SIZE) {
    const nextMs = Math.min(...line.waiting.map(({ visibleAtMs }) => visibleAtMs));
    await pass(Math.max(0, nextMs - now()) + BATCH_TIMEOUT_MS);
  }
  const batch = ready().slice(0, BATCH_SIZE);
  for (const item of batch) {
    item.attempts += 1;
    line.mostAttempts = Math.max(line.mostAttempts, item.attempts);
    for (const id of idsIn(item.message)) {
      line.messages.set(id, (line.messages.get(id) ?? 0) + 1);
    }
  }
  return batch;
}

async function deliver(world: DrainWorld, line: Line, batch: readonly Waiting[]): Promise<void> {
  const { startMs, now, openDelivery } = world;
  const acknowledged = new Set<Waiting>();
  const enqueueLater = async (later: readonly Later[]) => {
    for (const { message, delaySeconds } of later) {
      line.waiting.push({ message, visibleAtMs: now() + delaySeconds * 1000, attempts: 0 });
    }
  };
  const messages = batch.map((item, index) => ({
    id: String(index),
    timestamp: new Date(startMs),
    body: item.message,
    attempts: item.attempts,
    ack: () => acknowledged.add(item),
    retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) => {
      item.visibleAtMs = now() + delaySeconds * 1000;
      if (item.attempts <= MAX_RETRIES) return;
      acknowledged.add(item);
      line.deadLetters += 1;
    },
  }));
  await consumeSignups(openDelivery(enqueueLater), { messages });
  for (const item of acknowledged) line.waiting.splice(line.waiting.indexOf(item), 1);
}

function requestsOf({ startMs, now, datafast, hubspot, others }: DrainWorld) {
  const elapsedMs = now() - startMs;
  const refused = datafast.requests.filter(({ status }) => status === 429).length;
  // The first window begins with the first request, and the last window counts as a whole one.
  const allowed = REQUESTS_PER_MINUTE * (Math.floor(elapsedMs / 60_000) + 1);
  return {
    minutes: elapsedMs / 60_000,
    shareOfAllowed: (datafast.requests.length - refused) / allowed,
    datafastRequests: datafast.requests.length - others.answered - others.refused,
    refused: refused - others.refused,
    hubspotRequests: hubspot.requests.length,
  };
}

export default {
  async fetch(request, env) {
    return Response.json(await drain(env, await request.json<Scenario>()));
  },
} satisfies ExportedHandler<Env>;
