// What would be written onto a contact, beside what the CRM holds now. Writes nothing.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
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
    const { email, visitorId } = values;
    const lookup =
      visitorId === undefined
        ? undefined
        : (await c.env.findVisitors([{ visitorId, askAgain: false }])).get(visitorId);
    if (lookup?.kind === 'unavailable' || (visitorId !== undefined && !lookup)) {
      const reason = lookup?.kind === 'unavailable' ? lookup.retry.reason : 'unknown';
      return problem(503, `DataFast cannot be asked now: ${reason}.`, { 'retry-after': '30' });
    }
    const signup = imagined(c.env, { email, visitorId }, lookup);
    const contact: Contact = {
      email,
      first: signup,
      firstTouch: signup.visitor && signup,
      latest: signup,
    };
    const destinations = await Promise.all(
      c.env.destinations().map(async (destination) => {
        const seen = await destination.preview(contact);
        return 'failed' in seen
          ? { name: destination.name, failed: seen.failed.reason }
          : { name: destination.name, ...seen, externalId: seen.externalId ?? null };
      }),
    );
    return c.json({ email, visitorId: visitorId ?? null, match: signup.match, destinations });
  });

  return app;
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
