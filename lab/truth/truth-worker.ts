// The Worker that lab/truth/run.ts runs: it plays hours of signups to the deployed code, on real KV and D1, with both
// stand-ins inside and a clock that jumps.
import './virtual-time.ts';
import { Bundle } from '../../src/delivery/bundle.ts';
import whence from '../../src/worker.ts';
import { onClock } from '../chaos/worker-cache.ts';
import { createLine, type Line, type Waiting } from './line.ts';
import type { Contact, Play, Played } from './play.ts';
import { clock } from './virtual-time.ts';
import { openWorld, type World } from './world.ts';

const CRON_EVERY_MS = 5 * 60_000;
/** Longer than in wrangler.toml, so that people meet in a batch. */
const BATCH_TIMEOUT_MS = 2_000;

const worker: ExportedHandler<Env> = whence;

interface Stage {
  play: Play;
  env: Env;
  context: ExecutionContext;
  line: Line;
  world: World;
  /** Arrivals that are still to come, the next one first. */
  coming: Play['arrivals'][number][];
  /** How each person's contact was before their first refresh or replay, by email. */
  atOnce: Map<string, Contact>;
  /** Whose signup it is, by its ID: a bundle holds only IDs. */
  emails: Map<string, string>;
  isReplaying: boolean;
  refused: string[];
}

async function run(play: Play, bindings: Env, context: ExecutionContext): Promise<Played> {
  clock.jumpTo(play.startMs);
  const line = createLine(clock.now, { timeoutMs: BATCH_TIMEOUT_MS });
  const stage: Stage = {
    ...{ play, context, line, world: await openWorld(play) },
    env: envOf(bindings, line),
    coming: play.arrivals.toSorted((one, other) => one.atMs - other.atMs),
    ...{ atOnce: new Map(), emails: new Map(), isReplaying: false, refused: [] },
  };
  clock.goOnWith((untilMs) => arrive(stage, untilMs));
  await goOn(stage, play.signedUpMs);
  if (play.run.afterwards === 'replay') await replayAll(stage);
  await goOn(stage, play.endMs);
  const { world, atOnce, refused } = stage;
  return {
    people: play.people.map(({ email }) => {
      const after = world.contact(email);
      return { atOnce: atOnce.get(email) ?? after, after };
    }),
    ...{ requests: world.requests, errors: world.errors, refused },
  };
}

/** Arrivals, cron and batches, each at its time. */
async function goOn(stage: Stage, untilMs: number): Promise<void> {
  const { line, play, env, context } = stage;
  let cronAtMs = clock.now() + CRON_EVERY_MS;
  const withCron = play.run.afterwards === 'refresh' || stage.isReplaying;
  for (;;) {
    const batchAtMs = line.nextBatchAt() ?? Number.POSITIVE_INFINITY;
    const arrivalAtMs = stage.coming[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(batchAtMs, arrivalAtMs, cronAtMs);
    if (nextMs > untilMs) break;
    clock.jumpTo(nextMs);
    if (nextMs === arrivalAtMs) await arrive(stage, nextMs);
    else if (nextMs === batchAtMs) await deliver(stage, line.takeBatch());
    else {
      cronAtMs += CRON_EVERY_MS;
      const controller = { scheduledTime: clock.now(), cron: '*/5 * * * *', noRetry() {} };
      if (withCron) await worker.scheduled?.(controller, env, context);
    }
  }
  clock.jumpTo(untilMs);
}

/** Everything that reaches the Worker until then, also while one of its batches waits. */
async function arrive(stage: Stage, untilMs: number): Promise<void> {
  const { coming } = stage;
  for (let next = coming[0]; next && next.atMs <= untilMs; next = coming[0]) {
    coming.shift();
    clock.jumpTo(next.atMs);
    const { path, headers, body } = next;
    const response = await post(stage, path, headers, body);
    if (!response.ok) stage.refused.push(`${path}: ${response.status} ${await response.text()}`);
  }
}

async function post(
  { env, context }: Stage,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Response> {
  const url = `https://whence.example${path}`;
  const request = new Request<unknown, IncomingRequestCfProperties>(url, {
    ...{ method: 'POST', headers, body },
  });
  return whence.fetch(request, env, context);
}

async function deliver(stage: Stage, batch: readonly Waiting[]): Promise<void> {
  const { world, line, env, context, atOnce } = stage;
  const people = batch.flatMap(({ body }) => peopleIn(stage, body));
  for (const { email, isRefresh } of people) {
    const isAgain = stage.isReplaying || isRefresh;
    if (!isAgain || atOnce.has(email)) continue;
    const contact = world.contact(email);
    if (contact.exists) atOnce.set(email, contact);
  }
  const answers = new Map<Waiting, number | 'acknowledged'>();
  const messages = batch.map((message) => ({
    ...{ id: message.id, body: message.body, attempts: message.attempts },
    timestamp: new Date(message.sentAtMs),
    ack: () => void answers.set(message, 'acknowledged'),
    retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) =>
      void answers.set(message, delaySeconds),
  }));
  world.beginBatch(people.map(({ email }) => email));
  await worker.queue?.(
    {
      ...{ queue: 'whence-signups', messages, metadata: { metrics: metricsOf(line) } },
      ackAll: () => {},
      retryAll: () => {},
    },
    env,
    context,
  );
  world.endBatch();
  for (const message of batch) {
    const answer = answers.get(message) ?? 'acknowledged';
    if (answer !== 'acknowledged') line.putBack(message, answer);
  }
}

const metricsOf = (line: Line) => ({
  ...{ backlogCount: line.length(), backlogBytes: 0, oldestMessageTimestamp: new Date() },
});

/** Those whom a message is about. */
function peopleIn({ world, emails }: Stage, body: unknown) {
  const bundle = Bundle.safeParse(body).data;
  if (bundle) {
    const of = (ids: readonly string[], isRefresh: boolean) =>
      ids.flatMap((id) => emails.get(id) ?? []).map((email) => ({ email, isRefresh }));
    return [...of(bundle.due, false), ...of(bundle.refresh, true)];
  }
  const email = world.personOf(body);
  if (email === undefined) return [];
  emails.set(String(Object(body).id), email);
  return [{ email, isRefresh: false }];
}

/** As `npm run replay -- --status delivered` does: page by page. */
async function replayAll(stage: Stage): Promise<void> {
  stage.isReplaying = true;
  let cursor: unknown;
  do {
    const body = JSON.stringify({ status: 'delivered', ...(cursor ? { cursor } : {}) });
    const response = await post(stage, '/api/replay', stage.world.operatorHeaders, body);
    if (!response.ok) throw new Error(await response.text());
    cursor = (await response.json<{ nextCursor: unknown }>()).nextCursor;
    await goOn(stage, clock.now() + REPLAY_PAUSE_MS);
  } while (cursor);
}

/** A page has a hundred signups, and DataFast answers for 60 visitors a minute. */
const REPLAY_PAUSE_MS = 2 * 60_000;

/** The queue in virtual time, and KV on the same clock. */
function envOf(env: Env, line: Line): Env {
  const SIGNUPS: Queue = {
    send: async (body, { delaySeconds = 0 } = {}) => {
      line.send(body, delaySeconds);
      return { metadata: { metrics: metricsOf(line) } };
    },
    sendBatch: async (messages) => {
      for (const { body, delaySeconds } of messages) line.send(structuredClone(body), delaySeconds);
      return { metadata: { metrics: metricsOf(line) } };
    },
    metrics: async () => metricsOf(line),
  };
  return { ...env, SIGNUPS, VISITORS: onClock(env.VISITORS, clock.now) };
}

export default {
  async fetch(request, env, context) {
    return Response.json(await run(await request.json<Play>(), env, context));
  },
} satisfies ExportedHandler<Env>;
