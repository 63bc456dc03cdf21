// How long a signup takes from its webhook to the CRM: alone, in a burst, and among others that have to wait. The real
// Worker in workerd, both stand-ins over HTTP, and the queue of the stand-ins, in real time.
import { resolve } from 'node:path';
import { samples } from '../../samples/index.ts';
import { visitor as visitorRecord } from '../../stand-ins/datafast/visitor.ts';
import { openStage, type Stage } from '../chaos/stage.ts';
import { type Figure, type Measured, summarize } from './figures.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What services take for an answer. */
const DATAFAST_MS = 150;
const HUBSPOT_MS = 300;
/** Seconds that the queue waits for a batch to fill. wrangler.toml has one of them. */
const BATCH_TIMEOUTS = [0, 1, 2];
const LONE_SIGNUPS = 7;
const BURST = { signups: 100, seconds: 10 };
const SLOW_LOOKUP_MS = 7_500;

export async function measureWaiting(): Promise<Measured> {
  const figures: Figure[] = [];
  for (const seconds of BATCH_TIMEOUTS) figures.push(...(await arriving(seconds)));
  figures.push(await amongSlow(), await amongMadeUp());
  return {
    figures,
    notes: [
      `DataFast answers after ${DATAFAST_MS} ms and HubSpot after ${HUBSPOT_MS} ms. A busy machine adds to every figure.`,
    ],
  };
}

async function onStage<Result>(
  batchTimeoutSeconds: number | undefined,
  run: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const stage = await openStage({
    ...{ root: ROOT, seed: 1, speed: 1, datafast: {}, hubspot: {}, queueFaults: 0 },
    ...{ datafastRequestsPerMinute: 60, maxRetries: 100, poisonous: new Set(), log: () => {} },
    batchTimeoutSeconds,
  });
  try {
    answerAfter(stage.datafast, DATAFAST_MS);
    answerAfter(stage.hubspot, HUBSPOT_MS);
    // The first invocation of an isolate costs more than the others.
    await secondsToCrm(stage, 'first@example.com');
    stage.hubspot.forgetRequests();
    return await run(stage);
  } finally {
    await stage.close();
  }
}

function answerAfter(service: Pick<Stage['datafast'], 'failWith'>, ms: number): void {
  service.failWith(async () => {
    await pause(ms);
    return undefined;
  });
}

async function arriving(timeout: number): Promise<Figure[]> {
  return onStage(timeout, async (stage) => {
    const alone: number[] = [];
    for (let nth = 0; nth < LONE_SIGNUPS; nth += 1) {
      alone.push(await secondsToCrm(stage, `alone${nth}@example.com`, newVisitor(stage)));
    }
    // A new minute of DataFast.
    await pause(61_000 - LONE_SIGNUPS * 1_000);
    stage.hubspot.forgetRequests();
    const burst = await Promise.all(
      Array.from({ length: BURST.signups }, async (_, nth) => {
        await pause((nth / BURST.signups) * BURST.seconds * 1_000);
        // Half of them have a visitor: the minute of DataFast allows no more.
        const visitorId = nth % 2 === 0 ? newVisitor(stage) : undefined;
        return secondsToCrm(stage, `burst${nth}@example.com`, visitorId);
      }),
    );
    const name = `batch timeout ${timeout} s`;
    const target = { atMost: 2 };
    return [
      {
        id: `lone${timeout}Seconds`,
        name: `${name}: a lone signup`,
        unit: 's',
        ...summarize(alone),
        target,
      },
      {
        id: `burst${timeout}Seconds`,
        name: `${name}: a signup of a burst`,
        unit: 's',
        ...summarize(burst),
      },
      {
        id: `burst${timeout}HubspotRequests`,
        name: `${name}: HubSpot requests for each signup of a burst`,
        value: stage.hubspot.requests.length / BURST.signups,
        unit: '',
      },
    ];
  });
}

async function amongSlow(): Promise<Figure> {
  const value = await onStage(undefined, async (stage) => {
    answerAfter(stage.datafast, SLOW_LOOKUP_MS);
    const slow = Array.from({ length: 24 }, (_, nth) =>
      post(stage, `slow${nth}@example.com`, newVisitor(stage)),
    );
    await Promise.all(slow);
    return secondsToCrm(stage, 'needs.none@example.com');
  });
  const name = 'a signup without a visitor among 24 lookups of 7.5 s';
  return { id: 'amongSlowSeconds', name, value, unit: 's', target: { atMost: 3 } };
}

async function amongMadeUp(): Promise<Figure> {
  const value = await onStage(undefined, async (stage) => {
    for (let nth = 0; nth < 200; nth += 20) {
      const made = Array.from({ length: 20 }, (_, more) =>
        post(stage, `made.up${nth + more}@example.com`, crypto.randomUUID()),
      );
      await Promise.all(made);
    }
    return secondsToCrm(stage, 'needs.none@example.com');
  });
  const name = 'a signup without a visitor behind 200 made-up visitor IDs';
  return { id: 'behindMadeUpSeconds', name, value, unit: 's', target: { atMost: 5 } };
}

function newVisitor({ datafast }: Stage): string {
  const record = visitorRecord({ params: { utm_source: 'google' } });
  datafast.visitors.set(record.visitorId, record);
  return record.visitorId;
}

async function post({ cloud, secrets }: Stage, email: string, visitorId?: string): Promise<void> {
  const sample = samples.get('signup');
  const secret = secrets.get('signup');
  if (!sample || !secret) throw new Error('There is no sample of the app’s own source.');
  const eventId = `evt_${crypto.randomUUID()}`;
  const payload = sample.payload({
    eventId,
    email,
    occurredAt: new Date(),
    ...(visitorId && { visitorId }),
  });
  const { headers, body } = await sample.sign(payload, { secret, eventId, at: new Date() });
  const url = new URL('/webhooks/signup', cloud.url);
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`The webhook was answered ${response.status}.`);
  await response.body?.cancel();
}

/** From the webhook to the contact. */
async function secondsToCrm(stage: Stage, email: string, visitorId?: string): Promise<number> {
  const startedAt = performance.now();
  await post(stage, email, visitorId);
  while (!stage.hubspot.contact(email)) {
    if (performance.now() - startedAt > 120_000) return Number.POSITIVE_INFINITY;
    await pause(20);
  }
  return (performance.now() - startedAt) / 1_000;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
