// What accepting a webhook costs, against a bare Worker that only enqueues: it reads the body, puts a message of the
// same size on the same kind of queue, and answers. The two take turns, so that a noisy machine is noisy for both.
import { randomUUID } from 'node:crypto';
import { sources } from '../../src/sources/index.ts';
import { samples } from '../webhooks/index.ts';
import { build } from './built-worker.ts';
import { type Measured, summarize } from './figures.ts';
import { type PreparedRequest, send } from './load.ts';
import { type RunningWorker, runWorker } from './workerd.ts';

const PAIRS = 30;
const REQUESTS_PER_ROUND = 400;
const CONNECTIONS = 16;
/** One of each scheme that apps and payment providers use most. */
const SOURCES = ['stripe', 'clerk', 'signup'];

const BARE = `export default {
  async fetch(request, env) {
    const { id } = await request.json();
    const now = new Date().toISOString();
    await env.SIGNUPS.send({
      version: 1,
      id: 'bare:' + (id ?? crypto.randomUUID()),
      source: 'bare',
      email: 'person@example.com',
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

const secrets = new Map(SOURCES.map((source) => [source, sampleOf(source).newSecret()]));

function sampleOf(source: string) {
  const sample = samples.get(source);
  if (!sample) throw new Error(`There is no sample of ${source}`);
  return sample;
}

/** Webhooks of people who have not been seen before, signed by the provider's SDK. */
function prepare(source: string): Promise<PreparedRequest[]> {
  const { payload, sign } = sampleOf(source);
  return Promise.all(
    Array.from({ length: REQUESTS_PER_ROUND }, async (_, index) => {
      const eventId = `evt_${randomUUID()}`;
      const event = payload({
        eventId,
        email: `person${index}@example.com`,
        name: 'Ada Lovelace',
        visitorId: randomUUID(),
        occurredAt: new Date(),
      });
      const secret = secrets.get(source) ?? '';
      const { headers, body } = await sign(event, { secret, eventId, at: new Date() });
      return {
        path: `/webhooks/${source}`,
        headers: Object.fromEntries(headers),
        body: Buffer.from(body),
      };
    }),
  );
}

async function round(worker: RunningWorker, requests: readonly PreparedRequest[]) {
  const before = worker.cpuMs();
  const seconds = await send(worker.url, requests, CONNECTIONS);
  return { seconds, cpuMs: (worker.cpuMs() - before) / requests.length };
}

export async function measureAccepting(): Promise<Measured> {
  const env = {
    // No consumer: what is measured ends where the queue has accepted.
    SIGNUPS: { type: 'queue' as const, name: 'whence-signups' },
    VISITORS: { type: 'kv' as const },
    LEDGER: { type: 'd1' as const },
    ...Object.fromEntries(
      Object.entries({
        DATAFAST_API_KEY: 'df_bench',
        HUBSPOT_TOKEN: 'pat-bench',
        ADMIN_TOKEN: 'x'.repeat(32),
        ...Object.fromEntries(
          [...secrets].map(([source, secret]) => [sources.get(source)?.secretName, secret]),
        ),
      }).map(([key, value]) => [key, { type: 'text' as const, value }]),
    ),
  };
  const bare = await runWorker({ script: BARE, env });
  const whence = await runWorker({ script: build().script, env });
  const rounds: Record<
    'kept' | 'bareCpu' | 'whenceCpu' | 'cpuKept' | 'bareRate' | 'whenceRate',
    number[]
  > = { kept: [], bareCpu: [], whenceCpu: [], cpuKept: [], bareRate: [], whenceRate: [] };
  try {
    for (const source of SOURCES) {
      const warmUp = await prepare(source);
      for (const worker of [bare, whence, bare, whence]) await round(worker, warmUp);
    }
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const requests = await prepare(SOURCES[pair % SOURCES.length] ?? '');
      const first = pair % 2 === 0 ? await round(bare, requests) : undefined;
      const ours = await round(whence, requests);
      const theirs = first ?? (await round(bare, requests));
      rounds.kept.push(theirs.seconds / ours.seconds);
      rounds.cpuKept.push(theirs.cpuMs / ours.cpuMs);
      rounds.bareCpu.push(theirs.cpuMs);
      rounds.whenceCpu.push(ours.cpuMs);
      rounds.bareRate.push(REQUESTS_PER_ROUND / theirs.seconds);
      rounds.whenceRate.push(REQUESTS_PER_ROUND / ours.seconds);
    }
  } finally {
    await Promise.all([bare.stop(), whence.stop()]);
  }
  const added = rounds.whenceCpu.map((ours, index) => ours - (rounds.bareCpu[index] ?? 0));
  return {
    figures: [
      {
        name: 'throughput of the bare Worker kept',
        unit: '',
        ...summarize(rounds.kept),
        target: { atLeast: 0.9 },
      },
      { name: 'the same by CPU time', unit: '', ...summarize(rounds.cpuKept) },
      {
        name: 'CPU per webhook',
        unit: 'ms',
        ...summarize(rounds.whenceCpu),
        target: { atMost: 1 },
      },
      { name: 'CPU per webhook, bare Worker', unit: 'ms', ...summarize(rounds.bareCpu) },
      { name: 'CPU Whence adds', unit: 'ms', ...summarize(added) },
      { name: 'webhooks per second', unit: '/s', ...summarize(rounds.whenceRate) },
      { name: 'webhooks per second, bare Worker', unit: '/s', ...summarize(rounds.bareRate) },
    ],
    notes: [],
  };
}
