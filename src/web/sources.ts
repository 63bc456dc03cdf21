// What each source has sent, for operators and their monitors.
import { Hono } from 'hono/tiny';
import type { Sources } from '../api/sources.ts';
import { HEALTH_DAYS, namesOn, sourceHealth } from '../health/source-health.ts';
import { readSourceCounts } from '../ledger/source-counts.ts';
import type { WebApp, WebEnv } from './web.ts';

/** The route `/api/sources`. */
export function sources(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { ledger, now, config, sources: all } = c.env;
    const nowMs = now();
    const rows = await readSourceCounts(ledger, HEALTH_DAYS, nowMs);
    const found = sourceHealth(rows, namesOn([...all.values()], config), nowMs);
    return c.json({ sources: found } satisfies Sources);
  });
  return app;
}
