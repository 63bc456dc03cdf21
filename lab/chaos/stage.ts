// The stage of `npm run chaos`: the cloud with the Worker, and both services outside with their failures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { samples } from '../../samples/index.ts';
import { sources } from '../../src/sources/index.ts';
import { createChance } from '../../stand-ins/chance.ts';
import { createClock } from '../../stand-ins/clock.ts';
import { createDatafast, type DatafastStandIn } from '../../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../../stand-ins/provision.ts';
import { createWeather, type Forecast, type Weather } from '../../stand-ins/weather.ts';
import { type Cloud, openCloud } from './cloud.ts';
import type { LogLine } from './killable-workerd.ts';
import { patiently } from './patiently.ts';
import { type Served, serveBroken, type Watch } from './serve-broken.ts';

export interface StageOptions {
  root: string;
  seed: number;
  speed: number;
  datafast: Omit<Weather, 'seed'>;
  hubspot: Omit<Weather, 'seed'>;
  datafastRequestsPerMinute: number;
  queueFaults: number;
  maxRetries: number;
  /** Absent: as in wrangler.toml. */
  batchTimeoutSeconds?: number | undefined;
  /** Each request for one of these visitors ends the Worker. */
  poisonous: ReadonlySet<string>;
  log(line: LogLine): void;
}

export interface Stage {
  clock: ReturnType<typeof createClock>;
  cloud: Cloud;
  datafast: DatafastStandIn & { weather: Forecast };
  hubspot: HubspotStandIn & { weather: Forecast };
  /** By source. */
  secrets: ReadonlyMap<string, string>;
  /** Kills workerd at the next request of this kind: before or after the service has done its work. */
  killAt(moment: 'asked' | 'done', pathEnding: string): void;
  /** Whether HubSpot leaves every request open, from now on. */
  hang(isHanging: boolean): void;
  /** The operator orders a replay of everything that failed. Returns how many signups that were. */
  replayFailed(): Promise<number>;
  deaths(): number;
  close(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { root, seed, speed } = options;
  const folder = makeFolder();
  const originMs = Date.now();
  const clock = { ...createClock({ originMs, speed }), originMs, speed };
  const { now } = clock;
  const keys = newKeys();
  const datafast = createDatafast({
    apiKey: keys.DATAFAST_API_KEY,
    requestsPerMinute: options.datafastRequestsPerMinute,
    now,
  });
  const hubspot = createHubspot({ token: keys.HUBSPOT_TOKEN, now });

  let nextKill: { moment: 'asked' | 'done'; pathEnding: string } | undefined;
  let deaths = 0;
  const watch: Watch = (moment, path) => {
    const isPoisonous = options.poisonous.has(path.split('/').at(-1) ?? '');
    if (moment === 'asked' && isPoisonous && cloud.signups.isDelivering()) {
      deaths += 1;
      cloud.kill();
      return;
    }
    if (nextKill?.moment !== moment || !path.endsWith(nextKill.pathEnding)) return;
    // On a busy machine a request may be read after its batch has ended.
    if (!cloud.signups.isDelivering()) return;
    nextKill = undefined;
    cloud.kill();
  };
  const served: Served[] = [];
  const serve = async (service: DatafastStandIn | HubspotStandIn) => {
    const one = await serveBroken(service.app, watch);
    served.push(one);
    return one.url;
  };
  const vars = { DATAFAST_URL: await serve(datafast), HUBSPOT_URL: await serve(hubspot) };

  await provision(hubspotSettings(keys.HUBSPOT_TOKEN, vars.HUBSPOT_URL), { fetch, now });
  hubspot.forgetRequests();

  const secrets = new Map(
    [...samples.values()].map(({ source, newSecret }) => [source, newSecret()]),
  );
  const cloud: Cloud = await openCloud({
    ...{ root, folder: folder.path, clock, queueFaults: options.queueFaults, log: options.log },
    maxRetries: options.maxRetries,
    batchTimeoutSeconds: options.batchTimeoutSeconds,
    vars: { ...keys, ...vars, ...secretVars(secrets) },
    chance: createChance(`queue ${seed}`),
  });

  const datafastWeather = createWeather({ seed, ...options.datafast }, 'datafast', clock);
  const hubspotWeather = createWeather({ seed, ...options.hubspot }, 'hubspot', clock);
  datafast.failWith(datafastWeather.failure);
  let isHanging = false;
  hubspot.failWith(async (request) => {
    while (isHanging) await clock.sleep(1_000);
    return hubspotWeather.failure(request);
  });
  return {
    ...{ clock, cloud, secrets },
    datafast: { ...datafast, weather: datafastWeather },
    hubspot: { ...hubspot, weather: hubspotWeather },
    killAt(moment, pathEnding) {
      nextKill = { moment, pathEnding };
    },
    hang(next) {
      isHanging = next;
    },
    replayFailed: () => replayFailed(cloud.url, keys.ADMIN_TOKEN),
    deaths: () => deaths,
    async close() {
      await cloud.close();
      for (const one of served) one.close();
      folder.remove();
    },
  };
}

const Replayed = z.object({
  replayed: z.array(z.string()),
  nextCursor: z.string().nullish(),
});

async function replayFailed(url: URL, token: string): Promise<number> {
  let count = 0;
  let cursor: string | null | undefined;
  do {
    const body = JSON.stringify({ status: 'failed', ...(cursor && { cursor }) });
    const page = await patiently(() => replayPage(url, token, body));
    count += page.replayed.length;
    cursor = page.nextCursor;
  } while (cursor);
  return count;
}

async function replayPage(url: URL, token: string, body: string) {
  const response = await fetch(new URL('/api/replay', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
  if (!response.ok) throw new Error(`The replay was answered ${await response.text()}`);
  return Replayed.parse(await response.json());
}

function newKeys() {
  return {
    DATAFAST_API_KEY: `df_${crypto.randomUUID()}`,
    HUBSPOT_TOKEN: `pat-${crypto.randomUUID()}`,
    ADMIN_TOKEN: `${crypto.randomUUID()}${crypto.randomUUID()}`,
  };
}

/** The webhook secrets under the names of their settings. */
function secretVars(secrets: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...secrets].map(([source, secret]) => [sources.get(source)?.secretName ?? source, secret]),
  );
}

/** A temporary folder, which is removed when this process ends for any reason. */
function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'whence-chaos-'));
  const remove = () => {
    rmSync(path, { recursive: true, force: true });
    process.off('exit', remove);
  };
  process.once('exit', remove);
  return { path, remove };
}
