// Cloudflare, as far as `npm run chaos` needs it: the built Worker in workerd, its KV and D1 on disk, and the queue in this
// process, so that a killed workerd loses what a crashed Worker loses, and nothing else.
import { join } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { Response } from 'miniflare';
import { unstable_readConfig } from 'wrangler';
import * as z from 'zod';
import type { Clock, ClockSettings } from '../../stand-ins/clock.ts';
import {
  type BatchResult,
  createQueue,
  type Queue,
  type QueueMessage,
} from '../../stand-ins/queue.ts';
import { bundle } from './bundle.ts';
import { type LogLine, openRuntime, type Runtime } from './killable-workerd.ts';
import type { Batch } from './platform-worker.ts';

export interface CloudOptions {
  root: string;
  /** Everything is kept here. The caller removes it. */
  folder: string;
  clock: Clock & ClockSettings;
  vars: Readonly<Record<string, string>>;
  /** How often, from 0 to 1, the queue refuses a message, accepts it without an answer, or delivers it again. */
  queueFaults: number;
  /** Attempts after which the queue gives up. Fewer than in wrangler.toml, so that a run reaches its dead letters. */
  maxRetries: number;
  /** Absent: as in wrangler.toml. */
  batchTimeoutSeconds: number | undefined;
  chance(): number;
  log(line: LogLine): void;
}

export interface Cloud extends Pick<Runtime, 'url' | 'query' | 'kill' | 'kills' | 'close'> {
  signups: Queue;
  deadLetters: Queue;
  /** Runs the Worker's cron. */
  tick(): Promise<void>;
}

const SIGNUPS = 'whence-signups';
const DEAD_LETTERS = 'whence-dead-letters';

export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { root, folder, clock, vars, chance, queueFaults, log } = options;
  const config = Wrangler.parse(unstable_readConfig({ config: join(root, 'wrangler.toml') }));
  const [whence, platform, migrations] = await Promise.all([
    bundle(root, 'lab/chaos/hosted-worker', folder),
    bundle(root, 'lab/chaos/platform-worker', folder),
    readD1Migrations(join(root, 'migrations')),
  ]);
  const runtime = await openRuntime({
    storage: join(folder, 'storage'),
    compatibilityDate: config.compatibility_date,
    scripts: { whence, platform },
    vars: { ...vars, CLOCK_ORIGIN_MS: clock.originMs, CLOCK_SPEED: clock.speed },
    migrations,
    receive: (request) => receive(request, signups, () => chance() < queueFaults),
    log,
  });

  const deadLetters = createQueue(consumerOf(config, DEAD_LETTERS), {
    clock,
    consume: (messages) => consume(runtime, DEAD_LETTERS, messages),
    giveUp: () => undefined,
    losesAck: () => false,
  });
  const written = consumerOf(config, SIGNUPS);
  const { maxRetries, batchTimeoutSeconds = written.maxBatchTimeoutSeconds } = options;
  const ofSignups = { ...written, maxRetries, maxBatchTimeoutSeconds: batchTimeoutSeconds };
  const signups = createQueue(ofSignups, {
    clock,
    consume: (messages) => consume(runtime, SIGNUPS, messages),
    giveUp: ({ body }) => deadLetters.send(body),
    losesAck: () => chance() < queueFaults,
  });
  return {
    ...runtime,
    signups,
    deadLetters,
    async tick() {
      await runtime.up();
      const response = await fetch(new URL('/platform/scheduled', runtime.url));
      await response.body?.cancel();
    },
    async close() {
      signups.close();
      deadLetters.close();
      await runtime.close();
    },
  };
}

/** What is read from wrangler.toml, so that the stage is the same as a deployment. */
const Wrangler = z.object({
  compatibility_date: z.string(),
  queues: z.object({
    consumers: z.array(
      z.object({
        queue: z.string(),
        max_batch_size: z.number(),
        max_batch_timeout: z.number(),
        max_retries: z.number(),
        retry_delay: z.number().optional(),
      }),
    ),
  }),
});

function consumerOf({ queues }: z.infer<typeof Wrangler>, name: string) {
  const consumer = queues.consumers.find(({ queue }) => queue === name);
  if (!consumer) throw new Error(`wrangler.toml has no consumer of ${name}.`);
  return {
    name,
    maxBatchSize: consumer.max_batch_size,
    maxBatchTimeoutSeconds: consumer.max_batch_timeout,
    maxRetries: consumer.max_retries,
    retryDelaySeconds: consumer.retry_delay ?? 0,
  };
}

const Sent = z.array(z.object({ body: z.unknown(), delaySeconds: z.number().optional() }));

/** The requests of the producer: messages to enqueue, and the question how many there are. */
async function receive(
  request: { method: string; json(): Promise<unknown> },
  signups: Queue,
  fails: () => boolean,
): Promise<Response> {
  if (request.method === 'POST') {
    const isRefused = fails();
    const isUnanswered = fails();
    if (isRefused) return new Response('refused', { status: 503 });
    for (const { body, delaySeconds } of Sent.parse(await request.json())) {
      signups.send(body, delaySeconds);
    }
    if (isUnanswered) return new Response('accepted without an answer', { status: 503 });
  }
  return Response.json({ backlogCount: signups.backlog() });
}

const BatchAnswer = z.object({
  outcome: z.string(),
  ackAll: z.boolean(),
  retryBatch: z.object({ retry: z.boolean(), delaySeconds: z.number().optional() }),
  explicitAcks: z.array(z.string()),
  retryMessages: z.array(z.object({ msgId: z.string(), delaySeconds: z.number().optional() })),
});

async function consume(
  { up, url }: Runtime,
  queue: string,
  messages: readonly QueueMessage[],
): Promise<BatchResult> {
  await up();
  const body = JSON.stringify({ queue, messages } satisfies Batch);
  const response = await fetch(new URL('/platform/queue', url), { method: 'POST', body });
  if (!response.ok) throw new Error(`The consumer was answered ${response.status}.`);
  return BatchAnswer.parse(await response.json());
}
