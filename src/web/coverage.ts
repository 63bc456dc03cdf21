// Where signups lose their source, for operators who build their own reports.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { Coverages } from '../api/coverage.ts';
import { COVERAGE_DAYS, coverageOfDays } from '../health/read-coverage.ts';
import { readParameters, wholeNumber } from './input.ts';
import type { WebApp, WebEnv } from './web.ts';

export const CoverageQuery = z.object({ days: z._default(wholeNumber(1, 90), COVERAGE_DAYS) });

/** The route `/api/coverage`. */
export function coverage(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { values, refusal } = readParameters(CoverageQuery, c.req.query());
    if (refusal) return refusal;
    const { ledger, now } = c.env;
    const found = await coverageOfDays(ledger, values.days, now());
    return c.json({ days: values.days, coverage: found } satisfies Coverages);
  });
  return app;
}
