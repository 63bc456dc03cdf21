// The doors: requests and queues. Nothing but wiring.
import { version } from '../package.json';
import { attribute } from './attribution/attribute.ts';
import { journey } from './attribution/journey.ts';
import { type Config, readConfig } from './config.ts';
import { consumeDeadLetters, consumeSignups } from './delivery/consume.ts';
import { openDestinations } from './destinations/index.ts';
import type { Log } from './model.ts';
import { sources } from './sources/index.ts';
import { findVisitors, type Wanted } from './visitors/visitors.ts';
import { createApp } from './web/app.ts';

const app = createApp();

const log: Log = (level, event, fields) => console[level](JSON.stringify({ event, ...fields }));

/** Settings do not change within an isolate: they are read, and their problems said, once. */
const configs = new WeakMap<object, Config>();

function configOf(env: Env): Config {
  const known = configs.get(env);
  if (known) return known;
  const config = readConfig(env, [...sources.values()]);
  for (const { key, problem, fix } of config.problems)
    log('warn', 'configuration', { key, problem, fix });
  configs.set(env, config);
  return config;
}

function open(env: Env) {
  const config = configOf(env);
  const io = { fetch: (...request: Parameters<typeof fetch>) => fetch(...request), now: Date.now };
  return {
    config,
    version,
    sources,
    enqueue: (signup: Parameters<typeof env.SIGNUPS.send>[0]) => env.SIGNUPS.send(signup),
    ledger: env.LEDGER,
    findVisitors: (wanted: readonly Wanted[]) =>
      findVisitors({ ...config.datafast, ...io, cache: env.VISITORS }, wanted),
    attribute,
    journey,
    destinations: openDestinations(config, io),
    random: Math.random,
    sleep: (seconds: number) => scheduler.wait(seconds * 1000),
    log,
    now: Date.now,
  };
}

export default {
  fetch: (request, env, context) => app.fetch(request, open(env), context),

  async queue(batch, env) {
    if (batch.queue === 'whence-dead-letters') await consumeDeadLetters(open(env), batch);
    else await consumeSignups(open(env), batch);
  },
} satisfies ExportedHandler<Env>;
