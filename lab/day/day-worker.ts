// The Worker that `npm run bench -- plan` runs: it plays a day to the deployed code, on real KV and D1 with meters, with both
// stand-ins inside and a clock that jumps.
import '../truth/virtual-time.ts';
import { isoOf, MINUTE_MS } from '../../src/time.ts';
import whence from '../../src/worker.ts';
import { createLine, type Line, type Waiting } from '../truth/line.ts';
import { clock } from '../truth/virtual-time.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Counted, Day } from './play.ts';
import { addEarlierDays, openWorld, type World } from './world.ts';

const CRON_EVERY_MS = 5 * MINUTE_MS;
const RUNS_BEFORE = 20;
const ORIGIN = 'https://whence.example';

const worker: ExportedHandler<Env> = whence;

interface Stage {
  day: Day;
  env: Env;
  line: Line;
  world: World;
  meter: Meter;
  queue: Counted['queue'];
  coming: Day['arrivals'][number][];
  errors: Record<string, number>;
  refused: number;
  /** Work that goes on after an answer. */
  after: Promise<unknown>[];
  context: ExecutionContext;
}

async function play(day: Day, bindings: Env, given: ExecutionContext): Promise<Counted> {
  clock.jumpTo(day.fromMs);
  const errors = noteErrors();
  const meter = createMeter(bindings);
  const world = await openWorld(day, meter.request);
  await addEarlierDays(bindings.LEDGER, world, day);
  const line = createLine(clock.now, { timeoutMs: 0 });
  const queue = { written: 0, read: 0, deleted: 0 };
  const after: Promise<unknown>[] = [];
  const env = { ...bindings, ...meter.env, SIGNUPS: queueOf(line, queue) };
  const coming = day.arrivals.toSorted((one, other) => one.atMs - other.atMs);
  const context = new Proxy(given, {
    get: (target, key) =>
      key === 'waitUntil' ? (work: Promise<unknown>) => after.push(work) : Reflect.get(target, key),
  });
  const stage: Stage = {
    ...{ day, env, line, world, meter, queue, coming, errors, refused: 0, after, context },
  };
  await goOn(stage);
  return {
    ...{ spent: meter.spent, most: meter.most, queue, errors, refused: stage.refused },
    ...(await endOf(bindings.LEDGER, day)),
    contacts: world.hubspot.contacts().length,
  };
}

/** Arrivals, batches, cron and the dashboard, each at its time. */
async function goOn(stage: Stage): Promise<void> {
  const { day, line, coming } = stage;
  const { fromMs } = day.dashboard ?? { fromMs: Number.POSITIVE_INFINITY };
  const look = day.dashboard && (await openDashboard(stage));
  // The days before have been counted on those days.
  for (let run = 0; run < RUNS_BEFORE; run += 1) await scheduled(stage);
  let cronAtMs = day.fromMs;
  let lookAtMs = fromMs;
  for (;;) {
    const batchAtMs = line.nextBatchAt() ?? Number.POSITIVE_INFINITY;
    const arrivalAtMs = coming[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(batchAtMs, arrivalAtMs, cronAtMs, lookAtMs);
    if (nextMs >= day.untilMs) return;
    clock.jumpTo(nextMs);
    if (nextMs === arrivalAtMs) await arrive(stage);
    else if (nextMs === batchAtMs) await deliver(stage, line.takeBatch());
    else if (nextMs === lookAtMs) {
      lookAtMs = clock.now() + ((await look?.()) ?? 0);
      if (lookAtMs >= (day.dashboard?.untilMs ?? 0)) lookAtMs = Number.POSITIVE_INFINITY;
    } else {
      cronAtMs += CRON_EVERY_MS;
      await stage.meter.invoke('cron', () => scheduled(stage));
    }
  }
}

async function arrive(stage: Stage): Promise<void> {
  const next = stage.coming.shift();
  if (!next) return;
  const { path, headers, body } = next;
  const response = await ask(stage, 'webhook', path, { method: 'POST', headers, body });
  if (!response.ok) stage.refused += 1;
}

async function ask(
  { env, context, meter, after }: Stage,
  kind: 'webhook' | 'page',
  path: string,
  init: RequestInit<IncomingRequestCfProperties>,
): Promise<Response> {
  return meter.invoke(kind, async () => {
    const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}${path}`, init);
    const response = await whence.fetch(request, env, context);
    await Promise.all(after.splice(0));
    return response;
  });
}

async function scheduled({ env, context }: Stage): Promise<void> {
  const controller = { scheduledTime: clock.now(), cron: '*/5 * * * *', noRetry() {} };
  await worker.scheduled?.(controller, env, context);
}

async function deliver(stage: Stage, batch: readonly Waiting[]): Promise<void> {
  const { line, env, context, meter, queue } = stage;
  queue.read += batch.length;
  const answers = new Map<Waiting, number | 'acknowledged'>();
  const messages = batch.map((message) => ({
    ...{ id: message.id, body: message.body, attempts: message.attempts },
    timestamp: new Date(message.sentAtMs),
    ack: () => void answers.set(message, 'acknowledged'),
    retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) =>
      void answers.set(message, delaySeconds),
  }));
  const given = {
    ...{ queue: 'whence-signups', messages, metadata: { metrics: metricsOf(line) } },
    ...{ ackAll: () => {}, retryAll: () => {} },
  };
  await meter.invoke('batch', async () => worker.queue?.(given, env, context));
  for (const message of batch) {
    const answer = answers.get(message) ?? 'acknowledged';
    if (answer === 'acknowledged') queue.deleted += 1;
    else line.putBack(message, answer);
  }
}

/** As the page does: it asks whether there is anything new, and shows it when there is. */
/** Each look says after how many milliseconds the page asks again. */
async function openDashboard(stage: Stage): Promise<() => Promise<number>> {
  const { env, context, day } = stage;
  const login = await whence.fetch(
    new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}/login`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ token: day.keys.ADMIN_TOKEN }),
    }),
    env,
    context,
  );
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  let etag: string | null = null;
  let pauseMs = 0;
  return async () => {
    const headers = {
      accept: 'text/html',
      cookie,
      ...(etag !== null && { 'if-none-match': etag }),
    };
    const response = await ask(stage, 'page', '/', { headers });
    if (response.status !== 200 && response.status !== 304) stage.refused += 1;
    const html = await response.text();
    if (response.status === 200) {
      etag = response.headers.get('etag');
      pauseMs = Number(/data-refresh-seconds="(\d+)"/.exec(html)?.[1]) * 1000;
    }
    return pauseMs;
  };
}

const metricsOf = (line: Line) => ({
  ...{ backlogCount: line.length(), backlogBytes: 0, oldestMessageTimestamp: new Date() },
});

function queueOf(line: Line, queue: Counted['queue']): Queue {
  const send = (body: unknown, delaySeconds = 0) => {
    queue.written += 1;
    line.send(structuredClone(body), delaySeconds);
  };
  return {
    send: async (body, { delaySeconds } = {}) => {
      send(body, delaySeconds);
      return { metadata: { metrics: metricsOf(line) } };
    },
    sendBatch: async (messages) => {
      for (const { body, delaySeconds } of messages) send(body, delaySeconds);
      return { metadata: { metrics: metricsOf(line) } };
    },
    metrics: async () => metricsOf(line),
  };
}

function noteErrors(): Record<string, number> {
  const errors: Record<string, number> = {};
  console.info = () => {};
  console.warn = () => {};
  console.error = (line: unknown) => {
    const event = /"event":"(\w+)"/.exec(String(line))?.[1] ?? String(line);
    errors[event] = (errors[event] ?? 0) + 1;
  };
  return errors;
}

async function endOf(ledger: D1Database, { fromMs }: Day) {
  const count = async (from: string, ...values: string[]) =>
    (await ledger
      .prepare(`SELECT count(*) AS n FROM ${from}`)
      .bind(...values)
      .first<number>('n')) ?? 0;
  return {
    waiting: await count("signups WHERE status = 'waiting'"),
    refreshed: await count(
      "deliveries, json_each(history) WHERE value->>'refresh' AND value->>'at' >= ?1",
      isoOf(fromMs),
    ),
  };
}

export default {
  async fetch(request, env, context) {
    return Response.json(await play(await request.json<Day>(), env, context));
  },
} satisfies ExportedHandler<Env>;
