// The stand-in for HubSpot's contacts: it must refuse what HubSpot refuses.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dailyLimitReached } from '../../stand-ins/hubspot/failures.ts';
import { createHubspot, type HubspotOptions } from '../../stand-ins/hubspot.ts';

const NOON = Date.parse('2026-09-01T12:00:00.000Z');

const Detail = z.object({
  message: z.string(),
  code: z.string().optional(),
  context: z.record(z.string(), z.array(z.string())).optional(),
});

const Fault = z.object({
  status: z.string().optional(),
  category: z.string().optional(),
  message: z.string(),
  correlationId: z.uuid().optional(),
  policyName: z.string().optional(),
  context: z.record(z.string(), z.array(z.string())).optional(),
  errors: z.array(Detail).optional(),
});

const Batch = z.object({
  status: z.literal('COMPLETE'),
  numErrors: z.number().optional(),
  errors: z.array(Fault).default([]),
  results: z.array(
    z.object({
      id: z.string(),
      new: z.boolean().optional(),
      objectWriteTraceId: z.string().optional(),
      properties: z.record(z.string(), z.string().nullable()),
    }),
  ),
});

const readFault = async (response: Response) => Fault.parse(await response.json());
const readBatch = async (response: Response) => Batch.parse(await response.json());

/** The code of every fault in the JSON inside the message, by property. */
function embeddedFaults(message: string): Record<string, string> {
  const json = /^Property values were not valid: (\[.*\])$/s.exec(message)?.[1] ?? '[]';
  const faults = z.array(z.object({ name: z.string(), error: z.string() })).parse(JSON.parse(json));
  return Object.fromEntries(faults.map(({ name, error }) => [name, error]));
}

interface Upsert {
  id: string;
  properties: Record<string, unknown>;
  idProperty?: string;
  objectWriteTraceId?: string;
}

function openPortal(options: Partial<HubspotOptions> & { version?: string } = {}) {
  const { version = '2026-03', ...rest } = options;
  const hubspot = createHubspot({
    now: () => NOON,
    token: 'pat-key',
    acceptsUndocumented: true,
    ...rest,
  });

  const send = async (method: string, path: string, body?: unknown) =>
    hubspot.app.request(path, {
      method,
      headers: { authorization: 'Bearer pat-key', 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const objects = `/crm/objects/${version}/contacts/batch`;

  return {
    ...hubspot,
    send,
    upsertBody: (body: unknown) => send('POST', `${objects}/upsert`, body),
    upsert: (...inputs: Upsert[]) =>
      send('POST', `${objects}/upsert`, {
        inputs: inputs.map((input) => ({ idProperty: 'email', ...input })),
      }),
    read: (emails: string[], properties: string[] = ['email']) =>
      send('POST', `${objects}/read`, {
        idProperty: 'email',
        properties,
        inputs: emails.map((id) => ({ id })),
      }),
  };
}

const ADA = { id: 'ada@example.com', properties: { firstname: 'Ada' } };
const GRACE = { id: 'grace@example.com', properties: { firstname: 'Grace' } };

describe('the gate', () => {
  it('refuses a request without a key', async () => {
    const { app } = openPortal();
    const response = await app.request('/crm/properties/2026-03/contacts');
    expect(response.status).toBe(401);
    expect(await readFault(response)).toMatchObject({ category: 'INVALID_AUTHENTICATION' });
  });

  it('refuses a key without the scope, and names the scope', async () => {
    const { upsert, read } = openPortal({ scopes: ['crm.objects.contacts.read'] });
    expect((await read([ADA.id])).status).toBe(207);
    const response = await upsert(ADA);
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain('MISSING_SCOPES');
    expect(text).toContain('crm.objects.contacts.write');
  });

  it('has two versions of the API and no other', async () => {
    expect((await openPortal({ version: '2026-09' }).upsert(ADA)).status).toBe(200);
    expect((await openPortal({ version: '2025-09' }).upsert(ADA)).status).toBe(404);
    expect((await openPortal({ version: 'v3' }).upsert(ADA)).status).toBe(404);
  });

  it('limits the requests within any ten seconds', async () => {
    let now = NOON;
    const { read } = openPortal({ requestsPer10Seconds: 2, now: () => now });
    const first = await read([ADA.id]);
    expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
    now += 6_000;
    await read([ADA.id]);

    const refused = await read([ADA.id]);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(await readFault(refused)).toMatchObject({ policyName: 'TEN_SECONDLY_ROLLING' });

    now += 4_000;
    expect((await read([ADA.id])).status).toBe(207);
    expect((await read([ADA.id])).status).toBe(429);
  });

  it('fails on demand: the daily limit, a lock, the network', async () => {
    const { read, failWith, requests } = openPortal();
    failWith(dailyLimitReached());
    expect(await readFault(await read([ADA.id]))).toMatchObject({ policyName: 'DAILY' });
    failWith({ status: 423, times: 1 });
    expect((await readFault(await read([ADA.id]))).correlationId).toBeDefined();
    expect((await read([ADA.id])).status).toBe(207);
    failWith({ networkError: 'Network connection lost.' });
    await expect(read([ADA.id])).rejects.toThrow('Network connection lost.');
    expect(requests.map(({ status }) => status)).toEqual([429, 423, 207, 0]);
  });

  it('needs JSON, and says so', async () => {
    const { app, upsertBody } = openPortal();
    const broken = await upsertBody('{"inputs":');
    expect(broken.status).toBe(400);
    expect((await readFault(broken)).category).toBeUndefined();
    const untyped = await app.request('/crm/objects/2026-03/contacts/batch/upsert', {
      method: 'POST',
      headers: { authorization: 'Bearer pat-key' },
      body: '{"inputs":[]}',
    });
    expect(untyped.status).toBe(415);
  });
});

describe('batch read', () => {
  it('finds contacts by any of their emails, and answers null for empty properties', async () => {
    const { addContact, read } = openPortal();
    addContact({ email: 'Ada@Example.com', hs_additional_emails: 'ada@old.org;countess@old.org' });
    const response = await read(['COUNTESS@old.org'], ['email', 'city', 'no_such_property']);
    expect(response.status).toBe(200);
    const { results } = await readBatch(response);
    expect(results).toHaveLength(1);
    expect(results[0]?.properties).toEqual({
      email: 'ada@example.com',
      city: null,
      hs_object_id: '25001',
      createdate: '2026-09-01T12:00:00.000Z',
      lastmodifieddate: '2026-09-01T12:00:00.000Z',
    });
  });

  it('answers 207 and lists the emails that no contact has', async () => {
    const { addContact, read } = openPortal();
    addContact({ email: ADA.id });
    const response = await read([ADA.id, GRACE.id]);
    expect(response.status).toBe(207);
    const { results, errors } = await readBatch(response);
    expect(results).toHaveLength(1);
    expect(errors).toMatchObject([{ category: 'OBJECT_NOT_FOUND', context: { ids: [GRACE.id] } }]);
  });

  it('refuses more than a hundred, the same one twice, and a property that is not unique', async () => {
    const { read, send } = openPortal();
    const many = Array.from({ length: 101 }, (_, index) => `p${index}@example.com`);
    expect((await read(many)).status).toBe(400);
    expect((await read([ADA.id, ADA.id.toUpperCase()])).status).toBe(400);
    const body = { idProperty: 'firstname', properties: [], inputs: [{ id: 'Ada' }] };
    expect((await send('POST', '/crm/objects/2026-03/contacts/batch/read', body)).status).toBe(400);
  });
});

describe('batch upsert', () => {
  it('creates, then updates, and says which it was', async () => {
    const { upsert, contact } = openPortal();
    const created = await readBatch(await upsert({ ...ADA, id: 'Ada@Example.COM' }));
    expect(created.results[0]?.new).toBe(true);
    const updated = await upsert({ id: ADA.id, properties: { city: 'London' } });
    expect(updated.status).toBe(200);
    expect((await readBatch(updated)).results[0]?.new).toBe(false);
    expect(contact(ADA.id)?.properties).toMatchObject({
      email: 'ada@example.com',
      firstname: 'Ada',
      city: 'London',
      hs_analytics_source: 'OFFLINE',
    });
  });

  it('answers in its own order, with the trace ids of the inputs', async () => {
    const { upsert } = openPortal();
    await upsert(GRACE);
    const response = await upsert(
      { ...ADA, objectWriteTraceId: 'first' },
      { ...GRACE, objectWriteTraceId: 'second' },
    );
    const { results } = await readBatch(response);
    expect(results.map((result) => result.objectWriteTraceId)).toEqual(['second', 'first']);
  });

  it('clears a property with an empty string, and keeps what is not sent', async () => {
    const { upsert, addContact, contact } = openPortal();
    addContact({ email: ADA.id, city: 'London', state: 'England' });
    await upsert({ id: ADA.id, properties: { city: '' } });
    expect(contact(ADA.id)?.properties.city).toBeUndefined();
    expect(contact(ADA.id)?.properties.state).toBe('England');
  });

  it('ignores a lifecycle stage that goes backwards', async () => {
    const { upsert, addContact, contact } = openPortal();
    addContact({ email: ADA.id, lifecyclestage: 'customer' });
    expect((await upsert({ id: ADA.id, properties: { lifecyclestage: 'lead' } })).status).toBe(200);
    expect(contact(ADA.id)?.properties.lifecyclestage).toBe('customer');
  });

  it('says COMPLETE and writes nothing when the inputs are not wrapped', async () => {
    const { upsertBody, contacts } = openPortal();
    const response = await upsertBody({ ...ADA, idProperty: 'email' });
    expect(response.status).toBe(200);
    expect((await readBatch(response)).results).toEqual([]);
    expect(contacts()).toEqual([]);
  });

  it('refuses the whole batch for what is wrong with the batch', async () => {
    const { upsert, upsertBody, contacts, addContact } = openPortal();
    const many = Array.from({ length: 101 }, (_, n) => ({ ...ADA, id: `p${n}@example.com` }));
    expect((await upsert(...many)).status).toBe(400);
    expect((await upsert({ ...ADA, idProperty: 'firstname' })).status).toBe(400);
    expect((await upsert({ ...ADA, idProperty: 'hs_object_id' })).status).toBe(400);
    expect((await upsertBody({ inputs: [ADA] })).status).toBe(400);
    expect((await upsert({ ...ADA, properties: { hubspotscore: 5 } })).status).toBe(400);
    expect((await upsert({ ...ADA, properties: { city: null } })).status).toBe(400);

    const twice = await upsert(ADA, { ...ADA, id: 'ADA@example.com' });
    expect(twice.status).toBe(400);
    expect((await readFault(twice)).context).toEqual({ ids: [ADA.id] });
    expect(contacts()).toEqual([]);

    addContact({ email: ADA.id, hs_additional_emails: 'ada@old.org' });
    const onePerson = await upsert(ADA, { ...ADA, id: 'ada@old.org' });
    expect((await readFault(onePerson)).context).toEqual({ ids: [ADA.id, 'ada@old.org'] });
  });

  it('finds the contact by an additional email, which cannot become the primary one', async () => {
    const { upsert, addContact, contacts, contact } = openPortal();
    addContact({ email: ADA.id, hs_additional_emails: 'ada@old.org' });
    const found = await upsert({ id: 'ada@old.org', properties: { city: 'London' } });
    expect((await readBatch(found)).results[0]?.new).toBe(false);
    expect(contact(ADA.id)?.properties.city).toBe('London');
    expect(contacts()).toHaveLength(1);

    const same = { id: 'ada@old.org', properties: { email: ADA.id } };
    expect((await upsert(same)).status).toBe(200);
    const swapped = await upsert({ id: 'ada@old.org', properties: { email: 'ada@old.org' } });
    expect(swapped.status).toBe(409);
    expect((await readFault(swapped)).message).toBe('Contact already exists. Existing ID: 25001');
    expect((await upsert({ ...ADA, properties: { email: 'ada@new.org' } })).status).toBe(400);
  });
});

describe('one bad record', () => {
  const traced = [
    { ...ADA, objectWriteTraceId: 'good' },
    {
      ...GRACE,
      properties: { no_such_property: 'x', hubspotscore: '5' },
      objectWriteTraceId: 'bad',
    },
  ];

  it('fails the batch when the inputs have no trace ids', async () => {
    const { upsert, contacts } = openPortal();
    const response = await upsert(ADA, { ...GRACE, properties: { no_such_property: 'x' } });
    expect(response.status).toBe(400);
    const { category, message, errors, correlationId } = await readFault(response);
    expect(category).toBe('VALIDATION_ERROR');
    expect(embeddedFaults(message)).toEqual({ no_such_property: 'PROPERTY_DOESNT_EXIST' });
    expect(errors?.[0]?.context).toEqual({ propertyName: ['no_such_property'] });
    expect(correlationId).toBeDefined();

    const sameTrace = traced.map((input) => ({ ...input, objectWriteTraceId: 'same' }));
    expect((await upsert(...sameTrace)).status).toBe(400);
    expect(contacts()).toEqual([]);
  });

  it('is refused alone when every input has a trace id', async () => {
    const { upsert, contacts } = openPortal();
    const response = await upsert(...traced);
    expect(response.status).toBe(207);
    const { results, errors, numErrors } = await readBatch(response);
    expect(results.map((result) => result.objectWriteTraceId)).toEqual(['good']);
    expect(numErrors).toBe(1);
    expect(errors[0]?.context).toEqual({ objectWriteTraceId: ['bad'] });
    expect(embeddedFaults(errors[0]?.message ?? '')).toEqual({
      no_such_property: 'PROPERTY_DOESNT_EXIST',
      hubspotscore: 'READ_ONLY_VALUE',
    });
    expect(errors[0]?.errors?.map((detail) => detail.code)).toEqual(['READ_ONLY_VALUE']);
    expect(contacts().map((contact) => contact.properties.email)).toEqual([ADA.id]);
  });

  it('is hidden in a 200 by 2026-09', async () => {
    const response = await openPortal({ version: '2026-09' }).upsert(...traced);
    expect(response.status).toBe(200);
    expect(await readBatch(response)).toMatchObject({ numErrors: 1, results: [{}] });
  });

  it('may lack what an admin requires, which only 2026-09 enforces', async () => {
    const requiredProperties = ['lastname'];
    const old = openPortal({ requiredProperties });
    expect((await old.upsert(ADA)).status).toBe(200);
    const strict = openPortal({ version: '2026-09', requiredProperties });
    const { message } = await readFault(await strict.upsert(ADA));
    expect(embeddedFaults(message)).toEqual({ lastname: 'MISSING_REQUIRED_PROPERTY' });
  });
});
