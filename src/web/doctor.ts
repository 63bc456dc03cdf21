// The operator's question "is all well?", asked of everything the Worker depends on.
import { Hono } from 'hono/tiny';
import { openDestinations } from '../destinations/index.ts';
import { examine } from '../health/examine.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { checkDatafast } from '../visitors/check.ts';
import type { WebApp, WebEnv } from './web.ts';

export function doctor(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { config, sources, fieldNames, ledger, now } = c.env;
    return c.json(
      await examine({
        ...c.env,
        problems: config.problems,
        sourcesOn: [...sources.values()]
          .filter(({ secretName }) => config.webhookSecrets.has(secretName))
          .map(({ name }) => name),
        checkVisitors: (send) => checkDatafast({ ...config.datafast, fetch: send }),
        openDestinations: (send) => openDestinations(config, { fetch: send, now }, fieldNames),
        ledger: () => readLedgerHealth(ledger, now()),
      }),
    );
  });
  return app;
}
