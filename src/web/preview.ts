// What would be written onto a contact, beside what the CRM holds now. Writes nothing.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { Failure, Preview } from '../destinations/destination.ts';
import type { Contact, EnrichedSignup, Match } from '../model.ts';
import type { Lookup } from '../visitors/datafast.ts';
import { Email, readParameters, VisitorId } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebDependencies, WebEnv } from './web.ts';

export const PreviewQuery = z.object({ email: Email, visitorId: z.optional(VisitorId) });

export function preview(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(PreviewQuery, c.req.query());
    if (refusal) return refusal;
    const previewed = await previewOf(c.env, values);
    if ('unavailable' in previewed) {
      return problem(503, previewed.unavailable, { 'retry-after': '30' });
    }
    const destinations = previewed.destinations.map(({ name, seen }) =>
      'failed' in seen
        ? { name, failed: seen.failed.reason }
        : { name, ...seen, externalId: seen.externalId ?? null },
    );
    const { email, visitorId } = values;
    return c.json({ email, visitorId: visitorId ?? null, match: previewed.match, destinations });
  });

  return app;
}

/** What each destination would make of a signup of this person now; or why DataFast cannot be asked. */
export async function previewOf(
  dependencies: WebDependencies,
  { email, visitorId }: { email: string; visitorId?: string },
): Promise<
  | { match: Match; destinations: readonly { name: string; seen: Preview | Failure }[] }
  | { unavailable: string }
> {
  const lookup =
    visitorId === undefined
      ? undefined
      : (await dependencies.findVisitors([{ visitorId, bypassNegativeCache: false }])).get(
          visitorId,
        );
  if (lookup?.kind === 'unavailable' || (visitorId !== undefined && !lookup)) {
    const reason = lookup?.kind === 'unavailable' ? lookup.retry.reason : 'unknown';
    return { unavailable: `DataFast cannot be asked now: ${reason}.` };
  }
  const signup = imagined(dependencies, { email, visitorId }, lookup);
  const contact: Contact = {
    email,
    first: signup,
    firstTouch: signup.visitor && signup,
    latest: signup,
  };
  const destinations = await Promise.all(
    dependencies.destinations().map(async (destination) => ({
      name: destination.name,
      seen: await destination.preview(contact),
    })),
  );
  return { match: signup.match, destinations };
}

/** A signup as if it happened now, by the generic source. */
function imagined(
  { attribute, journey, now }: WebDependencies,
  person: { email: string; visitorId?: string },
  lookup: Exclude<Lookup, { kind: 'unavailable' }> | undefined,
): EnrichedSignup {
  const at = new Date(now()).toISOString();
  const visitor = lookup?.kind === 'found' ? lookup.visitor : undefined;
  const match: Match = !lookup
    ? 'no_visitor_id'
    : lookup.kind === 'found'
      ? 'matched'
      : lookup.match;
  return {
    signup: {
      version: 1,
      id: 'signup:preview',
      source: 'signup',
      ...person,
      occurredAt: at,
      receivedAt: at,
      test: false,
    },
    match,
    visitor,
    fetchedAt: lookup?.kind === 'found' ? lookup.fetchedAt : undefined,
    attribution: attribute({ visitor }),
    journey: visitor && journey(visitor, at),
  };
}
