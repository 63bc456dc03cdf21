// The entry points: requests, queues, cron, and calls of other Workers. Wiring only.
import { WorkerEntrypoint } from 'cloudflare:workers';
import { attribute } from './attribution/attribute.ts';
import type { Referrers } from './attribution/converting-touch.ts';
import { journey } from './attribution/journey.ts';
import { attributeOnce } from './delivery/attribute-once.ts';
import { type ConsumeDependencies, consumeSignups } from './delivery/consume.ts';
import { consumeDeadLetters } from './delivery/dead-letters.ts';
import { enqueueAll, enqueueLater } from './delivery/enqueue.ts';
import { meterInvocation, type RequestMeter } from './delivery/request-meter.ts';
import {
  destinations,
  newDestinationMemory,
  openDestinations,
  openForDelivery,
} from './destinations/index.ts';
import { newWebhookCounter } from './health/count-webhooks.ts';
import { newLook } from './health/look.ts';
import { rememberCoverage } from './health/read-coverage.ts';
import { readSettings, type Settings } from './health/read-settings.ts';
import { rememberUnfinished } from './health/read-unfinished.ts';
import type { Log } from './log.ts';
import { type MaintenanceDependencies, maintain } from './maintenance/maintenance.ts';
import { newCronWatch } from './maintenance/watch-cron.ts';
import { type LedgerWatchDependencies, watchWithLedger } from './maintenance/watch-ledger.ts';
import type { Visitor } from './model.ts';
import { sources } from './sources/index.ts';
import { issuerKeys } from './sources/issuer-keys.ts';
import { VERSION } from './version.ts';
import { readMeaning } from './visitors/acquisition-proof.ts';
import { newDatafastState } from './visitors/datafast.ts';
import { forgetVisitor, keptVisitor } from './visitors/kept-visitor.ts';
import { forgetReferrer, newReferrerMemory } from './visitors/referrer-memory.ts';
import { findReferrers, type ReferrerQuery } from './visitors/referrers.ts';
import { searchVisitors, type VisitorQuery } from './visitors/visitors.ts';
import { createApp } from './web/app.ts';
import { type ServiceSignup, signUp, visitorById } from './web/binding.ts';
import { sendOnce } from './web/send-once.ts';
import type { WebDependencies } from './web/web.ts';

const app = createApp();

const log: Log = (level, event, fields) => console[level](JSON.stringify({ event, ...fields }));

/** Settings do not change within an isolate: they are read, and their problems logged, once. */
const settingsOf = oncePerEnv((env): Settings => {
  const settings = readSettings(env, { sources: [...sources.values()], destinations });
  for (const { key, problem, fix } of settings.problems) {
    log('warn', 'configuration', { key, problem, fix });
  }
  return settings;
});

const io = {
  fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
  now: () => Date.now(),
};

/** Work that takes longer is not ended, but nobody waits for it. */
async function within<Result>(seconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const timer = new AbortController();
  const end = () => undefined;
  const late = scheduler.wait(seconds * 1000, { signal: timer.signal }).then(end, end);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

const sleep = (seconds: number) => scheduler.wait(seconds * 1000);

const keys = issuerKeys(io.fetch, io.now);

/** What upstreams have said of their limits outlives an invocation. */
const memoryOf = oncePerEnv(() => ({
  datafast: newDatafastState(),
  referrers: newReferrerMemory(),
  destinations: newDestinationMemory(),
  ledgerWatch: { failure: undefined },
}));

/** Requests of the dashboard are few. */
const UNMETERED: RequestMeter = {
  fetch: io.fetch,
  requestsLeft: () => Number.POSITIVE_INFINITY,
};

/** What requests and queues both need. */
function open(
  env: Env,
  settings: Settings,
  { fetch: send, requestsLeft }: RequestMeter = UNMETERED,
) {
  const { referrerLookup: lookup } = settings;
  const datafast = {
    ...settings.datafast,
    ...io,
    fetch: send,
    cache: env.VISITORS,
    state: memoryOf(env).datafast,
  };
  return {
    ledger: env.LEDGER,
    ledgerWatch: memoryOf(env).ledgerWatch,
    searchVisitors: (queries: readonly VisitorQuery[]) => searchVisitors(datafast, queries),
    within,
    findReferrers:
      lookup === 'off'
        ? undefined
        : (query: ReferrerQuery) =>
            findReferrers(
              { ...datafast, lookup, requestsLeft, memory: memoryOf(env).referrers },
              query,
            ),
    readAcquisition: () => readMeaning(env.VISITORS),
    keptVisitor: (visitorId: string) => keptVisitor(env.VISITORS, visitorId),
    forgetVisitor: (visitorId: string) => {
      forgetReferrer(memoryOf(env).referrers, visitorId);
      return forgetVisitor(env.VISITORS, visitorId);
    },
    attribute: (input: Parameters<typeof attribute>[0]) => attribute(input, settings.rules),
    journey: (visitor: Visitor, signedUpAt?: string, referrers?: Referrers) =>
      journey(visitor, signedUpAt, referrers, settings.rules),
    sleep,
    log,
    now: io.now,
  };
}

/** Once per isolate: it holds nothing of a request, and accepting a webhook has no time to lose. */
const openWeb = oncePerEnv((env): WebDependencies => {
  const settings = settingsOf(env);
  const { destinations: memory, ledgerWatch } = memoryOf(env);
  return {
    ...open(env, settings),
    look: newLook({ ledger: env.LEDGER, ledgerWatch, now: io.now, log }),
    failuresHere: new Map(),
    config: settings,
    version: VERSION,
    sources,
    issuerKeys: keys,
    enqueue: sendOnce((signup) => env.SIGNUPS.send(signup), { now: io.now, sleep }),
    enqueueAll: (signups) => enqueueAll(env.SIGNUPS, signups),
    countWebhook: newWebhookCounter({ ledger: env.LEDGER, now: io.now, log }),
    readCoverage: rememberCoverage(env.LEDGER, io.now),
    readUnfinished: rememberUnfinished(env.LEDGER, io.now),
    backlog: () => backlogOf(env),
    fetch: io.fetch,
    destinations: (other) =>
      openDestinations(settings.values, settings.names, { ...io, ...other, memory }),
  };
});

async function backlogOf(env: Env): Promise<number> {
  return (await env.SIGNUPS.metrics()).backlogCount;
}

/** For one invocation, whose requests are counted. */
function openDelivery(env: Env): ConsumeDependencies {
  const settings = settingsOf(env);
  const meter = meterInvocation(io.fetch, env.LEDGER, settings.requestsPerInvocation);
  const memory = memoryOf(env).destinations;
  const opened = open(env, settings, meter);
  return {
    ...opened,
    ledger: meter.ledger,
    statementsLeft: meter.statementsLeft,
    attribute: attributeOnce(opened.attribute),
    requestsLeft: meter.requestsLeft,
    destinations: openForDelivery(settings.values, settings.names, {
      ...io,
      ...meter,
      memory,
      begun: settings.begunDestinations,
    }),
    enqueueLater: (later) => enqueueLater(env.SIGNUPS, later),
    random: Math.random,
  };
}

function openMaintenance(env: Env): MaintenanceDependencies {
  return {
    ledger: env.LEDGER,
    enqueueLater: (later) => enqueueLater(env.SIGNUPS, later),
    destinationNames: openDelivery(env).destinations.map(({ name }) => name),
    backlog: () => backlogOf(env),
    retentionDays: settingsOf(env).ledgerRetentionDays,
    watch: () => watchWithLedger(openWatch(env)),
    ledgerWatch: memoryOf(env).ledgerWatch,
    now: io.now,
    log,
  };
}

function openWatch(env: Env): LedgerWatchDependencies {
  const settings = settingsOf(env);
  return {
    ...settings,
    ...io,
    ledger: env.LEDGER,
    ledgerWatch: memoryOf(env).ledgerWatch,
    cache: env.VISITORS,
    backlog: () => backlogOf(env),
    receiver: settings.alerts,
    sources: [...sources.values()],
    log,
  };
}

const cronWatchOf = oncePerEnv((env) =>
  newCronWatch({ ledger: env.LEDGER, now: io.now, watch: () => watchWithLedger(openWatch(env)) }),
);

const STATEMENTS_OF_A_WATCH = 20;

function oncePerEnv<Value>(make: (env: Env) => Value): (env: Env) => Value {
  const made = new WeakMap<Env, Value>();
  return (env) => {
    const known = made.get(env);
    if (known !== undefined) return known;
    const value = make(env);
    made.set(env, value);
    return value;
  };
}

/** A second Whence in one account has queues of another name, with the same ending. */
const DEAD_LETTERS = '-dead-letters';

/** For other Workers of the account, through a service binding with this entry point. */
export class Whence extends WorkerEntrypoint<Env> {
  signup(signup: ServiceSignup) {
    return signUp(openWeb(this.env), signup);
  }

  visitor(id: string) {
    return visitorById(openWeb(this.env), id);
  }
}

export default {
  fetch: (request, env, context) => app.fetch(request, openWeb(env), context),

  async queue(batch, env) {
    const consume = batch.queue.endsWith(DEAD_LETTERS) ? consumeDeadLetters : consumeSignups;
    const dependencies = openDelivery(env);
    await consume(dependencies, batch);
    // A batch that has needed most of its statements leaves it to the next one.
    if (dependencies.statementsLeft() >= STATEMENTS_OF_A_WATCH) await cronWatchOf(env)();
  },

  scheduled: (_, env) => maintain(openMaintenance(env)),
} satisfies ExportedHandler<Env>;
