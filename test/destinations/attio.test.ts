// People in Attio: attributes that are created, addresses that are kept, and what Attio refuses.
import { beforeEach, describe, expect, it } from 'vitest';
import { attio } from '../../src/destinations/attio/attio.ts';
import { fields } from '../../src/destinations/fields.ts';
import { newDestinationMemory, openDestinations } from '../../src/destinations/index.ts';
import type { Contact } from '../../src/model.ts';
import { type AttioOptions, type AttioStandIn, createAttio } from '../../stand-ins/attio.ts';
import { contactsOf, NOON, signup } from './people.ts';

const TOKEN = 'attio-token';
const ADA = 'ada@example.com';
let nowMs = Date.parse(NOON);
let slept: number[] = [];
let workspace: AttioStandIn;

function use(options: Partial<AttioOptions> = {}) {
  workspace = createAttio({ token: TOKEN, now: () => nowMs, ...options });
}

function open(names: Record<string, string | null> = {}, memory = newDestinationMemory()) {
  const io = {
    fetch: async (...request: Parameters<typeof fetch>) =>
      workspace.app.fetch(new Request(...request)),
    now: () => nowMs,
    sleep: async (seconds: number) => {
      slept.push(seconds);
      nowMs += seconds * 1000;
    },
    memory,
  };
  const byDestination = new Map([['attio', new Map(Object.entries(names))]]);
  const [opened] = openDestinations(new Map([['ATTIO_TOKEN', TOKEN]]), byDestination, io, [attio]);
  if (!opened) throw new Error('the settings do not open Attio');
  return opened;
}

beforeEach(async () => {
  nowMs = Date.parse(NOON);
  slept = [];
  use();
  await open().prepare?.();
  nowMs += 60_000;
  workspace.forgetRequests();
});

const GOOGLE = { utm_source: 'google', utm_medium: 'cpc' };
const only = (given: Parameters<typeof signup>[0] = {}): Contact => {
  const [contact] = contactsOf(signup({ params: GOOGLE, ...given }));
  if (!contact) throw new Error('no contact');
  return contact;
};
const write = async (contact: Contact, names?: Record<string, string | null>) =>
  (await open(names).upsert([contact]))[0];
const asked = () => workspace.requests.map(({ method, path }) => `${method} ${path}`);
const WRITES = 'POST /v2/objects/people/records';

describe('provisioning Attio', () => {
  it('creates every attribute with its type and every option, within the limit of a second', async () => {
    use();
    slept = [];
    const prepared = await open().prepare?.();
    expect(prepared?.problems).toEqual([]);
    expect(prepared?.created).toEqual(fields.map(({ property }) => property));
    const typeOf = (slug: string) => workspace.attributes.get(slug)?.type;
    expect(typeOf('datafast_channel')).toBe('select');
    expect(typeOf('datafast_signed_up_at')).toBe('timestamp');
    expect(typeOf('datafast_visits')).toBe('number');
    expect(typeOf('datafast_source')).toBe('text');
    for (const { property, options } of fields) {
      if (!options) continue;
      const titles = workspace.attributes.get(property)?.options.map(({ title }) => title);
      expect(titles, property).toEqual(options);
    }
    expect(workspace.requests.every(({ status }) => status === 200)).toBe(true);
    expect(slept.length).toBeGreaterThan(3);
    expect(await open().check()).toEqual([]);
  });

  it('once more creates nothing', async () => {
    expect(await open().prepare?.()).toEqual({ created: [], problems: [] });
    expect(asked().filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('waits as long as Attio says, which says it as a date', async () => {
    use({ writesPerSecond: 10 });
    const { problems } = (await open().prepare?.()) ?? {};
    expect(problems).toEqual([]);
    expect(await open().check()).toEqual([]);
    expect(workspace.requests.some(({ status }) => status === 429)).toBe(true);
  });

  it('adds the options that a later version has, and leaves those of people alone', async () => {
    const channel = workspace.attributes.get('datafast_channel');
    if (!channel) throw new Error('no channel');
    const others = channel.options.filter(({ title }) => title !== 'AI Assistant');
    channel.options = [...others, { id: crypto.randomUUID(), title: 'Podcast', isArchived: false }];
    expect(await open().check()).toMatchObject([
      { code: 'missing_option', key: 'datafast_channel', isCreatable: true },
    ]);
    await open().prepare?.();
    expect(channel.options.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['AI Assistant', 'Podcast']),
    );
    expect(await open().check()).toEqual([]);
  });

  it('names what is in the way, and changes nothing of it', async () => {
    workspace.addAttribute({ api_slug: 'datafast_visits', type: 'text' });
    workspace.addAttribute({ api_slug: 'datafast_city', type: 'text', is_archived: true });
    workspace.addAttribute({ api_slug: 'datafast_os', type: 'text', is_writable: false });
    for (const problems of [await open().check(), (await open().prepare?.())?.problems]) {
      expect(problems).toMatchObject(
        [
          { code: 'property_conflict', key: 'datafast_visits' },
          { code: 'archived_property', key: 'datafast_city' },
          { code: 'property_conflict', key: 'datafast_os' },
        ].toSorted((a, b) => order(a.key) - order(b.key)),
      );
    }
  });
});

const order = (slug: string) => fields.findIndex(({ property }) => property === slug);

describe('an Attio token', () => {
  it('that is revoked is noticed, although Attio answers 200', async () => {
    workspace.revoke();
    expect(await open().check()).toMatchObject([{ code: 'unauthorized', key: 'ATTIO_TOKEN' }]);
    expect(await write(only())).toMatchObject({
      status: 'retry',
      afterSeconds: 600,
      reason: { code: 'attio_unauthorized' },
    });
  });

  it('without a scope is named with it', async () => {
    use({ scopes: ['record_permission:read', 'object_configuration:read'] });
    const problems = (await open().check()).filter(({ code }) => code === 'forbidden');
    expect(problems.map(({ problem }) => problem)).toEqual([
      'lacks the scope record_permission:read-write',
      'lacks the scope object_configuration:read-write',
    ]);
    expect(await write(only())).toMatchObject({ reason: { code: 'attio_forbidden' } });
  });

  it('that may no longer create attributes is enough once all are there', async () => {
    const { attributes } = workspace;
    use({ scopes: ['record_permission:read-write', 'object_configuration:read'] });
    for (const [slug, attribute] of attributes) workspace.attributes.set(slug, attribute);
    expect(await open().check()).toEqual([]);
  });
});

describe('a person in Attio', () => {
  it('who is new is created with name, address and values of the right types', async () => {
    const outcome = await write(only({ name: 'Ada King Lovelace', visitor: { visits: 3 } }));
    expect(outcome).toMatchObject({ status: 'delivered' });
    expect(asked()).toEqual([`${WRITES}/query`, WRITES]);
    expect(workspace.texts(ADA)).toMatchObject({
      name: 'Ada King Lovelace',
      email_addresses: ADA,
      datafast_channel: 'Paid Search',
      datafast_visits: '3',
      datafast_signed_up_at: NOON,
    });
    expect(workspace.person(ADA)?.values.get('name')).toEqual([
      { first_name: 'Ada', last_name: 'King Lovelace', full_name: 'Ada King Lovelace' },
    ]);
    expect(workspace.undocumented).toEqual([]);
  });

  it('holds the converting touch of this signup, and says so', async () => {
    const conversion = { channel: 'Email', source: 'Newsletter' } as const;
    const touched = { ...signup({ params: GOOGLE }), journey: { conversion } };
    const contact = contactsOf(touched)[0] ?? only();
    expect(await write(contact)).toMatchObject({ convertingChannel: 'Email' });
    expect(await write(contact)).toMatchObject({ written: {}, convertingChannel: 'Email' });
    const later = signup({ params: GOOGLE, at: '2026-11-24T12:00:00.000Z' });
    const again = contactsOf({ ...later, journey: { conversion } })[0] ?? only();
    expect(await write(again)).not.toHaveProperty('convertingChannel');
  });

  it('who is there keeps all addresses, the name, and is found by any address', async () => {
    const addresses = ['work@example.com', ADA].map((email_address) => ({ email_address }));
    const before = workspace.addPerson({
      email_addresses: addresses,
      name: [{ first_name: 'A', last_name: 'L', full_name: 'A L' }],
    });
    const outcome = await write(only({ name: 'Somebody Else' }));
    expect(outcome).toMatchObject({ status: 'delivered', externalId: before.id });
    expect(workspace.people()).toHaveLength(1);
    expect(before.values.get('email_addresses')?.map((one) => one.email_address)).toEqual(
      addresses.map((one) => one.email_address),
    );
    expect(workspace.texts(ADA)).toMatchObject({ name: 'A L', datafast_source: 'Google' });
  });

  it('whose source was unknown gets the known one of the same visitor, whole', async () => {
    const first = signup({ params: {} });
    await write(contactsOf(first)[0] ?? only());
    expect(workspace.texts(ADA)).toMatchObject({ datafast_channel: 'Unknown' });
    const { attribution } = signup({ params: GOOGLE });
    await write(contactsOf({ ...first, attribution })[0] ?? only());
    expect(workspace.texts(ADA)).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_medium: 'cpc',
    });
  });

  it('whom another program creates at the same moment is changed by the rules, not created twice', async () => {
    let isFirst = true;
    workspace.failWith(({ method, url }) => {
      if (method !== 'POST' || !url.endsWith('/records') || !isFirst) return undefined;
      isFirst = false;
      workspace.addPerson({
        email_addresses: [{ email_address: ADA }],
        datafast_visitor_id: [{ value: 'theirs' }],
        datafast_channel: [{ option: 'Email' }],
      });
      return undefined;
    });
    expect(await write(only())).toMatchObject({ status: 'delivered' });
    expect(workspace.people()).toHaveLength(1);
    expect(workspace.texts(ADA)).toMatchObject({
      datafast_visitor_id: 'theirs',
      datafast_channel: 'Email',
      datafast_signed_up_at: NOON,
    });
  });

  it('whom another program creates at the same moment stays as they are when the address is not verified', async () => {
    let isFirst = true;
    workspace.failWith(({ method, url }) => {
      if (method !== 'POST' || !url.endsWith('/records') || !isFirst) return undefined;
      isFirst = false;
      workspace.addPerson({ email_addresses: [{ email_address: ADA }] });
      return undefined;
    });
    expect(await write({ ...only(), onlyIfNew: true })).toMatchObject({
      status: 'snooze',
      reason: { code: 'email_unverified' },
    });
    expect(workspace.texts(ADA)).toEqual({ email_addresses: ADA });
  });

  it('with two addresses in one batch is written once now, and once with the next batch', async () => {
    workspace.addPerson({
      email_addresses: [{ email_address: ADA }, { email_address: 'work@example.com' }],
    });
    const outcomes = await open().upsert([only(), only({ email: 'work@example.com' })]);
    expect(outcomes).toMatchObject([
      { status: 'delivered' },
      { status: 'retry', reason: { code: 'attio_person_twice_in_batch' } },
    ]);
  });

  it('who is deleted while the batch is under way is tried again', async () => {
    workspace.addPerson({ email_addresses: [{ email_address: ADA }] });
    workspace.failWith(({ method }) => {
      if (method === 'PATCH') workspace.deletePerson(ADA);
      return undefined;
    });
    expect(await write(only())).toMatchObject({
      status: 'retry',
      reason: { code: 'attio_conflict' },
    });
    expect(await write(only())).toMatchObject({ status: 'delivered' });
  });

  it('has a link that the workspace’s own answers give', async () => {
    const memory = newDestinationMemory();
    const opened = open({}, memory);
    expect(opened.contactUrl?.('1')).toBeUndefined();
    await opened.locate?.();
    expect(opened.contactUrl?.('1')).toBe('https://app.attio.com/acme/person/1');
    workspace.forgetRequests();
    await opened.locate?.();
    expect(workspace.requests).toEqual([]);
    const other = open();
    const [outcome] = await other.upsert([only()]);
    const id = (outcome?.status === 'delivered' && outcome.externalId) || '';
    expect(other.contactUrl?.(id)).toBe(`https://app.attio.com/acme/person/${id}`);
  });
});

describe('an attribute that Attio lacks', () => {
  it('is left out and named, for everybody with one request', async () => {
    workspace.attributes.delete('datafast_city');
    const people = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      only({ email: `${name}@example.com`, visitor: { city: 'London' } }),
    );
    const outcomes = await open().upsert(people);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        status: 'delivered',
        reason: { code: 'fields_left_out', detail: 'ATTRIBUTE_NOT_FOUND datafast_city' },
      });
    }
    // Three are under way at a time when the first refusal comes.
    expect(asked().filter((request) => request === WRITES).length).toBeLessThanOrEqual(9);
  });

  it('and that protects the others lets everybody wait for the operator', async () => {
    workspace.attributes.delete('datafast_visitor_id');
    expect(await write(only())).toMatchObject({
      status: 'retry',
      afterSeconds: 600,
      reason: { code: 'attio_attribute_missing', detail: expect.stringContaining('visitor_id') },
    });
    expect(workspace.people()).toEqual([]);
    await open().prepare?.();
    expect(await write(only())).toMatchObject({ status: 'delivered' });
  });

  it('or an option that it lacks leaves out that one field', async () => {
    const channel = workspace.attributes.get('datafast_channel');
    if (channel) channel.options = channel.options.filter(({ title }) => title !== 'Paid Search');
    expect(await write(only())).toMatchObject({
      status: 'delivered',
      reason: { detail: 'OPTION_NOT_FOUND datafast_channel' },
    });
    expect(workspace.texts(ADA)).toMatchObject({ datafast_source: 'Google' });
  });
});

describe('the operator’s own attributes in Attio', () => {
  it('get values of their own type', async () => {
    workspace.addAttribute({ api_slug: 'came_on', type: 'date' });
    workspace.addAttribute({
      api_slug: 'lead_origin',
      type: 'select',
      is_multiselect: true,
      options: [{ id: '1', title: 'Google', isArchived: false }],
    });
    const names = { datafast_signed_up_at: 'came_on', datafast_source: 'lead_origin' };
    const preview = await open(names).preview?.(only());
    expect(await write(only(), names)).toMatchObject({ status: 'delivered' });
    expect(workspace.texts(ADA)).toMatchObject({ came_on: '2026-11-23', lead_origin: 'Google' });
    const rows = preview && 'properties' in preview ? preview.properties : [];
    expect(rows.find(({ property }) => property === 'came_on')).toMatchObject({
      wouldBe: '2026-11-23',
      action: 'write',
    });
    expect(await open(names).check()).toEqual([]);
  });

  it('that do not exist are named', async () => {
    expect(await open({ datafast_source: 'nowhere' }).check()).toMatchObject([
      { code: 'missing_property', key: 'nowhere' },
    ]);
  });
});

describe('a limit of Attio', () => {
  it('ends at the date that it names', async () => {
    nowMs = Date.parse(NOON) + 400;
    const until = new Date(Date.parse(NOON) + 3000).toUTCString();
    workspace.failWith({ status: 429, headers: { 'retry-after': until }, body: {} });
    expect(await write(only())).toMatchObject({
      status: 'snooze',
      afterSeconds: 2.6,
      reason: { code: 'attio_rate_limited' },
    });
  });

  it('413 is about the person, and others arrive', async () => {
    workspace.failWith(async (request) =>
      request.url.endsWith('/records') && (await request.text()).includes(ADA)
        ? { status: 413, body: { type: 'invalid_request_error', code: 'too_large', message: '' } }
        : undefined,
    );
    const outcomes = await open().upsert([only(), only({ email: 'b@example.com' })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'delivered']);
  });
});

describe('erasing a person in Attio', () => {
  it('removes what Whence has written, and nothing else', async () => {
    await write(only({ name: 'Ada' }));
    expect(await erase(ADA)).toEqual({
      erased: expect.arrayContaining(['datafast_channel', 'datafast_visitor_id']),
      kept: ['name'],
    });
    expect(workspace.texts(ADA)).toEqual({ name: 'Ada', email_addresses: ADA });
  });

  it('finds them by the ID of their record when their address was changed there', async () => {
    await write(only({ name: 'Ada' }));
    const { id = '' } = workspace.person(ADA) ?? {};
    workspace.person(ADA)?.values.set('email_addresses', [{ email_address: 'ada@new.example' }]);
    expect(await erase(ADA, [id, crypto.randomUUID()])).toHaveProperty('erased');
    expect(workspace.texts('ada@new.example')).toEqual({
      name: 'Ada',
      email_addresses: 'ada@new.example',
    });
  });

  it('waits while somebody merges the record', async () => {
    await write(only());
    workspace.failWith(({ method }) =>
      method === 'PATCH'
        ? {
            status: 400,
            body: { type: 'invalid_request_error', code: 'merge_in_progress', message: '' },
          }
        : undefined,
    );
    expect(await erase(ADA)).toMatchObject({ failed: { status: 'retry' } });
  });

  const erase = (email: string, externalIds: readonly string[] = []) =>
    open().erase?.({ emails: [email], customers: [], signups: [], externalIds });
});
