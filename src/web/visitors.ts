// What a signup of a visitor would bring to the CRM. The visitor comes from the cache, or is fetched now.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { describeVisitor } from './describe-visitor.ts';
import { readParameters, VisitorId } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const VisitorPath = z.object({ visitorId: VisitorId });

export function visitors(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/:visitorId', async (c) => {
    const { values, refusal } = readParameters(VisitorPath, c.req.param());
    if (refusal) return refusal;
    const found = await describeVisitor(c.env, values.visitorId);
    return 'unavailable' in found
      ? problem(503, found.unavailable, { 'retry-after': String(found.retryAfterSeconds) })
      : c.json(found);
  });

  return app;
}
