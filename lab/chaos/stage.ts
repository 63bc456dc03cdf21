// The stage of `npm run chaos`: the cloud with the Worker, and both services outside with their failures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { type Served, serveBroken, type Watch } from './serve-broken.ts';

export interface StageOptions {
  root: string;
  seed: number;
  speed: number;
  datafast: Omit<Weather, 'seed'>;
  hubspot: Omit<Weather, 'seed'>;
  datafastRequestsPerMinute: number;
  queueFaults: number;
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
  const watch: Watch = (moment, path) => {
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
    vars: { ...keys, ...vars, ...secretVars(secrets) },
    chance: createChance(`queue ${seed}`),
  });

  const datafastWeather = createWeather({ seed, ...options.datafast }, 'datafast', clock);
  const hubspotWeather = createWeather({ seed, ...options.hubspot }, 'hubspot', clock);
  datafast.failWith(datafastWeather.failure);
  hubspot.failWith(hubspotWeather.failure);
  return {
    ...{ clock, cloud, secrets },
    datafast: { ...datafast, weather: datafastWeather },
    hubspot: { ...hubspot, weather: hubspotWeather },
    killAt(moment, pathEnding) {
      nextKill = { moment, pathEnding };
    },
    async close() {
      await cloud.close();
      for (const one of served) one.close();
      folder.remove();
    },
  };
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
