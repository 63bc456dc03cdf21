// The requests that Attio documents and that Whence may make. Every other request fails at once: the assert by PUT among
// them, which would replace all addresses of a person. https://docs.attio.com/rest-api/endpoint-reference
import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';

const TYPES = [
  'text',
  'number',
  'checkbox',
  'currency',
  'date',
  'timestamp',
  'rating',
  'status',
  'select',
  'record-reference',
  'actor-reference',
  'location',
  'domain',
  'email-address',
  'phone-number',
] as const;

const data = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ data: z.strictObject(shape) });

export const AttributeCreate = data({
  title: z.string().min(1),
  description: z.string().nullable(),
  api_slug: z.string().min(1),
  type: z.enum(TYPES),
  is_required: z.boolean(),
  is_unique: z.boolean(),
  is_multiselect: z.boolean(),
  default_value: z.null().optional(),
  config: z.strictObject({}),
});
export type AttributeCreate = z.infer<typeof AttributeCreate>['data'];
export const OptionCreate = data({ title: z.string().min(1) });
export const RecordWrite = data({ values: z.record(z.string(), z.array(z.unknown())) });

/** Addresses have `$eq`, `$contains` and others; `$in` is documented for record references only. */
const ByAddress = z.strictObject({
  email_addresses: z.strictObject({ email_address: z.strictObject({ $eq: z.string() }) }),
});
export const RecordQuery = z.strictObject({
  filter: z.strictObject({ $or: z.array(ByAddress).min(1) }).optional(),
  limit: z.int().min(1).max(500).optional(),
  offset: z.int().min(0).optional(),
});

interface Documented {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: RegExp;
  body?: z.ZodType;
  query?: readonly string[];
}

const ATTRIBUTES = '^/v2/objects/people/attributes';
const RECORDS = '^/v2/objects/people/records';

const REQUESTS: readonly Documented[] = [
  { method: 'GET', path: /^\/v2\/self$/ },
  {
    method: 'GET',
    path: new RegExp(`${ATTRIBUTES}$`),
    query: ['limit', 'offset', 'show_archived'],
  },
  { method: 'POST', path: new RegExp(`${ATTRIBUTES}$`), body: AttributeCreate },
  { method: 'GET', path: new RegExp(`${ATTRIBUTES}/[^/]+/options$`), query: ['show_archived'] },
  { method: 'POST', path: new RegExp(`${ATTRIBUTES}/[^/]+/options$`), body: OptionCreate },
  { method: 'POST', path: new RegExp(`${RECORDS}/query$`), body: RecordQuery },
  { method: 'POST', path: new RegExp(`${RECORDS}$`), body: RecordWrite },
  { method: 'GET', path: new RegExp(`${RECORDS}/[0-9a-f-]{36}$`) },
  { method: 'PATCH', path: new RegExp(`${RECORDS}/[0-9a-f-]{36}$`), body: RecordWrite },
  { method: 'DELETE', path: new RegExp(`${RECORDS}/[0-9a-f-]{36}$`) },
];

/** Fails the connection at an undocumented request, so that no test passes with one, and records why. */
export function documentedOnly(found: string[]): MiddlewareHandler {
  return async function refuseUndocumented(c, next) {
    const complaints = await undocumentedOf(c.req.raw);
    found.push(...complaints);
    if (complaints.length > 0) throw new Error(`Attio documents no such request: ${complaints}`);
    await next();
  };
}

async function undocumentedOf(request: Request): Promise<string[]> {
  const { pathname, searchParams } = new URL(request.url);
  const label = `${request.method} ${pathname}`;
  const documented = REQUESTS.find(
    ({ method, path }) => method === request.method && path.test(pathname),
  );
  if (!documented) return [`${label}: no such endpoint`];
  const complaints = [...searchParams.keys()]
    .filter((name) => !documented.query?.includes(name))
    .map((name) => `${label}: no query parameter ${name}`);
  if (!/^Bearer \S+$/.test(request.headers.get('authorization') ?? '')) {
    complaints.push(`${label}: no bearer token`);
  }
  const text = await request.clone().text();
  if (!documented.body) return text === '' ? complaints : [...complaints, `${label}: no body`];
  if (request.headers.get('content-type') !== 'application/json') {
    complaints.push(`${label}: content-type is not application/json`);
  }
  const issues = documented.body.safeParse(parseJson(text)).error?.issues ?? [];
  return [
    ...complaints,
    ...issues.map(({ path, message }) => `${label}: ${path.join('.')}: ${message}`),
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
