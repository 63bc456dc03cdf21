// Totals, for operators who build their own reports.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { Stats } from '../api/stats.ts';
import { readStats } from '../ledger/stats.ts';
import { readParameters, wholeNumber } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const StatsQuery = z.object({ days: z._default(wholeNumber(1, 90), 30) });

export function stats(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    // A filter that is ignored would give a definite answer to another question.
    if (Object.keys(c.req.query()).some((name) => !(name in StatsQuery.shape))) {
      return problem(400, 'Totals take only the parameter days.');
    }
    const { values, refusal } = readParameters(StatsQuery, c.req.query());
    if (refusal) return refusal;
    const totals = await readStats(c.env.ledger, values.days, c.env.now());
    return c.json(totals satisfies Stats);
  });

  return app;
}
