// What a signup of a visitor would bring to the CRM. The visitor comes from the cache, or is fetched now.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { VisitorResult } from '../api/visitor.ts';
import { fields, valuesOf } from '../destinations/fields.ts';
import { findVisitor } from './find-visitor.ts';
import { readParameters, VisitorId } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const VisitorPath = z.object({ visitorId: VisitorId });

export function visitors(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/:visitorId', async (c) => {
    const { values, refusal } = readParameters(VisitorPath, c.req.param());
    if (refusal) return refusal;
    const found = await findVisitor(c.env, values.visitorId);
    if ('unavailable' in found) {
      return problem(503, found.unavailable, { 'retry-after': String(found.retryAfterSeconds) });
    }
    const { known, referrers } = found;
    const { match, visitor, fetchedAt } = known;
    const attribution = c.env.attribute({ visitor, referrer: referrers.first });
    const journey = visitor && c.env.journey(visitor, undefined, referrers);
    const enriched = { match, visitor, fetchedAt, attribution, journey };
    return c.json({
      ...values,
      match,
      visitor: visitor ?? null,
      attribution,
      fields: valuesOf(fields, enriched),
      destinations: c.env.destinations().map((destination) => ({
        name: destination.name,
        fields: valuesOf(destination.fields, enriched),
      })),
      cachedAt: fetchedAt ?? null,
    } satisfies VisitorResult);
  });

  return app;
}
