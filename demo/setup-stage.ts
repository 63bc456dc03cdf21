// The stage of setup: wrangler and its account, DataFast and the destinations are stand-ins. The deployed Worker is real.
import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createTestHarness, type TestHarness } from 'wrangler';
import { startWrangler } from '../src/cli/start-wrangler.ts';
import type { RunWrangler } from '../src/cli/wrangler.ts';
import { type AttioStandIn, createAttio } from '../stand-ins/attio.ts';
import {
  type Cloudflare,
  createCloudflare,
  type DeployedWorker,
  serveCloudflare,
} from '../stand-ins/cloudflare.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotOptions, type HubspotStandIn } from '../stand-ins/hubspot.ts';
import { createReceiver, type ReceiverStandIn } from '../stand-ins/receiver.ts';
import { createStripe, type StripeStandIn } from '../stand-ins/stripe.ts';

export interface SetupStage {
  cloudflare: Cloudflare;
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  attio: AttioStandIn;
  stripe: StripeStandIn;
  /** Of the webhook’s events, under this secret. */
  receiver: ReceiverStandIn;
  webhook: { WEBHOOK_URL: string; WEBHOOK_SECRET: string };
  /** Keys of the other destinations. */
  otherKeys: { ATTIO_TOKEN: string; STRIPE_API_KEY: string };
  /** Keys that work here, as the environment has them. */
  keys: { DATAFAST_API_KEY: string; HUBSPOT_TOKEN: string };
  /** What leads to the stand-ins. */
  urls: Readonly<Record<'DATAFAST_URL' | 'HUBSPOT_URL' | 'ATTIO_URL' | 'STRIPE_URL', string>>;
  /** Wrangler as a program of its own, as operators have it. */
  wrangler: { run: RunWrangler; speak: RunWrangler };
  /** Where the stand-in for the program finds its account. */
  controlUrl: string;
  /** What the deployed Worker of that name is bound to. */
  bindingsOf(name: string): Promise<Env>;
  close(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '..');

/** `runsWorker`: whether a deploy starts the real Worker with the secrets it was given. */
export async function openSetupStage(
  options: {
    runsWorker?: boolean;
    scopes?: HubspotOptions['scopes'];
    /** Attio's limit, for tests in which time passes faster. */
    writesPerSecond?: number;
  } = {},
): Promise<SetupStage> {
  const keys = { DATAFAST_API_KEY: 'df_stand_in_key', HUBSPOT_TOKEN: 'pat-stand-in-token' };
  const datafast = createDatafast({ apiKey: keys.DATAFAST_API_KEY });
  const hubspot = createHubspot({ token: keys.HUBSPOT_TOKEN, scopes: options.scopes });
  const otherKeys = { ATTIO_TOKEN: 'attio-stand-in-token', STRIPE_API_KEY: 'rk_live_standin' };
  const attio = createAttio({
    token: otherKeys.ATTIO_TOKEN,
    writesPerSecond: options.writesPerSecond ?? 25,
  });
  const stripe = createStripe({ key: otherKeys.STRIPE_API_KEY });
  const secret = 'whsec_d2ViaG9vay1zdGFuZC1pbi1zZWNyZXQtMzItYnl0ZXM=';
  const receiver = createReceiver({ secrets: [secret] });
  const cloudflare = createCloudflare();
  const servers = await Promise.all(
    [datafast, hubspot, attio, stripe, receiver].map(({ app }) => listen(app)),
  );
  const [datafastUrl = '', hubspotUrl = '', attioUrl = '', stripeUrl = '', receiverUrl = ''] =
    servers.map(({ url }) => url);
  const control = await serveCloudflare(cloudflare);
  const workers = new Map<string, TestHarness>();
  const bindingsOf = async (name: string) => {
    const worker = workers.get(name);
    if (!worker) throw new Error(`No Worker ${name} runs here.`);
    return worker.getWorker<Env>().getEnv();
  };
  if (options.runsWorker) {
    cloudflare.onDeploy = (worker) => runWorker(workers, worker);
    cloudflare.onMigrate = async (name) =>
      workers.get(name)?.getWorker<Env>().applyD1Migrations('LEDGER');
  }
  return {
    cloudflare,
    datafast,
    hubspot,
    attio,
    stripe,
    receiver,
    webhook: { WEBHOOK_URL: `${receiverUrl}/whence`, WEBHOOK_SECRET: secret },
    otherKeys,
    keys,
    urls: {
      DATAFAST_URL: datafastUrl,
      HUBSPOT_URL: hubspotUrl,
      ATTIO_URL: attioUrl,
      STRIPE_URL: stripeUrl,
    },
    controlUrl: control.url,
    bindingsOf,
    wrangler: startWrangler(
      [process.execPath, resolve(import.meta.dirname, '../stand-ins/wrangler.ts')],
      {
        ...process.env,
        STAND_IN_CLOUDFLARE: control.url,
      },
    ),
    async close() {
      for (const worker of workers.values()) await worker.close();
      for (const server of servers) server.close();
      control.close();
    },
  };
}

/** The real Worker with the configuration and the secrets of its deploy. A later deploy takes its place and keeps the data. */
async function runWorker(
  workers: Map<string, TestHarness>,
  { name, configPath, secrets }: DeployedWorker,
): Promise<string> {
  const options = {
    root: ROOT,
    workers: [{ configPath, secrets: Object.fromEntries(secrets) }],
  };
  const before = workers.get(name);
  const harness = before ?? createTestHarness(options);
  workers.set(name, harness);
  await before?.update(options);
  const { url } = await harness.listen();
  return url.origin;
}

function listen(app: Hono): Promise<{ url: string; close(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}
