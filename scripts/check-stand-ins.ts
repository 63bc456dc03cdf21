// `node scripts/check-stand-ins.ts attio <openapi document>`: whether the requests of a destination, and the answers of its
// stand-in, are those of the service's published OpenAPI document (JSON or YAML). The documents are not part of this
// repository: Attio's is at https://api.attio.com/openapi/api, Stripe's is latest/openapi.spec3.json of github.com/stripe/openapi,
// HubSpot's are contacts.json, properties.json, lists.json and accountInfo.json of github.com/HubSpot/HubSpot-public-api-spec-collection.
// A request that one document does not have may be in another one, so several can be given.
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
import { createHubspot } from '../stand-ins/hubspot.ts';
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
  hubspot: () => {
    const scopes = [
      ...['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.schemas.contacts.write'],
      ...['crm.lists.read', 'crm.lists.write'],
    ];
    const { app } = createHubspot({ token: KEY, scopes });
    return { keys: { HUBSPOT_TOKEN: KEY }, fetch: (request) => app.fetch(request) };
  },
  stripe: () => {
    const standIn = createStripe({ key: KEY });
    standIn.addCustomer({ id: 'cus_ada' });
    return { keys: { STRIPE_API_KEY: KEY }, fetch: (request) => standIn.app.fetch(request) };
  },
};

const [name = '', ...paths] = process.argv.slice(2);
const service = services[name]?.();
if (!service || paths.length === 0) {
  console.error(
    `usage: node scripts/check-stand-ins.ts ${Object.keys(services).join('|')} <file…>`,
  );
  process.exit(2);
}

const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
addFormats.default(ajv);
const documents = paths.map((path) => {
  const document: unknown = parse(readFileSync(path, 'utf8'));
  if (!isObject(document) || !isObject(document.paths)) throw new Error(`${path} is no document`);
  ajv.addSchema(document, path);
  return { path, document };
});

const seen = new Map<string, readonly string[]>();

/** What of an exchange is not as the document has it. */
async function check(request: Request, response: Response): Promise<void> {
  const { pathname } = new URL(request.url);
  const label = `${request.method} ${pathname} ${response.status}`;
  const places = documents.flatMap((document) =>
    Object.keys(at(document.document, ['paths']) ?? {})
      .filter((one) => isOf(one, pathname))
      .map((template) => ({ ...document, keys: ['paths', template, request.method.toLowerCase()] }))
      .filter(({ keys }) => at(document.document, keys)),
  );
  const [place] = places;
  if (!place) {
    seen.set(label, ['is not in the document']);
    return;
  }
  const body = await request.text();
  const json = response.status < 500 ? await response.json() : undefined;
  seen.set(label, [
    ...sentMistakes(place, body),
    ...mistakes(inside(place, 'responses', String(response.status)), json, 'answered'),
  ]);
}

interface Place {
  path: string;
  document: object;
  keys: readonly string[];
}

const inside = (place: Place, ...keys: readonly string[]): Place => ({
  ...place,
  keys: [...place.keys, ...keys],
});

function sentMistakes(place: Place, body: string): string[] {
  if (body === '') return [];
  if (body.startsWith('{')) return mistakes(inside(place, 'requestBody'), JSON.parse(body), 'sent');
  const type = 'application/x-www-form-urlencoded';
  const form = [...place.keys, 'requestBody', 'content', type, 'schema'];
  const known = Object.keys(at(place.document, [...form, 'properties']) ?? {});
  const names = [...new URLSearchParams(body).keys()].map((key) => key.replace(/\[.*/, ''));
  return names.filter((key) => !known.includes(key)).map((key) => `sent: no parameter ${key}`);
}

function mistakes(given: Place, value: unknown, what: string): string[] {
  const place = resolved(given);
  const type = ['application/json', '*/*'].find((one) =>
    at(place.document, [...place.keys, 'content', one, 'schema']),
  );
  const schema = [...place.keys, 'content', type ?? '', 'schema'];
  const instead = { ...given, keys: given.keys.with(-1, 'default') };
  if (type === undefined) {
    return at(given.document, instead.keys) && given.keys.at(-1) !== 'default'
      ? mistakes(instead, value, what)
      : [`${what}: the document has no such body`];
  }
  const pointer = schema.map((key) =>
    encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.compile({ $ref: `${place.path}#/${pointer.join('/')}` });
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message }: ErrorObject) => `${what}: ${instancePath} ${message}`,
  );
}

/** Where the reference leads that stands there. */
function resolved(place: Place): Place {
  const found = at(place.document, place.keys);
  const reference = isObject(found) && typeof found.$ref === 'string' ? found.$ref : undefined;
  return reference === undefined ? place : { ...place, keys: reference.slice(2).split('/') };
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
await destination?.createSegments?.(false);
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
