// Cloudflare, as far as `npm run chaos` needs it: the built Worker in workerd, its KV and D1 on disk, and the queue
// in this process, so that a workerd that is killed loses what a crashed Worker loses, and nothing else.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type D1Migration, readD1Migrations } from '@cloudflare/vitest-plugin';
import { Miniflare, type MiniflareOptions, Response } from 'miniflare';
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
import type { Batch } from './platform-worker.ts';

export interface CloudOptions {
  root: string;
  /** Where everything is kept; removed by the caller. */
  folder: string;
  clock: Clock & ClockSettings;
  vars: Readonly<Record<string, string>>;
  /** How often, from 0 to 1, the queue refuses a message, takes it without saying so, or delivers it once more. */
  queueFaults: number;
  chance(): number;
  log(line: LogLine): void;
}

export interface LogLine {
  level: string;
  message: string;
}

export interface Cloud {
  url: URL;
  signups: Queue;
  deadLetters: Queue;
  /** Rows of the ledger. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Runs the Worker's cron, if it has one. */
  tick(): Promise<void>;
  /** Kills workerd where it stands; it is started again on the same storage. */
  kill(): void;
  kills(): number;
  close(): Promise<void>;
}

/** On the wall; a start takes about a second, and longer on a busy machine. */
const RESTART_PATIENCE_MS = 60_000;

const SIGNUPS = 'whence-signups';
const DEAD_LETTERS = 'whence-dead-letters';

export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { root, folder, clock, chance, queueFaults } = options;
  const config = Wrangler.parse(unstable_readConfig({ config: join(root, 'wrangler.toml') }));
  const [hosted, platform, migrations] = await Promise.all([
    bundle(root, 'lab/chaos/hosted-worker', folder),
    bundle(root, 'lab/chaos/platform-worker', folder),
    readD1Migrations(join(root, 'migrations')),
  ]);

  /** Resolves when workerd runs; a new promise each time it is killed. */
  let running = Promise.withResolvers<void>();
  let kills = 0;
  /** Known before they are needed: looking for them takes longer than the Worker waits for an answer. */
  let pids: number[] = [];
  const modules = (contents: string) => ({
    mainModule: 'main.js',
    modules: { 'main.js': { type: 'esm' as const, contents } },
  });
  const text = (value: string | number) => ({ type: 'text' as const, value: String(value) });
  const miniflareOptions: MiniflareOptions = {
    resourcePersistencePath: join(folder, 'storage'),
    handleStructuredLogs: options.log,
    unsafeHandleRuntimeRestart: started,
    workers: [
      {
        config: {
          name: 'platform',
          compatibilityDate: config.compatibility_date,
          compatibilityFlags: ['service_binding_extra_handlers'],
          manifest: modules(platform),
          env: {
            WHENCE: { type: 'worker', worker: 'whence' },
            QUEUE: { type: 'fetcher', handler: receive },
          },
        },
      },
      {
        config: {
          name: 'whence',
          compatibilityDate: config.compatibility_date,
          manifest: modules(hosted),
          env: {
            ...Object.fromEntries(Object.entries(options.vars).map(([k, v]) => [k, text(v)])),
            CLOCK_ORIGIN_MS: text(clock.originMs),
            CLOCK_SPEED: text(clock.speed),
            VISITORS: { type: 'kv' },
            LEDGER: { type: 'd1' },
            SIGNUPS: { type: 'worker', worker: 'platform', exportName: 'Producer' },
          },
        },
      },
    ],
  };
  const miniflare = new Miniflare(miniflareOptions);
  const url = await miniflare.ready;
  started();
  const up = () =>
    Promise.race([
      running.promise,
      new Promise<never>((_, reject) => {
        const late = () => reject(new Error('workerd did not come back after it was killed.'));
        setTimeout(late, RESTART_PATIENCE_MS).unref();
      }),
    ]);
  // Whatever ends this process, workerd ends with it.
  const killWorkerd = () => {
    for (const pid of workerdPids()) process.kill(pid, 'SIGKILL');
  };
  process.once('exit', killWorkerd);

  const consumerOf = (name: string) => {
    const consumer = config.queues.consumers.find(({ queue }) => queue === name);
    if (!consumer) throw new Error(`wrangler.toml has no consumer of ${name}.`);
    return {
      name,
      maxBatchSize: consumer.max_batch_size,
      maxBatchTimeoutSeconds: consumer.max_batch_timeout,
      maxRetries: consumer.max_retries,
    };
  };
  const deadLetters = createQueue(consumerOf(DEAD_LETTERS), {
    clock,
    consume: (messages) => consume(DEAD_LETTERS, messages),
    giveUp: () => undefined,
    losesAck: () => false,
  });
  const signups = createQueue(consumerOf(SIGNUPS), {
    clock,
    consume: (messages) => consume(SIGNUPS, messages),
    giveUp: ({ body }) => deadLetters.send(body),
    losesAck: () => chance() < queueFaults,
  });

  await migrate(miniflare, migrations);

  function started(): void {
    pids = workerdPids();
    running.resolve();
  }

  /** The producer's requests. */
  async function receive(request: { method: string; json(): Promise<unknown> }) {
    if (request.method === 'POST') {
      const isRefused = chance() < queueFaults;
      const isUnsaid = chance() < queueFaults;
      if (isRefused) return new Response('refused', { status: 503 });
      for (const { body, delaySeconds } of Sent.parse(await request.json())) {
        signups.send(body, delaySeconds);
      }
      if (isUnsaid) return new Response('taken, but who knows', { status: 503 });
    }
    return Response.json({ backlogCount: signups.backlog() });
  }

  async function consume(queue: string, messages: readonly QueueMessage[]): Promise<BatchResult> {
    await up();
    const body = JSON.stringify({ queue, messages } satisfies Batch);
    const response = await fetch(new URL('/platform/queue', url), { method: 'POST', body });
    if (!response.ok) throw new Error(`The consumer was answered ${response.status}.`);
    return BatchAnswer.parse(await response.json());
  }

  return {
    url,
    signups,
    deadLetters,
    async query(sql) {
      await up();
      // A handle from before a restart is good for nothing.
      const database = await miniflare.getD1Database('LEDGER', 'whence');
      const { results } = await database.prepare(sql).all();
      return results;
    },
    async tick() {
      await up();
      const response = await fetch(new URL('/platform/scheduled', url));
      await response.body?.cancel();
    },
    kill() {
      running = Promise.withResolvers();
      kills += 1;
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    },
    kills: () => kills,
    async close() {
      signups.close();
      deadLetters.close();
      process.off('exit', killWorkerd);
      await miniflare.dispose();
      killWorkerd();
    },
  };
}

/** Those this process has started. */
function workerdPids(): number[] {
  const found = spawnSync('pgrep', ['-x', '-P', String(process.pid), 'workerd'], {
    encoding: 'utf8',
  });
  return found.stdout.split('\n').filter(Boolean).map(Number);
}

/** What is read of wrangler.toml, so that the stage is set up as the Worker is deployed. */
const Wrangler = z.object({
  compatibility_date: z.string(),
  queues: z.object({
    consumers: z.array(
      z.object({
        queue: z.string(),
        max_batch_size: z.number(),
        max_batch_timeout: z.number(),
        max_retries: z.number(),
      }),
    ),
  }),
});

const Sent = z.array(z.object({ body: z.unknown(), delaySeconds: z.number().optional() }));

const BatchAnswer = z.object({
  outcome: z.string(),
  ackAll: z.boolean(),
  retryBatch: z.object({ retry: z.boolean(), delaySeconds: z.number().optional() }),
  explicitAcks: z.array(z.string()),
  retryMessages: z.array(z.object({ msgId: z.string(), delaySeconds: z.number().optional() })),
});

async function migrate(miniflare: Miniflare, migrations: readonly D1Migration[]): Promise<void> {
  const database = await miniflare.getD1Database('LEDGER', 'whence');
  await database.batch(
    migrations.flatMap(({ queries }) => queries.map((query) => database.prepare(query))),
  );
}
