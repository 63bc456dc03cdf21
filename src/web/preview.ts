// What would be written onto a contact, next to what the CRM holds now. Writes nothing.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { Preview as PreviewAnswer } from '../api/preview.ts';
import type { Failure, OpenDestination, Preview } from '../destinations/destination.ts';
import { sideBySide } from '../destinations/side-by-side.ts';
import { newestCustomer } from '../ledger/customer.ts';
import {
  type Contact,
  type EnrichedSignup,
  type Match,
  type Signup,
  UNKNOWN_CHANNEL,
} from '../model.ts';
import { isoOf } from '../time.ts';
import { knownOf } from '../visitors/lookup.ts';
import { type Found, findVisitor, type Unavailable } from './find-visitor.ts';
import { isViewer, previewForViewer } from './for-viewer.ts';
import { Email, readParameters, VisitorId } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebDependencies, WebEnv } from './web.ts';

export const PreviewQuery = z.object({ email: Email, visitorId: z.optional(VisitorId) });

export function preview(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(PreviewQuery, c.req.query());
    if (refusal) return refusal;
    const customer = await newestCustomer(c.env.ledger, values.email);
    const isMasked = isViewer(c);
    const previewed = await previewOf(c.env, { ...values, customer, isMasked });
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
      sideBySide: [...sideBySide(readable(destinations))],
    } satisfies PreviewAnswer);
  });

  return app;
}

export interface DestinationPreview extends Pick<OpenDestination, 'name' | 'label'> {
  seen: Preview | Failure;
}

/** Those whose records can be read. */
export const readable = (destinations: readonly DestinationPreview[]) =>
  destinations.flatMap(({ name, label, seen }) =>
    'failed' in seen ? [] : [{ name, label, ...seen }],
  );

function toAnswer({ name, seen }: DestinationPreview): PreviewAnswer['destinations'][number] {
  if (!('failed' in seen)) return { name, ...seen, externalId: seen.externalId ?? null };
  const { code, detail = null } = seen.failed.reason;
  return seen.failed.status === 'skipped'
    ? { name, skipped: code, detail }
    : { name, failed: code, detail };
}

interface Previewed {
  email: string;
  visitorId?: string | undefined;
  onlyIfNew?: true | undefined;
  /** A signup of theirs; absent: an imagined one of now. */
  signup?: Signup | undefined;
  /** For a viewer, who sees nothing of the person. */
  isMasked?: boolean;
  /** For an imagined signup, at the destinations that know people as customers of a provider. */
  customer?: Pick<Signup, 'source' | 'customerId' | 'test'> | undefined;
}

/** What each destination would do with a signup of this person now; or why DataFast cannot be asked. */
export async function previewOf(
  dependencies: WebDependencies,
  { onlyIfNew, customer, isMasked, ...person }: Previewed,
): Promise<{ match: Match; destinations: readonly DestinationPreview[] } | Unavailable> {
  const found =
    person.visitorId === undefined
      ? { known: knownOf(undefined), referrers: {} }
      : await findVisitor(dependencies, person.visitorId);
  if ('unavailable' in found) return found;
  const signup = enrichedSignup(dependencies, person, found);
  const contactOf = (first: EnrichedSignup): Contact => ({
    email: person.email,
    first,
    touches: first.visitor ? [first] : [],
    latest: first,
    onlyIfNew,
  });
  const ofCustomer = { ...signup, signup: { ...signup.signup, ...customer } };
  const previews = dependencies.destinations().map(async (destination) => {
    const { name, label, key } = destination;
    const seen = await destination.preview?.(contactOf(key === 'customerId' ? ofCustomer : signup));
    if (!seen) return [];
    if (!isMasked) return [{ name, label, seen }];
    if ('failed' in seen) return [{ name, label, seen: withoutDetail(seen) }];
    const { payload: _, ...rest } = seen;
    const properties = previewForViewer(seen.properties, destination);
    return [{ name, label, seen: { ...rest, properties } }];
  });
  return { match: signup.match, destinations: (await Promise.all(previews)).flat() };
}

/** The words of the service may quote the address. */
const withoutDetail = ({ failed }: Failure): Failure => ({
  failed: { ...failed, reason: { code: failed.reason.code } },
});

/** The signup with its visitor; without one, a signup by the generic source, as if it happened now. */
function enrichedSignup(
  { attribute, journey, now }: WebDependencies,
  { signup, email, visitorId }: Previewed,
  { known, referrers }: Found,
): EnrichedSignup {
  const at = isoOf(now());
  const { visitor } = known;
  const { occurredAt, referrer, ...message } = signup ?? {
    version: 1,
    id: 'signup:preview',
    source: 'signup',
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
  // The signup's own referrer counts, unless it names no source.
  const own = attribute({ visitor, referrer: referrer ?? referrers.first });
  const attributions = [own, attribute({ visitor, referrer: referrers.first })];
  return {
    ...known,
    signup: { ...message, email, visitorId, occurredAt, referrer },
    attribution: attributions.find(({ channel }) => channel !== UNKNOWN_CHANNEL) ?? own,
    journey: visitor && journey(visitor, occurredAt, referrers),
  };
}
