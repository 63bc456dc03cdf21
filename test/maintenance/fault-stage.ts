// A Worker in virtual time, for faults that are planted in it: providers post, the queue delivers, cron runs every five
// minutes. The Worker, KV and D1 are real. The queue keeps its delays in virtual time.
import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import * as z from 'zod';
import { samples } from '../../samples/index.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld, SECRETS, somebody, type World } from '../world.ts';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-11-26T09:02:00.000Z');
const CRON_MINUTES = 5;
const RECEIVER = 'https://ops.example.com';

const Told = z.object({
  type: z.string(),
  data: z.object({ check: z.string(), title: z.string(), what: z.string() }),
});
export type Told = z.output<typeof Told>;

/** A webhook of a provider. What is not said is as always. */
export interface Posted {
  source?: string;
  person?: Partial<SampleSignup>;
  secret?: string;
  /** What the payload becomes. */
  change?: (payload: string) => string;
  /** What the provider's clock says. */
  at?: Date;
}

export interface Stage {
  world: World;
  /** What the receiver of alerts has accepted. */
  told: Told[];
  receiver: { status: number };
  /** Whether the platform runs cron, and delivers what is on the queue. */
  platform: { runsCron: boolean; delivers: boolean };
  /** Settings and bindings; `undefined` takes one away. As after a deploy. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  post(posted?: Posted): Promise<number>;
  /** A signup of somebody with a visitor whom DataFast knows. */
  signUp(source?: string): Promise<number>;
  ask(path: string): Promise<Response>;
  /** Time passes, and the platform does its work. */
  pass(minutes: number): Promise<void>;
  /** Time passes without cron, until the platform has delivered what is on the queue. */
  skip(minutes: number): Promise<void>;
}

interface Held {
  readyAtMs: number;
  message: { id: string; timestamp: Date; attempts: number; body: unknown };
}

/** Its own clock is `Date`, which the test has to make a fake one. */
export async function openStage(): Promise<Stage> {
  vi.setSystemTime(START);
  // What is drawn by lot is the same in every run.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const world = await createWorld();
  const told: Told[] = [];
  const receiver = { status: 204 };
  const platform = { runsCron: true, delivers: true };
  const held: Held[] = [];
  let mine: Env = withSettings(env, {
    ALERT_URL: `${RECEIVER}/alerts`,
    ALERT_SECRET: `whsec_${'A'.repeat(44)}`,
    SIGNUPS: producer(held),
  });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(RECEIVER)) return world.fetch(request);
    if (receiver.status < 300) told.push(Told.parse(await request.json()));
    return new Response(null, { status: receiver.status });
  });

  async function answer(request: Request): Promise<Response> {
    const context = createExecutionContext();
    const incoming = new Request<unknown, IncomingRequestCfProperties>(request);
    const response = await worker.fetch(incoming, mine, context);
    await waitOnExecutionContext(context);
    return response;
  }
  async function minute(): Promise<void> {
    vi.setSystemTime(Date.now() + MINUTE_MS);
    if (platform.delivers) await deliver(held, mine);
    const isCron = (Date.now() / MINUTE_MS) % CRON_MINUTES === 0;
    if (isCron && platform.runsCron) await worker.scheduled(createScheduledController(), mine);
  }
  const stage: Stage = {
    world,
    told,
    receiver,
    platform,
    async set(settings) {
      mine = withSettings(mine, settings);
    },
    async post(posted = {}) {
      const response = await answer(await webhookOf(posted));
      if (platform.delivers) await deliver(held, mine);
      return response.status;
    },
    signUp: (source) =>
      stage.post({ ...(source && { source }), person: { visitorId: world.visitor() } }),
    ask: (path) =>
      answer(
        new Request(`https://whence.example${path}`, {
          headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` },
        }),
      ),
    async skip(minutes) {
      vi.setSystemTime(Date.now() + minutes * MINUTE_MS);
      await deliver(held, mine);
    },
    async pass(minutes) {
      for (let passed = 0; passed < minutes; passed += 1) await minute();
    },
  };
  return stage;
}

/** Settings and bindings are read once for each `env`: another object is another deploy. */
function withSettings(before: Env, settings: Readonly<Record<string, unknown>>): Env {
  const after = { ...before, ...settings };
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) Reflect.deleteProperty(after, key);
  }
  return after;
}

async function webhookOf({ source = 'stripe', person, secret, change, at = new Date() }: Posted) {
  const sample = samples.get(source);
  if (!sample) throw new Error(`no sample of ${source}`);
  const signup = somebody(person);
  const payload = sample.payload(signup);
  const signed = await sample.sign(change?.(payload) ?? payload, {
    secret: secret ?? SECRETS[source] ?? '',
    eventId: signup.eventId,
    at,
  });
  return new Request(`https://whence.example/webhooks/${source}`, { method: 'POST', ...signed });
}

/** The producer's side of the queue. */
function producer(held: Held[]) {
  const metrics = async () => ({ backlogCount: held.length, backlogBytes: 0 });
  const hold = (body: unknown, delaySeconds = 0) =>
    held.push({
      readyAtMs: Date.now() + delaySeconds * 1_000,
      // Across the border of a queue goes JSON.
      message: {
        id: crypto.randomUUID(),
        timestamp: new Date(),
        attempts: 1,
        body: JSON.parse(JSON.stringify(body)),
      },
    });
  return {
    metrics,
    async send(body: unknown, options: QueueSendOptions = {}) {
      hold(body, options.delaySeconds);
      return { metadata: { metrics: await metrics() } };
    },
    async sendBatch(messages: Iterable<MessageSendRequest>) {
      for (const { body, delaySeconds } of messages) hold(body, delaySeconds);
      return { metadata: { metrics: await metrics() } };
    },
  };
}

/** The consumer's side: everything that is ready, as one batch. */
async function deliver(held: Held[], mine: Env): Promise<void> {
  const ready = held.filter(({ readyAtMs }) => readyAtMs <= Date.now()).slice(0, 40);
  if (ready.length === 0) return;
  for (const one of ready) held.splice(held.indexOf(one), 1);
  const batch = createMessageBatch(
    'whence-signups',
    ready.map(({ message }) => message),
  );
  await worker.queue(batch, mine);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  for (const { message } of ready) {
    if (explicitAcks.includes(message.id)) continue;
    const retry = retryMessages.find(({ msgId }) => msgId === message.id);
    held.push({
      readyAtMs: Date.now() + (retry?.delaySeconds ?? 0) * 1_000,
      message: { ...message, attempts: message.attempts + 1 },
    });
  }
}
