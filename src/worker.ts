// The doors: requests, queues and the clock. Nothing but wiring.
import { version } from '../package.json';
import { attribute } from './attribution/attribute.ts';
import type { ChannelRules } from './attribution/channel-rules.ts';
import { journey } from './attribution/journey.ts';
import { parseChannelRules } from './attribution/read-channel-rules.ts';
import {
  type ConsumeDependencies,
  consumeDeadLetters,
  consumeSignups,
  type Later,
} from './delivery/consume.ts';
import { queuePortions } from './delivery/enqueue.ts';
import { meterRequests } from './delivery/request-meter.ts';
import { type FieldNames, parseFieldNames } from './destinations/field-names.ts';
import { newDestinationMemory, openDestinations } from './destinations/index.ts';
import { type UpkeepDependencies, upkeep } from './maintenance/maintenance.ts';
import type { Log, Signup, Visitor } from './model.ts';
import { type Config, readConfig } from './settings/config.ts';
import { sources } from './sources/index.ts';
import { issuerKeys } from './sources/issuer-keys.ts';
import { newRateLimit } from './visitors/rate-limit.ts';
import { findReferrers, forgetReferrer, type ReferrerQuery } from './visitors/referrers.ts';
import { findVisitors, forgetVisitor, type VisitorQuery } from './visitors/visitors.ts';
import { createApp } from './web/app.ts';
import type { WebDependencies } from './web/web.ts';

const app = createApp();

const log: Log = (level, event, fields) => console[level](JSON.stringify({ event, ...fields }));

/** Settings do not change within an isolate: they are read, and their problems said, once. */
type Settings = Config & { names: FieldNames; rules: ChannelRules };
const configs = new WeakMap<object, Settings>();

function configOf(env: Env): Settings {
  const known = configs.get(env);
  if (known) return known;
  const read = readConfig(env, [...sources.values()]);
  const { names, problems } = parseFieldNames(read.fieldNames);
  const { rules, problems: ruleProblems } = parseChannelRules(read.channelRules);
  const config = {
    ...read,
    names,
    rules,
    problems: [...read.problems, ...problems, ...ruleProblems],
  };
  for (const { key, problem, fix } of config.problems)
    log('warn', 'configuration', { key, problem, fix });
  configs.set(env, config);
  return config;
}

const io = {
  fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
  now: () => Date.now(),
};

const keys = issuerKeys(io.fetch, io.now);

/** What upstreams have said of their limits outlives an invocation. */
const rateLimit = newRateLimit();
const memory = newDestinationMemory();

/** What requests and queues both need. */
function open(env: Env, config: Settings, send: typeof fetch = io.fetch) {
  const datafast = { ...config.datafast, ...io, fetch: send, cache: env.VISITORS, rateLimit };
  return {
    ledger: env.LEDGER,
    findVisitors: (wanted: readonly VisitorQuery[]) => findVisitors(datafast, wanted),
    findReferrers: config.realtimeReferrer
      ? (wanted: readonly ReferrerQuery[]) => findReferrers(datafast, wanted)
      : undefined,
    forgetVisitor: (visitorId: string) =>
      Promise.all([
        forgetVisitor(env.VISITORS, visitorId),
        forgetReferrer(env.VISITORS, visitorId),
      ]),
    attribute: (input: Parameters<typeof attribute>[0]) => attribute(input, config.rules),
    journey: (visitor: Visitor, signedUpAt?: string) => journey(visitor, signedUpAt, config.rules),
    sleep: (seconds: number) => scheduler.wait(seconds * 1000),
    log,
    now: io.now,
  };
}

const opened = new WeakMap<object, WebDependencies>();

/** Once per isolate: it holds nothing of a request, and accepting a webhook has no time to lose. */
function openWeb(env: Env): WebDependencies {
  const known = opened.get(env);
  if (known) return known;
  const config = configOf(env);
  const enqueue = (signup: Signup) => env.SIGNUPS.send(signup);
  const dependencies = {
    ...open(env, config),
    config,
    version,
    sources,
    issuerKeys: keys,
    enqueue,
    enqueueAll: (signups: readonly Signup[]) => enqueueAll(env, signups),
    backlog: () => backlogOf(env),
    fetch: io.fetch,
    fieldNames: config.names,
    assets: env.ASSETS,
    destinations: () => openDestinations(config, { ...io, memory }, config.names),
  };
  opened.set(env, dependencies);
  return dependencies;
}

function enqueueAll(env: Env, signups: readonly Signup[]): Promise<void> {
  return enqueueLater(
    env,
    signups.map((signup) => ({ signup, delaySeconds: 0 })),
  );
}

async function enqueueLater(env: Env, later: readonly Later[]): Promise<void> {
  const messages = later.map(({ signup: body, ...delay }) => ({ body, ...delay }));
  for (const portion of queuePortions(messages)) await env.SIGNUPS.sendBatch(portion);
}

async function backlogOf(env: Env): Promise<number> {
  return (await env.SIGNUPS.metrics()).backlogCount;
}

function openDelivery(env: Env): ConsumeDependencies {
  const config = configOf(env);
  const meter = meterRequests(io.fetch, config.requestsPerInvocation);
  return {
    ...open(env, config, meter.fetch),
    requestsLeft: meter.requestsLeft,
    destinations: openDestinations(config, { ...io, ...meter, memory }, config.names),
    enqueueLater: (later) => enqueueLater(env, later),
    random: Math.random,
  };
}

function openUpkeep(env: Env): UpkeepDependencies {
  return {
    ledger: env.LEDGER,
    enqueueAll: (signups) => enqueueAll(env, signups),
    enqueueLater: (later) => enqueueLater(env, later),
    backlog: () => backlogOf(env),
    retentionDays: configOf(env).ledgerRetentionDays,
    now: io.now,
    log,
  };
}

export default {
  fetch: (request, env, context) => app.fetch(request, openWeb(env), context),

  async queue(batch, env) {
    const consume = batch.queue === 'whence-dead-letters' ? consumeDeadLetters : consumeSignups;
    await consume(openDelivery(env), batch);
  },

  scheduled: (_, env) => upkeep(openUpkeep(env)),
} satisfies ExportedHandler<Env>;
