// The doors: requests and queues. Nothing but wiring.
import { version } from '../package.json';
import { attribute } from './attribution/attribute.ts';
import type { ChannelRules } from './attribution/channel-rules.ts';
import { journey } from './attribution/journey.ts';
import { parseChannelRules } from './attribution/read-channel-rules.ts';
import { type Config, readConfig } from './config.ts';
import { consumeDeadLetters, consumeSignups } from './delivery/consume.ts';
import type { DeliverDependencies } from './delivery/deliver.ts';
import { queuePortions } from './delivery/queue-portions.ts';
import { meterRequests, REQUESTS_PER_INVOCATION } from './delivery/request-meter.ts';
import { type FieldNames, parseFieldNames } from './destinations/field-names.ts';
import { openDestinations } from './destinations/index.ts';
import type { Log, Signup, Visitor } from './model.ts';
import { sources } from './sources/index.ts';
import { issuerKeys } from './sources/issuer-keys.ts';
import { findReferrers, forgetReferrer, type WantedReferrer } from './visitors/referrers.ts';
import { findVisitors, forgetVisitor, type Wanted } from './visitors/visitors.ts';
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

const io = { fetch: (...request: Parameters<typeof fetch>) => fetch(...request), now: Date.now };

const keys = issuerKeys(io.fetch, io.now);

/** What both doors need. */
function open(env: Env, config: Settings, send: typeof fetch = io.fetch) {
  return {
    ledger: env.LEDGER,
    findVisitors: (wanted: readonly Wanted[]) =>
      findVisitors({ ...config.datafast, ...io, fetch: send, cache: env.VISITORS }, wanted),
    attribute: (input: Parameters<typeof attribute>[0]) => attribute(input, config.rules),
    journey: (visitor: Visitor, signedUpAt?: string) => journey(visitor, signedUpAt, config.rules),
    sleep: (seconds: number) => scheduler.wait(seconds * 1000),
    log,
    now: Date.now,
  };
}

function openWeb(env: Env): WebDependencies {
  const config = configOf(env);
  const enqueue = (signup: Signup) => env.SIGNUPS.send(signup);
  const enqueueAll = async (signups: readonly Signup[]) => {
    for (const portion of queuePortions(signups)) await env.SIGNUPS.sendBatch(portion);
  };
  const forget = (visitorId: string) =>
    Promise.all([forgetVisitor(env.VISITORS, visitorId), forgetReferrer(env.VISITORS, visitorId)]);
  return {
    ...open(env, config),
    config,
    version,
    sources,
    issuerKeys: keys,
    enqueue,
    enqueueAll,
    forgetVisitor: forget,
    fieldNames: config.names,
    assets: env.ASSETS,
    destinations: () => openDestinations(config, io, config.names),
  };
}

function openDelivery(env: Env): DeliverDependencies {
  const config = configOf(env);
  const meter = meterRequests(io.fetch, REQUESTS_PER_INVOCATION);
  const metered = { ...io, ...meter };
  return {
    ...open(env, config, meter.fetch),
    requestsLeft: meter.requestsLeft,
    findReferrers: config.realtimeReferrer
      ? (wanted: readonly WantedReferrer[]) =>
          findReferrers({ ...config.datafast, ...metered, cache: env.VISITORS }, wanted)
      : undefined,
    destinations: openDestinations(config, metered, config.names),
    random: Math.random,
  };
}

export default {
  fetch: (request, env, context) => app.fetch(request, openWeb(env), context),

  async queue(batch, env) {
    const consume = batch.queue === 'whence-dead-letters' ? consumeDeadLetters : consumeSignups;
    await consume(openDelivery(env), batch);
  },
} satisfies ExportedHandler<Env>;
