// The stand-in's switches: a test can ask for each failure of HubSpot, and no undocumented request gets through.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHubspot, type HubspotOptions } from '../../stand-ins/hubspot.ts';

const NOON = Date.parse('2026-09-01T12:00:00.000Z');
const OBJECTS = '/crm/objects/2026-03/contacts/batch';
const PROPERTIES = '/crm/properties/2026-03/contacts';

function open(options: Partial<HubspotOptions> = {}) {
  const hubspot = createHubspot({ token: 'pat-key', now: () => NOON, ...options });
  const headers = { authorization: 'Bearer pat-key', 'content-type': 'application/json' };
  const get = async (path: string) =>
    hubspot.app.request(path, { headers: { authorization: 'Bearer pat-key' } });
  const post = async (path: string, body: unknown) =>
    hubspot.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const upsert = (...emails: string[]) =>
    post(`${OBJECTS}/upsert`, {
      inputs: emails.map((id) => ({ id, idProperty: 'email', properties: { city: 'London' } })),
    });
  return { ...hubspot, get, post, upsert };
}

const record = { id: 'ada@example.com', idProperty: 'email', properties: { city: 'London' } };
const reading = { properties: [], propertiesWithHistory: [], inputs: [{ id: '1' }] };
const property = {
  name: 'a',
  label: 'A',
  type: 'string',
  fieldType: 'text',
  groupName: 'contactinformation',
};

describe('a request that HubSpot does not document', () => {
  it.each([
    ['a number as a value', 'upsert', { inputs: [{ ...record, properties: { city: 5 } }] }],
    ['null as a value', 'upsert', { inputs: [{ ...record, properties: { city: null } }] }],
    ['no id', 'upsert', { inputs: [{ idProperty: 'email', properties: {} }] }],
    ['an unknown field', 'upsert', { inputs: [{ ...record, traceId: '0' }] }],
    ['an unknown member', 'upsert', { inputs: [record], idProperty: 'email' }],
    ['no inputs', 'upsert', record],
    ['101 inputs', 'upsert', { inputs: Array(101).fill(record) }],
    ['a read without histories', 'read', { properties: [], inputs: [{ id: '1' }] }],
    ['a read without inputs', 'read', { ...reading, inputs: [] }],
  ])('with %s never gets an answer', async (_, verb, body) => {
    const { post, undocumented } = open();
    await expect(post(`${OBJECTS}/${verb}`, body)).rejects.toThrow('documents no such request');
    expect(undocumented).not.toEqual([]);
  });

  it.each([
    ['a property of an unknown field type', PROPERTIES, { ...property, fieldType: 'slider' }],
    ['a property with a stray field', PROPERTIES, { ...property, title: 'A' }],
    ['a batch of properties without inputs', `${PROPERTIES}/batch/create`, [property]],
    ['a group without a label', `${PROPERTIES}/groups`, { name: 'a' }],
    [
      'a hint how a number shows in 2026-09',
      '/crm/properties/2026-09/contacts',
      { ...property, type: 'number', fieldType: 'number', numberDisplayHint: 'formatted' },
    ],
    [
      'the same in a batch',
      '/crm/properties/2026-09/contacts/batch/create',
      { inputs: [{ ...property, numberDisplayHint: 'formatted' }] },
    ],
    ['another version', '/crm/v3/objects/contacts/batch/read', reading],
    ['the search', '/crm/objects/2026-03/contacts/search', { filterGroups: [] }],
  ])('as %s never gets an answer', async (_, path, body) => {
    await expect(open().post(path, body)).rejects.toThrow('documents no such request');
  });

  it('never happens to a documented one', async () => {
    const { post, get, undocumented } = open();
    expect((await post(`${OBJECTS}/upsert`, { inputs: [record] })).status).toBe(200);
    expect((await post(`${OBJECTS}/read`, reading)).status).toBe(207);
    expect((await post(PROPERTIES, property)).status).toBe(201);
    const hinted = { ...property, name: 'b', numberDisplayHint: 'formatted' };
    expect((await post(PROPERTIES, hinted)).status).toBe(201);
    expect((await get(`${PROPERTIES}?archived=true`)).status).toBe(200);
    expect((await get('/account-info/2026-03/details')).status).toBe(200);
    expect(undocumented).toEqual([]);
  });
});

describe('API 2026-09', () => {
  it('documents 200 alone: what is missing or refused stands in the body', async () => {
    const { post } = open();
    const missing = await post('/crm/objects/2026-09/contacts/batch/read', reading);
    const path = '/crm/properties/2026-09/contacts/batch/create';
    const made = await post(path, { inputs: [property] });
    const again = await post(path, { inputs: [property] });
    expect([missing, made, again].map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const answer of [missing, again]) {
      expect(await answer.json()).toMatchObject({ errors: [{ errors: [], links: {} }] });
    }
  });
});

describe('a switch', () => {
  const names = async (response: Response) =>
    z
      .object({ results: z.array(z.object({ name: z.string() })) })
      .parse(await response.json())
      .results.map(({ name }) => name);

  it('archives a property, which creating it again makes active', async () => {
    const { archiveProperty, upsert, get, post } = open();
    archiveProperty('city');
    expect((await upsert('ada@example.com')).status).toBe(400);
    expect(await names(await get(`${PROPERTIES}?archived=true`))).toEqual(['city']);
    expect((await post(PROPERTIES, { ...property, name: 'city' })).status).toBe(201);
    expect(await names(await get(`${PROPERTIES}?archived=true`))).toEqual([]);
    expect((await upsert('ada@example.com')).status).toBe(200);
  });

  it('allows as many properties as the plan has, and says so of each further one', async () => {
    const { post } = open({ maxCustomProperties: 1 });
    expect((await post(PROPERTIES, property)).status).toBe(201);
    const refused = await post(PROPERTIES, { ...property, name: 'b' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining('limit of 1') });
  });

  it('drops a write silently, once', async () => {
    const { dropWrites, upsert, contacts } = open();
    dropWrites('ada@example.com');
    const first = await upsert('ada@example.com', 'bob@example.com');
    expect(first.status).toBe(200);
    expect(contacts()).toHaveLength(1);
    await upsert('ada@example.com');
    expect(contacts()).toHaveLength(2);
  });

  it('shows a new property in the list only later', async () => {
    let now = NOON;
    const { post, get } = open({ listLagMilliseconds: 700, now: () => now });
    await post(PROPERTIES, property);
    expect(await names(await get(PROPERTIES))).not.toContain('a');
    now += 700;
    expect(await names(await get(PROPERTIES))).toContain('a');
  });

  it('refuses everything over the day’s limit until midnight of the portal', async () => {
    let now = NOON;
    const offset = -5 * 60 * 60 * 1000;
    const { get } = open({ requestsPerDay: 1, utcOffsetMilliseconds: offset, now: () => now });
    expect((await get(PROPERTIES)).headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('0');
    const refused = await get(PROPERTIES);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ policyName: 'DAILY', errorType: 'RATE_LIMIT' });
    now = Date.parse('2026-09-02T04:59:59.999Z');
    expect((await get(PROPERTIES)).status).toBe(429);
    now += 1;
    expect((await get(PROPERTIES)).status).toBe(200);
  });
});

describe('the history of a property', () => {
  it('holds every value, newest first, for at most fifty contacts', async () => {
    const { addContact, upsert, post, contacts } = open();
    addContact({ email: 'ada@example.com', city: 'Paris' });
    await upsert('ada@example.com');
    const body = {
      ...reading,
      propertiesWithHistory: ['city'],
      inputs: [{ id: contacts()[0]?.id }],
    };
    expect(await (await post(`${OBJECTS}/read`, body)).json()).toMatchObject({
      results: [{ propertiesWithHistory: { city: [{ value: 'London' }, { value: 'Paris' }] } }],
    });
    const many = Array.from({ length: 51 }, (_, index) => ({ id: String(index) }));
    expect((await post(`${OBJECTS}/read`, { ...body, inputs: many })).status).toBe(400);
  });
});
