// `node scripts/check-stand-ins.ts attio <openapi document>`: whether the requests of a destination, and the answers of its
// stand-in, are those of the service's published OpenAPI document (JSON or YAML). The documents are not part of this
// repository: Attio's is at https://api.attio.com/openapi/api, Stripe's is latest/openapi.spec3.json of github.com/stripe/openapi.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { attribute } from '../src/attribution/attribute.ts';
import { mergePeople } from '../src/delivery/merge.ts';
import { openDestinations } from '../src/destinations/index.ts';
import { isObject } from '../src/json.ts';
import type { EnrichedSignup } from '../src/model.ts';
import { createAttio } from '../stand-ins/attio.ts';
import { createStripe } from '../stand-ins/stripe.ts';

interface Service {
  keys: Record<string, string>;
  fetch: (request: Request) => Response | Promise<Response>;
}

const KEY = 'rk_live_check';
const services: Record<string, () => Service> = {
  attio: () => {
    const { app } = createAttio({ token: KEY, writesPerSecond: Number.POSITIVE_INFINITY });
    return { keys: { ATTIO_TOKEN: KEY }, fetch: (request) => app.fetch(request) };
  },
  stripe: () => {
    const standIn = createStripe({ key: KEY });
    standIn.addCustomer({ id: 'cus_ada' });
    return { keys: { STRIPE_API_KEY: KEY }, fetch: (request) => standIn.app.fetch(request) };
  },
};

const [name = '', path = ''] = process.argv.slice(2);
const service = services[name]?.();
if (!service || path === '') {
  console.error(`usage: node scripts/check-stand-ins.ts ${Object.keys(services).join('|')} <file>`);
  process.exit(2);
}

const document: unknown = parse(readFileSync(path, 'utf8'));
const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(isObject(document) ? document : {}, 'document');

const seen = new Map<string, readonly string[]>();

/** What of an exchange is not as the document has it. */
async function check(request: Request, response: Response): Promise<void> {
  const { pathname } = new URL(request.url);
  const label = `${request.method} ${pathname} ${response.status}`;
  const paths = Object.keys(at(document, ['paths']) ?? {});
  const template = paths.find((one) => isOf(one, pathname));
  const place = ['paths', template ?? '', request.method.toLowerCase()];
  if (!template || !at(document, place)) {
    seen.set(label, ['is not in the document']);
    return;
  }
  const body = await request.text();
  const json = response.status < 500 ? await response.json() : undefined;
  seen.set(label, [
    ...sentMistakes(place, body),
    ...mistakes([...place, 'responses', String(response.status)], json, 'answered'),
  ]);
}

function sentMistakes(place: readonly string[], body: string): string[] {
  if (body === '') return [];
  if (body.startsWith('{')) return mistakes([...place, 'requestBody'], JSON.parse(body), 'sent');
  const form = [...place, 'requestBody', 'content', 'application/x-www-form-urlencoded', 'schema'];
  const known = Object.keys(at(document, [...form, 'properties']) ?? {});
  const names = [...new URLSearchParams(body).keys()].map((key) => key.replace(/\[.*/, ''));
  return names.filter((key) => !known.includes(key)).map((key) => `sent: no parameter ${key}`);
}

function mistakes(place: readonly string[], value: unknown, what: string): string[] {
  const schema = [...place, 'content', 'application/json', 'schema'];
  const instead = place.with(-1, 'default');
  if (at(document, schema) === undefined) {
    return at(document, [...instead, 'content']) && place.at(-1) !== 'default'
      ? mistakes(instead, value, what)
      : [`${what}: the document has no such body`];
  }
  const pointer = schema.map((key) =>
    encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.compile({ $ref: `document#/${pointer.join('/')}` });
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message }: ErrorObject) => `${what}: ${instancePath} ${message}`,
  );
}

function at(value: unknown, keys: readonly string[]): object | undefined {
  let found = value;
  for (const key of keys) found = isObject(found) ? found[key] : undefined;
  return isObject(found) ? found : undefined;
}

/** Whether the path is one of the template. */
function isOf(template: string, pathname: string): boolean {
  const [wanted, given] = [template, pathname].map((text) => text.split('/'));
  return (
    wanted?.length === given?.length &&
    wanted?.every((part, index) => part.startsWith('{') || part === given?.[index]) === true
  );
}

/** Somebody who signs up now, as a destination gets them. */
function contacts(visits: number) {
  const now = new Date().toISOString();
  const visitor = {
    visitorId: '00000000-0000-4000-8000-000000000001',
    params: { utm_source: 'google', utm_medium: 'cpc' },
    clickIds: {},
    pages: [],
    goals: [],
    visits,
    lastSeenAt: now,
  };
  const signup: EnrichedSignup = {
    match: 'matched',
    visitor,
    fetchedAt: now,
    attribution: attribute({ visitor }),
    signup: {
      version: 1,
      id: 'stripe:evt_1',
      source: 'stripe',
      customerId: 'cus_ada',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      occurredAt: now,
      receivedAt: now,
      test: false,
    },
  };
  return mergePeople('email', [signup]).map(({ contact }) => contact);
}

const { keys, fetch: answer } = service;
const [destination] = openDestinations(new Map(Object.entries(keys)), new Map(), {
  now: Date.now,
  async fetch(input, init) {
    const request = new Request(input, init);
    const response = await answer(request.clone());
    await check(request, response.clone());
    return response;
  },
});
await destination?.check();
await destination?.prepare?.();
await destination?.upsert(contacts(1));
await destination?.upsert(contacts(2));
for (const contact of contacts(2)) await destination?.preview?.(contact);
await destination?.erase?.({
  emails: ['ada@example.com'],
  customers: ['stripe:cus_ada'],
  signups: ['stripe:evt_1'],
  externalIds: [],
});

for (const [label, found] of seen) {
  console.log(`${found.length === 0 ? '✓' : '✗'} ${label}`);
  for (const mistake of new Set(found)) console.log(`    ${mistake}`);
}
process.exitCode = seen.size > 0 && [...seen.values()].every((found) => found.length === 0) ? 0 : 1;
