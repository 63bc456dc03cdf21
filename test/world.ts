// The world around the Worker in a test: both stand-ins behind `fetch`, empty storage and an empty queue, and people who
// sign up.
import { applyD1Migrations, reset } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import type { Hono } from 'hono';
import { vi } from 'vitest';
import { samples } from '../samples/index.ts';
import type { SampleSignup } from '../samples/sample.ts';
import { type AttioStandIn, createAttio } from '../stand-ins/attio.ts';
import { type VisitorProperties, visitor as visitorRecord } from '../stand-ins/datafast/visitor.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../stand-ins/hubspot.ts';
import { hubspotSettings, provision } from '../stand-ins/provision.ts';
import { createStripe, type StripeStandIn } from '../stand-ins/stripe.ts';
import { endTest, startTest } from './test-border.ts';

/** The keys of destinations that are off unless a test gives them to the Worker. */
export const OTHER_KEYS = { ATTIO_TOKEN: 'attio-test-token', STRIPE_API_KEY: 'rk_live_for_tests' };

export interface World {
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  attio: AttioStandIn;
  stripe: StripeStandIn;
  fetch: typeof fetch;
  /** Makes DataFast know a visitor. Returns the visitor ID. */
  visitor(properties?: VisitorProperties): string;
}

/** On a busy machine, a reset can leave the tables behind. */
async function emptyStorage(): Promise<void> {
  do await reset();
  while (await env.LEDGER.prepare("SELECT 1 FROM sqlite_master WHERE name = 'signups'").first());
}

/** Every request of the Worker reaches the stand-ins. HubSpot has its properties. Nothing of an earlier test is left. */
export async function createWorld(now: () => number = Date.now): Promise<World> {
  await endTest();
  await emptyStorage();
  await applyD1Migrations(env.LEDGER, env.MIGRATIONS);
  startTest();
  const datafast = createDatafast({ apiKey: env.DATAFAST_API_KEY, now });
  const hubspot = createHubspot({ token: env.HUBSPOT_TOKEN, now });
  const attio = createAttio({ token: OTHER_KEYS.ATTIO_TOKEN, now });
  const stripe = createStripe({ key: OTHER_KEYS.STRIPE_API_KEY, now });
  const apps: Readonly<Record<string, Hono>> = {
    'datafa.st': datafast.app,
    'api.hubapi.com': hubspot.app,
    'api.attio.com': attio.app,
    'api.stripe.com': stripe.app,
  };
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    const app = apps[hostname];
    if (app) return app.fetch(request);
    throw new TypeError(`nothing answers at ${hostname}`);
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation(reach);
  await provision(hubspotSettings(env.HUBSPOT_TOKEN), { fetch: reach, now });
  hubspot.forgetRequests();
  return {
    datafast,
    hubspot,
    attio,
    stripe,
    fetch: reach,
    visitor(properties = {}) {
      const record = visitorRecord(properties);
      datafast.visitors.set(record.visitorId, record);
      return record.visitorId;
    },
  };
}

/** The requests for one visitor. Others look for referrers. */
export const lookupsOf = ({ datafast }: World) =>
  datafast.requests.filter(({ path }) => path.startsWith('/api/v1/visitors/'));

export const SECRETS: Record<string, string> = {
  stripe: env.STRIPE_WEBHOOK_SECRET,
  clerk: env.CLERK_WEBHOOK_SECRET,
  signup: env.SIGNUP_WEBHOOK_SECRET,
};

let people = 0;
/** A new person. */
export function somebody(more: Partial<SampleSignup> = {}): SampleSignup {
  people += 1;
  return {
    eventId: `evt_${crypto.randomUUID()}`,
    email: `person${people}@example.com`,
    name: `Person Number ${people}`,
    userId: `user_${people}`,
    occurredAt: new Date(),
    ...more,
  };
}

/** The signed request a provider makes when somebody signs up. */
export async function webhook(source: string, signup: SampleSignup): Promise<Request> {
  const sample = samples.get(source);
  if (!sample) throw new Error(`no sample of ${source}`);
  const { headers, body } = await sample.sign(sample.payload(signup), {
    secret: SECRETS[source] ?? '',
    eventId: signup.eventId,
    at: new Date(),
  });
  return new Request(`https://whence.example/webhooks/${source}`, {
    method: 'POST',
    headers,
    body,
  });
}

/** Posts the webhook to the real Worker. */
export async function send(source: string, signup: SampleSignup): Promise<Response> {
  return exports.default.fetch(await webhook(source, signup));
}

/** Calls the Worker's API as the operator. */
export function ask(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(
    new Request(`https://whence.example${path}`, {
      ...init,
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` },
    }),
  );
}
