// `npm run chaos`: thousands of signups go through the real Worker while services fail, the ledger cannot be used, HubSpot
// hangs and the Worker is killed. What the queue gave up on is replayed, and an hour passes for the refreshes. Then every
// signup is checked. Everything runs on this machine and ends by itself.
import { resolve } from 'node:path';
import ora from 'ora';
import * as z from 'zod';
import type { Forecast, Weather } from '../../stand-ins/weather.ts';
import { audit, type Check, LEDGER_ROWS } from './audit.ts';
import { budgetsOf } from './budgets.ts';
import { readFlags } from './flags.ts';
import { keepResult } from './keep-result.ts';
import type { LogLine } from './killable-workerd.ts';
import { patiently } from './patiently.ts';
import { createPopulation } from './population.ts';
import { sendAll } from './provider.ts';
import { type Result, show } from './result.ts';
import { openStage, type Stage } from './stage.ts';
import { makeRefreshesDue, makeTrouble } from './troubles.ts';

const flags = readFlags();
const startedAt = performance.now();
const wallSeconds = () => (performance.now() - startedAt) / 1_000;
const progress = ora({ discardStdin: false, isSilent: flags.json });

/** The faults, by their share of all failures. A slow answer fails only when it takes longer than the Worker waits. */
function weatherOf(failures: number): Omit<Weather, 'seed'> {
  const rates = {
    ...{ reset: 0.2 * failures, lost: 0.1 * failures, half: 0.1 * failures, html: 0.1 * failures },
    ...{ broken_json: 0.1 * failures, '429': 0.1 * failures, '500': 0.1 * failures },
    ...{ '502': 0.05 * failures, '503': 0.1 * failures, '504': 0.05 * failures, slow: 0.005 },
  };
  return { rates, slowMs: 20_000 };
}

const Invocation = z.object({
  event: z.literal('invocation'),
  requests: z.number(),
  mostOpen: z.number(),
});
const errors: string[] = [];
const invocations = { mostRequests: 0, mostOpen: 0 };
function note({ level, message }: LogLine): void {
  if (message.startsWith('{"event":"invocation"')) {
    const { requests, mostOpen } = Invocation.parse(JSON.parse(message));
    invocations.mostRequests = Math.max(invocations.mostRequests, requests);
    invocations.mostOpen = Math.max(invocations.mostOpen, mostOpen);
  } else if (level === 'error') errors.push(message);
}

/** Kills workerd alternately between HubSpot's write and its answer, and in the middle of a batch's lookups. */
async function killDuring(
  { cloud, killAt }: Stage,
  signups: number,
  accepted: () => number,
): Promise<void> {
  for (let kill = 1; kill <= flags.kills; kill += 1) {
    const when = (signups * kill) / (flags.kills + 1);
    while (accepted() < when && !over.signal.aborted) await pause(50);
    if (kill % 2 === 1) killAt('done', '/batch/upsert');
    else killAt('asked', String(kill % 10));
    const before = cloud.kills();
    while (cloud.kills() <= before && !over.signal.aborted) await pause(50);
  }
}

/** Runs the cron every five minutes of the stage's clock. */
async function runCron({ cloud, clock }: Stage): Promise<void> {
  while (!over.signal.aborted) {
    await clock.sleep(5 * 60_000);
    if (!over.signal.aborted) await cloud.tick().catch(() => undefined);
  }
}

/** Ends when the queue is empty and no signup waits. A signup that waits then has two more runs of the cron. */
async function waitUntilIdle({ cloud, clock }: Stage, text: () => string): Promise<void> {
  let idleSince: number | undefined;
  while (!over.signal.aborted) {
    progress.text = text();
    const isIdle = cloud.signups.backlog() + cloud.deadLetters.backlog() === 0;
    if (!isIdle) idleSince = undefined;
    else {
      idleSince ??= clock.now();
      const [waiting] = await cloud
        .query(
          "SELECT count(*) AS n FROM signups WHERE status = 'waiting' AND id NOT IN (SELECT signup_id FROM waits)",
        )
        .catch(() => [{ n: -1 }]);
      if (waiting?.n === 0 || clock.now() - idleSince > 2 * 5 * 60_000) return;
    }
    await pause(200);
  }
}

const REPLAY_ORDERS = 10;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const over = new AbortController();
const limit = setTimeout(() => over.abort(), flags.limitSeconds * 1_000);
const aborted = new Promise<void>((done) => over.signal.addEventListener('abort', () => done()));

// Everything that has started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

progress.start(`Building the Worker and starting it (seed ${flags.seed})`);
const poisonous = new Set<string>();
const stage = await openStage({
  root: resolve(import.meta.dirname, '../..'),
  seed: flags.seed,
  speed: flags.speed,
  datafast: weatherOf(flags.datafastFailures),
  hubspot: weatherOf(flags.hubspotFailures),
  datafastRequestsPerMinute: flags.datafastRequestsPerMinute,
  queueFaults: flags.queueFailures,
  maxRetries: flags.maxRetries,
  poisonous,
  log: note,
});

const { cloud, clock, datafast, hubspot } = stage;
const population = createPopulation({ ...flags, now: clock.now() });
for (const { kills, visitor } of population) if (kills && visitor) poisonous.add(visitor.visitorId);
const sending = sendAll(population, {
  ...{ url: cloud.url, clock, secrets: stage.secrets, datafast, seed: flags.seed },
  // A little faster than DataFast's limit allows lookups, so that signups always wait.
  durationMs: (0.8 * population.length * 60_000) / flags.datafastRequestsPerMinute,
  signal: over.signal,
});
const state = () =>
  `${sending.accepted.size} of ${population.length} accepted, ${cloud.signups.backlog()} on the queue, ${hubspot.contacts().length} contacts, ${cloud.kills()} kills`;
void runCron(stage);
const ticker = setInterval(() => {
  progress.text = state();
}, 500);
const everythingSent = Promise.all([
  sending.done,
  killDuring(stage, population.length, () => sending.accepted.size),
  flags.troubles
    ? makeTrouble(stage, () => sending.accepted.size / population.length, over.signal)
    : 0,
]);
await Promise.race([everythingSent, aborted]);
clearInterval(ticker);
await waitUntilIdle(stage, state);
const replayed = await replayUntilNoneFails();
const refreshesDue = await makeRefreshesDue(stage);
const lookupsBefore = datafast.requests.length;
await clock.sleep(10_000);
await patiently(() => cloud.tick());
await waitUntilIdle(stage, state);
const refreshLookups = datafast.requests.length - lookupsBefore;
const isCutShort = over.signal.aborted;
clearTimeout(limit);
over.abort();
if (isCutShort) progress.fail(`Not finished within ${flags.limitSeconds} s: ${state()}`);
else progress.succeed(`Finished after ${wallSeconds().toFixed(0)} s: ${state()}`);

const result: Result = {
  ...{ seed: flags.seed, isCutShort, wallSeconds: wallSeconds() },
  counts: {
    signups: population.length,
    'answered 200': sending.answered200,
    'sent again after no answer or a refusal': sending.refused,
    'kills of workerd': cloud.kills(),
    'batches, of which failed': `${cloud.signups.stats.batches}, ${cloud.signups.stats.failedBatches}`,
    'messages retried': cloud.signups.stats.retried,
    'messages delivered again': cloud.signups.stats.redelivered,
    'most attempts of a message': cloud.signups.stats.mostAttempts,
    'dead letters': cloud.signups.stats.deadLetters,
    'signups replayed': replayed,
    'kills by a visitor': stage.deaths(),
    'refreshes due, and requests that they made': `${refreshesDue}, ${refreshLookups}`,
    'DataFast requests, of which failed': `${datafast.requests.length}, ${failures(datafast.weather)}`,
    'HubSpot requests, of which failed': `${hubspot.requests.length}, ${failures(hubspot.weather)}`,
    contacts: hubspot.contacts().length,
  },
  checks: [
    ...audit(
      sending.accepted,
      {
        count: sending.answered200 + sending.surprises.length,
        surprises: sending.surprises,
      },
      await patiently(() => cloud.query(LEDGER_ROWS)),
      hubspot,
    ),
    reached(),
  ],
  budgets: budgetsOf({
    datafast: datafast.requests,
    hubspot: hubspot.requests,
    datafastRequestsPerMinute: flags.datafastRequestsPerMinute,
    mostRequestsPerInvocation: invocations.mostRequests,
    mostRequestsAtOnce: invocations.mostOpen,
  }),
  errors,
};
await stage.close();
const isGood = show(result, flags.json);
if (flags.write) keepResult(result, flags);
process.exit(isGood ? 0 : 1);

/**
 * As an operator does. One order may not be enough: with the few attempts of a run, the looks at an unknown visitor, a kill
 * and a failure can use up those of a message, and of those that are tried alone each batch takes one.
 */
async function replayUntilNoneFails(): Promise<number> {
  let total = 0;
  for (let order = 1; order <= REPLAY_ORDERS; order += 1) {
    const count = await stage.replayFailed();
    if (count === 0) return total;
    total += count;
    await waitUntilIdle(stage, state);
  }
  return total;
}

/** A run proves nothing about what did not happen in it. */
function reached(): Check {
  const wanted = {
    'no message became a dead letter': flags.troubles && cloud.signups.stats.deadLetters === 0,
    'nothing was replayed': flags.troubles && replayed === 0,
    'no refresh asked for a visitor': refreshLookups === 0,
    'no visitor killed the Worker': poisonous.size > 0 && stage.deaths() === 0,
  };
  return {
    what: 'the run reached dead letters, a replay, refreshes and its poisonous visitors',
    checked: Object.keys(wanted).length,
    differences: Object.entries(wanted).flatMap(([what, isMissing]) => (isMissing ? [what] : [])),
  };
}

function failures({ hits }: Pick<Forecast, 'hits'>): number {
  return [...hits].reduce((sum, [fault, count]) => (fault === 'slow' ? sum : sum + count), 0);
}
