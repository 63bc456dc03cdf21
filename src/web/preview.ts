// What would be written onto a contact, next to what the CRM holds now. Writes nothing.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { Preview as PreviewAnswer } from '../api/preview.ts';
import type { Failure, OpenDestination, Preview } from '../destinations/destination.ts';
import type { Contact, EnrichedSignup, Match } from '../model.ts';
import { isoOf } from '../time.ts';
import { knownOf } from '../visitors/lookup.ts';
import { type Found, findVisitor, type Unavailable } from './find-visitor.ts';
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
      const { unavailable, retryAfterSeconds } = previewed;
      return problem(503, unavailable, { 'retry-after': String(retryAfterSeconds) });
    }
    const { match, destinations } = previewed;
    const { email, visitorId = null } = values;
    return c.json({
      email,
      visitorId,
      match,
      destinations: destinations.map(toAnswer),
    } satisfies PreviewAnswer);
  });

  return app;
}

export interface DestinationPreview extends Pick<OpenDestination, 'name' | 'label'> {
  seen: Preview | Failure;
}

function toAnswer({ name, seen }: DestinationPreview): PreviewAnswer['destinations'][number] {
  if (!('failed' in seen)) return { name, ...seen, externalId: seen.externalId ?? null };
  const { code, detail = null } = seen.failed.reason;
  return { name, failed: code, detail };
}

/** What each destination would do with a signup of this person now; or why DataFast cannot be asked. */
export async function previewOf(
  dependencies: WebDependencies,
  { onlyIfNew, ...person }: { email: string; visitorId?: string; onlyIfNew?: true },
): Promise<{ match: Match; destinations: readonly DestinationPreview[] } | Unavailable> {
  const found =
    person.visitorId === undefined
      ? { known: knownOf(undefined), referrers: {} }
      : await findVisitor(dependencies, person.visitorId);
  if ('unavailable' in found) return found;
  const signup = imaginedSignup(dependencies, person, found);
  const contact: Contact = {
    email: person.email,
    first: signup,
    touches: signup.visitor ? [signup] : [],
    latest: signup,
    onlyIfNew,
  };
  const previews = dependencies.destinations().map(async (destination) => {
    const { name, label } = destination;
    const seen = await destination.preview?.(contact);
    return seen ? [{ name, label, seen }] : [];
  });
  return { match: signup.match, destinations: (await Promise.all(previews)).flat() };
}

/** A signup by the generic source, as if it happened now. */
function imaginedSignup(
  { attribute, journey, now }: WebDependencies,
  person: { email: string; visitorId?: string },
  { known, referrers }: Found,
): EnrichedSignup {
  const at = isoOf(now());
  const { visitor } = known;
  return {
    ...known,
    signup: {
      version: 1,
      id: 'signup:preview',
      source: 'signup',
      ...person,
      occurredAt: at,
      receivedAt: at,
      test: false,
    },
    attribution: attribute({ visitor, referrer: referrers.first }),
    journey: visitor && journey(visitor, at, referrers),
  };
}
