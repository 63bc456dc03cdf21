// Totals for whoever builds a report of their own.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { readStats } from '../ledger/stats.ts';
import { readParameters } from './input.ts';
import type { WebApp, WebEnv } from './web.ts';

const daysError = 'is not a whole number from 1 to 90';

export const StatsQuery = z.object({
  days: z._default(
    z.coerce
      .number({ error: daysError })
      .check(z.multipleOf(1, daysError), z.minimum(1, daysError), z.maximum(90, daysError)),
    30,
  ),
});

export function stats(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(StatsQuery, c.req.query());
    return refusal ?? c.json(await readStats(c.env.ledger, values.days, c.env.now()));
  });

  return app;
}
