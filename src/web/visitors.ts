// The result for a visitor, from the cache or fetched now: what a signup of theirs would bring to the CRM.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { valuesOf } from '../destinations/fields.ts';
import { fieldTable } from '../destinations/index.ts';
import type { Match } from '../model.ts';
import { readParameters, VisitorId } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const VisitorPath = z.object({ visitorId: VisitorId });

export function visitors(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/:visitorId', async (c) => {
    const { values, refusal } = readParameters(VisitorPath, c.req.param());
    if (refusal) return refusal;
    const { visitorId } = values;
    const lookups = await c.env.findVisitors([{ visitorId, bypassNegativeCache: false }]);
    const lookup = lookups.get(visitorId);
    if (!lookup || lookup.kind === 'unavailable') {
      const retryAfter = lookup?.retry.afterSeconds ?? 30;
      return problem(503, `DataFast cannot be asked now: ${lookup?.retry.reason ?? 'unknown'}.`, {
        'retry-after': String(Math.ceil(retryAfter)),
      });
    }
    const visitor = lookup.kind === 'found' ? lookup.visitor : undefined;
    const fetchedAt = lookup.kind === 'found' ? lookup.fetchedAt : undefined;
    const match: Match = lookup.kind === 'found' ? 'matched' : lookup.match;
    const attribution = c.env.attribute({ visitor });
    return c.json({
      visitorId,
      match,
      visitor: visitor ?? null,
      attribution,
      fields: valuesOf(fieldTable(c.env.fieldNames), {
        match,
        visitor,
        fetchedAt,
        attribution,
        journey: visitor && c.env.journey(visitor),
      }),
      cachedAt: fetchedAt ?? null,
    });
  });

  return app;
}
