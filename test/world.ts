// The world around the Worker in a test: both stand-ins behind `fetch`, an empty ledger, and somebody who signs up.
import { applyD1Migrations, reset } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { vi } from 'vitest';
import { samples } from '../samples/index.ts';
import type { SampleSignup } from '../samples/sample.ts';
import { openDestinations } from '../src/destinations/index.ts';
import { type VisitorFacts, visitor as visitorRecord } from '../stand-ins/datafast/visitor.ts';
import { createDatafast, type DatafastStandIn } from '../stand-ins/datafast.ts';
import { createHubspot, type HubspotStandIn } from '../stand-ins/hubspot.ts';

export interface World {
  datafast: DatafastStandIn;
  hubspot: HubspotStandIn;
  fetch: typeof fetch;
  /** A visitor DataFast knows; its id. */
  visitor(facts?: VisitorFacts): string;
}

/** Stand-ins that every request out of the Worker reaches; HubSpot's properties are in place. */
export async function createWorld(now: () => number = Date.now): Promise<World> {
  await reset();
  await applyD1Migrations(env.LEDGER, env.MIGRATIONS);
  const datafast = createDatafast({ apiKey: env.DATAFAST_API_KEY, now });
  const hubspot = createHubspot({ token: env.HUBSPOT_TOKEN, now });
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    if (hostname === 'datafa.st') return datafast.app.fetch(request);
    if (hostname === 'api.hubapi.com') return hubspot.app.fetch(request);
    throw new TypeError(`nothing answers at ${hostname}`);
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation(reach);
  const settings = {
    hubspot: { token: env.HUBSPOT_TOKEN, url: 'https://api.hubapi.com', apiVersion: '2026-03' },
  };
  for (const destination of openDestinations(settings, { fetch: reach, now })) {
    const { problems } = await destination.prepare();
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
  }
  hubspot.forgetRequests();
  return {
    datafast,
    hubspot,
    fetch: reach,
    visitor(facts = {}) {
      const record = visitorRecord(facts);
      datafast.visitors.set(record.visitorId, record);
      return record.visitorId;
    },
  };
}

const SECRETS: Record<string, string> = {
  stripe: env.STRIPE_WEBHOOK_SECRET,
  clerk: env.CLERK_WEBHOOK_SECRET,
  signup: env.SIGNUP_WEBHOOK_SECRET,
};

let people = 0;
/** Somebody nobody has seen before. */
export function somebody(facts: Partial<SampleSignup> = {}): SampleSignup {
  people += 1;
  return {
    eventId: `evt_${crypto.randomUUID()}`,
    email: `person${people}@example.com`,
    name: `Person Number ${people}`,
    userId: `user_${people}`,
    occurredAt: new Date(),
    ...facts,
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

/** Asks the Worker's API as the operator. */
export function ask(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(
    new Request(`https://whence.example${path}`, {
      ...init,
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` },
    }),
  );
}
