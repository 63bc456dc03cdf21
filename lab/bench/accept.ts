// What accepting a webhook costs, compared with a bare Worker that only enqueues: it reads the body, puts a message of the
// same size on the same kind of queue, and answers. Both take turns in short rounds, so that a noisy machine is noisy for
// both.
import { randomUUID } from 'node:crypto';
import { build } from './built-worker.ts';
import { type Figure, type Measured, summarize, type Target } from './figures.ts';
import type { ProfiledFunction } from './inspector.ts';
import { type Load, openLoad, type PreparedRequest } from './load.ts';
import { prepareWebhooks, SOURCES, settings } from './webhooks.ts';
import { type Running, runWorkers, texts } from './workerd.ts';

const WARM_UP_TURNS = 15;
const TURNS = 150;
const REQUESTS_PER_ROUND = 60;
const CONNECTIONS = 8;

const BARE = `export default {
  async fetch(request, env) {
    const { id } = await request.json();
    const now = new Date().toISOString();
    await env.SIGNUPS.send({
      version: 1,
      id: 'bare:' + (id ?? crypto.randomUUID()),
      source: 'bare',
      email: 'evt_8f14e45f-ceea-467f-a0e6-3f1d5c9b2a10@example.com',
      name: 'Ada Lovelace',
      userId: 'user_1234567890',
      visitorId: '8f14e45f-ceea-467f-a0e6-3f1d5c9b2a10',
      occurredAt: now,
      receivedAt: now,
      test: false,
    });
    return Response.json({ status: 'accepted', id });
  },
};`;

/** Shows what the local platform costs before the Worker: it reads nothing and keeps nothing. */
const IDLE = `export default { fetch: () => Response.json({ status: 'accepted' }) };`;

interface Round {
  seconds: number;
  cpuMs: number;
}
type Turn = Record<'idle' | 'bare' | 'whence', Round>;

async function open(name: string, script: string, options?: Parameters<typeof runWorkers>[1]) {
  const env = {
    ...texts(settings),
    // No consumer: the measurement ends when the queue has accepted.
    SIGNUPS: { type: 'queue' as const, name: 'whence-signups' },
    VISITORS: { type: 'kv' as const },
    LEDGER: { type: 'd1' as const },
  };
  const worker = await runWorkers([{ name, script, env }], options);
  return { worker, load: openLoad(worker.url, CONNECTIONS) };
}

async function run(
  { worker, load }: { worker: Running; load: Load },
  requests: readonly PreparedRequest[],
): Promise<Round> {
  const before = worker.cpuMs();
  const seconds = await load.send(requests);
  return { seconds, cpuMs: (worker.cpuMs() - before) / requests.length };
}

async function takeTurns(): Promise<Turn[]> {
  const idle = await open('idle', IDLE);
  const bare = await open('bare', BARE);
  const whence = await open('whence', build().script);
  const turns: Turn[] = [];
  try {
    for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn += 1) {
      const visitorIds = Array.from({ length: REQUESTS_PER_ROUND }, () => randomUUID());
      const requests = await prepareWebhooks(SOURCES[turn % SOURCES.length] ?? '', visitorIds);
      // The first one finds the caches cold.
      const first = turn % 2 === 0 ? await run(bare, requests) : undefined;
      const ours = await run(whence, requests);
      const theirs = first ?? (await run(bare, requests));
      const round = { idle: await run(idle, requests), bare: theirs, whence: ours };
      if (turn >= WARM_UP_TURNS) turns.push(round);
    }
  } finally {
    await Promise.all([idle, bare, whence].map(({ load }) => load.close()));
    await Promise.all([idle, bare, whence].map(({ worker }) => worker.stop()));
  }
  return turns;
}

const PROFILED_ROUNDS = 60;

/** The time of accepting by function, in a bundle that keeps the names. */
export async function profileAccepting(): Promise<readonly ProfiledFunction[]> {
  const whence = await open('whence', build(undefined, { minify: false }).script, {
    withInspector: true,
  });
  const rounds: (readonly PreparedRequest[])[] = [];
  for (let round = 0; round < WARM_UP_TURNS + PROFILED_ROUNDS; round += 1) {
    const visitorIds = Array.from({ length: REQUESTS_PER_ROUND }, () => randomUUID());
    rounds.push(await prepareWebhooks(SOURCES[round % SOURCES.length] ?? '', visitorIds));
  }
  const send = async (some: typeof rounds) => {
    for (const requests of some) await whence.load.send(requests);
  };
  try {
    await send(rounds.slice(0, WARM_UP_TURNS));
    return await whence.worker.profile(() => send(rounds.slice(WARM_UP_TURNS)));
  } finally {
    await whence.load.close();
    await whence.worker.stop();
  }
}

export async function measureAccepting(): Promise<Measured> {
  const turns = await takeTurns();
  const over = (read: (turn: Turn) => number) => summarize(turns.map(read));
  const milliseconds = (
    name: string,
    read: (turn: Turn) => number,
    { id, target }: { id?: string; target?: Target } = {},
  ): Figure => ({
    id,
    name,
    unit: 'ms',
    ...over(read),
    target,
  });
  return {
    figures: [
      {
        id: 'throughputShare',
        name: 'throughput, as a share of the bare Worker’s',
        unit: '',
        ...over(({ bare, whence }) => bare.seconds / whence.seconds),
        target: { atLeast: 0.9 },
      },
      {
        name: 'the same by CPU time',
        unit: '',
        ...over(({ bare, whence }) => bare.cpuMs / whence.cpuMs),
      },
      milliseconds(
        'CPU per webhook, without the platform’s own',
        ({ idle, whence }) => whence.cpuMs - idle.cpuMs,
        { id: 'cpuMs', target: { atMost: 1 } },
      ),
      milliseconds('the same for the bare Worker', ({ idle, bare }) => bare.cpuMs - idle.cpuMs),
      milliseconds('what Whence adds to it', ({ bare, whence }) => whence.cpuMs - bare.cpuMs, {
        id: 'addedCpuMs',
      }),
      milliseconds('CPU of the whole of workerd per webhook', ({ whence }) => whence.cpuMs),
      milliseconds('the same for the bare Worker’s workerd', ({ bare }) => bare.cpuMs),
      {
        name: 'webhooks per second',
        unit: '/s',
        ...over(({ whence }) => REQUESTS_PER_ROUND / whence.seconds),
      },
      {
        name: 'webhooks per second of the bare Worker',
        unit: '/s',
        ...over(({ bare }) => REQUESTS_PER_ROUND / bare.seconds),
      },
    ],
    notes: [
      'The local platform’s queue runs in the same process and counts for both. Cloudflare’s does not.',
    ],
  };
}
