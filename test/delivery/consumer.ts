// The queue's consumer in a test: one batch at a time, on real KV and D1, with a clock that only the test moves.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { type ConsumeDependencies, consumeSignups } from '../../src/delivery/consume.ts';
import type { Later } from '../../src/delivery/enqueue.ts';
import { meterRequests } from '../../src/delivery/request-meter.ts';
import type { Destination } from '../../src/destinations/destination.ts';
import type { NamesByDestination } from '../../src/destinations/field-names.ts';
import { newDestinationMemory, openDestinations } from '../../src/destinations/index.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import type { Signup } from '../../src/model.ts';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { newReferrerMemory } from '../../src/visitors/referrer-memory.ts';
import { findReferrers } from '../../src/visitors/referrers.ts';
import { searchVisitors } from '../../src/visitors/visitors.ts';
import { createWorld, type World } from '../world.ts';

export type Consume = (dependencies: ConsumeDependencies, batch: MessageBatch) => Promise<void>;

export interface Consumer {
  /** The time. */
  nowMs: number;
  world: World;
  logged: string[];
  /** What was put on the queue again. */
  later: Later[];
  /** Requests beyond those of an invocation, which the runtime would refuse. */
  refusedRequests: number;
  /** `allowed`: requests an invocation may make; without it, any number. */
  dependencies(
    allowed?: number,
    names?: NamesByDestination,
    more?: MoreDestinations,
  ): ConsumeDependencies;
  /** Delivers message bodies as one batch. */
  run(
    bodies: readonly unknown[],
    consume?: Consume,
    overrides?: Partial<ConsumeDependencies>,
    attempts?: number,
  ): Promise<Passed>;
  signup(facts?: Partial<Signup>): Signup;
}

/** Other destinations than those of the registry, with their settings, and what answers. */
export interface MoreDestinations {
  declared: readonly Destination[];
  settings: Readonly<Record<string, string>>;
  fetch: typeof fetch;
}

type Passed = Awaited<ReturnType<typeof getQueueResult>> & {
  /** Of the messages that come back. */
  delays: (number | undefined)[];
};

/** As the API shows it at the time of the newest consumer. */
export const row = (id: string) => readSignup(env.LEDGER, id, clock.nowMs);

let count = 0;
let clock = { nowMs: 0 };

/** A new consumer, in a new isolate: nothing is known yet of any service's limits. */
export async function openConsumer(startMs: number): Promise<Consumer> {
  const state = newDatafastState();
  const referrers = newReferrerMemory();
  const memory = newDestinationMemory();
  const ledgerWatch = newLedgerWatch();
  clock = { nowMs: startMs };
  const world = await createWorld(() => clock.nowMs);
  const consumer: Consumer = {
    nowMs: startMs,
    world,
    logged: [],
    later: [],

    refusedRequests: 0,

    dependencies(allowed = Number.POSITIVE_INFINITY, names = new Map(), more = undefined) {
      const now = () => consumer.nowMs;
      let made = 0;
      const send: typeof fetch = (...request) => {
        made += 1;
        if (made > allowed) consumer.refusedRequests += 1;
        return (more?.fetch ?? consumer.world.fetch)(...request);
      };
      const io = { ...meterRequests(send, allowed), now };
      const datafast = {
        apiKey: env.DATAFAST_API_KEY,
        websiteId: undefined,
        url: 'https://datafa.st',
        cache: env.VISITORS,
        state,
        ...io,
      };
      const values = new Map([
        ['HUBSPOT_TOKEN', env.HUBSPOT_TOKEN],
        ['HUBSPOT_URL', 'https://api.hubapi.com'],
        ['HUBSPOT_API_VERSION', '2026-03'],
        ...Object.entries(more?.settings ?? {}),
      ]);
      return {
        requestsLeft: io.requestsLeft,
        statementsLeft: () => Number.POSITIVE_INFINITY,
        searchVisitors: (wanted) => searchVisitors(datafast, wanted),
        within: (_, work) => work,
        findReferrers: (query) =>
          findReferrers({ ...datafast, lookup: 'auto', memory: referrers }, query),
        attribute,
        journey,
        destinations: openDestinations(values, names, { ...io, memory }, more?.declared),
        ledger: env.LEDGER,
        ledgerWatch,
        forgetVisitor: async () => undefined,
        now,
        random: () => 0.5,
        enqueueLater: async (later) => {
          consumer.later.push(...later);
        },
        log: (level, event, fields = {}) => {
          consumer.logged.push(JSON.stringify({ level, event, ...fields }));
        },
      };
    },

    async run(bodies, consume = consumeSignups, overrides = {}, attempts = 1) {
      const messages = bodies.map((body, index) => ({
        id: String(index),
        timestamp: new Date(consumer.nowMs),
        attempts,
        body,
      }));
      const batch = createMessageBatch('whence-signups', messages);
      const retries = batch.messages.map((message) => vi.spyOn(message, 'retry'));
      await consume({ ...consumer.dependencies(), ...overrides }, batch);
      const delays = retries.flatMap(({ mock }) =>
        mock.calls.map(([options]) => options?.delaySeconds),
      );
      return { ...(await getQueueResult(batch, createExecutionContext())), delays };
    },

    signup(facts = {}) {
      count += 1;
      const at = new Date(consumer.nowMs).toISOString();
      return {
        version: 1,
        id: `signup:msg_${count}`,
        source: 'signup',
        email: `delivery${count}@example.com`,
        occurredAt: at,
        receivedAt: at,
        test: false,
        ...facts,
      };
    },
  };
  clock = consumer;
  return consumer;
}
