// DataFast and HubSpot over HTTP, without their limits, because only the Worker is measured.
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { createDatafast, type DatafastStandIn } from '../../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../../stand-ins/provision.ts';

export interface StandIns {
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  /** Where the Worker finds them. */
  settings: Record<'DATAFAST_URL' | 'HUBSPOT_URL', string>;
  close(): void;
}

export async function openStandIns(keys: Readonly<Record<string, string>>): Promise<StandIns> {
  const { DATAFAST_API_KEY: apiKey = '', HUBSPOT_TOKEN: token = '' } = keys;
  const datafast = createDatafast({ apiKey, requestsPerMinute: 1e9 });
  const hubspot = createHubspot({ token, requestsPer10Seconds: 1e9, requestsPerDay: 1e9 });
  const servers = [await listen(datafast.app), await listen(hubspot.app)];
  const [DATAFAST_URL = '', HUBSPOT_URL = ''] = servers.map(({ url }) => url);
  await provision(hubspotSettings(token, HUBSPOT_URL), { fetch, now: Date.now });
  hubspot.forgetRequests();
  return {
    datafast,
    hubspot,
    settings: { DATAFAST_URL, HUBSPOT_URL },
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

/** Makes DataFast know a visitor who came by an ordinary tagged link. */
export function addVisitor({ datafast }: StandIns, visitorId: string): void {
  const params = { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' };
  datafast.visitors.set(visitorId, visitor({ visitorId, params, goals: ['signup'] }));
}

/** Resolves when `isDone` is true. Fails after a while. */
export async function until(isDone: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`${what} did not arrive in time.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const TIMEOUT_MS = 300_000;

function listen(app: Hono): Promise<{ url: string; close(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}
