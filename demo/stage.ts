// The stage of `npm start`: both stand-ins and the real Worker, all on this machine.
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createTestHarness, type TestHarness } from 'wrangler';
import { samples } from '../samples/index.ts';
import { openDestinations } from '../src/destinations/index.ts';
import { sources } from '../src/sources/index.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../stand-ins/hubspot.ts';

export interface Stage {
  url: URL;
  adminToken: string;
  /** By source name. */
  secrets: ReadonlyMap<string, string>;
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  logs(): ReturnType<TestHarness['getLogs']>;
  close(): Promise<void>;
}

/** Starts everything; keys and secrets are new each time, and nothing is kept. */
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

  await provision(hubspotServer.url, keys.HUBSPOT_TOKEN);

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
          // Whatever the operator's own .dev.vars says, the demo is the same.
          DATAFAST_WEBSITE_ID: '',
          HUBSPOT_API_VERSION: '',
          ALLOW_TEST_EVENTS: '',
        },
        secrets: {
          ...keys,
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
    logs: () => server.getLogs(),
    async close() {
      await server.close();
      datafastServer.close();
      hubspotServer.close();
    },
  };
}

/** What `npm run provision` does: the properties have to be there before the first contact. */
async function provision(url: string, token: string): Promise<void> {
  const settings = { hubspot: { token, url, apiVersion: '2026-03' } };
  for (const destination of openDestinations(settings, { fetch, now: Date.now })) {
    const { problems } = await destination.prepare();
    if (problems.length > 0) throw new Error(`${destination.name}: ${JSON.stringify(problems)}`);
  }
}

function listen(app: Hono): Promise<{ url: string; close(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}
