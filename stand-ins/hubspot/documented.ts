// The requests that HubSpot documents, from its API reference. Every other request fails at once: the real HubSpot may
// accept it today and refuse it tomorrow. https://developers.hubspot.com/docs/api-reference
import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { ListCreate, ListSearch } from './lists.ts';

const MAX_INPUTS = 100;
const inputs = <Input extends z.ZodType>(input: Input) =>
  z.strictObject({ inputs: z.array(input).min(1).max(MAX_INPUTS) });

const BatchRead = inputs(z.strictObject({ id: z.string().min(1) })).extend({
  properties: z.array(z.string()),
  propertiesWithHistory: z.array(z.string()),
  idProperty: z.string().optional(),
});

const BatchUpsert = inputs(
  z.strictObject({
    id: z.string().min(1),
    idProperty: z.string().optional(),
    objectWriteTraceId: z.string().optional(),
    properties: z.record(z.string(), z.string()),
  }),
);

const BatchUpdate = inputs(
  z.strictObject({
    id: z.string().min(1),
    idProperty: z.string().optional(),
    objectWriteTraceId: z.string().optional(),
    properties: z.record(z.string(), z.string()),
  }),
);

const Option = z.strictObject({
  label: z.string(),
  value: z.string(),
  displayOrder: z.int(),
  hidden: z.boolean(),
  description: z.string().optional(),
});

const PropertyCreate = z.strictObject({
  name: z.string(),
  label: z.string(),
  groupName: z.string(),
  type: z.enum(['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string']),
  fieldType: z.enum([
    'booleancheckbox',
    'calculation_equation',
    'checkbox',
    'date',
    'file',
    'html',
    'number',
    'phonenumber',
    'radio',
    'select',
    'text',
    'textarea',
  ]),
  calculationFormula: z.string().optional(),
  currencyPropertyName: z.string().optional(),
  dataSensitivity: z.enum(['highly_sensitive', 'non_sensitive', 'sensitive']).optional(),
  description: z.string().optional(),
  displayOrder: z.int().optional(),
  externalOptions: z.boolean().optional(),
  formField: z.boolean().optional(),
  hasUniqueValue: z.boolean().optional(),
  hidden: z.boolean().optional(),
  numberDisplayHint: z
    .enum(['currency', 'duration', 'formatted', 'percentage', 'probability', 'unformatted'])
    .optional(),
  options: z.array(Option).optional(),
  referencedObjectType: z.string().optional(),
  showCurrencySymbol: z.boolean().optional(),
});

/** Its `PropertyCreate` has lost how a number is shown. */
const PropertyCreate202609 = PropertyCreate.omit({
  currencyPropertyName: true,
  numberDisplayHint: true,
  showCurrencySymbol: true,
});

const GroupCreate = z.strictObject({
  name: z.string(),
  label: z.string(),
  displayOrder: z.int().optional(),
});

interface Documented {
  /** After the version. */
  path: RegExp;
  method: 'GET' | 'POST' | 'DELETE';
  body?: z.ZodType;
  query?: readonly string[];
}

const VERSION = '(2026-03|2026-09)';
const OBJECTS = `^/crm/objects/${VERSION}/contacts`;
const PROPERTIES = `^/crm/properties/${VERSION}/contacts`;

const REQUESTS: readonly Documented[] = [
  {
    method: 'POST',
    path: new RegExp(`${OBJECTS}/batch/read$`),
    body: BatchRead,
    query: ['archived'],
  },
  { method: 'POST', path: new RegExp(`${OBJECTS}/batch/update$`), body: BatchUpdate },
  { method: 'POST', path: new RegExp(`${OBJECTS}/batch/upsert$`), body: BatchUpsert },
  { method: 'DELETE', path: new RegExp(`${OBJECTS}/\\d+$`) },
  { method: 'GET', path: new RegExp(`${PROPERTIES}$`), query: ['archived'] },
  ...creates('2026-03', PropertyCreate),
  ...creates('2026-09', PropertyCreate202609),
  { method: 'GET', path: new RegExp(`${PROPERTIES}/groups$`) },
  { method: 'POST', path: new RegExp(`${PROPERTIES}/groups$`), body: GroupCreate },
  { method: 'GET', path: new RegExp(`${PROPERTIES}/[^/]+$`), query: ['archived'] },
  { method: 'POST', path: new RegExp(`^/crm/lists/${VERSION}$`), body: ListCreate },
  { method: 'POST', path: new RegExp(`^/crm/lists/${VERSION}/search$`), body: ListSearch },
  { method: 'GET', path: new RegExp(`^/account-info/${VERSION}/details$`) },
];

/** One property, and a batch of them. */
function creates(version: string, property: z.ZodType): Documented[] {
  const path = `^/crm/properties/${version}/contacts`;
  return [
    { method: 'POST', path: new RegExp(`${path}$`), body: property },
    { method: 'POST', path: new RegExp(`${path}/batch/create$`), body: inputs(property) },
  ];
}

/** What is not documented about a request. Empty when everything is documented. */
export async function undocumentedOf(request: Request): Promise<string[]> {
  const { pathname, searchParams } = new URL(request.url);
  const label = `${request.method} ${pathname}`;
  const documented = REQUESTS.find(
    ({ method, path }) => method === request.method && path.test(pathname),
  );
  if (!documented) return [`${label}: no such endpoint`];
  const { body, query = [] } = documented;
  const complaints = [...searchParams.keys()]
    .filter((name) => !query.includes(name))
    .map((name) => `${label}: no query parameter ${name}`);
  if (!/^Bearer \S+$/.test(request.headers.get('authorization') ?? '')) {
    complaints.push(`${label}: no bearer token`);
  }
  const text = await request.clone().text();
  if (!body) return text === '' ? complaints : [...complaints, `${label}: no body`];
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    complaints.push(`${label}: content-type is not application/json`);
  }
  const issues = body.safeParse(parseJson(text)).error?.issues ?? [];
  return [
    ...complaints,
    ...issues.map(({ path, message }) => `${label}: ${path.join('.')}: ${message}`),
  ];
}

/** Fails the connection at an undocumented request, so that no test passes with one, and records why. */
export function documentedOnly(found: string[]): MiddlewareHandler {
  return async function refuseUndocumented(c, next) {
    const complaints = await undocumentedOf(c.req.raw);
    found.push(...complaints);
    if (complaints.length > 0) throw new Error(`HubSpot documents no such request: ${complaints}`);
    await next();
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
