// `provision --segments` in HubSpot: four lists, once, as far as key and plan allow.
import { describe, expect, it } from 'vitest';
import { hubspot } from '../../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../../src/destinations/index.ts';
import { createHubspot, type HubspotOptions } from '../../../stand-ins/hubspot.ts';
import { NOON } from '../people.ts';

const ALL = ['Whence: hot leads', 'Whence: paid', 'Whence: AI assistants', 'Whence: no source'];
const SCOPES = [
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.schemas.contacts.write',
  'crm.lists.read',
  'crm.lists.write',
];

async function stage(
  options: Partial<HubspotOptions> = {},
  names: Record<string, string | null> = {},
  version = '2026-03',
) {
  const now = () => Date.parse(NOON);
  const portal = createHubspot({ token: 'a', now, scopes: SCOPES, ...options });
  const open = () => {
    const values = new Map([
      ['HUBSPOT_TOKEN', 'a'],
      ['HUBSPOT_API_VERSION', version],
    ]);
    const io = {
      fetch: async (...given: Parameters<typeof fetch>) => portal.app.fetch(new Request(...given)),
      now,
    };
    const [opened] = openDestinations(
      values,
      new Map([['hubspot', new Map(Object.entries(names))]]),
      io,
      [hubspot],
    );
    if (!opened) throw new Error('the settings do not open HubSpot');
    return opened;
  };
  await open().prepare?.();
  portal.forgetRequests();
  const create = (isDryRun = false) => open().createSegments?.(isDryRun);
  return { portal, create };
}

/** What a list filters by: property, operator, values. */
const filtersOf = ({ portal }: Awaited<ReturnType<typeof stage>>, name: string) =>
  portal
    .lists()
    .find((list) => list.name === name)
    ?.filterBranch?.filterBranches.flatMap(({ filters }) => filters);

describe('the lists', () => {
  it.each(['2026-03', '2026-09'])(
    'are four, by one request each, with API version %s',
    async (version) => {
      const test = await stage({}, {}, version);
      expect(await test.create()).toEqual({ segments: ALL, problems: [] });
      expect(
        test.portal
          .lists()
          .map(({ name, processingType, objectTypeId }) => [name, processingType, objectTypeId]),
      ).toEqual(ALL.map((name) => [name, 'DYNAMIC', '0-1']));
      expect(filtersOf(test, 'Whence: hot leads')).toMatchObject([
        { property: 'datafast_lead_score', operation: { value: 70 } },
        { property: 'datafast_prediction_confidence', operation: { value: 0.5 } },
      ]);
      expect(filtersOf(test, 'Whence: paid')).toMatchObject([
        { operation: { values: expect.arrayContaining(['Paid Search', 'Display']) } },
      ]);
      expect(filtersOf(test, 'Whence: no source')).toMatchObject([
        { property: 'datafast_signed_up_at', operation: { operator: 'IS_KNOWN' } },
        { operation: { values: ['Unknown'], includeObjectsWithNoValueSet: true } },
      ]);
      expect(test.portal.requests).toHaveLength(2 + ALL.length);
      expect(test.portal.undocumented).toEqual([]);
    },
  );

  it('are named in a dry run, which creates none', async () => {
    const { portal, create } = await stage();
    expect(await create(true)).toEqual({ segments: ALL, problems: [] });
    expect(portal.lists()).toEqual([]);
  });

  it('are created once, also beside one that somebody has made or that another run has just made', async () => {
    const { portal, create } = await stage();
    portal.addList('WHENCE: PAID');
    expect((await create())?.segments).toEqual(ALL.filter((name) => name !== 'Whence: paid'));
    expect(await create()).toEqual({ segments: [], problems: [] });
    const other = await stage();
    other.portal.failWith(({ url }) => {
      if (url.endsWith('/lists/2026-03')) other.portal.addList('Whence: paid');
      return undefined;
    });
    expect(await other.create()).toMatchObject({ problems: [] });
  });

  it('are created where HubSpot’s search finds older lists first', async () => {
    const { portal, create } = await stage();
    for (let index = 0; index < 600; index += 1) portal.addList(`Whence customers ${index}`);
    portal.addList('Whence: paid');
    expect(await create()).toMatchObject({ problems: [] });
    expect(portal.lists().filter(({ name }) => name === 'Whence: paid')).toHaveLength(1);
  });

  it('filter by the operator’s own property, as its type wants it', async () => {
    const names = { datafast_channel: 'lead_channel' };
    const test = await stage({}, names);
    expect((await test.create())?.problems).toMatchObject([
      { key: 'Whence: paid', problem: expect.stringContaining('lead_channel') },
      { key: 'Whence: AI assistants' },
      { key: 'Whence: no source' },
    ]);
    test.portal.addProperty({ name: 'lead_channel' });
    expect(await test.create()).toMatchObject({ problems: [] });
    expect(filtersOf(test, 'Whence: AI assistants')).toMatchObject([
      { property: 'lead_channel', operation: { operationType: 'MULTISTRING' } },
    ]);
  });

  it('that need a field which is left out are named', async () => {
    const { create } = await stage({}, { datafast_channel: null });
    expect(await create()).toMatchObject({
      segments: ['Whence: hot leads'],
      problems: [{ key: 'Whence: paid', fix: expect.stringContaining('FIELD_NAMES') }, {}, {}],
    });
  });
});

describe('what does not allow the lists is said in words:', () => {
  it('the key, with the scopes that it lacks', async () => {
    const { create } = await stage({ scopes: SCOPES.slice(0, 3) });
    for (const isDryRun of [true, false]) {
      expect(await create(isDryRun)).toMatchObject({
        segments: [],
        problems: [
          {
            key: 'HUBSPOT_TOKEN',
            code: 'forbidden',
            fix: expect.stringContaining('crm.lists.read and crm.lists.write'),
          },
        ],
      });
    }
  });

  it('the plan, and what it does allow is created', async () => {
    const { portal, create } = await stage({ maxActiveLists: 2 });
    expect(await create()).toMatchObject({
      segments: ALL.slice(0, 2),
      problems: [
        {
          key: 'Whence: AI assistants',
          code: 'plan_limit',
          problem: expect.stringContaining('the limit of 2'),
        },
      ],
    });
    expect(portal.lists()).toHaveLength(2);
  });

  it.each([402, 403])('HTTP %d, whatever HubSpot says with it', async (status) => {
    const { portal, create } = await stage();
    portal.failWith(({ url }) =>
      url.endsWith('/lists/2026-03')
        ? { status, body: { status: 'error', message: 'Not available.', category: 'OTHER' } }
        : undefined,
    );
    expect(await create()).toMatchObject({
      segments: [],
      problems: [{ code: 'plan_limit', problem: expect.stringContaining(`HTTP ${status}`) }],
    });
  });

  it.each([429, 500])('HTTP %d, which passes', async (status) => {
    const { portal, create } = await stage();
    portal.failWith(({ url }) => (url.endsWith('/lists/2026-03') ? { status } : undefined));
    expect(await create()).toMatchObject({ segments: [], problems: [{ code: 'unavailable' }] });
  });
});
