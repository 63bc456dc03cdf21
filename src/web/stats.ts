// Totals for whoever builds a report of their own.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { readStats } from '../delivery/stats.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const StatsQuery = z.object({
  days: z._default(
    z.coerce
      .number({ error: 'a whole number' })
      .check(z.multipleOf(1), z.minimum(1, 'at least 1'), z.maximum(90, 'at most 90')),
    30,
  ),
});

export function stats(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const query = StatsQuery.safeParse(c.req.query());
    if (!query.success) return problem(400, z.prettifyError(query.error));
    return c.json(await readStats(c.env.ledger, query.data.days, c.env.now()));
  });

  return app;
}
