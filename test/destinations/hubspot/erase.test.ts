// Erasing a person in HubSpot: what goes, what stays, and contacts that are not as they were.
import { beforeEach, describe, expect, it } from 'vitest';
import { hubspot } from '../../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../../src/destinations/index.ts';
import { createHubspot, type HubspotStandIn } from '../../../stand-ins/hubspot.ts';
import { contactsOf, NOON, signup } from '../people.ts';

const ADA = 'ada@example.com';
let portal: HubspotStandIn;
let names: Map<string, string | null>;

beforeEach(async () => {
  portal = createHubspot({ token: 'a', now: () => Date.parse(NOON) });
  names = new Map();
  await open().prepare?.();
  portal.forgetRequests();
});

function open(version = '2026-03') {
  const values = new Map([
    ['HUBSPOT_TOKEN', 'a'],
    ['HUBSPOT_API_VERSION', version],
  ]);
  const [opened] = openDestinations(
    values,
    new Map([['hubspot', names]]),
    {
      fetch: async (input, init) => portal.app.fetch(new Request(input, init)),
      now: () => Date.parse(NOON),
    },
    [hubspot],
  );
  if (!opened) throw new Error('the settings do not open HubSpot');
  return opened;
}

const write = () =>
  open().upsert(
    contactsOf(
      signup({
        email: ADA,
        name: 'Ada Lovelace',
        params: { utm_source: 'google', utm_medium: 'cpc' },
        visitor: { clickIds: { gclid: 'Cj0' } },
      }),
    ),
  );
const erase = (given: { email?: string; externalIds?: readonly string[]; version?: string } = {}) =>
  open(given.version).erase?.({
    emails: [given.email ?? ADA],
    customers: [],
    signups: [],
    externalIds: given.externalIds ?? [],
  });
const ours = (properties: Readonly<Record<string, string>> = {}) =>
  Object.keys(properties).filter((property) => property.startsWith('datafast_'));

describe('erasing a contact in HubSpot', () => {
  it.each(['2026-03', '2026-09'])(
    'empties our properties and names what stays, with API version %s',
    async (version) => {
      await write();
      expect(await erase({ version })).toMatchObject({
        erased: expect.arrayContaining(['datafast_channel', 'datafast_signed_up_at']),
        kept: ['firstname', 'lastname', 'hs_google_click_id'],
      });
      const { properties } = portal.contact(ADA) ?? {};
      expect(ours(properties)).toEqual([]);
      expect(properties).toMatchObject({ email: ADA, firstname: 'Ada', hs_google_click_id: 'Cj0' });
      expect(portal.undocumented).toEqual([]);
    },
  );

  it('that was merged finds it by its second address, and changes neither address', async () => {
    await write();
    portal.correctContact(ADA, { email: 'ada@new.example', hs_additional_emails: ADA });
    expect(await erase()).toHaveProperty('erased');
    const { properties } = portal.contact('ada@new.example') ?? {};
    expect(ours(properties)).toEqual([]);
    expect(properties).toMatchObject({ email: 'ada@new.example', hs_additional_emails: ADA });
  });

  it('whose address was changed finds it by its ID', async () => {
    await write();
    const { id = '' } = portal.contact(ADA) ?? {};
    portal.correctContact(ADA, { email: 'ada@new.example' });
    expect(await erase({ externalIds: [id, '999'] })).toHaveProperty('erased');
    expect(ours(portal.contact('ada@new.example')?.properties)).toEqual([]);
  });

  it('that is deleted at the same moment creates nobody', async () => {
    await write();
    portal.failWith(({ url }) => {
      if (url.endsWith('/batch/update')) portal.deleteContact(ADA);
      return undefined;
    });
    expect(await erase()).toHaveProperty('erased');
    expect(portal.contacts()).toEqual([]);
  });

  it('leaves a property that nobody may write any more, and names it', async () => {
    await write();
    portal.addProperty({ name: 'datafast_source', readOnlyValue: true });
    const result = await erase();
    expect(result).toMatchObject({ kept: expect.arrayContaining(['datafast_source']) });
    expect(ours(portal.contact(ADA)?.properties)).toEqual(['datafast_source']);
  });

  it('leaves a property that is archived meanwhile, and empties the others', async () => {
    await write();
    portal.failWith(({ url }) => {
      if (
        url.endsWith('/batch/update') &&
        portal.properties().some(({ name }) => name === 'datafast_medium')
      )
        portal.archiveProperty('datafast_medium');
      return undefined;
    });
    expect(await erase()).toMatchObject({ kept: expect.arrayContaining(['datafast_medium']) });
    expect(ours(portal.contact(ADA)?.properties)).toEqual(['datafast_medium']);
  });

  it('removes what was written under our name before the operator gave another', async () => {
    await write();
    portal.addProperty({ name: 'lead_source' });
    names = new Map([['datafast_source', 'lead_source']]);
    portal.correctContact(ADA, { lead_source: 'Google' });
    expect(await erase()).toMatchObject({
      erased: expect.arrayContaining(['datafast_source']),
      kept: expect.arrayContaining(['lead_source']),
    });
    expect(portal.contact(ADA)?.properties.lead_source).toBe('Google');
  });

  it('of an address that HubSpot does not accept has nothing to do', async () => {
    portal.failWith(({ url }) =>
      url.endsWith('/batch/read')
        ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'no' } }
        : undefined,
    );
    expect(await erase({ email: 'ada@invalid' })).toMatchObject({
      failed: { status: 'skipped', reason: { code: 'hubspot_nothing_to_erase' } },
    });
  });
});
