// The HubSpot destination against the strict stand-in: what is written, what is kept, what is refused.
import { describe, expect, it } from 'vitest';
import { fields } from '../../src/destinations/fields.ts';
import { contactsOf, signup } from './people.ts';
import { portal, ready } from './portal.ts';

describe('preparing HubSpot', () => {
  it('creates the group and every property, and a second time nothing', async () => {
    const { standIn, destination } = portal();
    const first = await destination.prepare();
    expect(first.problems).toEqual([]);
    expect([...first.created].sort()).toEqual(fields.map(({ property }) => property).sort());
    expect(await destination.prepare()).toEqual({ created: [], problems: [] });
    expect(await destination.check()).toEqual([]);
    expect(standIn.properties().filter(({ groupName }) => groupName === 'datafast')).toHaveLength(
      fields.length,
    );
  });

  it('leaves a property of another type alone, and says so', async () => {
    const { standIn, destination } = portal();
    standIn.addProperty({ name: 'datafast_lead_score', type: 'string', fieldType: 'text' });
    const { problems } = await destination.prepare();
    expect(problems).toMatchObject([
      { key: 'datafast_lead_score', problem: expect.stringContaining('string') },
    ]);
  });

  it.each([
    [
      'without the schema scope',
      { scopes: ['crm.objects.contacts.read', 'crm.objects.contacts.write'] },
      'crm.schemas.contacts.write',
    ],
    ['with a wrong token', { token: 'another' }, 'service key'],
  ])('%s names the fix', async (_, options, fix) => {
    const { destination } = portal(options);
    const { problems } = await destination.prepare();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.fix).toContain(fix);
  });
});

describe.each(['2026-03', '2026-09'])('a contact, with API version %s', (version) => {
  it('gets both snapshots, live fields and its name when it is new', async () => {
    const { write, held } = await ready({}, version);
    const [outcome] = await write(
      signup({
        name: 'Ada King Lovelace',
        company: 'Engines Ltd',
        params: { utm_source: 'google', utm_medium: 'cpc' },
        visitor: { prediction: { score: 81, conversionRate: 0.0138 }, visits: 3, country: 'GB' },
      }),
    );
    expect(outcome).toMatchObject({ status: 'delivered', externalId: expect.any(String) });
    expect(held()).toMatchObject({
      email: 'ada@example.com',
      firstname: 'Ada',
      lastname: 'King Lovelace',
      company: 'Engines Ltd',
      datafast_channel: 'Paid Search',
      datafast_signup_source: 'signup',
      datafast_lead_score: '81',
      datafast_conversion_rate: '0.0138',
      datafast_visits: '3',
      datafast_country: 'GB',
    });
  });

  it('keeps its first touch whatever comes later, and takes the newer live values', async () => {
    const { write, held } = await ready({}, version);
    await write(
      signup({
        params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'one' },
        visitor: { prediction: { score: 40 } },
      }),
    );
    const before = held();
    await write(
      signup({
        at: '2026-11-24T12:00:00.000Z',
        source: 'stripe',
        name: 'Somebody Else',
        params: { utm_source: 'reddit', utm_content: 'leaks-into-the-first-touch' },
        visitor: { prediction: { score: 90 } },
      }),
    );
    for (const { property, write: rule } of fields) {
      if (rule === 'once') expect(held()[property], property).toBe(before[property]);
    }
    expect(held().datafast_lead_score).toBe('90');
    expect(held().firstname).toBe(before.firstname);
  });

  it('first seen without a visitor still gets its first touch later, and keeps its signup', async () => {
    const { write, held } = await ready({}, version);
    await write(signup({ visitor: null, source: 'clerk' }));
    expect(held()).toMatchObject({
      datafast_match: 'no_visitor_id',
      datafast_signup_source: 'clerk',
    });
    expect(held()).not.toHaveProperty('datafast_channel');
    await write(
      signup({
        at: '2026-11-24T12:00:00.000Z',
        source: 'stripe',
        params: { utm_source: 'chatgpt.com' },
      }),
    );
    expect(held()).toMatchObject({
      datafast_match: 'matched',
      datafast_channel: 'AI Assistant',
      datafast_signup_source: 'clerk',
      datafast_signed_up_at: expect.stringContaining('2026-11-23T12:00:00'),
    });
  });

  it('once matched does not become unmatched by an event without a visitor', async () => {
    const { write, held } = await ready({}, version);
    await write(signup({ visitor: { prediction: { score: 70 } } }));
    await write(signup({ at: '2026-11-25T12:00:00.000Z', visitor: null }));
    expect(held()).toMatchObject({ datafast_match: 'matched', datafast_lead_score: '70' });
  });

  it('keeps its score when a later prediction is missing, and newer values when older ones arrive', async () => {
    const { write, held } = await ready({}, version);
    await write(
      signup({ at: '2026-11-24T12:00:00.000Z', visitor: { prediction: { score: 70 }, visits: 9 } }),
    );
    await write(signup({ at: '2026-11-25T12:00:00.000Z', visitor: {} }));
    expect(held().datafast_lead_score).toBe('70');
    await write(
      signup({ at: '2026-11-20T12:00:00.000Z', visitor: { prediction: { score: 10 }, visits: 1 } }),
    );
    expect(held()).toMatchObject({ datafast_lead_score: '70', datafast_visits: '9' });
  });

  it('that existed before Whence keeps its name and its own click ID', async () => {
    const { standIn, write, held } = await ready({}, version);
    standIn.addContact({ email: 'ada@example.com', firstname: 'A.', hs_google_click_id: 'older' });
    const person = { name: 'Ada Lovelace', company: 'Engines Ltd' };
    await write(signup({ ...person, visitor: { clickIds: { gclid: 'newer' } } }));
    expect(held()).toMatchObject({
      firstname: 'A.',
      hs_google_click_id: 'older',
      datafast_click_id: 'newer',
    });
    expect(held()).not.toHaveProperty('lastname');
    expect(held()).not.toHaveProperty('company');
  });

  it('found by its second address keeps its first', async () => {
    const { standIn, write, held } = await ready({}, version);
    standIn.addContact({ email: 'work@example.com', hs_additional_emails: 'ada@example.com' });
    const [outcome] = await write(signup({ params: { utm_source: 'google' } }));
    expect(outcome).toMatchObject({ status: 'delivered' });
    expect(held('work@example.com')).toMatchObject({
      email: 'work@example.com',
      datafast_source: 'Google',
    });
    expect(standIn.contacts()).toHaveLength(1);
  });

  it('that two addresses of one batch name is written once, and the other comes again', async () => {
    const { standIn, write } = await ready({}, version);
    standIn.addContact({ email: 'work@example.com', hs_additional_emails: 'ada@example.com' });
    const outcomes = await write(signup({ email: 'work@example.com' }), signup({}));
    expect(outcomes.map(({ status }) => status)).toEqual(['delivered', 'retry']);
  });

  it('made of two signups has the earliest’s first touch and the latest’s live fields', async () => {
    const { write, held } = await ready({}, version);
    const outcomes = await write(
      signup({
        at: '2026-11-23T13:00:00.000Z',
        source: 'stripe',
        params: { utm_source: 'reddit' },
        visitor: { prediction: { score: 60 } },
      }),
      signup({
        at: '2026-11-23T12:00:00.000Z',
        source: 'clerk',
        params: { utm_source: 'google' },
        visitor: { prediction: { score: 20 } },
      }),
    );
    expect(outcomes).toHaveLength(1);
    expect(held()).toMatchObject({
      datafast_source: 'Google',
      datafast_signup_source: 'clerk',
      datafast_lead_score: '60',
    });
  });

  it('that HubSpot refuses is named by code and property, without the person', async () => {
    const { write, held } = await ready({}, version);
    const outcomes = await write(
      signup({ email: 'ada@example.con' }),
      signup({ email: 'bob@example.com' }),
    );
    expect(outcomes[0]).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'hubspot_contact_refused',
        detail: expect.stringContaining('INVALID_EMAIL'),
      },
    });
    expect(JSON.stringify(outcomes[0])).not.toContain('ada');
    expect(held('bob@example.com')).toMatchObject({ email: 'bob@example.com' });
  });
});

describe('HubSpot in bad weather', () => {
  const people = (count_: number) =>
    Array.from({ length: count_ }, (_, index) => signup({ email: `p${index}@example.com` }));

  it('that cannot read one contact never lets it be taken for a new one', async () => {
    const { standIn, write, held } = await ready();
    await write(signup({ params: { utm_source: 'google' } }));
    const before = held();
    standIn.failWith((request) =>
      request.url.endsWith('batch/read')
        ? {
            status: 207,
            body: {
              status: 'COMPLETE',
              results: [],
              errors: [{ category: 'INTERNAL_ERROR', context: { ids: ['ada@example.com'] } }],
            },
          }
        : undefined,
    );
    const outcomes = await write(
      signup({ at: '2026-11-24T12:00:00.000Z', params: { utm_source: 'reddit' } }),
    );
    expect(outcomes).toMatchObject([
      { status: 'retry', reason: { code: 'hubspot_read_incomplete' } },
    ]);
    expect(held()).toEqual(before);
  });

  it('that returns a contact under another spelling of its address still keeps its first touch', async () => {
    const { standIn, destination } = await ready();
    standIn.addContact({ email: 'ada@xn--mnchen-3ya.example.com', datafast_visitor_id: 'first' });
    const spelled = standIn.contacts().map(({ id, properties }) => ({ id, properties }));
    standIn.failWith((request) =>
      request.url.endsWith('batch/read') ? { status: 200, body: { results: spelled } } : undefined,
    );
    const [contact] = contactsOf(signup({ email: 'ada@münchen.example.com' }));
    const preview = contact && (await destination.preview(contact));
    expect(preview).toMatchObject({
      externalId: spelled[0]?.id,
      properties: expect.arrayContaining([
        expect.objectContaining({ property: 'datafast_visitor_id', now: 'first', action: 'kept' }),
        expect.objectContaining({ property: 'datafast_channel', action: 'kept' }),
      ]),
    });
  });

  it.each(['batch/read', 'batch/upsert'])(
    'that refuses a whole %s for one record lets the others through',
    async (path) => {
      const { standIn, write } = await ready();
      standIn.failWith(async (request) =>
        request.url.endsWith(path) && (await request.text()).includes('p3@')
          ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'no' } }
          : undefined,
      );
      const outcomes = await write(...people(6));
      expect(outcomes.map(({ status }) => status)).toEqual([
        'delivered',
        'delivered',
        'delivered',
        'rejected',
        'delivered',
        'delivered',
      ]);
    },
  );

  it('that refuses everything is asked a few times, not eighty', async () => {
    const { standIn, write } = await ready();
    standIn.failWith((request) => (request.url.endsWith('upsert') ? { status: 400 } : undefined));
    const outcomes = await write(...people(40));
    expect(standIn.requests.length).toBeLessThanOrEqual(10);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['retry']));
  });

  it('that is not there says nothing about a record: everything waits for the operator', async () => {
    const { standIn, write } = await ready();
    standIn.failWith((request) => (request.url.endsWith('upsert') ? { status: 404 } : undefined));
    const outcomes = await write(...people(40));
    expect(standIn.requests).toHaveLength(2);
    expect(outcomes[39]).toMatchObject({ status: 'retry', afterSeconds: 600 });
  });

  it.each([
    ['RATE_LIMITS', 'hubspot_contact_failed'],
    ['CONFLICT', 'hubspot_conflict'],
    ['SOMETHING_NEW', 'hubspot_contact_failed'],
  ])('that fails a record with %s is asked again', async (category, code) => {
    const { standIn, write } = await ready();
    standIn.failWith((request) =>
      request.url.endsWith('upsert')
        ? {
            status: 207,
            body: {
              results: [],
              errors: [{ category, context: { objectWriteTraceId: ['0'], other: 'text' } }],
            },
          }
        : undefined,
    );
    expect(await write(signup({}))).toMatchObject([
      { status: 'retry', reason: { code, detail: category } },
    ]);
  });

  it('that leaves out the trace IDs is understood by address', async () => {
    const { standIn, write } = await ready();
    standIn.failWith((request) =>
      request.url.endsWith('upsert')
        ? {
            status: 200,
            body: { results: [{ id: '7', properties: { email: 'ada@example.com' } }] },
          }
        : undefined,
    );
    expect(await write(signup({}))).toMatchObject([{ status: 'delivered', externalId: '7' }]);
  });
});

describe('a late event', () => {
  it('of another visitor leaves the live values of the contact’s own visitor alone', async () => {
    const { write, held } = await ready();
    await write(
      signup({ at: '2026-11-24T12:00:00.000Z', visitor: { prediction: { score: 72 }, visits: 9 } }),
    );
    await write(
      signup({
        at: '2026-11-23T12:00:00.000Z',
        fetchedAt: '2026-11-24T12:02:00.000Z',
        visitor: { prediction: { score: 1 }, lastSeenAt: undefined, visits: 1 },
      }),
    );
    expect(held()).toMatchObject({ datafast_lead_score: '72', datafast_visits: '9' });
  });

  it('without a visitor does not replace what a later one said', async () => {
    const { write, held } = await ready();
    const bot = { ...signup({ visitor: null }), match: 'bot' as const };
    await write(bot);
    await write(signup({ at: '2026-11-20T12:00:00.000Z', visitor: null }));
    expect(held().datafast_match).toBe('bot');
  });
});
