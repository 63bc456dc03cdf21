// The stand-in for HubSpot's property definitions: what can be listed, created, and not created.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHubspot, type HubspotOptions } from '../../stand-ins/hubspot.ts';

const SCORE = {
  name: 'datafast_lead_score',
  label: 'Lead score',
  type: 'number',
  fieldType: 'number',
  groupName: 'contactinformation',
};

const List = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      modificationMetadata: z.object({ readOnlyValue: z.boolean() }).optional(),
    }),
  ),
});

const PartialBatch = z.object({
  results: z.array(z.object({ name: z.string() })),
  errors: z.array(z.object({ category: z.string(), message: z.string() })).default([]),
});

const Fault = z.object({ category: z.string(), subCategory: z.string().optional() });
const readFault = async (response: Response) => Fault.parse(await response.json());

function openDefinitions(options: Partial<HubspotOptions> = {}) {
  const hubspot = createHubspot({ token: 'pat-key', acceptsUndocumented: true, ...options });
  const definitions = '/crm/properties/2026-03/contacts';
  const headers = { authorization: 'Bearer pat-key', 'content-type': 'application/json' };
  const get = async (path = '') => hubspot.app.request(`${definitions}${path}`, { headers });
  const post = async (path: string, body: unknown) =>
    hubspot.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });

  return {
    ...hubspot,
    list: () => get(),
    find: (name: string) => get(`/${name}`),
    create: (body: unknown) => post(definitions, body),
    createBatch: (...inputs: unknown[]) => post(`${definitions}/batch/create`, { inputs }),
    createGroup: (body: unknown) => post(`${definitions}/groups`, body),
    listGroups: () => get('/groups'),
    upsert: (email: string, properties: Record<string, string>) =>
      post('/crm/objects/2026-03/contacts/batch/upsert', {
        inputs: [{ id: email, idProperty: 'email', properties }],
      }),
  };
}

describe('the list of properties', () => {
  it('says which values can be written', async () => {
    const { results } = List.parse(await (await openDefinitions().list()).json());
    const readOnly = results
      .filter((property) => property.modificationMetadata?.readOnlyValue)
      .map((property) => property.name);
    expect(readOnly).toEqual(
      expect.arrayContaining(['hubspotscore', 'hs_additional_emails', 'hs_analytics_first_url']),
    );
    expect(readOnly).not.toContain('hs_analytics_source');
    expect(readOnly).not.toContain('hs_google_click_id');
  });

  it('can be read with the scope to read contacts, and not added to', async () => {
    const { list, create } = openDefinitions({ scopes: ['crm.objects.contacts.read'] });
    expect((await list()).status).toBe(200);
    const refused = await create(SCORE);
    expect(refused.status).toBe(403);
    expect(await readFault(refused)).toMatchObject({ category: 'MISSING_SCOPES' });
  });

  it('finds a property by its name, or answers 404', async () => {
    const { find } = openDefinitions();
    expect((await find('email')).status).toBe(200);
    expect((await find('no_such_property')).status).toBe(404);
  });
});

describe('a new property', () => {
  it('can be written once it is there', async () => {
    const { create, upsert, contact } = openDefinitions();
    const email = 'ada@example.com';
    expect((await upsert(email, { datafast_lead_score: '72' })).status).toBe(400);
    expect((await create(SCORE)).status).toBe(201);
    expect((await upsert(email, { datafast_lead_score: '72' })).status).toBe(200);
    expect(contact(email)?.properties.datafast_lead_score).toBe('72');
  });

  it('is refused when the name is taken, and changes nothing', async () => {
    const { create, properties } = openDefinitions();
    await create(SCORE);
    const again = await create({ ...SCORE, label: 'Another' });
    expect(again.status).toBe(409);
    expect(await readFault(again)).toMatchObject({
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    });
    expect(properties().find(({ name }) => name === SCORE.name)?.label).toBe('Lead score');
  });

  it('is refused when its definition is invalid', async () => {
    const { create } = openDefinitions();
    const option = { label: 'A', value: 'a', displayOrder: 0, hidden: false };
    const choice = { ...SCORE, type: 'enumeration', fieldType: 'select' };
    const invalid = [
      { ...SCORE, name: 'Datafast' },
      { ...SCORE, name: '1datafast' },
      { ...SCORE, name: 'datafast-score' },
      { ...SCORE, type: 'float' },
      { ...SCORE, fieldType: 'text' },
      { ...SCORE, groupName: 'datafast' },
      { ...SCORE, label: undefined },
      { ...SCORE, options: [option] },
      { ...SCORE, title: 'Lead score' },
      choice,
      { ...choice, options: [option, option] },
      { ...choice, options: [{ label: 'A', value: 'a' }] },
      { ...SCORE, type: 'bool', fieldType: 'booleancheckbox', options: [option] },
    ];
    for (const definition of invalid) {
      const response = await create(definition);
      expect(response.status, JSON.stringify(definition)).toBe(400);
      expect((await readFault(response)).category).toBe('VALIDATION_ERROR');
    }
    expect((await create({ ...choice, options: [option] })).status).toBe(201);
  });

  it('may be unique, but only ten may be', async () => {
    const { createBatch } = openDefinitions();
    const unique = Array.from({ length: 11 }, (_, index) => ({
      ...SCORE,
      name: `key_${index}`,
      hasUniqueValue: true,
    }));
    const { results, errors } = PartialBatch.parse(await (await createBatch(...unique)).json());
    expect(results).toHaveLength(10);
    expect(errors).toHaveLength(1);
  });
});

describe('a batch of new properties', () => {
  it('is created completely, or as far as possible', async () => {
    const { createBatch } = openDefinitions();
    expect((await createBatch(SCORE)).status).toBe(201);
    const response = await createBatch(SCORE, { ...SCORE, name: 'datafast_visits' });
    expect(response.status).toBe(207);
    expect(PartialBatch.parse(await response.json())).toEqual({
      results: [{ name: 'datafast_visits' }],
      errors: [
        {
          category: 'OBJECT_ALREADY_EXISTS',
          message: "A property named 'datafast_lead_score' already exists.",
        },
      ],
    });
  });
});

describe('a property group', () => {
  it('is created once, and then takes properties', async () => {
    const { createGroup, listGroups, create } = openDefinitions();
    const group = { name: 'datafast', label: 'DataFast' };
    expect((await createGroup(group)).status).toBe(201);
    expect((await createGroup(group)).status).toBe(409);
    expect((await createGroup({ name: 'Data Fast', label: 'DataFast' })).status).toBe(400);
    const { results } = List.parse(await (await listGroups()).json());
    expect(results.map(({ name }) => name)).toContain('datafast');
    expect((await create({ ...SCORE, groupName: 'datafast' })).status).toBe(201);
  });
});
