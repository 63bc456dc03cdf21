// The stage of `npm start`: both stand-ins and the real Worker, all on this machine.
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createTestHarness, type TestHarness } from 'wrangler';
import { samples } from '../samples/index.ts';
import { sources } from '../src/sources/index.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../stand-ins/provision.ts';
import { createReceiver, type ReceiverStandIn } from '../stand-ins/receiver.ts';

export interface Stage {
  url: URL;
  adminToken: string;
  /** By source name. */
  secrets: ReadonlyMap<string, string>;
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  /** Of the webhook’s events. */
  receiver: ReceiverStandIn;
  logs(): ReturnType<TestHarness['getLogs']>;
  close(): Promise<void>;
}

/** Starts everything. Keys and secrets are new each time, and nothing is kept. */
export async function openStage(root: string): Promise<Stage> {
  const keys = {
    DATAFAST_API_KEY: `df_${crypto.randomUUID()}`,
    HUBSPOT_TOKEN: `pat-${crypto.randomUUID()}`,
    ADMIN_TOKEN: `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll('-', ''),
  };
  const datafast = createDatafast({ apiKey: keys.DATAFAST_API_KEY });
  const hubspot = createHubspot({ token: keys.HUBSPOT_TOKEN });
  const datafastServer = await listen(datafast.app);
  const hubspotServer = await listen(hubspot.app);
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const receiver = createReceiver({ secrets: [webhookSecret] });
  const receiverServer = await listen(receiver.app);

  await provision(hubspotSettings(keys.HUBSPOT_TOKEN, hubspotServer.url), { fetch, now: Date.now });

  const secrets = new Map(
    [...samples.values()].map(({ source, newSecret }) => [source, newSecret()]),
  );
  const server = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        vars: {
          DATAFAST_URL: datafastServer.url,
          HUBSPOT_URL: hubspotServer.url,
          // The demo is the same for every .dev.vars of the operator.
          DATAFAST_WEBSITE_ID: '',
          HUBSPOT_API_VERSION: '',
          ALLOW_TEST_EVENTS: '',
          WEBHOOK_FIELDS: '',
          WEBHOOK_WHEN: '',
        },
        secrets: {
          ...keys,
          WEBHOOK_URL: `${receiverServer.url}/whence`,
          WEBHOOK_SECRET: webhookSecret,
          ...Object.fromEntries(
            [...secrets].map(([source, secret]) => [sources.get(source)?.secretName, secret]),
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
    receiver,
    logs: () => server.getLogs(),
    async close() {
      await server.close();
      datafastServer.close();
      hubspotServer.close();
      receiverServer.close();
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
