// What the consumer costs for a batch of 40 signups of 40 visitors: its own work when every answer comes at once, and
// everything, compared with a consumer that only makes the same calls. The simulators of KV, D1 and the queue run in the
// same process and cost many times more than the Worker.

import type { Signup } from '../../src/model.ts';
import { openAnswering } from './answering.ts';
import { build } from './built-worker.ts';
import { type Figure, type Measured, summarize } from './figures.ts';
import type { ProfiledFunction } from './inspector.ts';
import { addVisitor, openStandIns, type StandIns, until } from './stand-ins.ts';
import { settings } from './webhooks.ts';
import { type Running, runWorkers, texts } from './workerd.ts';

const BATCH_SIZE = 40;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 12;
const BATCHES_PER_ROUND = 4;

/** Puts the batches on the queue, which only a Worker can do. */
const FEEDER = `export default {
  async fetch(request, env) {
    for (const bodies of await request.json()) {
      await env.SIGNUPS.sendBatch(bodies.map((body) => ({ body })));
    }
    return new Response();
  },
};`;

interface Contender {
  standIns: StandIns;
  worker: Running;
}

async function open(script: string): Promise<Contender> {
  const standIns = await openStandIns(settings);
  const SIGNUPS = { type: 'queue' as const, name: 'whence-signups' };
  const worker = await runWorkers(
    [
      { name: 'feeder', script: FEEDER, env: { SIGNUPS } },
      {
        name: 'consumer',
        script,
        env: {
          ...texts({ ...settings, ...standIns.settings, REQUESTS_PER_INVOCATION: '50' }),
          SIGNUPS,
          VISITORS: { type: 'kv' },
          LEDGER: { type: 'd1' },
        },
        triggers: [
          {
            type: 'queue',
            name: SIGNUPS.name,
            maxBatchSize: BATCH_SIZE,
            maxBatchTimeout: 1,
            maxRetries: 0,
          },
        ],
      },
    ],
    { migrate: 'consumer' },
  );
  return { standIns, worker };
}

/** So many people. All their ids and addresses contain the number of the batch. */
export function signups(standIns: StandIns, batch: number, size = BATCH_SIZE): Signup[] {
  const tag = String(20_000_000 + batch);
  const at = new Date().toISOString();
  return Array.from({ length: size }, (_, index) => {
    const visitorId = `${tag}-0000-4000-8000-${String(index).padStart(12, '0')}`;
    addVisitor(standIns, visitorId);
    return {
      version: 1,
      id: `signup:${tag}-${index}`,
      source: 'signup',
      email: `person${index}@${tag}.example.com`,
      name: 'Ada Lovelace',
      visitorId,
      occurredAt: at,
      receivedAt: at,
      test: false,
    };
  });
}

/** CPU and requests per batch of `count` batches, until the last write. */
async function deliver({ standIns, worker }: Contender, firstBatch: number, count: number) {
  const { datafast, hubspot } = standIns;
  datafast.visitors.clear();
  const body = JSON.stringify(
    Array.from({ length: count }, (_, index) => signups(standIns, firstBatch + index)),
  );
  datafast.forgetRequests();
  hubspot.forgetRequests();
  const before = worker.cpuMs();
  await fetch(worker.url, { method: 'POST', body });
  const upserts = () =>
    hubspot.requests.filter(({ path, status }) => path.endsWith('/upsert') && status > 0);
  await until(() => upserts().length >= count, 'The contacts');
  // The ledger is written after that.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    cpuMs: (worker.cpuMs() - before) / count,
    datafast: datafast.requests.length / count,
    hubspot: hubspot.requests.length / count,
  };
}

/** The Worker's own work per batch. Every answer comes at once, so nothing else is measured. */
async function ownWork(): Promise<number[]> {
  const answering = await openAnswering();
  try {
    return await answering.ownWork((round) => ({
      kind: 'batch',
      signups: signups(answering.standIns, round),
    }));
  } finally {
    await answering.stop();
  }
}

/** The Worker's own work by function, in a bundle that keeps the names. */
export async function profileBatch(): Promise<readonly ProfiledFunction[]> {
  const answering = await openAnswering({ minify: false, withInspector: true });
  const work = (round: number) => ({
    kind: 'batch' as const,
    signups: signups(answering.standIns, round),
  });
  try {
    await answering.ownWork(work, 0);
    return await answering.worker.profile(() => answering.ownWork(work, 2));
  } finally {
    await answering.stop();
  }
}

export async function measureBatch(): Promise<Measured> {
  const own = summarize(await ownWork());
  const whence = await open(build().script);
  const calls = await open(build('lab/bench/replaying-consumer.ts').script);
  try {
    const cold = await deliver(whence, 0, 1);
    await deliver(calls, 0, 1);
    const rounds: Round[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
      const firstBatch = 1 + round * BATCHES_PER_ROUND;
      const ours = await deliver(whence, firstBatch, BATCHES_PER_ROUND);
      const theirs = await deliver(calls, firstBatch, BATCHES_PER_ROUND);
      if (round >= WARM_UP_ROUNDS) rounds.push({ ours, theirs });
    }
    const figures = figuresOf(own, rounds, cold);
    return {
      figures,
      notes: [
        'The calls alone: every request, KV read and write and D1 statement of a batch, with the same bytes.',
        'Cloudflare bills the Worker’s own work and its side of each call, not the services behind the calls.',
      ],
    };
  } finally {
    for (const { standIns, worker } of [whence, calls]) {
      await worker.stop();
      standIns.close();
    }
  }
}

type Delivered = Awaited<ReturnType<typeof deliver>>;
interface Round {
  ours: Delivered;
  theirs: Delivered;
}

function figuresOf(
  own: ReturnType<typeof summarize>,
  rounds: readonly Round[],
  cold: Delivered,
): Figure[] {
  const over = (read: (round: Round) => number) => summarize(rounds.map(read));
  return [
    {
      id: 'cpuMs',
      name: 'CPU of a batch, when every answer comes at once',
      unit: 'ms',
      ...own,
      target: { atMost: 10 },
    },
    {
      name: 'CPU in addition to a consumer that only makes the calls',
      unit: 'ms',
      ...over(({ ours, theirs }) => ours.cpuMs - theirs.cpuMs),
    },
    {
      name: 'CPU of the whole of workerd per batch',
      unit: 'ms',
      ...over(({ ours }) => ours.cpuMs),
    },
    { name: 'the calls alone', unit: 'ms', ...over(({ theirs }) => theirs.cpuMs) },
    {
      name: 'the first batch of an isolate, the whole of workerd',
      unit: 'ms',
      value: cold.cpuMs,
    },
    {
      id: 'datafastRequests',
      name: 'requests to DataFast per batch',
      unit: '',
      ...over(({ ours }) => ours.datafast),
      target: { atMost: BATCH_SIZE + 1 },
    },
    {
      id: 'hubspotRequests',
      name: 'requests to HubSpot per batch',
      unit: '',
      ...over(({ ours }) => ours.hubspot),
      target: { atMost: 2 },
    },
    { name: 'requests to HubSpot, first batch', unit: '', value: cold.hubspot },
  ];
}
