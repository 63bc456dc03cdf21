// Whether the Worker leaks memory: webhooks go in, batches come out, and a garbage collection shows what is left.
import { randomUUID } from 'node:crypto';
import { build } from './built-worker.ts';
import type { Measured } from './figures.ts';
import { openLoad } from './load.ts';
import { addVisitor, openStandIns, until } from './stand-ins.ts';
import { prepareWebhooks, SOURCES, settings } from './webhooks.ts';
import { runWorkers, texts } from './workerd.ts';

/** One to warm up, and two halves of four. */
const WAVES = 9;
const MEBIBYTE = 1024 * 1024;

/** So many webhooks in each of several waves. */
export async function measureMemory(webhooks: number): Promise<Measured> {
  const standIns = await openStandIns(settings);
  const name = 'whence-signups';
  const worker = await runWorkers(
    [
      {
        name: 'whence',
        script: build().script,
        env: {
          ...texts({ ...settings, ...standIns.settings }),
          SIGNUPS: { type: 'queue', name },
          VISITORS: { type: 'kv' },
          LEDGER: { type: 'd1' },
        },
        triggers: [{ type: 'queue', name, maxBatchSize: 40, maxBatchTimeout: 1 }],
      },
    ],
    { migrate: 'whence', withInspector: true },
  );
  const load = openLoad(worker.url, 4);
  const heaps: number[] = [];
  const residents: number[] = [];
  try {
    for (let wave = 0; wave < WAVES; wave += 1) {
      const visitorIds = Array.from({ length: webhooks }, () => randomUUID());
      for (const visitorId of visitorIds) addVisitor(standIns, visitorId);
      const source = SOURCES[wave % SOURCES.length] ?? '';
      await load.send(await prepareWebhooks(source, visitorIds));
      const arrived = webhooks * (wave + 1);
      await until(() => standIns.hubspot.contacts().length >= arrived, 'The contacts');
      heaps.push(await worker.heapBytes());
      residents.push(worker.residentBytes());
    }
  } finally {
    await load.close();
    await worker.stop();
    standIns.close();
  }
  const growth = (values: readonly number[]) => growthOf(values, webhooks);
  return {
    figures: [
      {
        ...{ id: 'heapMiB', name: 'heap after the last wave', unit: 'MiB' },
        value: (heaps.at(-1) ?? 0) / MEBIBYTE,
      },
      {
        id: 'heapGrowthMiB',
        name: 'heap growth per 10,000 signups',
        unit: 'MiB',
        value: growth(heaps),
        target: { atMost: 1 },
      },
      { name: 'the whole of workerd', unit: 'MiB', value: (residents.at(-1) ?? 0) / MEBIBYTE },
      { name: 'growth of workerd per 10,000 signups', unit: 'MiB', value: growth(residents) },
    ],
    notes: [
      `${WAVES} waves of ${webhooks} signups from webhook to contact. Growth is from the smallest of the waves two to five to the smallest of the last four.`,
      'The whole of workerd contains the simulators of KV, D1 and the queue, which keep everything that is written.',
    ],
  };
}

/**
 * MiB per 10,000 signups, from the first half to the second. Of each half the smallest counts: what a batch under way and newly
 * compiled code add comes and goes, several MiB at a time, and only a leak stays.
 */
function growthOf([, ...measured]: readonly number[], webhooks: number): number {
  const half = measured.length / 2;
  const grown = Math.min(...measured.slice(half)) - Math.min(...measured.slice(0, half));
  return (grown / MEBIBYTE / (half * webhooks)) * 10_000;
}
