// A stand-in for Attio's people and their attributes. It accepts, refuses and limits as documented, and keeps everything in
// memory. https://docs.attio.com/rest-api/overview
import { type Context, Hono } from 'hono';
import {
  type AttioAttribute,
  attributeBody,
  newAttribute,
  optionBody,
  systemAttributes,
  WORKSPACE_ID,
} from './attio/attributes.ts';
import {
  AttributeCreate,
  documentedOnly,
  OptionCreate,
  RecordQuery,
  RecordWrite,
} from './attio/documented.ts';
import { errorBody, refuse } from './attio/errors.ts';
import { authenticated, limited, needs, type Token } from './attio/gate.ts';
import { type AttioPerson, createPeople, recordBody } from './attio/people.ts';
import { bearerToken, createRecorder, type Failure, type RecordedRequest } from './requests.ts';

const READ = 'record_permission:read';
const WRITE = 'record_permission:read-write';
const READ_CONFIGURATION = 'object_configuration:read';
const WRITE_CONFIGURATION = 'object_configuration:read-write';

export interface AttioOptions {
  token: string;
  /** Absent: every scope that Whence asks for. */
  scopes?: readonly string[];
  now?: () => number;
  readsPerSecond?: number;
  writesPerSecond?: number;
}

export interface AttioStandIn {
  app: Hono;
  requests: RecordedRequest[];
  people(): AttioPerson[];
  /** By any of their addresses. */
  person(email: string): AttioPerson | undefined;
  /** What the person has, by slug, the first value as a text. */
  texts(email: string): Readonly<Record<string, string>> | undefined;
  /** As if somebody had entered it in Attio. Throws on what Attio would refuse. */
  addPerson(values: Readonly<Record<string, readonly unknown[]>>): AttioPerson;
  deletePerson(email: string): void;
  attributes: Map<string, AttioAttribute>;
  addAttribute(given: Parameters<typeof newAttribute>[0]): AttioAttribute;
  revoke(): void;
  undocumented: readonly string[];
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

export function createAttio(options: AttioOptions): AttioStandIn {
  const now = options.now ?? Date.now;
  const token: Token = {
    value: options.token,
    scopes: options.scopes ?? [WRITE, WRITE_CONFIGURATION],
    isRevoked: false,
  };
  const timestamp = () => new Date(now()).toISOString().replace('Z', '000000Z');
  const attributes = new Map(systemAttributes().map((one) => [one.api_slug, one]));
  const people = createPeople(attributes, timestamp);
  const undocumented: string[] = [];
  const recorder = createRecorder({
    now,
    errorBody: (status) =>
      errorBody(status, { type: 'api_error', code: 'internal', message: `HTTP ${status}` }),
  });

  const app = new Hono();
  app.use(documentedOnly(undocumented));
  app.use(recorder.record);
  app.use(authenticated(token));
  app.use(
    limited({
      readsPerSecond: options.readsPerSecond ?? 100,
      writesPerSecond: options.writesPerSecond ?? 25,
      now,
    }),
  );
  app.get('/v2/self', (c) => c.json(selfBody(token, c)));
  addAttributeRoutes(app, token, attributes);
  addRecordRoutes(app, token, people, attributes);
  app.notFound((c) => refuse(c, 404, { code: 'not_found', message: 'Not found.' }));
  // A network failure must reach the caller as a rejected promise, not as Hono's 500.
  app.onError((error) => {
    throw error;
  });

  const { requests, failWith, forgetRequests } = recorder;
  return {
    app,
    requests,
    people: () => [...people.all.values()],
    person: people.byAddress,
    texts(email) {
      const person = people.byAddress(email);
      return person && textsOf(person);
    },
    addPerson(values) {
      const person = people.create(values);
      if ('code' in person) throw new Error(person.message);
      return person;
    },
    deletePerson(email) {
      const person = people.byAddress(email);
      if (person) people.all.delete(person.id);
    },
    attributes,
    addAttribute(given) {
      const attribute = newAttribute(given);
      attributes.set(attribute.api_slug, attribute);
      return attribute;
    },
    revoke() {
      token.isRevoked = true;
    },
    undocumented,
    failWith,
    forgetRequests,
  };
}

/** The answer for a token that is revoked or unknown is a good one as well. */
function selfBody({ value, scopes, isRevoked }: Token, c: Context) {
  const isKnown = bearerToken(c.req.header('authorization')) === value;
  if (isRevoked || !isKnown) return { active: false };
  return {
    active: true,
    scope: scopes.join(' '),
    client_id: '5f2c8b7e-2f0f-4a55-9f2b-1c0d9e8f7a6b',
    token_type: 'Bearer',
    exp: null,
    iat: 1_767_225_600,
    sub: WORKSPACE_ID,
    aud: '5f2c8b7e-2f0f-4a55-9f2b-1c0d9e8f7a6b',
    iss: 'attio.com',
    authorized_by_workspace_member_id: '50cf242c-7fa3-4cad-87d0-75b1af71c57b',
    workspace_id: WORKSPACE_ID,
    workspace_name: 'Acme',
    workspace_slug: 'acme',
    workspace_logo_url: null,
  };
}

function addAttributeRoutes(
  app: Hono,
  token: Token,
  attributes: Map<string, AttioAttribute>,
): void {
  const path = '/v2/objects/people/attributes';
  const conflict = { code: 'slug_conflict', message: 'Another one has this slug already.' };
  app.get(path, needs(token, READ_CONFIGURATION), (c) => {
    const isWanted = (one: AttioAttribute) =>
      !one.is_archived || c.req.query('show_archived') === 'true';
    const offset = Number(c.req.query('offset') ?? 0);
    const all = [...attributes.values()].filter(isWanted);
    const page = all.slice(offset, offset + Number(c.req.query('limit') ?? 500));
    return c.json({ data: page.map(attributeBody) });
  });
  app.post(path, needs(token, WRITE_CONFIGURATION), async (c) => {
    const { data } = AttributeCreate.parse(await c.req.json());
    if (!/^[a-z][a-z0-9_]*$/.test(data.api_slug)) {
      return refuse(c, 400, { code: 'validation_type', message: 'The slug is not in snake case.' });
    }
    if (attributes.has(data.api_slug)) return refuse(c, 409, conflict);
    const { config: _, default_value: __, ...given } = data;
    const attribute = newAttribute(given);
    attributes.set(attribute.api_slug, attribute);
    return c.json({ data: attributeBody(attribute) });
  });

  const options = `${path}/:attribute/options`;
  const select = (c: Context) => {
    const attribute = attributes.get(c.req.param('attribute') ?? '');
    return attribute?.type === 'select'
      ? attribute
      : refuse(c, 404, { code: 'not_found', message: 'There is no such select attribute.' });
  };
  app.get(options, needs(token, READ_CONFIGURATION), (c) => {
    const attribute = select(c);
    if (attribute instanceof Response) return attribute;
    const isWanted = ({ isArchived }: AttioAttribute['options'][number]) =>
      !isArchived || c.req.query('show_archived') === 'true';
    const wanted = attribute.options.filter(isWanted);
    return c.json({ data: wanted.map((option) => optionBody(attribute, option)) });
  });
  app.post(options, needs(token, WRITE_CONFIGURATION), async (c) => {
    const attribute = select(c);
    if (attribute instanceof Response) return attribute;
    const { title } = OptionCreate.parse(await c.req.json()).data;
    if (attribute.options.some((one) => one.title === title)) return refuse(c, 409, conflict);
    const option = { id: crypto.randomUUID(), title, isArchived: false };
    attribute.options.push(option);
    return c.json({ data: optionBody(attribute, option) });
  });
}

function addRecordRoutes(
  app: Hono,
  token: Token,
  people: ReturnType<typeof createPeople>,
  attributes: ReadonlyMap<string, AttioAttribute>,
): void {
  const path = '/v2/objects/people/records';
  app.post(`${path}/query`, needs(token, READ, READ_CONFIGURATION), async (c) => {
    const { filter, limit = 500, offset = 0 } = RecordQuery.parse(await c.req.json());
    const wanted = filter?.$or.map((one) => one.email_addresses.email_address.$eq.toLowerCase());
    const found = [...people.all.values()].filter(
      ({ values }) =>
        !wanted ||
        values.get('email_addresses')?.some((one) => wanted.includes(String(one.email_address))),
    );
    const page = found.slice(offset, offset + limit);
    return c.json({ data: page.map((person) => recordBody(person, attributes)) });
  });
  app.post(path, needs(token, WRITE, READ_CONFIGURATION), async (c) => {
    const person = people.create(RecordWrite.parse(await c.req.json()).data.values);
    return 'code' in person
      ? refuse(c, 400, person)
      : c.json({ data: recordBody(person, attributes) });
  });
  app.get(`${path}/:id`, needs(token, READ, READ_CONFIGURATION), (c) => {
    const person = people.all.get(c.req.param('id'));
    return person
      ? c.json({ data: recordBody(person, attributes) })
      : refuse(c, 404, { code: 'not_found', message: 'There is no such record.' });
  });
  app.delete(`${path}/:id`, needs(token, WRITE, READ_CONFIGURATION), (c) =>
    people.all.delete(c.req.param('id'))
      ? c.json({})
      : refuse(c, 404, { code: 'not_found', message: 'There is no such record.' }),
  );
  app.patch(`${path}/:id`, needs(token, WRITE, READ_CONFIGURATION), async (c) => {
    const person = people.all.get(c.req.param('id'));
    if (!person) return refuse(c, 404, { code: 'not_found', message: 'There is no such record.' });
    const refusal = people.change(person, RecordWrite.parse(await c.req.json()).data.values);
    return refusal ? refuse(c, 400, refusal) : c.json({ data: recordBody(person, attributes) });
  });
}

/** The first value of each attribute, as people would read it. */
function textsOf({ values }: AttioPerson): Readonly<Record<string, string>> {
  const texts = [...values].flatMap(([slug, [first]]) => {
    if (!first) return [];
    const { option, email_address: address, full_name: name, value } = first;
    const title = option && typeof option === 'object' && 'title' in option && option.title;
    const text = String(title || address || name || value);
    // Attio's nine digits of a second, as everybody else writes them.
    return [[slug, text.replace(/(\.\d{3})0{6}Z$/, '$1Z')]];
  });
  return Object.fromEntries(texts);
}
