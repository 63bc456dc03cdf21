// Preparing HubSpot: what is missing is created once, what is in the way is reported and never changed.
import { describe, expect, it } from 'vitest';
import { fields } from '../../src/destinations/fields.ts';
import { onlyOn } from '../../stand-ins/hubspot/failures.ts';
import { portal, ready } from './portal.ts';

describe.each(['2026-03', '2026-09'])('preparing HubSpot, API %s', (version) => {
  it('costs two lists, the archive, the groups, one group, one batch, and a second time one list', async () => {
    const { standIn, destination } = portal({}, version);
    await destination.prepare();
    const lines = () => standIn.requests.map(({ method, path }) => `${method} ${path}`);
    const path = `/crm/properties/${version}/contacts`;
    expect(lines()).toEqual([
      `GET ${path}`,
      `GET ${path}`,
      `GET ${path}/groups`,
      `POST ${path}/groups`,
      `POST ${path}/batch/create`,
      `GET ${path}`,
    ]);
    standIn.forgetRequests();
    await destination.prepare();
    expect(lines()).toEqual([`GET ${path}`]);
    expect(standIn.undocumented).toEqual([]);
  });
});

describe('a property that is created', () => {
  it('is as the field table has it: type, label, description, options, how a number shows', async () => {
    const { standIn } = await ready({}, '2026-03');
    const hints = {
      count: 'formatted',
      points: 'unformatted',
      us_dollars: 'currency',
      share: 'percentage',
      probability: 'probability',
    };
    for (const { property, type, label, description, options, unit } of fields) {
      const made = standIn.properties().find(({ name }) => name === property);
      expect(made, property).toMatchObject({ type, label, description, groupName: 'datafast' });
      expect(made?.options.map(({ value }) => value) ?? []).toEqual(options ?? []);
      expect(made?.numberDisplayHint).toBe(unit && hints[unit]);
    }
  });

  it('says nothing of how a number shows where API 2026-09 has no such field', async () => {
    const { standIn } = await ready({}, '2026-09');
    const ours = standIn.properties().filter(({ groupName }) => groupName === 'datafast');
    expect(ours).toHaveLength(fields.length);
    for (const property of ours) expect(property).not.toHaveProperty('numberDisplayHint');
    expect(standIn.undocumented).toEqual([]);
  });

  it('never takes one of the ten unique ones, so a portal that has them all is no obstacle', async () => {
    const { standIn, destination } = portal();
    for (let index = 0; index < 10; index += 1) {
      standIn.addProperty({ name: `key_${index}`, hasUniqueValue: true });
    }
    expect((await destination.prepare()).problems).toEqual([]);
  });

  it('may show in HubSpot’s list a moment later', async () => {
    const { destination } = portal({ listLagMilliseconds: 700 });
    const { created, problems } = await destination.prepare();
    expect(created).toHaveLength(fields.length);
    expect(problems).toEqual([]);
  });

  it('may have been created by somebody else meanwhile', async () => {
    const { standIn, destination } = portal();
    standIn.failWith((request) => {
      const isCreate = request.url.endsWith('batch/create');
      if (isCreate) standIn.addProperty({ name: 'datafast_source', label: 'Source' });
      return undefined;
    });
    const { created, problems } = await destination.prepare();
    expect(created).toHaveLength(fields.length - 1);
    expect(problems).toEqual([]);
  });

  it('and is refused is named with HubSpot’s reason', async () => {
    const { standIn, destination } = portal();
    standIn.failWith(
      onlyOn('batch/create', {
        status: 207,
        body: {
          results: [],
          errors: [{ category: 'LIMIT_EXCEEDED', message: 'The limit of 1000 is reached.' }],
        },
      }),
    );
    const { problems } = await destination.prepare();
    expect(problems[0]?.problem).toContain('LIMIT_EXCEEDED The limit of 1000 is reached.');
    expect(problems).toHaveLength(fields.length + 1);
  });
});

describe('a group that somebody else has just made', () => {
  it('is as good', async () => {
    const { standIn, destination } = portal();
    let isFirst = true;
    standIn.failWith(async (request) => {
      if (request.method !== 'POST' || !request.url.endsWith('/groups') || !isFirst)
        return undefined;
      isFirst = false;
      await standIn.app.request(request);
      return undefined;
    });
    expect((await destination.prepare()).problems).toEqual([]);
    expect(standIn.requests.map(({ status }) => status)).toContain(409);
  });
});

describe('what is in the way', () => {
  it('is an archived name: reported, and not brought back', async () => {
    const { standIn, destination } = await ready();
    standIn.archiveProperty('datafast_source');
    const { created, problems } = await destination.prepare();
    expect(created).toEqual([]);
    expect(problems).toMatchObject([
      { key: 'datafast_source', code: 'archived_property', problem: 'is archived in HubSpot' },
    ]);
    expect(standIn.properties().map(({ name }) => name)).not.toContain('datafast_source');
  });

  it.each([
    ['another type', { type: 'number', fieldType: 'number' }, 'is a number'],
    ['a read-only value', { readOnlyValue: true }, 'is read-only'],
  ] as const)('is %s: reported, and not changed', async (_, kind, problem) => {
    const { standIn, destination } = portal();
    const before = standIn.addProperty({ name: 'datafast_source', label: 'Theirs', ...kind });
    expect((await destination.prepare()).problems).toMatchObject([
      {
        key: 'datafast_source',
        code: 'property_conflict',
        problem: expect.stringContaining(problem),
      },
    ]);
    expect(standIn.properties().find(({ name }) => name === 'datafast_source')).toEqual(before);
  });

  it('is an enumeration that lacks options: they are named', async () => {
    const { standIn, destination } = portal();
    const option = { label: 'Direct', value: 'Direct', displayOrder: 0, hidden: false };
    standIn.addProperty({
      name: 'datafast_channel',
      type: 'enumeration',
      fieldType: 'select',
      options: [option],
    });
    const { problems } = await destination.prepare();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('missing_option');
    expect(problems[0]?.problem).toMatch(/^lacks the options Paid Search, /);
    expect(problems[0]?.problem).not.toContain('Direct');
  });

  it('is nothing but a missing property of ours: it is named, and can be created', async () => {
    const { destination } = portal();
    const problems = await destination.check();
    expect(problems).toHaveLength(fields.length);
    for (const problem of problems) {
      expect(problem).toMatchObject({ code: 'missing_property', isCreatable: true });
    }
  });

  it('is one of HubSpot’s own that this portal lacks: it is named, with the way to leave it out', async () => {
    const { standIn, destination } = await ready();
    standIn.archiveProperty('hs_facebook_click_id');
    expect(await destination.check()).toMatchObject([
      {
        key: 'hs_facebook_click_id',
        code: 'missing_property',
        fix: expect.stringContaining('FIELD_NAMES'),
      },
    ]);
    expect((await destination.check())[0]).not.toHaveProperty('isCreatable');
  });
});

describe('a HubSpot that cannot be asked', () => {
  it.each([
    [401, 'unauthorized', 'HUBSPOT_TOKEN'],
    [403, 'forbidden', 'HUBSPOT_TOKEN'],
    [404, 'refused', 'HUBSPOT_URL'],
    [400, 'refused', 'HUBSPOT_URL'],
    [429, 'unavailable', 'HUBSPOT_URL'],
    [503, 'unavailable', 'HUBSPOT_URL'],
  ])('and answers %d is a problem of the kind %s, of %s', async (status, code, key) => {
    const { standIn, destination } = portal();
    standIn.failWith({ status });
    expect(await destination.check()).toMatchObject([{ key, code }]);
    standIn.failWith({ status });
    expect((await destination.prepare()).problems).toMatchObject([{ key, code }]);
  });
});

describe('a portal with a great many properties', () => {
  it('is read whole: its list is larger than the answers of other services', async () => {
    const { standIn, destination } = await ready();
    for (let index = 0; index < 1_000; index += 1) {
      standIn.addProperty({ name: `own_${index}`, description: 'x'.repeat(1_500) });
    }
    expect(await destination.check()).toEqual([]);
  });
});

describe('a token without the scope for schemas', () => {
  const scopes = ['crm.objects.contacts.read', 'crm.objects.contacts.write'];

  it('is told which scope is missing', async () => {
    const { destination } = portal({ scopes });
    const { created, problems } = await destination.prepare();
    expect(created).toEqual([]);
    expect(problems).toMatchObject([
      {
        key: 'HUBSPOT_TOKEN',
        code: 'forbidden',
        problem: 'lacks a permission at HubSpot: crm.schemas.contacts.write',
      },
    ]);
  });

  it('will do once the properties are there', async () => {
    const { standIn } = await ready();
    const { standIn: other, destination } = portal({ scopes });
    for (const property of standIn.properties()) {
      if (property.groupName !== 'datafast') continue;
      const { name, type, fieldType, options } = property;
      other.addProperty({ name, type, fieldType, options });
    }
    expect(await destination.prepare()).toEqual({ created: [], problems: [] });
    expect(await destination.check()).toEqual([]);
  });
});
