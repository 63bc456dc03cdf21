// The stage of `npm start`: the stand-ins and the real Worker, all on this machine.
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createTestHarness, type TestHarness } from 'wrangler';
import { samples } from '../samples/index.ts';
import { sources } from '../src/sources/index.ts';
import { type AttioStandIn, createAttio } from '../stand-ins/attio.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../stand-ins/provision.ts';
import { createReceiver, type ReceiverStandIn } from '../stand-ins/receiver.ts';
import { createStripe, type StripeStandIn } from '../stand-ins/stripe.ts';

export interface Stage {
  url: URL;
  adminToken: string;
  /** By source name. */
  secrets: ReadonlyMap<string, string>;
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  attio: AttioStandIn;
  stripe: StripeStandIn;
  /** The Stripe customers that have been made so far, by email. */
  customers: Map<string, string>;
  /** Of the webhook’s events. */
  receiver: ReceiverStandIn;
  /** What Cloudflare does every five minutes. */
  runCron(): Promise<unknown>;
  logs(): ReturnType<TestHarness['getLogs']>;
  close(): Promise<void>;
}

/** Sources of the demo's people. */
export const DEMO_SOURCES: readonly string[] = ['stripe', 'clerk', 'signup'];

/** Starts everything. Keys and secrets are new each time, and nothing is kept. `sourceNames`: which sources are on. */
export async function openStage(
  root: string,
  sourceNames: readonly string[] = [...samples.keys()],
): Promise<Stage> {
  const keys = {
    DATAFAST_API_KEY: `df_${crypto.randomUUID()}`,
    HUBSPOT_TOKEN: `pat-${crypto.randomUUID()}`,
    ATTIO_TOKEN: crypto.randomUUID(),
    STRIPE_API_KEY: `rk_live_${crypto.randomUUID().replaceAll('-', '')}`,
    ADMIN_TOKEN: `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll('-', ''),
  };
  // With DataFast's limit of a minute, the people of a month would take three.
  const datafast = createDatafast({ apiKey: keys.DATAFAST_API_KEY, requestsPerMinute: 1_000 });
  const hubspot = createHubspot({ token: keys.HUBSPOT_TOKEN });
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const receiver = createReceiver({ secrets: [webhookSecret] });
  // Attio's limit of a second would make everybody wait while its attributes are created.
  const attio = createAttio({ token: keys.ATTIO_TOKEN, writesPerSecond: Number.POSITIVE_INFINITY });
  const stripe = createStripe({ key: keys.STRIPE_API_KEY });
  const servers = await Promise.all(
    [datafast, hubspot, attio, stripe, receiver].map(({ app }) => listen(app)),
  );
  const [datafastUrl = '', hubspotUrl = '', attioUrl = '', stripeUrl = '', receiverUrl = ''] =
    servers.map(({ url }) => url);

  const io = { fetch, now: Date.now };
  const ofAttio = { ATTIO_TOKEN: keys.ATTIO_TOKEN, ATTIO_URL: attioUrl };
  await provision(
    new Map([...hubspotSettings(keys.HUBSPOT_TOKEN, hubspotUrl), ...Object.entries(ofAttio)]),
    io,
  );

  const secrets = new Map(
    [...samples.values()].flatMap(({ source, newSecret }) =>
      sourceNames.includes(source) ? [[source, newSecret()]] : [],
    ),
  );
  // Otherwise miniflare asks Cloudflare where this machine is, and complains where there is no network.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
  // A line for each batch would push the tables off the screen.
  process.env.WRANGLER_LOG ??= 'warn';
  const server = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        vars: {
          DATAFAST_URL: datafastUrl,
          HUBSPOT_URL: hubspotUrl,
          ATTIO_URL: attioUrl,
          STRIPE_URL: stripeUrl,
          // As on the Paid plan: with 50, Attio and Stripe would get the people a few at a time.
          REQUESTS_PER_INVOCATION: '1000',
          // The demo is the same for every .dev.vars of the operator.
          DATAFAST_WEBSITE_ID: '',
          HUBSPOT_API_VERSION: '',
          ALLOW_TEST_EVENTS: '',
          WEBHOOK_FIELDS: '',
          WEBHOOK_WHEN: '',
        },
        secrets: {
          ...keys,
          WEBHOOK_URL: `${receiverUrl}/whence`,
          WEBHOOK_SECRET: webhookSecret,
          ...Object.fromEntries(
            [...sources.values()].map(({ name, secretName }) => [
              secretName,
              secrets.get(name) ?? '',
            ]),
          ),
        },
      },
    ],
  });
  const { url } = await server.listen();
  await server.getWorker<Env>().applyD1Migrations('LEDGER');

  return {
    url,
    adminToken: keys.ADMIN_TOKEN,
    secrets,
    datafast,
    hubspot,
    attio,
    stripe,
    receiver,
    customers: new Map(),
    runCron: () => server.getWorker().scheduled({ cron: '*/5 * * * *' }),
    logs: () => server.getLogs(),
    async close() {
      await server.close();
      for (const { close } of servers) close();
    },
  };
}

function listen(app: Hono): Promise<{ url: string; close(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}
