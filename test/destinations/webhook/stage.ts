// A receiver behind the consumer: HubSpot and the webhook get the same signups.
import { env } from 'cloudflare:workers';
import { newDestinationMemory, openDestinations } from '../../../src/destinations/index.ts';
import { webhook } from '../../../src/destinations/webhook/webhook.ts';
import type { Signup } from '../../../src/model.ts';
import { replaySignup } from '../../../src/operations/replay.ts';
import {
  createReceiver,
  type ReceivedEvent,
  type ReceiverStandIn,
} from '../../../stand-ins/receiver.ts';
import { type Consumer, openConsumer, row } from '../../delivery/consumer.ts';

export const START = Date.parse('2026-11-23T09:00:00.000Z');
export const HOUR_MS = 3600_000;
export const URL_OF_RECEIVER = 'https://receiver.example/whence';
export const SECRET = 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=';
export const OLD_SECRET = 'whsec_b2xkLXdlYmhvb2stdGVzdC1zZWNyZXQtb2YtMzItYiE=';

export interface Stage {
  consumer: Consumer;
  receiver: ReceiverStandIn;
  /** The settings of the webhook. */
  settings: Record<string, string>;
  /** The webhook as a batch opens it. */
  open(allowed?: number): ReturnType<typeof openDestinations>;
  /** Off for the webhook alone. */
  withHubspot: boolean;
  /** `allowed`: requests of the invocation. */
  run(signups: readonly Signup[], allowed?: number): ReturnType<Consumer['run']>;
  refresh(signup: Signup): ReturnType<Consumer['run']>;
  replay(signup: Signup): Promise<void>;
  events(): readonly ReceivedEvent[];
  delivery(
    signup: Signup,
  ): Promise<NonNullable<Awaited<ReturnType<typeof row>>>['deliveries'][number] | undefined>;
}

export async function openStage(): Promise<Stage> {
  const consumer = await openConsumer(START);
  const receiver = createReceiver({ secrets: [SECRET], now: () => consumer.nowMs });
  const memory = newDestinationMemory();
  const stage: Stage = {
    consumer,
    receiver,
    settings: { WEBHOOK_URL: URL_OF_RECEIVER, WEBHOOK_SECRET: SECRET },
    withHubspot: true,
    open(allowed) {
      const { now, requestsLeft } = consumer.dependencies(allowed);
      return openDestinations(
        new Map(Object.entries(stage.settings)),
        new Map(),
        {
          fetch: async (input, init) => receiver.app.fetch(new Request(input, init)),
          now,
          requestsLeft,
          memory,
        },
        [webhook],
      );
    },
    run(signups, allowed) {
      const { destinations, requestsLeft } = consumer.dependencies(allowed);
      return consumer.run(signups, undefined, {
        requestsLeft,
        destinations: [...stage.open(allowed), ...(stage.withHubspot ? destinations : [])],
      });
    },
    refresh: (signup) =>
      stage.run([
        {
          ...signup,
          refresh: { askedAt: new Date(consumer.nowMs).toISOString(), matched: true },
        },
      ]),
    async replay(signup) {
      await replaySignup(
        { ledger: env.LEDGER, enqueueAll: async () => undefined, now: () => consumer.nowMs },
        signup.id,
      );
      await stage.run([signup]);
    },
    events: () => [...receiver.events.values()],
    delivery: async ({ id }) =>
      (await row(id))?.deliveries.find(({ destination }) => destination === 'webhook'),
  };
  return stage;
}
